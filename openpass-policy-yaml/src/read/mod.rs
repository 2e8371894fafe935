//! From bytes to a tree with lines, or a refusal. Memory is bounded by the
//! file's size, which is bounded first; there are no aliases to grow by.

mod tree;

use crate::{YamlSource, problem::Complaint, quote};

pub(crate) use tree::{Comment, Member, Node, Tree, Value};

/// Reads the file's tree. The error is a line and the problem there.
pub(crate) fn tree(source: &YamlSource<'_>) -> Result<Tree, (usize, Complaint)> {
    if source.bytes.len() > YamlSource::MAX_BYTES {
        return Err((0, too_large()));
    }
    let text = core::str::from_utf8(source.bytes).map_err(|error| {
        let before = source.bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        (line, not_utf8())
    })?;
    // The mark at the start is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(offset) = text.find(['\0', '\u{feff}']) {
        let line = text
            .get(..offset)
            .unwrap_or_default()
            .lines()
            .count()
            .max(1);
        return Err((line, hidden()));
    }
    tree::build(text)
}

fn too_large() -> Complaint {
    Complaint::new(
        format!(
            "the file has more than {} bytes, which is too much",
            YamlSource::MAX_BYTES
        ),
        "reads files of any size",
        "split it into several files, and import them together",
    )
}

fn not_utf8() -> Complaint {
    Complaint::new(
        "the file is not UTF-8 here",
        "refuses the file, or reads it as UTF-16 when it starts like that; one bad file \
         switches all policies off",
        "save the file as UTF-8",
    )
}

fn hidden() -> Complaint {
    Complaint::new(
        "there is a hidden character (NUL, or a byte order mark that is not at the start) here",
        "refuses the file, or passes over the mark",
        "save the file as UTF-8 without such characters",
    )
}

/// The complaint about a text that YAML's grammar refuses.
pub(crate) fn not_yaml(why: &str) -> Complaint {
    Complaint::new(
        format!("this is not YAML: {}", quote::plain(why)),
        "refuses the file, and one bad file switches all policies off",
        "correct the syntax; quote texts that hold `: `, ` #`, `{` or `[`",
    )
}
