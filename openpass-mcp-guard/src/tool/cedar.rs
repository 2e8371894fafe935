//! Types as Cedar's schema writes them, and texts as Cedar's strings.

use core::fmt::Write as _;

use openpass_auth::SafeText;

use super::declared::{Kind, Record};

/// The start of every line of a text but the first. A text cannot put anything in front
/// of it, so each line of a fragment shows what it is.
const MARGIN: &str = "\n    | ";

/// A text as a string of Cedar's, on one line.
pub(super) fn string(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A text as a string of Cedar's, each line on a line of its own.
pub(super) fn lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escaped).collect();
    format!("\"{}\"", lines.join(MARGIN))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| push(&mut out, character));
    out
}

/// INVARIANT: no character of a text ends the string, and each that is not seen as
/// itself stands as its number.
fn push(out: &mut String, character: char) {
    match character {
        '"' | '\\' => {
            out.push('\\');
            out.push(character);
        }
        ' '..='~' => out.push(character),
        _ => {
            let mut bytes = [0; 4];
            let text: &str = character.encode_utf8(&mut bytes);
            if SafeText::escape(text).as_str() == text {
                out.push(character);
            } else {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
            }
        }
    }
}

/// The string at the start of `text`, and what is behind it. `None` where there is none.
pub(super) fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut out = String::new();
    loop {
        let end = rest.find(['"', '\\', '\n'])?;
        let (plain, at) = rest.split_at_checked(end)?;
        out.push_str(plain);
        if let Some(behind) = at.strip_prefix('"') {
            return Some((out, behind));
        }
        if let Some(behind) = at.strip_prefix(MARGIN) {
            out.push('\n');
            rest = behind;
            continue;
        }
        let escape = at.strip_prefix('\\')?;
        if let Some(code) = escape.strip_prefix("u{") {
            let (code, behind) = code.split_once('}')?;
            out.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
            rest = behind;
        } else {
            let mut characters = escape.chars();
            out.push(characters.next().filter(|it| "\"\\".contains(*it))?);
            rest = characters.as_str();
        }
    }
}

/// A record as Cedar writes it, each member on a line of its own, in lines that begin with
/// `indent` but for the first.
pub(super) fn record(record: &Record, indent: &str) -> String {
    let inner = format!("{indent}  ");
    let fields = record.fields.iter().filter_map(|(name, field)| {
        let kind = kind(&field.kind, &inner)?;
        let optional = if field.required { "" } else { "?" };
        Some(format!("{inner}{}{optional}: {kind},\n", string(name)))
    });
    let fields: String = fields.collect();
    match fields.as_str() {
        "" => "{}".to_owned(),
        fields => format!("{{\n{fields}{indent}}}"),
    }
}

/// The type that policy sees. `None` where it sees nothing.
fn kind(kind: &Kind, indent: &str) -> Option<String> {
    Some(match kind {
        Kind::Text { .. } => "String".to_owned(),
        Kind::Long => "Long".to_owned(),
        Kind::Number => "{ \"text\": String, \"whole\"?: Long }".to_owned(),
        Kind::Bool => "Bool".to_owned(),
        Kind::List(element) => {
            let element = self::kind(element, indent)?;
            format!("{{ \"items\": Set<{element}>, \"count\": Long }}")
        }
        Kind::Record(fields) => record(fields, indent),
        Kind::Unspecified => return None,
    })
}
