//! Sets of ids or texts.

use std::{collections::BTreeSet, rc::Rc};

/// The most ids or texts of a set that are told apart. A larger set may contain any.
const MOST: usize = 256;

type Words = Rc<BTreeSet<String>>;

/// Ids or texts: some, or all but some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    Of(Words),
    But(Words),
}

impl Choice {
    pub(super) fn any() -> Self {
        Self::But(Words::default())
    }

    pub(super) fn one(word: String) -> Self {
        Self::Of(Rc::new(BTreeSet::from([word])))
    }

    pub(super) fn of(words: BTreeSet<String>) -> Self {
        match words.len() <= MOST {
            true => Self::Of(Rc::new(words)),
            false => Self::any(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Of(words) if words.is_empty())
    }

    /// The only one.
    pub(super) fn single(&self) -> Option<&String> {
        match self {
            Self::Of(words) if words.len() == 1 => words.first(),
            _ => None,
        }
    }

    /// Returns what is in both sets; never less, but perhaps more.
    pub(super) fn meet(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Of(a), Self::Of(b)) => Self::Of(Rc::new(a.intersection(b).cloned().collect())),
            (Self::Of(some), Self::But(out)) | (Self::But(out), Self::Of(some)) => {
                Self::Of(Rc::new(some.difference(out).cloned().collect()))
            }
            (Self::But(a), Self::But(b)) if a.len().saturating_add(b.len()) > MOST => self.clone(),
            (Self::But(a), Self::But(b)) => Self::But(Rc::new(a.union(b).cloned().collect())),
        }
    }

    /// Returns what is in either set; never less, but perhaps more.
    pub(super) fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Of(a), Self::Of(b)) => Self::of(a.union(b).cloned().collect()),
            (Self::Of(some), Self::But(out)) | (Self::But(out), Self::Of(some)) => {
                Self::But(Rc::new(out.difference(some).cloned().collect()))
            }
            (Self::But(a), Self::But(b)) => {
                Self::But(Rc::new(a.intersection(b).cloned().collect()))
            }
        }
    }

    /// All but this one; never less.
    pub(super) fn without(&self, word: &str) -> Self {
        self.meet(&Self::But(Rc::new(BTreeSet::from([word.to_owned()]))))
    }
}
