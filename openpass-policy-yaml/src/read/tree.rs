//! A YAML tree with lines and comments, of the part of YAML that rules need.

use granit_parser::{Event, Parser, Placement, ScalarStyle, Span};

use super::not_yaml;
use crate::{problem::Complaint, quote};

/// The depth to which lists and mappings may nest. Rules need six.
const DEPTH: usize = 16;
/// The number of values that a file may have. Rules of the largest file need fewer.
const NODES: usize = 20_000;

/// A value and the line it starts on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Its text as it is written, and whether it has no quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Member>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) value: Node,
}

/// A comment's text, without the `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) line: usize,
    pub(crate) text: String,
    /// Whether it stands behind something on its line.
    pub(crate) trailing: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) root: Node,
    pub(crate) comments: Vec<Comment>,
}

type Refused = (usize, Complaint);

/// A list or mapping that is not complete yet.
enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<Member>, Option<(String, usize)>),
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    comments: Vec<Comment>,
    documents: usize,
    nodes: usize,
}

pub(super) fn build(text: &str) -> Result<Tree, Refused> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let line = error.marker().line();
            (line, scan_refused(&error.info()))
        })?;
        builder.take(event, span)?;
    }
    let root = builder.root.ok_or_else(|| (1, empty()))?;
    Ok(Tree {
        root,
        comments: builder.comments,
    })
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Refused> {
        let line = span.start.line();
        match event {
            Event::DocumentStart(_, version) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err((line, second_document()));
                }
                if version.is_some() {
                    return Err((line, directive()));
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                plain_node(line, anchor, tag.is_some())?;
                let value = Value::Scalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                };
                self.add(Node { line, value })?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                plain_node(line, anchor, tag.is_some())?;
                self.open(Open::List(line, Vec::new()), line)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                plain_node(line, anchor, tag.is_some())?;
                self.open(Open::Map(line, Vec::new(), None), line)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close()?,
            Event::Alias(..) | Event::UnresolvedAlias(..) => return Err((line, alias())),
            Event::Comment(text, placement) => self.comments.push(Comment {
                line,
                text: text.into_owned(),
                trailing: placement == Placement::Right,
            }),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, open: Open, line: usize) -> Result<(), Refused> {
        if self.open.len() >= DEPTH {
            return Err((line, too_deep()));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Refused> {
        let node = match self.open.pop() {
            Some(Open::List(line, items)) => Node {
                line,
                value: Value::List(items),
            },
            Some(Open::Map(line, entries, _)) => Node {
                line,
                value: Value::Map(entries),
            },
            None => return Ok(()),
        };
        self.add(node)
    }

    fn add(&mut self, node: Node) -> Result<(), Refused> {
        self.nodes += 1;
        if self.nodes > NODES {
            return Err((node.line, too_many()));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => match key.take() {
                Some((key, line)) => entries.push(Member {
                    key,
                    line,
                    value: node,
                }),
                None => *key = Some(key_of(node, entries)?),
            },
        }
        Ok(())
    }
}

fn key_of(node: Node, entries: &[Member]) -> Result<(String, usize), Refused> {
    let Value::Scalar { text, .. } = node.value else {
        return Err((node.line, key_is_no_text()));
    };
    match entries.iter().find(|entry| entry.key == text) {
        Some(first) => Err((node.line, duplicate(&text, first.line))),
        None => Ok((text, node.line)),
    }
}

fn plain_node(line: usize, anchor: usize, tagged: bool) -> Result<(), Refused> {
    if anchor != 0 {
        return Err((line, alias()));
    }
    if tagged {
        return Err((line, tag()));
    }
    Ok(())
}

fn scan_refused(why: &str) -> Complaint {
    if why.contains("anchor") {
        alias()
    } else {
        not_yaml(why)
    }
}

fn duplicate(key: &str, first: usize) -> Complaint {
    Complaint::new(
        format!("the key {} is on line {first} already", quote::shown(key)),
        "refuses the file, and one bad file switches all policies off",
        "keep one of the two",
    )
}

fn second_document() -> Complaint {
    Complaint::new(
        "a second YAML document starts here",
        "reads only the first document and ignores this one",
        "put the rules into the first document, or into a file of their own",
    )
}

fn alias() -> Complaint {
    Complaint::new(
        "anchors and aliases (`&name`, `*name`) are not read here",
        "follows them, up to a limit, and refuses an alias without an anchor",
        "write the value out; quote a text that starts with `*` or `&`",
    )
}

fn tag() -> Complaint {
    Complaint::new(
        "tags (`!name`) are not read here",
        "converts some values by their tag and ignores other tags",
        "remove the tag; put a text in quotes",
    )
}

fn directive() -> Complaint {
    Complaint::new(
        "directives (`%YAML`) are not read here",
        "reads the file by its own rules",
        "remove the directive",
    )
}

fn key_is_no_text() -> Complaint {
    Complaint::new(
        "a key is a list or a mapping",
        "refuses the file, and one bad file switches all policies off",
        "write a key of the documented list; quote a text that starts with `{` or `[`",
    )
}

fn too_deep() -> Complaint {
    Complaint::new(
        format!("lists and mappings nest deeper than {DEPTH}"),
        "reads them, and ignores what it does not know",
        "write rules as documented; they nest six deep at most",
    )
}

fn too_many() -> Complaint {
    Complaint::new(
        format!("the file has more than {NODES} values"),
        "reads files of any size",
        "split it into several files, and import them together",
    )
}

fn empty() -> Complaint {
    Complaint::new(
        "the file is empty",
        "refuses the file, since it has no version; one bad file switches all policies off",
        "write `version`, and `rules` with at least one rule",
    )
}
