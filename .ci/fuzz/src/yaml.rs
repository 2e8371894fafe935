//! Edits of YAML: what the new text means to another reader is what was asked, and
//! nothing else.

use openpass_vault::yaml::{Document, Edit, NewValue};

use crate::{feed, judge};

/// The first line says the edit, such as `agents/codex/tier text admin` or
/// `agents/codex remove`; the rest is the file.
pub(crate) fn edit(bytes: &[u8]) {
    let (line, file) = feed::first_line(bytes);
    let (Some(edit), Ok(document)) = (wish(&line), Document::parse(file)) else {
        return;
    };
    let before = document.text().to_owned();
    // The other reader refuses files that are fine: it has no number of more than 64 bits.
    if yaml_serde::from_str::<yaml_serde::Value>(&before).is_err() {
        return;
    }
    let Ok(after) = document.apply(std::slice::from_ref(&edit)) else {
        return;
    };
    judge::values(&before, &after, &edit).unwrap();
    let again = Document::parse(after.as_bytes()).unwrap();
    assert_eq!(again.apply(std::slice::from_ref(&edit)).unwrap(), after);
}

fn wish(line: &str) -> Option<Edit> {
    let mut words = line.splitn(3, ' ');
    let path = words.next()?.split('/').map(str::to_owned);
    let (kind, value) = (words.next()?, words.next().unwrap_or_default());
    let value = match kind {
        "remove" => return Some(Edit::remove(path)),
        "bool" => NewValue::Bool(value == "true"),
        "int" => NewValue::Int(value.parse().ok()?),
        "text" => NewValue::Text(value.replace("\\n", "\n")),
        "list" => NewValue::TextList(value.split(',').map(str::to_owned).collect()),
        _ => return None,
    };
    Some(Edit::set(path, value))
}
