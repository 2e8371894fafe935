//! Makes files whose every line is known to belong to one entry.

use proptest::{collection::vec, prelude::*};

/// A file, with a record of it.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) text: String,
    /// Each line, and the path of the entry that it belongs to.
    pub(crate) lines: Vec<(String, Owner)>,
    /// The paths of all entries.
    pub(crate) paths: Vec<Vec<String>>,
}

/// Whose a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The entry's at this path.
    Entry(Vec<String>),
    /// Nobody's: a comment or blank line between list items of this entry.
    Within(Vec<String>),
    /// Nobody's: it must outlive every edit of what is not around it.
    Nobody,
}

#[derive(Debug, Clone)]
enum Node {
    Scalar(&'static str),
    Null,
    Literal(&'static str, Vec<&'static str>),
    List(Vec<&'static str>),
    FlowList(Vec<&'static str>),
    FlowMap(Vec<&'static str>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone)]
struct Entry {
    key: &'static str,
    node: Node,
    /// A comment or blank line above, and a comment behind.
    above: Option<&'static str>,
    behind: bool,
}

#[derive(Debug, Clone)]
struct Style {
    step: usize,
    list: usize,
    line_break: &'static str,
    open_end: bool,
    head: &'static str,
}

const KEYS: [(&str, &str); 8] = [
    ("a", "a"),
    ("b", "b"),
    ("tier", "tier"),
    ("agents", "agents"),
    ("'b c'", "b c"),
    ("\"x: #y\"", "x: #y"),
    ("1", "1"),
    ("yes", "yes"),
];

const SCALARS: [&str; 19] = [
    "&k x",
    "!t x",
    "x",
    "true",
    "1",
    "1.5",
    "~",
    "'q # r'",
    "\"e \\\" f\"",
    "a b:c",
    "0x1F",
    ".nan",
    "yes",
    "10s",
    "[]",
    "{}",
    "-1",
    "a#b",
    "'it''s'",
];

fn scalar() -> impl Strategy<Value = &'static str> {
    prop::sample::select(SCALARS.to_vec())
}

fn item() -> impl Strategy<Value = &'static str> {
    let items = ["x", "'y'", "tier", "1", "\"a\"", "a b", "standard", "~"];
    prop::sample::select(items.to_vec())
}

fn leaf() -> impl Strategy<Value = Node> {
    let header = prop::sample::select(vec!["|", ">", "|-", "|+", ">+"]);
    prop_oneof![
        5 => scalar().prop_map(Node::Scalar),
        1 => Just(Node::Null),
        1 => (header, vec(prop::sample::select(vec!["l", "# l", "", "k: v"]), 1..4))
            .prop_map(|(header, lines)| Node::Literal(header, lines)),
        2 => vec(item(), 1..4).prop_map(Node::List),
        1 => vec(item(), 0..4).prop_map(Node::FlowList),
        1 => vec(item(), 0..3).prop_map(Node::FlowMap),
    ]
}

fn entry(node: impl Strategy<Value = Node>) -> impl Strategy<Value = Entry> {
    let key = prop::sample::select(KEYS.map(|(written, _)| written).to_vec());
    let above = prop::option::weighted(0.3, prop::sample::select(vec!["", "# c", "# a: 1"]));
    let behind = prop::bool::weighted(0.3);
    (key, node, above, behind).prop_map(|(key, node, above, behind)| Entry {
        key,
        node,
        above,
        behind,
    })
}

fn node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(3, 24, 5, |inner| {
        vec(entry(inner), 1..5).prop_map(Node::Map)
    })
}

fn style() -> impl Strategy<Value = Style> {
    let head = prop::sample::select(vec!["", "", "# head", "---", "--- # head"]);
    (1_usize..5, 0_usize..4, any::<bool>(), any::<bool>(), head).prop_map(
        |(step, list, crlf, open_end, head)| Style {
            step,
            list,
            line_break: if crlf { "\r\n" } else { "\n" },
            open_end,
            head,
        },
    )
}

/// A file that every reader can read.
pub(crate) fn file() -> impl Strategy<Value = File> {
    (vec(entry(node()), 0..6), style()).prop_map(|(entries, style)| {
        let mut writer = Writer {
            style,
            lines: Vec::new(),
            paths: Vec::new(),
            marks: 0,
        };
        writer.file(&entries)
    })
}

struct Writer {
    style: Style,
    lines: Vec<(String, Owner)>,
    paths: Vec<Vec<String>>,
    marks: usize,
}

impl Writer {
    fn file(&mut self, entries: &[Entry]) -> File {
        let head = self.style.head;
        if !head.is_empty() {
            self.line(head.to_owned(), Owner::Nobody);
        }
        self.map(entries, 0, &[]);
        let mut text: String = self.lines.iter().map(|(line, _)| line.as_str()).collect();
        if self.style.open_end {
            let end = text.trim_end_matches(['\r', '\n']).len();
            text.truncate(end);
        }
        File {
            text,
            lines: std::mem::take(&mut self.lines),
            paths: std::mem::take(&mut self.paths),
        }
    }

    fn line(&mut self, text: String, owner: Owner) {
        let text = format!("{text}{}", self.style.line_break);
        self.lines.push((text, owner));
    }

    /// A text that no other comment has, so that a lost one is noticed.
    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("m{}", self.marks)
    }

    fn map(&mut self, entries: &[Entry], indent: usize, path: &[String]) {
        let mut seen: Vec<&str> = Vec::new();
        for entry in entries {
            if !seen.contains(&entry.key) {
                seen.push(entry.key);
                self.entry(entry, indent, path);
            }
        }
    }

    fn entry(&mut self, entry: &Entry, indent: usize, above: &[String]) {
        let name = KEYS.iter().find(|(written, _)| *written == entry.key);
        let name = name.map_or(entry.key, |(_, name)| name);
        let path: Vec<String> = above.iter().cloned().chain([name.to_owned()]).collect();
        let blank = " ".repeat(indent);
        // Below a literal a comment or blank line would be part of it.
        let after_literal = matches!(self.lines.last(), Some((line, _)) if line.contains('\u{b7}'));
        if let Some(comment) = entry.above.filter(|_| !after_literal) {
            let text = match comment {
                "" => String::new(),
                comment => format!("{blank}{comment} {}", self.mark()),
            };
            self.line(text, Owner::Nobody);
        }
        let behind = match entry.behind {
            true => format!(" # {}", self.mark()),
            false => String::new(),
        };
        self.paths.push(path.clone());
        let key = format!("{blank}{}:", entry.key);
        self.value(entry, (&key, &behind), indent, &path);
    }

    fn value(
        &mut self,
        entry: &Entry,
        (key, behind): (&str, &str),
        indent: usize,
        path: &[String],
    ) {
        let own = Owner::Entry(path.to_vec());
        let blank = " ".repeat(indent);
        match &entry.node {
            Node::Scalar(text) => self.line(format!("{key} {text}{behind}"), own),
            Node::Null => self.line(format!("{key}{behind}"), own),
            Node::FlowList(items) => {
                self.line(format!("{key} [{}]{behind}", items.join(", ")), own);
            }
            Node::FlowMap(items) => {
                let pairs = self.pairs(items, path);
                self.line(format!("{key} {{{pairs}}}{behind}"), own);
            }
            Node::Literal(header, texts) => {
                self.line(format!("{key} {header}{behind}"), own.clone());
                // The first line sets the indentation; the last ends it.
                self.line(format!("{blank}  first"), own.clone());
                for text in texts {
                    self.line(format!("{blank}  {text}"), own.clone());
                }
                self.line(format!("{blank}  \u{b7}"), own);
            }
            Node::List(items) => {
                self.line(format!("{key}{behind}"), own.clone());
                self.items(items, indent, entry.behind, path);
            }
            Node::Map(entries) => {
                self.line(format!("{key}{behind}"), own);
                self.map(entries, indent + self.style.step, path);
            }
        }
    }

    fn pairs(&mut self, items: &[&str], path: &[String]) -> String {
        for n in 0..items.len() {
            let inner = path.iter().cloned().chain([format!("k{n}")]);
            self.paths.push(inner.collect());
        }
        let pairs = items.iter().enumerate();
        let pairs: Vec<String> = pairs.map(|(n, item)| format!("k{n}: {item}")).collect();
        pairs.join(", ")
    }

    fn items(&mut self, items: &[&str], indent: usize, remarks: bool, path: &[String]) {
        let blank = " ".repeat(indent + self.style.list);
        for (n, item) in items.iter().enumerate() {
            if n > 0 && remarks {
                let text = format!("{blank}# {}", self.mark());
                self.line(text, Owner::Within(path.to_vec()));
            }
            self.line(format!("{blank}- {item}"), Owner::Entry(path.to_vec()));
        }
    }
}
