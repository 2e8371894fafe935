use super::*;
use crate::{GuardSettings, Operation, Request, StateDigest, Tier, operation::Effect};

fn list(entries: &[&str]) -> Option<Vec<String>> {
    Some(entries.iter().map(|&entry| entry.to_owned()).collect())
}

fn paths(before: Option<Vec<String>>, after: Option<Vec<String>>) -> FieldChange {
    FieldChange::list(
        "allowedPaths",
        Before(before),
        After(after),
        Direction::Widens,
    )
}

fn lines(change: &FieldChange) -> Vec<String> {
    let drawn = change.shown().lines.into_iter().map(|line| match line {
        Line::Added(text) => format!("+ {text}"),
        Line::Removed(text) => format!("- {text}"),
        Line::Kept(text) => format!("  {text}"),
        Line::Unchanged(count) => format!("({count} stay)"),
        Line::NotShown(count) => format!("({count} not shown)"),
    });
    drawn.collect()
}

fn digest(change: FieldChange) -> String {
    let request = Request::by_person("v", GuardSettings::default());
    let agent = crate::AgentRef::new("codex", Tier::Standard, false);
    let effect = Effect::new(vec![change], StateDigest::of(&[]));
    Operation::change_agent(request, agent, Tier::Standard, effect)
        .digest()
        .to_string()
}

#[test]
fn case_41_an_entry_behind_nine_long_harmless_ones_is_shown() {
    let harmless: Vec<String> = (0..9)
        .map(|n| format!("work/{n}/{}", "x".repeat(90)))
        .collect();
    let mut after = harmless.clone();
    after.push("*".to_owned());
    let change = paths(Some(harmless), Some(after));
    assert_eq!(lines(&change), ["(9 stay)", "+ *"]);
    assert_eq!(change.shown().before.as_str(), "9 entries");
    assert_eq!(change.shown().after.as_str(), "10 entries");
}

#[test]
fn case_42_the_tail_of_what_widens_is_whole_wherever_it_stands() {
    let long = format!("{}*", "x".repeat(5_000));
    let plain = FieldChange::new(
        "f",
        Before(None),
        After(Some(long.clone())),
        Direction::Widens,
    );
    assert_eq!(plain.shown().after.as_str(), long);
    assert_eq!(lines(&paths(None, list(&[&long]))), [format!("+ {long}")]);
    let field = FieldChange::new(long.clone(), Before(None), After(None), Direction::Widens);
    assert_eq!(field.shown().field.as_str(), long);
}

#[test]
fn case_42_ten_thousand_added_entries_are_all_there() {
    let many: Vec<String> = (0..10_000).map(|n| format!("p{n}")).collect();
    let widens = paths(list(&["a"]), Some(many.clone())).shown();
    assert_eq!(widens.lines.len(), 10_001);
    assert_eq!(
        widens.lines.last(),
        Some(&Line::Added(SafeText::whole("p9999")))
    );
    // What gives no power is counted instead.
    let narrows = FieldChange::list(
        "redactFields",
        Before(None),
        After(Some(many)),
        Direction::Narrows,
    )
    .shown();
    assert_eq!(narrows.lines.last(), Some(&Line::NotShown(9_992)));
    assert_eq!(narrows.lines.len(), 9);
}

#[test]
fn entries_are_added_removed_and_kept_in_order() {
    let change = paths(list(&["a", "b", "c"]), list(&["a", "x", "c", "c"]));
    assert_eq!(
        lines(&change),
        ["(1 stay)", "- b", "+ x", "(1 stay)", "+ c"]
    );
    let added: Vec<&str> = change.difference.added().collect();
    let removed: Vec<&str> = change.difference.removed().collect();
    assert_eq!((added, removed), (vec!["x", "c"], vec!["b"]));
}

#[test]
fn case_41_another_order_is_no_silent_change() {
    let change = paths(list(&["a", "b"]), list(&["b", "a", "c"]));
    assert_eq!(lines(&change), ["- a", "- b", "+ b", "+ a", "+ c"]);
}

#[test]
fn case_41_without_entries_the_value_is_named() {
    for (before, after, shown) in [
        (None, list(&[]), ("(not set)", "(none)")),
        (list(&[]), None, ("(none)", "(not set)")),
        (list(&["a"]), list(&[]), ("1 entry", "(none)")),
        (None, list(&["a"]), ("(not set)", "1 entry")),
    ] {
        let change = paths(before, after).shown();
        assert_eq!((change.before.as_str(), change.after.as_str()), shown);
    }
}

#[test]
fn case_22_an_entry_cannot_imitate_the_layout() {
    let hostile = ["+ *", "- a", "a\n+ *", "\u{1b}[2J\u{202e}", "", "! tier"];
    let shown = lines(&paths(None, list(&hostile)));
    let expected = [
        r#"+ "+ *""#,
        r#"+ "- a""#,
        r"+ a\u{a}+ *",
        r"+ \u{1b}[2J\u{202e}",
        r#"+ """#,
        r#"+ "! tier""#,
    ];
    assert_eq!(shown, expected);
}

#[test]
fn case_51_a_text_is_shown_as_its_lines_with_their_neighbours() {
    let kept = |n: usize| Line::Kept(format!("line {n}"));
    let mut all: Vec<Line<String>> = (0..9).map(kept).collect();
    all[5] = Line::Kept(String::new());
    all.insert(4, Line::Removed("forbid (".to_owned()));
    all.insert(5, Line::Added("permit (".to_owned()));
    let (old, new) = (Some("sha256 a".to_owned()), Some("sha256 b".to_owned()));
    let change = FieldChange::text(
        "policies/own.cedar",
        Before(old),
        After(new),
        all,
        Direction::Widens,
    );
    let expected = [
        "(2 stay)",
        "  line 2",
        "  line 3",
        "- forbid (",
        "+ permit (",
        "  line 4",
        "  ",
        "(3 stay)",
    ];
    assert_eq!(lines(&change), expected);
    assert_eq!(change.shown().before.as_str(), "sha256 a");
}

#[test]
fn the_digest_binds_every_part_of_a_difference() {
    let same_texts = [
        paths(list(&["a, b", "x"]), list(&["a, b"])),
        paths(list(&["a", "b", "x"]), list(&["a", "b"])),
        FieldChange::new(
            "allowedPaths",
            Before(Some("a, b, x".to_owned())),
            After(Some("a, b".to_owned())),
            Direction::Widens,
        ),
    ];
    let text = |line| {
        let hash = || Some("sha256".to_owned());
        FieldChange::text(
            "allowedPaths",
            Before(hash()),
            After(hash()),
            vec![line],
            Direction::Widens,
        )
    };
    let one = || "one".to_owned();
    let same_hashes = [
        text(Line::Added(one())),
        text(Line::Removed(one())),
        text(Line::Kept(one())),
        text(Line::Added("two".to_owned())),
        text(Line::Unchanged(1)),
        text(Line::Unchanged(2)),
        text(Line::NotShown(1)),
    ];
    let all: Vec<String> = same_texts
        .into_iter()
        .chain(same_hashes)
        .map(digest)
        .collect();
    let mut different = all.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), all.len());
}

#[test]
fn json_keeps_the_texts_and_names_the_difference_beside_them() {
    let change = paths(list(&["a"]), list(&["a", "*"]));
    assert_eq!(
        serde_json::to_value(change).unwrap(),
        serde_json::json!({
            "field": "allowedPaths", "before": "a", "after": "a, *",
            "direction": "widens", "added": ["*"], "removed": [],
        })
    );
    let plain = FieldChange::new("canWrite", Before(None), After(None), Direction::Widens);
    let plain = serde_json::to_value(plain).unwrap();
    assert_eq!(plain.as_object().unwrap().len(), 4);
}

#[test]
fn case_41_an_entry_with_a_comma_does_not_read_as_two() {
    let (one, two) = (paths(None, list(&["a, b"])), paths(None, list(&["a", "b"])));
    assert_eq!(one.after.as_deref(), Some("\"a, b\""));
    assert_eq!(two.after.as_deref(), Some("a, b"));
    let quoted = paths(None, list(&["a\", \"b"]));
    assert_eq!(quoted.after.as_deref(), Some("\"a\\\", \\\"b\""));
}

#[test]
fn case_56_what_only_a_prompt_shows_is_bound_and_in_no_record() {
    let hash = || Some("7 bytes, SHA-256 f52f".to_owned());
    let change = |seen: &str| {
        FieldChange::new(
            "nobody.knows",
            Before(None),
            After(hash()),
            Direction::Widens,
        )
        .seen_as(seen)
    };
    let seen = change("hunter2");
    assert_eq!(seen.asked().after.as_str(), "hunter2");
    assert_eq!(seen.shown().after.as_str(), hash().unwrap());
    assert!(!format!("{seen:?}").contains("hunter2"));
    assert!(!serde_json::to_string(&seen).unwrap().contains("hunter2"));
    assert_ne!(digest(seen), digest(change("hunter3")));
}

#[test]
fn case_42_pages_of_blank_lines_are_counted() {
    let added = |text: &str| Line::Added(text.to_owned());
    let mut lines = vec![added("permit (a);"), added(""), added("")];
    lines.push(added("// still seen"));
    lines.extend((0..400).map(|number| added(if number % 2 == 0 { "" } else { "   " })));
    lines.push(added("forbid (b);"));
    let change = FieldChange::text(
        "policies/x.cedar",
        Before(None),
        After(None),
        lines,
        Direction::Widens,
    );
    let shown: Vec<String> = change
        .shown()
        .lines
        .into_iter()
        .map(|line| match line {
            Line::Added(text) => text.to_string(),
            _ => panic!("only added"),
        })
        .collect();
    let expected = [
        "permit (a);",
        "",
        "",
        "// still seen",
        r"\u{a} (400 blank lines)",
        "forbid (b);",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn case_22_a_value_cannot_imitate_an_empty_list() {
    let plain = FieldChange::new(
        "reason",
        Before(None),
        After(Some(NONE.to_owned())),
        Direction::Widens,
    );
    assert_eq!(plain.shown().after.as_str(), "\"(none)\"");
    let empty = paths(list(&["/srv"]), list(&[]));
    assert_eq!(empty.shown().after.as_str(), "(none)");
}

#[test]
fn what_is_for_the_eyes_of_a_person_is_in_no_debug_output() {
    let change = paths(None, None).seen_as("not for programs");
    let debug = format!("{change:?}");
    assert!(debug.contains("seen: Some(Seen)"), "{debug}");
    assert!(!debug.contains("not for programs"), "{debug}");
}
