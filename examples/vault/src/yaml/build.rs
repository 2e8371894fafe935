//! Puts a tree together from a parser's events.

use std::collections::{BTreeMap, BTreeSet};

use openpass_auth::SafeText;

use super::{
    Position, Tree, YamlError,
    tree::{Content, MERGE},
};

/// The greatest weight of all values together. Each value weighs one, and so
/// does each byte of text: a file of [`MAX_BYTES`](super::MAX_BYTES) without
/// aliases stays below this limit, and aliases cannot blow up memory.
const BUDGET: usize = 4 << 20;

/// The greatest depth to which values may nest, aliases included. The product's
/// own files nest five deep.
pub(super) const DEPTH: usize = 100;

/// A list or mapping that is not complete yet.
struct Open {
    tree: Tree,
    /// The key that waits for its value.
    key: Option<String>,
    keys: BTreeSet<String>,
    size: Size,
}

/// The size of a value.
#[derive(Clone, Copy, Default)]
struct Size {
    /// The weight, in the units of [`BUDGET`].
    weight: usize,
    /// The number of lists and mappings that lie inside each other.
    depth: usize,
}

#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    root: Option<Tree>,
    /// The value that each anchor marks, and the size of that value.
    anchors: BTreeMap<usize, (Tree, Size)>,
    used: BTreeSet<usize>,
    documents: usize,
    spent: usize,
}

impl Builder {
    /// The whole tree; none where the file has no content.
    pub(super) fn finish(self) -> Option<Tree> {
        let mut root = self.root?;
        if !self.used.is_empty() {
            root.mark_shared(&self.used);
        }
        Some(root)
    }

    pub(super) const fn document(&mut self, at: Position) -> Result<(), YamlError> {
        self.documents = self.documents.saturating_add(1);
        if self.documents > 1 {
            return Err(YamlError::SeveralDocuments { at });
        }
        Ok(())
    }

    pub(super) fn open(&mut self, at: Position, tree: Tree) -> Result<(), YamlError> {
        if let Some(Open {
            tree: above,
            key: None,
            ..
        }) = self.open.last()
            && above.is_map()
        {
            return Err(YamlError::OddKey { at });
        }
        if self.open.len() >= DEPTH {
            return Err(YamlError::TooDeep { at });
        }
        self.spend(at, 1)?;
        self.open.push(Open {
            tree,
            key: None,
            keys: BTreeSet::new(),
            size: Size {
                weight: 1,
                depth: 0,
            },
        });
        Ok(())
    }

    pub(super) fn close(&mut self) -> Result<(), YamlError> {
        let Some(Open { tree, mut size, .. }) = self.open.pop() else {
            return Ok(());
        };
        size.depth = size.depth.saturating_add(1);
        let at = Position {
            line: tree.line(),
            column: 1,
        };
        self.remember(at, &tree, size)?;
        self.put(tree, size);
        Ok(())
    }

    /// Adds a single value, or takes it for a key.
    pub(super) fn add(&mut self, at: Position, tree: Tree) -> Result<(), YamlError> {
        let weight = tree.scalar().map_or(0, str::len).saturating_add(1);
        self.spend(at, weight)?;
        if let Some(open) = self.open.last_mut()
            && open.tree.is_map()
            && open.key.is_none()
        {
            let key = key_of(at, &tree)?;
            if !open.keys.insert(key.clone()) {
                let key = SafeText::quoted(&key);
                return Err(YamlError::DuplicateKey { at, key });
            }
            open.key = Some(key);
            return self.remember(at, &tree, Size { weight, depth: 0 });
        }
        let size = Size { weight, depth: 0 };
        self.remember(at, &tree, size)?;
        self.put(tree, size);
        Ok(())
    }

    /// Puts a copy of what `anchor` marks here.
    pub(super) fn alias(&mut self, at: Position, anchor: usize) -> Result<(), YamlError> {
        if let Some(Open {
            tree, key: None, ..
        }) = self.open.last()
            && tree.is_map()
        {
            return Err(YamlError::OddKey { at });
        }
        // What an anchor marks is known when it is complete.
        let Some(size) = self.anchors.get(&anchor).map(|(_, size)| *size) else {
            return Err(YamlError::AliasLoop { at });
        };
        if self.open.len().saturating_add(size.depth) > DEPTH {
            return Err(YamlError::TooDeep { at });
        }
        self.spend(at, size.weight)?;
        self.used.insert(anchor);
        let copy = self.anchors.get(&anchor).map(|(tree, _)| tree.aliased());
        if let Some(copy) = copy {
            self.put(copy, size);
        }
        Ok(())
    }

    fn remember(&mut self, at: Position, tree: &Tree, size: Size) -> Result<(), YamlError> {
        if tree.anchor() != 0 {
            self.spend(at, size.weight)?;
            self.anchors.insert(tree.anchor(), (tree.clone(), size));
        }
        Ok(())
    }

    fn put(&mut self, tree: Tree, size: Size) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(tree);
            return;
        };
        open.size.weight = open.size.weight.saturating_add(size.weight);
        open.size.depth = open.size.depth.max(size.depth);
        open.tree.push(open.key.take(), tree);
    }

    const fn spend(&mut self, at: Position, weight: usize) -> Result<(), YamlError> {
        self.spent = self.spent.saturating_add(weight);
        if self.spent > BUDGET {
            return Err(YamlError::TooManyValues { at });
        }
        Ok(())
    }
}

/// A key, as it is written: the product reads `1` and `"1"` alike. Only the
/// plain `<<` is a merge key, so the same in quotes is no key that is read here.
fn key_of(at: Position, key: &Tree) -> Result<String, YamlError> {
    let Content::Scalar { text, plain } = key.content() else {
        return Err(YamlError::OddKey { at });
    };
    if key.is_null() {
        return Err(YamlError::NullKey { at });
    }
    if !key.is_untagged() || (text == MERGE && !plain) {
        return Err(YamlError::OddKey { at });
    }
    Ok(text.clone())
}
