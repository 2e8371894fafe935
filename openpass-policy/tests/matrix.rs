//! The matrix, and what a change of policy changes in it.
#![expect(clippy::unwrap_used, reason = "a test")]

use openpass_policy::{
    Action, Cell, Direction, FieldChange, GuardSettings, Matrix, PolicyEngine, PolicySource,
    StepUp, Unattended, WallTime,
};

fn engine(own: &[&str]) -> PolicyEngine {
    let sources: Vec<PolicySource> = own
        .iter()
        .map(|text| PolicySource::new("own.cedar", *text))
        .collect();
    PolicyEngine::with_policies(&sources).unwrap()
}

fn matrix(own: &[&str]) -> Matrix {
    Matrix::of(
        &engine(own),
        GuardSettings::default(),
        WallTime::new(3, 720),
    )
}

fn cell(matrix: &Matrix, what: &str, principal: &str) -> Cell {
    let column = matrix.principals.iter().position(|p| *p == principal);
    let row = matrix.rows.iter().find(|row| row.what == what).unwrap();
    *row.cells.get(column.unwrap()).unwrap()
}

#[test]
fn every_action_has_a_row_and_every_answer_is_the_engines() {
    let shipped = matrix(&[]);
    for action in Action::ALL {
        assert!(
            shipped.rows.iter().any(|row| row.action == action.as_str()),
            "{action}"
        );
    }
    assert_eq!(
        cell(&shipped, "raise an agent to admin", "person"),
        Cell::Either
    );
    assert_eq!(
        cell(&shipped, "raise an agent to admin", "agent"),
        Cell::Deny
    );
    assert_eq!(
        cell(&shipped, "raise an agent to admin", "agent that manages"),
        Cell::Either
    );
    assert_eq!(
        cell(&shipped, "raise an agent to admin", "agent, on itself"),
        Cell::Deny
    );
    assert_eq!(cell(&shipped, "set logging.level", "person"), Cell::Allow);
    assert_eq!(shipped.time, None);
}

#[test]
fn a_diff_names_what_a_policy_changes_and_nothing_else() {
    let own = r#"forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { context.tier.after == 2 }
        unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#;
    let (before, after) = (matrix(&[]), matrix(&[own]));
    let diff = before.diff(&after);
    assert!(diff.changes.iter().all(|change| {
        (change.what, change.before, change.after)
            == ("raise an agent to admin", Cell::Either, Cell::Biometry)
    }));
    assert_eq!(diff.changes.len(), 4);
    assert!(
        diff.to_text(false)
            .contains("biometry or passphrase → biometry")
    );
    assert!(before.diff(&before).changes.is_empty());
}

#[test]
fn a_rule_about_the_time_shows_for_the_time_it_was_made_for() {
    let own = ["forbid (principal, action, resource) when { context.time.weekday > 5 };"];
    assert_eq!(matrix(&own).time, WallTime::new(3, 720));
    let sunday = Matrix::of(&engine(&own), GuardSettings::default(), WallTime::new(7, 0));
    assert!(
        sunday
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .all(|cell| *cell == Cell::Deny)
    );
    assert!(sunday.to_text(false).contains("Sun 00:00"));
}

#[test]
fn the_settings_it_was_made_under_are_said() {
    let settings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
    let opted_out = Matrix::of(&engine(&[]), settings, None);
    for text in [
        opted_out.to_text(false),
        opted_out.to_markdown(),
        opted_out.to_html(),
    ] {
        assert!(text.contains("step_up: confirm, unattended: waive"));
    }
}

#[test]
fn colour_only_repeats_what_the_words_say() {
    let shipped = matrix(&[]);
    let coloured = shipped.to_text(true);
    assert!(coloured.contains("\u{1b}[31mdeny\u{1b}[0m"));
    let mut plain = coloured;
    for code in ["31", "32", "33", "0"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(plain, shipped.to_text(false));
    assert!(
        shipped
            .to_text(false)
            .lines()
            .all(|line| line.chars().count() <= 110)
    );
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let page = matrix(&[]).to_html();
    for outside in ["http://", "https://", "<script", "src=", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<tr>").count(), 31);
}

#[test]
fn a_diff_as_fields_names_everybody_once_and_says_what_gives_power() {
    let strict = r#"forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { context.tier.after == 2 }
        unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#;
    let (loose, strict) = (matrix(&[]), matrix(&[strict]));
    let only = |fields: Vec<FieldChange>| match <[FieldChange; 1]>::try_from(fields) {
        Ok([field]) => field,
        Err(fields) => panic!("{fields:?}"),
    };
    let field = only(loose.diff(&strict).fields());
    assert_eq!(
        field.field,
        "raise an agent to admin (person / person, nobody there / person, by MCP / \
         agent that manages)"
    );
    assert_eq!(field.before.as_deref(), Some("biometry or passphrase"));
    assert_eq!(field.after.as_deref(), Some("biometry"));
    assert_eq!(field.direction, Direction::Narrows);
    let back = only(strict.diff(&loose).fields());
    assert_eq!(back.direction, Direction::Widens);

    let nothing = matrix(&["forbid (principal, action == OpenPass::Action::\"list\", resource);"]);
    let field = only(loose.diff(&nothing).fields());
    assert_eq!(field.field, "list (everybody)");
}
