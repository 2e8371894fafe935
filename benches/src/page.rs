//! The parts of `docs/performance.md` that a run writes. The prose between them is a
//! person's.

use std::{fs, path::Path};

use crate::{machine, plot::Plot};

/// Writes the part `name` of the page, its plots, and the description of the machine.
///
/// A benchmark runs in its package's folder, which is in `benches` or below.
pub(crate) fn update(name: &str, text: &str, plots: &[Plot]) {
    let docs = ["../docs", "../../docs"].into_iter().map(Path::new);
    let docs = docs.into_iter().find(|docs| docs.is_dir()).unwrap();
    for plot in plots {
        for (file, svg) in plot.files() {
            write(&docs.join("pictures").join(file), &svg);
        }
    }
    let page = docs.join("performance.md");
    let old = fs::read_to_string(&page).unwrap();
    let new = with(&old, name, text.trim());
    write(&page, &with(&new, "machine", &machine::describe()));
}

/// Puts `text` between the marks of the part `name`.
fn with(page: &str, name: &str, text: &str) -> String {
    let (begin, end) = (
        format!("<!-- begin {name} -->\n"),
        format!("<!-- end {name} -->"),
    );
    let (before, rest) = page
        .split_once(&begin)
        .unwrap_or_else(|| panic!("docs/performance.md has no part {name}"));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("the part {name} has no end"));
    format!("{before}{begin}{text}\n{end}{after}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "a page of the documentation, no vault"
)]
fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_replaced_and_the_prose_is_kept() {
        let page = "# Prose\n<!-- begin a -->\nold\n<!-- end a -->\nmore\n";
        assert_eq!(
            with(page, "a", "new"),
            "# Prose\n<!-- begin a -->\nnew\n<!-- end a -->\nmore\n"
        );
    }
}
