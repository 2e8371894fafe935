//! An agent's entry in config.yaml, as the product looks at it.

use crate::yaml::{Tree, decode};

/// The entry of one agent in config.yaml.
///
/// The product decodes an entry with all that aliases and merge keys bring in,
/// and then takes some fields only where their key is written out in the
/// agent's own mapping.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenAgent<'t> {
    tree: &'t Tree,
    is_own: bool,
}

impl<'t> WrittenAgent<'t> {
    /// Every agent of the configuration `root`, by name.
    pub(crate) fn all(root: &'t Tree) -> Vec<(&'t str, Self)> {
        // What cannot be decoded is not loaded at all: see `Config::parse`.
        let agents = decode::member(root, "agents").ok().flatten();
        let members = agents.and_then(|agents| decode::members(agents).ok().flatten());
        let own_agents = root.child("agents").filter(|agents| !agents.is_alias());
        let is_own = |name: &str| {
            let own = own_agents.and_then(|agents| agents.child(name));
            own.is_some_and(|entry| !entry.is_alias() && entry.is_map())
        };
        let members = members.unwrap_or_default().into_iter();
        let entry = |(name, tree)| {
            let is_own = is_own(name);
            (name, Self { tree, is_own })
        };
        members.map(entry).collect()
    }

    /// An entry that is written out.
    #[cfg(test)]
    pub(crate) const fn own(tree: &'t Tree) -> Self {
        Self { tree, is_own: true }
    }

    /// The value of `field`, wherever it is written.
    pub(super) fn value(&self, field: &str) -> Option<&'t Tree> {
        decode::member(self.tree, field).ok().flatten()
    }

    /// Every field, wherever it is written.
    pub(super) fn values(&self) -> Vec<(&'t str, &'t Tree)> {
        decode::members(self.tree)
            .ok()
            .flatten()
            .unwrap_or_default()
    }

    /// Whether `field` is a key of the agent's own mapping.
    pub(super) fn has(&self, field: &str) -> bool {
        self.is_own && self.tree.child(field).is_some()
    }

    /// The fields of the agent's own mapping.
    pub(super) fn own_values(&self) -> &'t [(String, Tree)] {
        if self.is_own {
            self.tree.entries()
        } else {
            &[]
        }
    }
}
