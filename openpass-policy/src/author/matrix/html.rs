//! A matrix as one page that needs nothing else.

use super::{Cell, Matrix, MatrixDiff};

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 84rem; padding: 0 1rem; }
h1 { font-size: 1.35rem; margin-bottom: .2rem; }
p { margin: .2rem 0 1.2rem; opacity: .75; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .35rem .6rem; text-align: left; border-bottom: 1px solid var(--line); }
thead th { vertical-align: bottom; }
tbody th { font-weight: 500; white-space: nowrap; }
tr > :first-child { position: sticky; left: 0; background: Canvas; }
tbody th small { display: block; font: 12px ui-monospace, monospace; opacity: .6; }
td { min-width: 5.5rem; }
.allow { background: #2a9d5c2e; }
.ask { background: #e0a1002e; }
.deny { background: #d33a3a2e; }
";

fn class(cell: Cell) -> &'static str {
    match cell {
        Cell::Allow => "allow",
        Cell::Deny => "deny",
        _ => "ask",
    }
}

fn cell(cell: Cell) -> String {
    format!("<td class=\"{}\">{cell}</td>", class(cell))
}

/// Agents and tokens have names of the vault's own.
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn document(title: &str, lead: &str, head: &[&str], body: &str) -> String {
    let head: String = head
        .iter()
        .map(|text| format!("<th scope=\"col\">{}</th>", escaped(text)))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>{}</p>\n<div class=\"scroll\"><table>\n<thead><tr>{head}</tr></thead>\n\
         <tbody>\n{body}</tbody>\n</table></div>\n</body>\n</html>\n",
        escaped(lead)
    )
}

fn row_head(what: &str, action: &str) -> String {
    format!(
        "<th scope=\"row\">{}<small>{}</small></th>",
        escaped(what),
        escaped(action)
    )
}

pub(super) fn page(matrix: &Matrix) -> String {
    let mut head = vec!["what"];
    head.extend(matrix.principals.iter().map(String::as_str));
    let rows = matrix.rows.iter().map(|row| {
        let cells: String = row.cells.iter().map(|answer| cell(*answer)).collect();
        format!("<tr>{}{cells}</tr>\n", row_head(&row.what, row.action))
    });
    let mut body: String = rows.collect();
    let columns = matrix.principals.len();
    body.extend(matrix.otherwise.iter().map(|one| {
        let text = format!("otherwise, {}: {}", one.when, one.principal);
        format!(
            "<tr>{}{}<td colspan=\"{columns}\">{}</td></tr>\n",
            row_head(&one.what, one.action),
            cell(one.answer),
            escaped(&text)
        )
    }));
    let mut lead = format!("Sample operations under {}.", matrix.circumstances());
    for remark in super::text::remarks(matrix) {
        lead += &format!(" {remark}");
    }
    document("Who may do what", &lead, &head, &body)
}

pub(super) fn diff_page(diff: &MatrixDiff, remarks: &[String]) -> String {
    let rows = diff.changes.iter().map(|change| {
        format!(
            "<tr>{}<td>{}</td><td>{}</td>{}{}</tr>\n",
            row_head(&change.what, change.action),
            escaped(&change.principal),
            escaped(change.when.as_deref().unwrap_or("always")),
            cell(change.before),
            cell(change.after)
        )
    });
    let mut body: String = rows.collect();
    body.extend(diff.lines().into_iter().map(|(file, lines)| {
        format!(
            "<tr><th scope=\"row\">{}</th><td colspan=\"4\"><pre>{}</pre></td></tr>\n",
            escaped(&file),
            escaped(&lines)
        )
    }));
    let head = ["what", "who", "when", "before", "after"];
    let mut lead = format!("{} answers differ.", diff.changes.len());
    for remark in remarks {
        lead += &format!(" {remark}.");
    }
    document("What the change changes", &lead, &head, &body)
}
