//! The matrix, and what a change of policy changes in it.
#![expect(clippy::unwrap_used, reason = "a test")]

use openpass_policy::{
    Action, AgentRef, Direction, FieldChange, GuardSettings, PolicyEngine, PolicySource, StepUp,
    Tier, TokenRef, Unattended, WallTime,
    author::{Cell, Matrix, MatrixDiff, OwnSamples},
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

/// What changes from some policies to others.
fn diff(before: &[&str], after: &[&str]) -> MatrixDiff {
    diff_with(before, after, &OwnSamples::default())
}

fn diff_with(before: &[&str], after: &[&str], own: &OwnSamples) -> MatrixDiff {
    let (before, after) = (engine(before), engine(after));
    let settings = GuardSettings::default();
    MatrixDiff::between(&before, &after, settings, WallTime::new(3, 720), own)
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
    let shown = diff(&[], &[own]);
    assert!(shown.changes.iter().all(|change| {
        (change.what.as_str(), change.before, change.after)
            == ("raise an agent to admin", Cell::Either, Cell::Biometry)
    }));
    assert_eq!(shown.changes.len(), 4);
    assert!(
        shown
            .to_text(false)
            .contains("biometry or passphrase → biometry")
    );
    assert!(diff(&[own], &[own]).changes.is_empty());
}

#[test]
fn a_rule_about_the_time_shows_for_the_time_it_was_made_for() {
    let own = ["forbid (principal, action, resource) when { context.time.weekday > 5 };"];
    assert_eq!(matrix(&own).time, WallTime::new(3, 720));
    let sunday = Matrix::of(&engine(&own), GuardSettings::default(), WallTime::new(7, 0));
    assert!(sunday.rows.iter().all(|row| {
        // Repair is not the rule's to forbid.
        let repair = Action::named(row.action).unwrap().is_repair();
        let cells = row.cells.iter().skip(if repair { 2 } else { 0 });
        cells.into_iter().all(|cell| *cell == Cell::Deny)
    }));
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
}

#[test]
fn c4_the_text_is_read_at_80_columns_and_by_name() {
    let shipped = matrix(&[]);
    let text = shipped.to_text(false);
    let wide = |line: &&str| line.chars().count() > 80;
    assert_eq!(text.lines().find(wide), None, "{text}");
    let flat = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    for row in &shipped.rows {
        assert!(flat.contains(&row.what), "{}: {text}", row.what);
    }
    let narrowing = text
        .split("\n\n")
        .find(|it| it.starts_with("take power from an agent"));
    assert_eq!(
        narrowing.unwrap(),
        "take power from an agent; set logging.level; set clipboard.*\n  \
         allow        person; person, nobody there; person, by MCP\n  \
         deny         agent\n  \
         bio or pass  agent that manages; agent, on itself"
    );
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let shipped = matrix(&[]);
    let page = shipped.to_html();
    for outside in ["http://", "https://", "<script", "src=", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    // The names of the columns, and every operation.
    assert_eq!(page.matches("<tr>").count(), 1 + shipped.rows.len());
}

#[test]
fn a_diff_as_fields_names_everybody_once_and_says_what_gives_power() {
    let strict = r#"forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { context.tier.after == 2 }
        unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#;
    let only = |fields: Vec<FieldChange>| match <[FieldChange; 1]>::try_from(fields) {
        Ok([field]) => field,
        Err(fields) => panic!("{fields:?}"),
    };
    let field = only(diff(&[], &[strict]).fields());
    assert_eq!(
        field.field,
        "raise an agent to admin (person / person, nobody there / person, by MCP / \
         agent that manages)"
    );
    assert_eq!(field.before.as_deref(), Some("biometry or passphrase"));
    assert_eq!(field.after.as_deref(), Some("biometry"));
    assert_eq!(field.direction, Direction::Narrows);
    let back = only(diff(&[strict], &[]).fields());
    assert_eq!(back.direction, Direction::Widens);

    let nothing = "forbid (principal, action == OpenPass::Action::\"list\", resource);";
    let field = only(diff(&[], &[nothing]).fields());
    assert_eq!(field.field, "list (everybody)");
}

fn token(id: &str, agent_name: &str, all_tools: bool) -> TokenRef {
    TokenRef {
        id: id.to_owned(),
        agent: AgentRef::new(agent_name, Tier::Standard, false),
        all_tools,
    }
}

/// Two agents, of whom hermes manages, and two tokens.
fn own() -> OwnSamples {
    let agent = |name: &str, manages| AgentRef::new(name, Tier::Standard, manages);
    OwnSamples::new(
        vec![agent("hermes", true), agent("codex", false)],
        vec![
            token("tok-1", "hermes", false),
            token("tok-2", "codex", true),
        ],
    )
}

fn with_own(policy: &[&str], own: &OwnSamples) -> Matrix {
    let time = WallTime::new(3, 720);
    Matrix::with_own(&engine(policy), GuardSettings::default(), time, own)
}

#[test]
fn case_59_an_exception_for_one_of_the_vaults_agents_or_tokens_shows() {
    let exceptions = [
        // About an agent, by an agent, about its tokens, about one token.
        (
            r#"forbid (principal, action == OpenPass::Action::"widenAgent", resource)
               when { resource.agent == OpenPass::Agent::"hermes" };"#,
            r#"raise "hermes" to admin"#,
            "person",
        ),
        (
            r#"forbid (principal == OpenPass::Agent::"hermes", action, resource);"#,
            "raise an agent to admin",
            r#"agent "hermes""#,
        ),
        (
            r#"forbid (principal, action == OpenPass::Action::"createToken", resource)
               when { resource.agentName == "codex" };"#,
            r#"issue "codex" a token for some tools"#,
            "person",
        ),
        (
            r#"forbid (principal, action, resource == OpenPass::Token::"tok-2");"#,
            r#"revoke token "tok-2" of "codex""#,
            "person",
        ),
    ];
    for (policy, what, principal) in exceptions {
        let diff = diff_with(&[], &[policy], &own());
        assert!(
            diff.changes.iter().any(|change| {
                (change.what.as_str(), change.principal.as_str()) == (what, principal)
                    && change.after == Cell::Deny
            }),
            "{what}: {}",
            diff.to_text(false)
        );
        assert!(
            diff.fields()
                .iter()
                .any(|field| field.field.starts_with(what))
        );
        // And taking it back widens.
        let back = diff_with(&[policy], &[], &own()).fields();
        let back = back.iter().find(|field| field.field.starts_with(what));
        assert_eq!(back.unwrap().direction, Direction::Widens);
    }
}

#[test]
fn case_59_one_left_out_of_a_rule_for_all_shows_too() {
    let all_but_hermes = r#"forbid (principal, action == OpenPass::Action::"removeAgent", resource)
        unless { resource.agent == OpenPass::Agent::"hermes" };"#;
    let diff = diff_with(&[], &[all_but_hermes], &own());
    let rows: Vec<&str> = diff.changes.iter().map(|it| it.what.as_str()).collect();
    assert!(rows.contains(&"remove an agent"));
    // A row of codex's own follows the sample, and hermes stays as it was.
    assert!(rows.iter().all(|what| !what.contains("hermes")), "{rows:?}");
    // To whom the rule is an exception is seen in the table itself.
    let after = with_own(&[all_but_hermes], &own());
    assert_eq!(cell(&after, r#"remove "hermes""#, "person"), Cell::Either);
    assert_eq!(cell(&after, r#"remove "codex""#, "person"), Cell::Deny);
}

#[test]
fn case_59_a_rule_for_all_is_listed_once() {
    let own = own();
    let rule = r#"forbid (principal, action == OpenPass::Action::"revokeToken", resource);"#;
    let diff = diff_with(&[], &[rule], &own);
    assert!(diff.changes.iter().all(|it| it.what == "revoke a token"));
    let looks = r#"forbid (principal is OpenPass::Agent, action, resource);"#;
    let fields = diff_with(&[], &[looks], &own).fields();
    let list = fields
        .iter()
        .find(|field| field.field.starts_with("list ("));
    assert_eq!(
        list.unwrap().field,
        "list (agent / agent that manages / agent, on itself / every agent of this vault)"
    );
}

/// The way to a difference that leaves out what cannot differ says what the tables say.
#[test]
fn case_59_the_difference_of_two_engines_is_that_of_their_matrices() {
    let own = own();
    let policies = [
        "forbid (principal, action, resource);",
        r#"forbid (principal is OpenPass::Agent, action in OpenPass::Action::"config", resource);"#,
        r#"forbid (principal == OpenPass::Agent::"hermes", action, resource);"#,
        r#"forbid (principal, action == OpenPass::Action::"revokeToken",
            resource == OpenPass::Token::"tok-2");"#,
        r#"permit (principal, action in [OpenPass::Action::"list", OpenPass::Action::"show"],
            resource is OpenPass::Vault);"#,
        "permit (principal, action, resource) when { context.time.minuteOfDay + 9223372036854775807 > 0 };",
    ];
    let sets = policies.iter().map(|policy| vec![*policy]).chain([vec![]]);
    let sets: Vec<Vec<&str>> = sets.collect();
    for (before, after) in sets.iter().zip(sets.iter().rev()) {
        let time = WallTime::new(3, 720);
        let settings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);
        let matrix = |set: &[&str]| Matrix::with_own(&engine(set), settings, time, &own);
        let (old, new) = (matrix(before), matrix(after));
        let quick = MatrixDiff::between(&engine(before), &engine(after), settings, time, &own);
        // The tables are of noon.
        for change in quick.changes.iter().filter(|it| it.when.is_none()) {
            let cells = [&old, &new].map(|it| cell(it, &change.what, &change.principal));
            assert_eq!(cells, [change.before, change.after], "{change:?}");
        }
        // What the tables tell apart is in the difference: as itself, or as its sample.
        for row in &old.rows {
            for (principal, was) in old.principals.iter().zip(&row.cells) {
                let is = cell(&new, &row.what, principal);
                let shown = quick.changes.iter().any(|change| {
                    change.action == row.action
                        && change.principal == *principal
                        && (change.before, change.after) == (*was, is)
                });
                assert!(shown || *was == is, "{} {principal}", row.what);
            }
        }
        let mut failing = new.failing.clone();
        failing.retain(|policy| !old.failing.contains(policy));
        assert_eq!(quick.failing, failing, "{before:?} {after:?}");
    }
}

#[test]
fn case_59_without_a_clock_a_rule_of_the_time_denies_in_the_difference_too() {
    let rule = "forbid (principal, action, resource) when { context.time.minuteOfDay > 600 };";
    let (before, after) = (engine(&[]), engine(&[rule]));
    let settings = GuardSettings::default();
    let diff = MatrixDiff::between(&before, &after, settings, None, &own());
    let raise = |who: &str| {
        diff.changes.iter().any(|change| {
            (
                change.what.as_str(),
                change.principal.as_str(),
                change.after,
            ) == ("raise an agent to admin", who, Cell::Deny)
        })
    };
    assert!(raise("person") && raise("agent that manages"));
}

#[test]
fn case_59_what_is_not_sampled_is_said_and_what_policies_name_comes_first() {
    let agents = (0..20).map(|n| AgentRef::new(format!("agent-{n:02}"), Tier::Standard, true));
    let tokens = (0..9).map(|n| token(&format!("tok-{n}"), "agent-00", false));
    let policy = r#"forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { resource.agent == OpenPass::Agent::"agent-19" };"#;
    let own = OwnSamples::new(agents.collect(), tokens.collect()).naming(&engine(&[policy]));
    let after = with_own(&[policy], &own);
    let diff = diff_with(&[], &[policy], &own);
    assert!(diff.to_text(false).contains(r#"raise "agent-19" to admin"#));
    let left_out = "16 agents and 5 tokens";
    for text in [
        after.to_text(false),
        after.to_markdown(),
        after.to_html(),
        diff.to_text(false),
    ] {
        assert!(text.contains(left_out), "{text}");
    }
    let field = diff.fields().pop().unwrap();
    assert_eq!(field.after.as_deref(), Some(left_out));
    let unread = OwnSamples::default().without(vec!["the agents (config.yaml cannot be read)"]);
    let said = with_own(&[], &unread).to_text(false);
    assert!(said.contains("config.yaml cannot be read"), "{said}");
}

#[test]
fn case_22_hostile_names_stay_in_their_cells() {
    let hostile = "x\u{1b}[2J|</td><script>";
    let agents = vec![AgentRef::new(hostile, Tier::Admin, true)];
    let token = token("|t\u{202e}", hostile, true);
    let own = OwnSamples::new(agents, vec![token]);
    let matrix = with_own(&[], &own);
    for text in [matrix.to_text(true), matrix.to_markdown(), matrix.to_html()] {
        assert!(!text.contains("\u{1b}[2J") && !text.contains('\u{202e}'));
    }
    assert!(!matrix.to_html().contains("<script"));
    let markdown = matrix.to_markdown();
    let columns = |line: &str| line.replace("\\|", "").matches('|').count();
    let rows = markdown.lines().filter(|line| line.starts_with('|'));
    assert!(
        rows.into_iter().all(|line| columns(line) == 9),
        "{markdown}"
    );
}

#[test]
fn the_samples_own_names_do_not_clash_with_the_vaults() {
    // The sample is called codex too, on another tier.
    let own = OwnSamples::new(vec![AgentRef::new("codex", Tier::Admin, true)], vec![]);
    let matrix = with_own(&[], &own);
    let raise = cell(&matrix, "raise an agent to admin", r#"agent "codex""#);
    assert_eq!(raise, Cell::Either);
    let itself = cell(&matrix, r#"raise "codex" to admin"#, r#"agent "codex""#);
    assert_eq!(itself, Cell::Deny);
}
