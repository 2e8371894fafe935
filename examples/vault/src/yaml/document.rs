//! A file that was read, and edits of it.

use openpass_auth::SafeText;

use super::{
    Edit, Obstacle, Position, Tree, YamlError, cst,
    expected::expected,
    guard, lines,
    locate::{Place, Spot, locate},
    plan::{self, Refused},
    read::read,
    together,
    tree::MERGE,
};

/// A text's root mapping; none where it holds comments at most.
type Root = Option<cst::Mapping>;

/// The longest file that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// A YAML file: its text and its values.
#[derive(Debug, Clone)]
pub struct Document {
    /// The byte order mark that the file begins with; none as a rule. It is no
    /// part of the text, and stays where it is.
    mark: &'static str,
    text: String,
    tree: Tree,
}

const MARK: &str = "\u{feff}";

impl Document {
    /// Reads a file that holds one mapping, or nothing but comments.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, where, and what to do.
    pub fn parse(bytes: &[u8]) -> Result<Self, YamlError> {
        if bytes.len() > MAX_BYTES {
            return Err(YamlError::TooLarge {
                size: bytes.len(),
                limit: MAX_BYTES,
            });
        }
        let text = core::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error))?;
        let (mark, text) = match text.strip_prefix(MARK) {
            Some(text) => (MARK, text),
            None => ("", text),
        };
        let tree = match read(text)? {
            tree if tree.is_map() => tree,
            tree if tree.is_null() && lines::are_empty(text) => Tree::empty_map(),
            other => {
                return Err(YamlError::RootNotMapping {
                    at: Position::START,
                    found: other.kind(),
                });
            }
        };
        Ok(Self {
            mark,
            text: text.to_owned(),
            tree,
        })
    }

    /// The text, as it was read, but for a byte order mark at its start.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values; always a mapping.
    #[must_use]
    pub const fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The file after `edits`, made one after the other. An edit that changes
    /// no value changes no byte.
    ///
    /// # Errors
    ///
    /// [`YamlError::Unsupported`] if one of them cannot be made safely; then
    /// none is.
    pub fn apply(&self, edits: &[Edit]) -> Result<String, YamlError> {
        let document = self.edited(edits)?;
        Ok([document.mark, &document.text].concat())
    }

    /// Like [`apply`](Self::apply), but returns the new file as it was read to check it.
    pub(crate) fn edited(&self, edits: &[Edit]) -> Result<Self, YamlError> {
        let at_once = together::edited(&self.text, &self.tree, edits);
        // Of what is refused, edit by edit says which one it is.
        let Some((text, tree)) = at_once else {
            return self.edited_one_by_one(edits);
        };
        let mark = self.mark;
        Ok(Self { mark, text, tree })
    }

    pub(super) fn edited_one_by_one(&self, edits: &[Edit]) -> Result<Self, YamlError> {
        let mut document = self.clone();
        // Parsed once an edit: on a long file that is what takes the time.
        let mut root = None;
        for edit in edits {
            root = document.edit(edit, root)?;
        }
        Ok(document)
    }

    /// Whether it is of a file with these bytes.
    pub(crate) fn is_of(&self, bytes: &[u8]) -> bool {
        bytes.strip_prefix(self.mark.as_bytes()) == Some(self.text.as_bytes())
    }

    /// Whether `other` is of a file with the same bytes.
    pub(crate) fn has_text_of(&self, other: &Self) -> bool {
        self.mark == other.mark && self.text == other.text
    }

    /// The bytes of the file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [self.mark, &self.text].concat().into_bytes()
    }

    /// Returns the position of the key that `path` ends with, or of the key
    /// above it.
    #[must_use]
    pub fn position(&self, path: &[&str]) -> Option<Position> {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let root = cst::root(&self.text).ok()?;
        let offset = match locate(root, &self.tree, &path) {
            Ok(Spot::Entry(found)) => found.entry.start(),
            Ok(Spot::Gap(gap)) => match gap.place {
                Place::EmptyFile => 0,
                Place::Mapping(mapping) => mapping.start(),
                Place::Null(entry) => entry.start(),
            },
            Err(refused) => refused.offset,
        };
        Some(Position::of(&self.text, offset))
    }

    /// Makes one edit; `root` is the text's, if it was parsed already. Returns
    /// the new text's, if that was.
    fn edit(&mut self, edit: &Edit, root: Option<Root>) -> Result<Option<Root>, YamlError> {
        let refuse = |refused: Refused| self.unsupported(edit, refused);
        if edit.path.is_empty() {
            return Err(refuse(Refused::new(0, Obstacle::EmptyPath)));
        }
        if edit.path.iter().any(|key| key == MERGE) {
            return Err(refuse(Refused::new(0, Obstacle::MergeKey)));
        }
        let parsed = || cst::root(&self.text).map_err(|why| refuse(Refused::new(0, why)));
        let Some(expected) = expected(&self.tree, edit) else {
            let refused = plan::plan(&self.text, (parsed()?, &self.tree), edit).err();
            let refused = refused.unwrap_or(Refused::new(0, Obstacle::NotAMapping));
            return Err(refuse(refused));
        };
        if expected == self.tree {
            return Ok(root);
        }
        let root = match root {
            Some(root) => root,
            None => parsed()?,
        };
        let splice = plan::plan(&self.text, (root, &self.tree), edit)
            .map_err(refuse)?
            .ok_or_else(|| refuse(Refused::new(0, Obstacle::Disagreement)))?;
        let held_back = |why| refuse(Refused::new(splice.touched.start, why));
        let text = splice
            .apply(&self.text)
            .ok_or_else(|| held_back(Obstacle::Disagreement))?;
        guard::lines(&self.text, &splice.touched, &text).map_err(held_back)?;
        let tree = guard::values(&text, &expected).map_err(held_back)?;
        // The next edit starts from this text, so both parsers must take it.
        let root = cst::root(&text).map_err(held_back)?;
        self.text = text;
        self.tree = tree;
        Ok(Some(root))
    }

    fn unsupported(&self, edit: &Edit, refused: Refused) -> YamlError {
        YamlError::Unsupported {
            at: Position::of(&self.text, refused.offset),
            path: shown(&plan::keys(&edit.path)),
            why: refused.why,
        }
    }
}

/// A path as a message shows it.
pub(super) fn shown(path: &[&str]) -> SafeText {
    SafeText::quoted(&path.join("."))
}

fn not_utf8(bytes: &[u8], error: core::str::Utf8Error) -> YamlError {
    let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let valid = String::from_utf8_lossy(valid);
    YamlError::NotUtf8 {
        at: Position::of(&valid, valid.len()),
    }
}
