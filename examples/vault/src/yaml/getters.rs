//! Values by path, of the kind the caller asks for.
//!
//! Nothing there and null are alike. A value of another kind is an error: the
//! product might read it, and then it must not look absent.

use super::{Document, Position, Tree, YamlError, document::shown};

impl Document {
    /// `true` or `false`, also as YAML 1.1's `yes`, `no`, `on`, `off`, `y` and
    /// `n`, which the product takes for a boolean too.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn bool(&self, path: &[&str]) -> Result<Option<bool>, YamlError> {
        let expected = "true or false";
        match self.value(path, expected)? {
            None => Ok(None),
            Some(value) => match value.as_bool() {
                Some(value) => Ok(Some(value)),
                None => Err(self.wrong_kind(path, expected, value.kind())),
            },
        }
    }

    /// A whole number.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn int(&self, path: &[&str]) -> Result<Option<i64>, YamlError> {
        let expected = "a whole number";
        match self.value(path, expected)? {
            None => Ok(None),
            Some(Tree::Int(value)) => i64::try_from(*value)
                .map(Some)
                .map_err(|_| self.wrong_kind(path, expected, "a number that large")),
            Some(other) => Err(self.wrong_kind(path, expected, other.kind())),
        }
    }

    /// A text.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn text_at(&self, path: &[&str]) -> Result<Option<&str>, YamlError> {
        let expected = "text";
        match self.value(path, expected)? {
            None => Ok(None),
            Some(Tree::Text(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong_kind(path, expected, other.kind())),
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn text_list(&self, path: &[&str]) -> Result<Option<Vec<&str>>, YamlError> {
        let expected = "a list of texts";
        let items = match self.value(path, expected)? {
            None => return Ok(None),
            Some(Tree::List(items)) => items,
            Some(other) => return Err(self.wrong_kind(path, expected, other.kind())),
        };
        let texts = items.iter().map(|item| match item {
            Tree::Text(text) => Ok(text.as_str()),
            other => Err(self.wrong_kind(path, expected, other.kind())),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// The keys of a mapping, in the file's order; none if it is not there.
    ///
    /// # Errors
    ///
    /// [`YamlError::WrongKind`].
    pub fn keys(&self, path: &[&str]) -> Result<Vec<&str>, YamlError> {
        let expected = "keys and values";
        match self.value(path, expected)? {
            None => Ok(Vec::new()),
            Some(Tree::Map(entries)) => Ok(entries.iter().map(|(key, _)| key.as_str()).collect()),
            Some(other) => Err(self.wrong_kind(path, expected, other.kind())),
        }
    }

    /// The value at `path`, unless something on the way is no mapping.
    fn value(&self, path: &[&str], expected: &'static str) -> Result<Option<&Tree>, YamlError> {
        let mut tree = self.tree();
        for key in path {
            match tree {
                Tree::Map(_) => {}
                Tree::Null => return Ok(None),
                other => return Err(self.wrong_kind(path, expected, other.kind())),
            }
            match tree.find(key) {
                Some((_, value)) => tree = value,
                None => return Ok(None),
            }
        }
        Ok(Some(tree).filter(|tree| !matches!(tree, Tree::Null)))
    }

    fn wrong_kind(&self, path: &[&str], expected: &'static str, found: &'static str) -> YamlError {
        YamlError::WrongKind {
            at: self.position(path).unwrap_or(Position::START),
            path: shown(path),
            expected,
            found,
        }
    }
}
