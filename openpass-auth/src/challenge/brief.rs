//! Changes in few words, for prompts with little room.

use super::{Detail, Line, ShownChange};
use crate::SafeText;

/// Changes that share a line: `canWrite, canReadValues false → true`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BriefLine {
    /// The fields and what becomes of them, whole.
    pub text: SafeText,
    /// The number of changes that it stands for.
    pub changes: usize,
    /// Whether they give power.
    pub widens: bool,
    /// Whether the question's summary says the same.
    pub in_summary: bool,
}

/// The changes among `details` in the fewest lines that still say all of them:
/// first what gives power, each in the order of `details`.
///
/// Fields with the same new value share a line, with the old one where that is
/// the same too: `canWrite, canReadValues false → true`, but `canWrite,
/// canUseAutotype → true` where only the first was written. A difference is `+` and what is
/// added, `-` and what is removed: `allowedPaths + prod/ "a b" - dev/`. Values
/// that could be taken for more than one stand in quotes.
#[must_use]
pub fn brief(details: &[Detail]) -> Vec<BriefLine> {
    let mut groups: Vec<Vec<&ShownChange>> = Vec::new();
    for detail in details {
        let Detail::Change(change) = detail else {
            continue;
        };
        let group = groups.iter_mut().find(|group| {
            let first = group.first();
            first.is_some_and(|first| share_a_line(first, change))
        });
        match group {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    let mut lines: Vec<BriefLine> = groups.iter().filter_map(|group| line(group)).collect();
    lines.sort_by_key(|line| !line.widens);
    lines
}

/// A change with a difference of its own stands alone.
fn share_a_line(a: &ShownChange, b: &ShownChange) -> bool {
    a.lines.is_empty()
        && b.lines.is_empty()
        && (a.widens, a.in_summary) == (b.widens, b.in_summary)
        && a.after == b.after
}

fn line(group: &[&ShownChange]) -> Option<BriefLine> {
    let first = group.first()?;
    let fields: Vec<String> = group.iter().map(|change| word(&change.field)).collect();
    let what = match first.lines.is_empty() {
        true if was_alike(group) => format!(" {}{}", value(&first.before), becomes(first)),
        true => becomes(first),
        false => difference(first),
    };
    let text = format!("{}{what}", fields.join(", "));
    Some(BriefLine {
        text: SafeText::of_safe_parts(text),
        changes: group.len(),
        widens: first.widens,
        in_summary: first.in_summary,
    })
}

/// The value that stands for a key that is not written.
const NOT_SET: &str = "(not set)";

/// Whether all of `group` had the same old value, and that value was written.
fn was_alike(group: &[&ShownChange]) -> bool {
    let mut before = group.iter().map(|change| change.before.as_str());
    let first = before.next();
    first != Some(NOT_SET) && before.all(|other| Some(other) == first)
}

fn becomes(change: &ShownChange) -> String {
    format!(" → {}", value(&change.after))
}

fn difference(change: &ShownChange) -> String {
    if let Some(text) = all_gone(change) {
        return text;
    }
    let mut text = String::new();
    let mut last = None;
    for line in &change.lines {
        let (mark, entry) = match line {
            Line::Added(entry) => (" +", word(entry)),
            Line::Removed(entry) => (" -", word(entry)),
            Line::NotShown(count) => (" …", format!("({count} not shown)")),
            Line::Kept(_) | Line::Unchanged(_) => continue,
        };
        if last != Some(mark) {
            text.push_str(mark);
            last = Some(mark);
        }
        text.push(' ');
        text.push_str(&entry);
    }
    // What is left when all is gone: for a list it may mean none, or all.
    if change.after.as_str().starts_with('(') {
        text.push_str(&becomes(change));
    }
    text
}

/// The number of entries up to which a list names each that went, also where nothing is
/// left.
const FEW: usize = 3;

/// A list of which nothing is left. What that means is the new value's to say:
/// for a list of what is allowed it may be none, or all.
fn all_gone(change: &ShownChange) -> Option<String> {
    let is_gone = |line: &Line<SafeText>| matches!(line, Line::Removed(_));
    let many = change.lines.len() > FEW && change.after.as_str().starts_with('(');
    let all = many && change.lines.iter().all(is_gone);
    all.then(|| becomes(change))
}

/// A value: blanks do not end it, what separates changes would.
fn value(value: &SafeText) -> String {
    match value.as_str() {
        NOT_SET => "unset".to_owned(),
        "unset" => "\"unset\"".to_owned(),
        text => quoted_if(text, [';', ',', '\u{2192}', '"'].as_slice()),
    }
}

/// One word of several: a blank would end it too. A word that looks like a mark of
/// ours, such as a dash of another script, stands in quotes.
fn word(text: &SafeText) -> String {
    if text.is_empty() {
        return "\"\"".to_owned();
    }
    let text = text.as_str();
    if !text.is_ascii() {
        return quoted(text);
    }
    quoted_if(text, [' ', ';', ',', '"', '[', ']', '(', ')'].as_slice())
}

/// `text`, in quotes if it holds one of `separators` and has none yet.
fn quoted_if(text: &str, separators: &[char]) -> String {
    if text.contains(separators) {
        quoted(text)
    } else {
        text.to_owned()
    }
}

/// `text` in quotes, if it has none yet.
fn quoted(text: &str) -> String {
    if text.starts_with('"') {
        return text.to_owned();
    }
    // Everything else is escaped already.
    format!("\"{}\"", text.replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(field: &str, before: &str, after: &str, widens: bool) -> ShownChange {
        let text = SafeText::whole;
        ShownChange::new(text(field), text(before), text(after), widens)
    }

    fn unset(field: &str, after: &str) -> ShownChange {
        let text = SafeText::whole;
        ShownChange::new(text(field), SafeText::literal(NOT_SET), text(after), true)
    }

    fn texts(changes: impl IntoIterator<Item = ShownChange>) -> Vec<String> {
        let details: Vec<Detail> = changes.into_iter().map(Detail::Change).collect();
        let lines = brief(&details);
        lines.iter().map(|line| line.text.to_string()).collect()
    }

    #[test]
    fn case_41_fields_with_the_same_change_share_a_line_and_power_comes_first() {
        let lines = texts([
            change("quota", "9", "1", false),
            change("canWrite", "false", "true", true),
            change("mode", "deny", "prompt", true),
            change("canReadValues", "false", "true", true),
            change("requireApproval", "false", "true", false),
            unset("approval", "prompt"),
            unset("autoUnseal", "admin"),
        ]);
        let expected = [
            "canWrite, canReadValues false → true",
            "mode, approval → prompt",
            "autoUnseal → admin",
            "quota 9 → 1",
            "requireApproval false → true",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn case_41_a_difference_names_every_entry_once_in_order() {
        let entry = |text| SafeText::whole(text);
        let lines = vec![
            Line::Kept(entry("dev/")),
            Line::Added(entry("*")),
            Line::Added(entry("a b")),
            Line::Unchanged(7),
            Line::Removed(entry("+ x, y")),
        ];
        let difference = change("allowedPaths", "9 entries", "10 entries", true).with_lines(lines);
        assert_eq!(
            texts([difference]),
            [r#"allowedPaths + * "a b" - "+ x, y""#]
        );
        let of_none = unset("allowedPaths", "1 entry");
        let of_none = of_none.with_lines(vec![Line::Added(entry("*"))]);
        assert_eq!(texts([of_none]), ["allowedPaths + *"]);
        let gone = vec![Line::Removed(entry("list"))];
        let none = SafeText::literal("(none)");
        let all = ShownChange::new(entry("allowed_tools"), entry("1 entry"), none, true);
        assert_eq!(
            texts([all.with_lines(gone)]),
            ["allowed_tools - list → (none)"]
        );
    }

    #[test]
    fn case_41_a_few_entries_that_went_are_named_and_many_are_what_is_left() {
        let list = |gone: &[&'static str], stays: &[&'static str]| {
            let gone = gone.iter().map(|it| Line::Removed(SafeText::whole(it)));
            let stays = stays.iter().map(|it| Line::Kept(SafeText::whole(it)));
            let none = SafeText::literal("(none)");
            ShownChange::new(
                SafeText::whole("tools"),
                SafeText::whole("many"),
                none,
                true,
            )
            .with_lines(gone.chain(stays).collect())
        };
        assert_eq!(
            texts([list(&["a", "b", "c"], &[])]),
            ["tools - a b c → (none)"]
        );
        assert_eq!(
            texts([list(&["a", "b", "c", "d"], &[])]),
            ["tools → (none)"]
        );
        // Something is left after all.
        assert_eq!(
            texts([list(&["a", "b", "c", "d"], &["e"])]),
            ["tools - a b c d → (none)"]
        );
    }

    #[test]
    fn case_41_an_entry_cannot_pass_for_a_mark() {
        let entries = [
            "dev/",
            "\u{2212}",
            "\u{ff0d}prod/",
            "*",
            "(1",
            "stays)",
            "d\u{e9}v/",
        ];
        let lines = entries.map(|entry| Line::Added(SafeText::whole(entry)));
        let list = change("allowedPaths", "1 entry", "8 entries", true);
        assert_eq!(
            texts([list.with_lines(lines.into())]),
            [
                "allowedPaths + dev/ \"\u{2212}\" \"\u{ff0d}prod/\" * \"(1\" \"stays)\" \"d\u{e9}v/\""
            ]
        );
    }

    #[test]
    fn case_22_a_name_or_value_cannot_pass_for_a_change_of_its_own() {
        let lines = texts([
            change(
                "x false → true; tier",
                "a",
                "b; tier admin → read-only",
                true,
            ),
            change("y\u{1b}[2J", "(not set)", "unset", true),
        ]);
        assert_eq!(
            lines,
            [
                r#""x false → true; tier" a → "b; tier admin → read-only""#,
                r#""y\u{1b}[2J" "(not set)" → "unset""#,
            ]
        );
    }
}
