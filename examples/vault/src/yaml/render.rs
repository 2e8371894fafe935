//! Writes keys and values as YAML that every reader reads alike.

use core::fmt::Write as _;

use super::NewValue;

/// `value` in one line.
pub(super) fn inline(value: &NewValue) -> String {
    match value {
        NewValue::Bool(value) => value.to_string(),
        NewValue::Int(value) => value.to_string(),
        NewValue::Text(value) => text(value),
        NewValue::TextList(items) => {
            let items: Vec<String> = items.iter().map(|item| text(item)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// An entry in one line, with the mappings that `keys` need in braces. The
/// outermost is not in braces, since it is put into a mapping that is.
pub(super) fn inline_entry(keys: &[String], value: &NewValue) -> String {
    let names: Vec<String> = keys.iter().map(|key| text(key)).collect();
    let closing = "}".repeat(names.len().saturating_sub(1));
    format!("{}: {}{closing}", names.join(": {"), inline(value))
}

/// The indents of nested lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    /// A mapping below its key.
    pub(super) mapping: usize,
    /// A list's dashes below their key.
    pub(super) list: usize,
}

/// An entry in as many lines as it needs, each indented by `indent` or more.
pub(super) fn block_entry(
    keys: &[String],
    value: &NewValue,
    indent: usize,
    style: Style,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (depth, key) in keys.iter().enumerate() {
        let blank = " ".repeat(indent + depth * style.mapping);
        lines.push(format!("{blank}{}:", text(key)));
    }
    match value {
        NewValue::TextList(items) if !items.is_empty() => {
            let depth = keys.len().saturating_sub(1);
            lines.extend(block_items(
                items,
                indent + depth * style.mapping + style.list,
            ));
        }
        _ => {
            if let Some(last) = lines.last_mut() {
                last.push(' ');
                last.push_str(&inline(value));
            }
        }
    }
    lines
}

/// List items, one a line.
pub(super) fn block_items(items: &[String], indent: usize) -> Vec<String> {
    let blank = " ".repeat(indent);
    let line = |item: &String| format!("{blank}- {}", text(item));
    items.iter().map(line).collect()
}

/// A key or a text, quoted unless no reader could take it for anything else.
pub(super) fn text(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    double_quoted(text)
}

fn is_plain(text: &str) -> bool {
    let first = text.bytes().next();
    first.is_some_and(|byte| byte.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_./-".contains(&byte))
        && !is_keyword(text)
}

/// Words that YAML 1.1 or 1.2, or one of their readers, takes for a boolean, a
/// null or a number.
fn is_keyword(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "inf", "infinity", "nan",
    ];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            ' '..='~' => quoted.push(character),
            _ if character.is_alphanumeric() => quoted.push(character),
            // Writing to a String cannot fail.
            _ => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(character));
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_could_be_read_as_anything_else_is_quoted() {
        let doubtful = [
            "",
            "~",
            "yes",
            "No",
            "ON",
            "y",
            "null",
            "True",
            "1",
            "010",
            "0x1",
            "0o7",
            "1_000",
            "12:30:00",
            "1e3",
            ".inf",
            ".nan",
            "-",
            "- a",
            "a: b",
            "a #b",
            " a",
            "a ",
            "*",
            "&a",
            "!t",
            "|",
            ">",
            "%",
            "@",
            "`",
            "{",
            "[",
            "]",
            ",",
            "?",
            ":",
            "=",
            "<<",
            "2026-11-23",
            "card.*",
            "'",
            "it's",
            "---",
            "...",
        ];
        for doubtful in doubtful {
            let written = text(doubtful);
            assert!(
                written.starts_with('\''),
                "{doubtful} was written {written}"
            );
        }
    }

    #[test]
    fn harmless_text_stays_plain() {
        for harmless in [
            "read-only",
            "dev/",
            "list_entries",
            "v1.2",
            "python3",
            "yesterday",
        ] {
            assert_eq!(text(harmless), harmless);
        }
    }

    #[test]
    fn characters_that_are_not_seen_are_escaped() {
        assert_eq!(text("a\nb\u{202e}\0é"), r#""a\nb\U0000202E\U00000000é""#);
    }

    #[test]
    fn nested_entries_are_written_in_both_styles() {
        let keys = ["agents", "1", "tier"].map(String::from);
        let value = NewValue::TextList(vec!["a".into(), "*".into()]);
        assert_eq!(
            inline_entry(&keys, &value),
            "agents: {'1': {tier: [a, '*']}}"
        );
        let style = Style {
            mapping: 2,
            list: 0,
        };
        assert_eq!(
            block_entry(&keys, &value, 1, style),
            [
                " agents:",
                "   '1':",
                "     tier:",
                "     - a",
                "     - '*'"
            ]
        );
    }
}
