//! The page: a table for each file.

use std::{fmt::Write as _, path::Path};

use crate::{collect, sources};

const HEAD: &str = "# Texts\n
Every text that a user can see, made from the code: what it says, where in the code it
stands, and when it appears, which is the first sentence of the comment there. A
placeholder is written as the code has it, `{name}`. Texts of a single word, names of
fields and what Cedar reads are left out. `UPDATE_DOCS=1 cargo test -p openpass-cli --test
texts` writes this page.\n
Read it to review the words, or to search for a message that you saw.\n";

pub(crate) fn written(root: &Path) -> String {
    let mut page = HEAD.to_owned();
    for (title, packages) in sources::PARTS {
        writeln!(page, "\n## {title}").unwrap();
        for path in packages
            .iter()
            .flat_map(|it| sources::files(&root.join(it)))
        {
            let texts = collect::texts(&std::fs::read_to_string(&path).unwrap());
            if texts.is_empty() {
                continue;
            }
            let name = path.strip_prefix(root).unwrap().display();
            writeln!(
                page,
                "\n### {name}\n\n| text | where | when |\n|---|---|---|"
            )
            .unwrap();
            for text in texts {
                let (said, when) = (code(&text.text), cell(&text.when));
                writeln!(page, "| {said} | `{}` | {when} |", text.item).unwrap();
            }
        }
    }
    page
}

/// In backticks, so that Markdown changes nothing of it.
fn code(text: &str) -> String {
    let text = cell(
        &text
            .escape_debug()
            .to_string()
            .replace("\\\"", "\"")
            .replace("\\'", "'"),
    );
    let fence = if text.contains('`') { "``" } else { "`" };
    let space = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{text}{space}{fence}")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
        .replace("[`", "`")
        .replace("`]", "`")
}
