use std::time::Duration;

use openpass_auth::{Factor, FactorSet, Line, SafeText, ShownChange};

use super::*;

fn challenge(summary: SafeText) -> Challenge {
    let accepts = FactorSet::only(Factor::Biometry);
    Challenge::new(summary, accepts, Duration::from_secs(60))
}

fn reason(challenge: &Challenge) -> String {
    let reason = Reason::new(challenge).unwrap().as_str().to_owned();
    assert!(reason.chars().count() <= ROOM, "{reason}");
    reason
}

fn change(field: &str, before: &str, after: &str, widens: bool) -> Detail {
    let text = SafeText::whole;
    Detail::Change(ShownChange::new(
        text(field),
        text(before),
        text(after),
        widens,
    ))
}

/// A list from one entry to `entries` and that one.
fn list(field: &str, entries: &[String]) -> Detail {
    let lines = entries
        .iter()
        .map(|entry| Line::Added(SafeText::whole(entry)));
    let short = SafeText::literal("some entries");
    let change = ShownChange::new(SafeText::whole(field), short.clone(), short, true);
    Detail::Change(change.with_lines(lines.collect()))
}

fn fact(label: &'static str, value: &str) -> Detail {
    Detail::Fact {
        label: SafeText::literal(label),
        value: SafeText::quoted(value),
    }
}

#[test]
fn case_41_who_asks_and_what_gives_power_are_in_the_sentence() {
    let summary = SafeText::fill(
        "raise agent {} from read-only to admin",
        &[&SafeText::quoted("codex")],
    );
    let tier = ShownChange::new(
        SafeText::literal("tier"),
        SafeText::literal("read-only"),
        SafeText::literal("admin"),
        true,
    );
    let asked = challenge(summary)
        .with_details(vec![
            fact("vault", "/home/anna/.openpass"),
            Detail::Change(tier.said_in_summary()),
            change("canWrite", "false", "true", true),
            change("canRunCommands", "false", "true", true),
            change("approvalMode", "deny", "prompt", true),
            change("quota", "10", "5", false),
        ])
        .with_principal(&SafeText::fill("agent {}", &[&SafeText::quoted("hermes")]))
        .with_notices(vec![SafeText::literal(
            "this vault is seen for the first time",
        )])
        .with_code(SafeText::literal("K7QX"));
    assert_eq!(
        reason(&asked),
        "let agent \"hermes\" raise agent \"codex\" from read-only to admin: canWrite, \
         canRunCommands false → true; approvalMode deny → prompt; this vault is seen for the \
         first time; quota 10 → 5; vault \"/home/anna/.openpass\" [K7QX]"
    );
}

#[test]
fn case_41_a_star_behind_nine_long_paths_is_seen_or_the_dialog_is_not_shown() {
    let star = || vec![list("allowedPaths", &["*".to_owned()])];
    let short = challenge(SafeText::literal("change agent")).with_details(star());
    assert_eq!(reason(&short), "change agent: allowedPaths + *");

    let mut paths: Vec<String> = (0..9)
        .map(|n| format!("work/{n}/{}", "x".repeat(30)))
        .collect();
    paths.push("*".to_owned());
    let details = vec![list("allowedPaths", &paths)];
    let long = challenge(SafeText::literal("change agent")).with_details(details);
    assert_eq!(Reason::new(&long), Err(Unavailable::NoRoom));
    assert_eq!(dialog_text(&long), Err(Unavailable::NoRoom));
}

#[test]
fn case_41_what_gives_no_power_is_counted_and_never_refuses() {
    let mut details = vec![
        change("canWrite", "false", "true", true),
        fact("reason given", &"because ".repeat(30)),
    ];
    let values = (0..40).map(|n| change(&format!("limit{n}"), "9", &n.to_string(), false));
    details.extend(values);
    details.push(Detail::NotShown { changes: 60 });
    let notice = SafeText::whole(&"notice ".repeat(60));
    let asked = challenge(SafeText::literal("change agent"))
        .with_details(details)
        .with_notices(vec![notice])
        .with_code(SafeText::literal("K7QX"));
    let reason = reason(&asked);
    assert!(reason.starts_with("change agent: canWrite false → true; limit0 9 → 0; "));
    let shown = reason.matches("limit").count();
    let counted = format!("; {} more [K7QX]", 100 - shown);
    assert!(shown > 5 && reason.ends_with(&counted), "{reason}");
    assert!(!reason.contains("because") && !reason.contains("notice"));
}

#[test]
fn the_reason_is_never_empty() {
    for nothing in ["", " ", ".", " . ", "..."] {
        let asked = challenge(SafeText::escape(nothing));
        assert_eq!(reason(&asked), NOT_DESCRIBED);
    }
}

#[test]
fn the_full_stop_is_left_to_the_system() {
    let asked = challenge(SafeText::literal("remove it."));
    assert_eq!(reason(&asked), "remove it");
}

#[test]
fn case_22_a_name_cannot_run_away_or_move_the_rest_out_of_sight() {
    let name = SafeText::quoted(&"x\u{202e}".repeat(10));
    let shown = reason(&challenge(SafeText::fill("raise {} to admin", &[&name])));
    assert!(
        !shown.contains('\u{202e}') && shown.ends_with("to admin"),
        "{shown}"
    );

    let name = SafeText::quoted_whole(&"x\u{202e}".repeat(5_000));
    let long = challenge(SafeText::fill("raise {} to admin", &[&name]));
    assert_eq!(Reason::new(&long), Err(Unavailable::NoRoom));
    let by_agent = challenge(SafeText::literal("x")).with_principal(&name);
    assert_eq!(Reason::new(&by_agent), Err(Unavailable::NoRoom));
}

#[test]
fn the_code_stands_at_the_end_and_takes_its_room() {
    let code = || SafeText::literal("K7QX");
    let short = challenge(SafeText::literal("remove it")).with_code(code());
    assert_eq!(reason(&short), "remove it [K7QX]");
    let exact = SafeText::whole(&"y".repeat(ROOM - " [K7QX]".len()));
    let full = challenge(exact.clone()).with_code(code());
    assert!(reason(&full).ends_with("y [K7QX]"));
    let over = challenge(SafeText::fill("{}y", &[&exact])).with_code(code());
    assert_eq!(Reason::new(&over), Err(Unavailable::NoRoom));
}
