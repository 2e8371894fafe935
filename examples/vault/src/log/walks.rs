//! The state that the log came to, for the same bytes of it.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    MOST_CHAPTERS, Walked,
    anchor::{Anchor, Found},
    chapter::{self, Chapter, NewestFirst},
    key::{LogKey, Mac},
    verify::Problem,
    walk::Walk,
};
use crate::VaultError;

/// The result of the last time that the log was gone through, with all that was read for
/// it.
///
/// INVARIANT (the past is never older than the files): the files are read each time. What
/// they came to is used again for the very same bytes, under the same key and anchor.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walks(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    last: Option<(Read, Arc<Walked>)>,
    /// The number of times that the log was gone through.
    count: u64,
}

/// All that a walk depends on.
#[derive(Debug)]
struct Read {
    /// Tells the key from any other, and says nothing about it.
    key: Option<Mac>,
    anchor: Found,
    /// Whether something is there that comes with the first line.
    left_something: bool,
    /// The files that are gone through, the newest first, and whether each stands alone.
    chapters: Vec<(Chapter, bool)>,
}

impl Walks {
    /// The state that the log in `dir`, which `key` signed, comes to now.
    pub(super) fn now(&self, dir: &Path, key: Option<&LogKey>) -> Result<Arc<Walked>, VaultError> {
        // Held while one goes through it: of many that ask at once one does.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = kept.last.as_ref();
        let read = Read::now(dir, key, last.map(|(read, _)| read))?;
        if let Some((_, walked)) = last.filter(|(known, _)| known.is_as(&read)) {
            return Ok(Arc::clone(walked));
        }
        let walked = Arc::new(read.walked(key));
        kept.count = kept.count.saturating_add(1);
        kept.last = Some((read, Arc::clone(&walked)));
        Ok(walked)
    }

    /// The number of times that the log was gone through.
    pub(crate) fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count
    }
}

impl Read {
    /// Reads the files from the newest to the first that stands alone. What `known` has of the
    /// same bytes is not worked out anew.
    fn now(dir: &Path, key: Option<&LogKey>, known: Option<&Self>) -> Result<Self, VaultError> {
        let anchor = Anchor::find(dir, key);
        let key_mark = key.map(LogKey::mark);
        let known = known.filter(|known| known.key == key_mark && known.anchor == anchor);
        let mut names = NewestFirst::of(dir);
        let mut chapters = Vec::new();
        while chapters.len() < MOST_CHAPTERS {
            let Some(name) = names.next()? else {
                break;
            };
            let mut chapter = Chapter::read(dir, &name)?;
            let known = known.and_then(|known| known.chapters.get(chapters.len()));
            let stands_alone = match known.filter(|(known, _)| known.is_as(&chapter)) {
                Some((known, stands_alone)) => {
                    chapter.ends_as(known);
                    *stands_alone
                }
                None => {
                    chapter.settle_end(&anchor);
                    chapter.stands_alone(key)
                }
            };
            chapters.push((chapter, stands_alone));
            if stands_alone {
                break;
            }
        }
        Ok(Self {
            left_something: chapter::left_something(dir, key.filter(|_| chapters.is_empty())),
            key: key_mark,
            anchor,
            chapters,
        })
    }

    fn is_as(&self, other: &Self) -> bool {
        let both = || self.chapters.iter().zip(&other.chapters);
        self.key == other.key
            && self.anchor == other.anchor
            && self.left_something == other.left_something
            && self.chapters.len() == other.chapters.len()
            && both().all(|((one, _), (another, _))| one.is_as(another))
    }

    fn walked(&self, key: Option<&LogKey>) -> Walked {
        let mut walk = Walk::new(key, false);
        for (chapter, _) in self.chapters.iter().rev() {
            walk.chapter(chapter);
        }
        let ends_wrong = walk.end(&self.anchor, self.left_something);
        for open in &mut walk.state.open {
            open.look_for_an_outcome(self.anchor.seq());
        }
        let current = |problem: &Problem| problem.file == chapter::CURRENT;
        Walked {
            is_damaged: walk.found.problems.iter().any(current),
            seq: walk.seq(),
            anchored: self.anchor.seq(),
            ends_wrong,
            state: Arc::new(walk.state),
        }
    }
}
