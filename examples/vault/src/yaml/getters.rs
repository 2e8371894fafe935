//! Values by path, of the kind the caller asks for, as the product decodes
//! them.
//!
//! Nothing there and null are alike. A value of another kind is an error: the
//! product refuses the file then, and the value must not look absent.

use super::{
    Document, Position, Tree, YamlError,
    decode::{self, Wrong},
    document::shown,
};

impl Document {
    /// `true` or `false`, also as `yes`, `no`, `on`, `off`, `y` and `n`.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn bool(&self, path: &[&str]) -> Result<Option<bool>, YamlError> {
        self.decoded(path, decode::boolean)
    }

    /// A whole number.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn int(&self, path: &[&str]) -> Result<Option<i64>, YamlError> {
        self.decoded(path, decode::integer)
    }

    /// A text.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn text_at(&self, path: &[&str]) -> Result<Option<&str>, YamlError> {
        self.decoded(path, decode::text)
    }

    /// A list of texts.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn text_list(&self, path: &[&str]) -> Result<Option<Vec<&str>>, YamlError> {
        self.decoded(path, decode::texts)
    }

    /// The keys of a mapping, merged ones too; none if it is not there.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn keys(&self, path: &[&str]) -> Result<Vec<&str>, YamlError> {
        let members = self.decoded(path, decode::members)?.unwrap_or_default();
        Ok(members.into_iter().map(|(key, _)| key).collect())
    }

    /// Returns the result of `decode` for the value at `path`, or an error
    /// where something on the way is no mapping.
    fn decoded<'t, T>(
        &'t self,
        path: &[&str],
        decode: impl FnOnce(&'t Tree) -> Result<Option<T>, Wrong>,
    ) -> Result<Option<T>, YamlError> {
        let mut tree = self.tree();
        for key in path {
            match decode::member(tree, key).map_err(|wrong| wrong_kind(path, wrong))? {
                Some(value) => tree = value,
                None => return Ok(None),
            }
        }
        decode(tree).map_err(|wrong| wrong_kind(path, wrong))
    }
}

fn wrong_kind(path: &[&str], wrong: Wrong) -> YamlError {
    YamlError::WrongKind {
        at: Position {
            line: wrong.line,
            column: 1,
        },
        path: shown(path),
        expected: wrong.expected,
        found: wrong.found,
    }
}
