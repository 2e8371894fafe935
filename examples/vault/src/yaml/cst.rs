//! The places of entries in the text, as yaml-edit's parser sees them.

use core::ops::Range;

use rowan::{NodeOrToken, ast::AstNode as _};
use yaml_edit::{Lang, SyntaxKind, YamlFile};

use super::{Obstacle, lines};

type Node = rowan::SyntaxNode<Lang>;
type Token = rowan::SyntaxToken<Lang>;

/// The root mapping of `text`, or `None` if the text holds comments at most.
///
/// # Errors
///
/// An obstacle, if the parser does not give back the text byte for byte.
pub(super) fn root(text: &str) -> Result<Option<Mapping>, Obstacle> {
    if !lines::are_plain(text) {
        return Err(Obstacle::LineBreak);
    }
    if lines::are_empty(text) {
        return Ok(None);
    }
    let parsed = YamlFile::parse(text);
    let file = parsed.tree();
    if parsed.has_errors() || file.to_string() != text || file.documents().count() != 1 {
        return Err(Obstacle::Disagreement);
    }
    let document = file.document().ok_or(Obstacle::Disagreement)?;
    let root = document.as_mapping().ok_or(Obstacle::Layout)?;
    Ok(Some(Mapping(root.syntax().clone())))
}

/// A mapping in the text.
#[derive(Debug, Clone)]
pub(super) struct Mapping(Node);

impl Mapping {
    pub(super) fn entries(&self) -> Vec<EntryNode> {
        let entries = self.0.children();
        entries
            .filter(|node| node.kind() == SyntaxKind::MAPPING_ENTRY)
            .map(EntryNode)
            .collect()
    }

    /// Whether it is written in braces.
    pub(super) fn is_flow(&self) -> bool {
        has_token(&self.0, SyntaxKind::LEFT_BRACE)
    }

    /// Returns the place of everything between the braces.
    pub(super) fn inside(&self) -> Option<Range<usize>> {
        let open = token(&self.0, SyntaxKind::LEFT_BRACE)?;
        let close = token(&self.0, SyntaxKind::RIGHT_BRACE)?;
        Some(range(open.text_range()).end..range(close.text_range()).start)
    }

    /// Whether a comment stands in `place`.
    pub(super) fn has_comment(&self, place: &Range<usize>) -> bool {
        tokens(&self.0).any(|token| {
            let at = range(token.text_range());
            token.kind() == SyntaxKind::COMMENT && at.start < place.end && place.start < at.end
        })
    }

    /// Every entry in it and below, in the file's order, with its value.
    pub(super) fn nested(&self) -> impl Iterator<Item = (EntryNode, Value)> {
        let below = self.0.descendants();
        below
            .filter(|node| node.kind() == SyntaxKind::MAPPING_ENTRY)
            .map(|node| (EntryNode(node.clone()), EntryNode(node).value()))
    }

    pub(super) fn start(&self) -> usize {
        range(self.0.text_range()).start
    }
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct EntryNode(Node);

impl EntryNode {
    pub(super) fn start(&self) -> usize {
        range(self.0.text_range()).start
    }

    /// Returns the end of the entry's content, before any comment, blank or
    /// line break behind it.
    pub(super) fn end(&self) -> usize {
        content_end(&self.0)
    }

    /// Whether it begins with its key, not with `?`.
    pub(super) fn is_simple(&self) -> bool {
        let first = self.0.first_child_or_token();
        first.is_some_and(|first| first.kind() == SyntaxKind::KEY)
    }

    /// Right behind the colon.
    pub(super) fn after_colon(&self) -> Option<usize> {
        token(&self.0, SyntaxKind::COLON).map(|colon| range(colon.text_range()).end)
    }

    /// Whether its value is anchored.
    pub(super) fn is_anchored(&self) -> bool {
        let value = self.child(SyntaxKind::VALUE);
        value.is_some_and(|value| has_token(&value, SyntaxKind::ANCHOR))
    }

    pub(super) fn value(&self) -> Value {
        let value = self.child(SyntaxKind::VALUE);
        let Some(node) = value.and_then(|value| value.first_child()) else {
            return Value::Absent;
        };
        match node.kind() {
            SyntaxKind::SCALAR if node.text_range().is_empty() => Value::Absent,
            SyntaxKind::SCALAR => Value::Scalar(place(&node)),
            SyntaxKind::MAPPING => Value::Mapping(Mapping(node)),
            SyntaxKind::SEQUENCE if has_token(&node, SyntaxKind::LEFT_BRACKET) => {
                Value::FlowList(place(&node))
            }
            SyntaxKind::SEQUENCE => Value::BlockList(items(&node)),
            SyntaxKind::ALIAS => Value::Alias,
            SyntaxKind::TAGGED_NODE => Value::Tagged,
            _ => Value::Other,
        }
    }

    fn child(&self, kind: SyntaxKind) -> Option<Node> {
        self.0.children().find(|node| node.kind() == kind)
    }
}

/// The form in which a value is written, and its place.
#[derive(Debug)]
pub(super) enum Value {
    Absent,
    Scalar(Range<usize>),
    FlowList(Range<usize>),
    /// The places of its items, each from the dash on.
    BlockList(Vec<Range<usize>>),
    Mapping(Mapping),
    Alias,
    Tagged,
    Other,
}

fn items(list: &Node) -> Vec<Range<usize>> {
    let entries = list.children();
    entries
        .filter(|node| node.kind() == SyntaxKind::SEQUENCE_ENTRY)
        .map(|node| place(&node))
        .collect()
}

fn place(node: &Node) -> Range<usize> {
    range(node.text_range()).start..content_end(node)
}

fn content_end(node: &Node) -> usize {
    let start = range(node.text_range()).start;
    let mut last = node.last_token();
    while let Some(token) = last {
        let at = range(token.text_range());
        if at.start < start {
            break;
        }
        if !at.is_empty() && is_content(&token, node) {
            return at.end;
        }
        last = token.prev_token();
    }
    start
}

fn is_content(token: &Token, node: &Node) -> bool {
    match token.kind() {
        SyntaxKind::COMMENT | SyntaxKind::WHITESPACE => false,
        SyntaxKind::NEWLINE | SyntaxKind::INDENT => token
            .parent()
            .is_some_and(|parent| keeps_blank_lines(&parent)),
        // The comma behind an entry in braces is a child of the entry.
        SyntaxKind::COMMA => token.parent().as_ref() != Some(node),
        _ => true,
    }
}

/// Whether the blank lines at its end belong to this block scalar (`|+`).
fn keeps_blank_lines(node: &Node) -> bool {
    if node.kind() != SyntaxKind::SCALAR {
        return false;
    }
    let in_header = |token: &Token| {
        let kind = token.kind();
        !matches!(kind, SyntaxKind::NEWLINE | SyntaxKind::COMMENT)
    };
    let mut header = tokens(node).take_while(in_header);
    header.any(|token| token.kind() == SyntaxKind::PLUS)
}

fn tokens(node: &Node) -> impl Iterator<Item = Token> {
    let below = node.descendants_with_tokens();
    below.filter_map(NodeOrToken::into_token)
}

fn token(node: &Node, kind: SyntaxKind) -> Option<Token> {
    let mut children = node.children_with_tokens();
    children.find_map(|child| child.into_token().filter(|token| token.kind() == kind))
}

fn has_token(node: &Node, kind: SyntaxKind) -> bool {
    token(node, kind).is_some()
}

fn range(range: rowan::TextRange) -> Range<usize> {
    range.into()
}
