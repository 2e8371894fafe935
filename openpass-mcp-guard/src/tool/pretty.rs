//! JSON for people: what is short stands on one line, what is long on lines of its own.

use super::json::{Json, quoted};

/// The most bytes of an array or an object that stand on one line.
const SHORT: usize = 80;

/// `json` on as many lines as it takes to tell one change from another.
pub(super) fn pretty(json: &Json) -> String {
    let mut out = String::new();
    write(json, 0, &mut out);
    out
}

fn write(json: &Json, depth: usize, out: &mut String) {
    let compact = json.compact();
    if compact.len() <= SHORT || is_flat(json) {
        out.push_str(&compact);
        return;
    }
    let (open, close) = match json {
        Json::Array(_) => ('[', ']'),
        _ => ('{', '}'),
    };
    out.push(open);
    match json {
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                line(index, depth + 1, out);
                write(item, depth + 1, out);
            }
        }
        Json::Object(members) => {
            for (index, (name, value)) in members.iter().enumerate() {
                line(index, depth + 1, out);
                out.push_str(&quoted(name));
                out.push_str(": ");
                write(value, depth + 1, out);
            }
        }
        _ => {}
    }
    line(0, depth, out);
    out.push(close);
}

/// Whether it is no object and has none in it, nor an array in an array.
fn is_flat(json: &Json) -> bool {
    match json {
        Json::Array(items) => {
            let mut items = items.iter();
            !items.any(|item| matches!(item, Json::Array(_) | Json::Object(_)))
        }
        Json::Object(_) => false,
        _ => true,
    }
}

fn line(index: usize, depth: usize, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    out.push('\n');
    out.extend(core::iter::repeat_n("  ", depth));
}
