//! What is on the disk: the guarded files, and the guard's folder.

/// The number of files that each change replaces. Three are the fewest of which one can
/// be somebody else's, one new and one old.
pub(crate) const FILES: usize = 3;

/// One of the two changes. Both replace the same files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Which {
    /// The change that gives power.
    Widening,
    /// The change that takes power.
    Narrowing,
}

impl Which {
    pub(crate) const BOTH: [Self; 2] = [Self::Widening, Self::Narrowing];

    /// What each file holds after the change.
    pub(crate) const fn after(self) -> Content {
        match self {
            Self::Widening => Content::Wide,
            Self::Narrowing => Content::Low,
        }
    }
}

/// What a file holds. The order is that of the power that it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Content {
    Low,
    Base,
    Wide,
    /// Something that no change here makes.
    Theirs,
}

/// A guarded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Held {
    pub(crate) content: Content,
    /// Whether the content was put there from outside. The store cannot see this.
    pub(crate) from_outside: bool,
}

pub(crate) type Files = [Held; FILES];

/// The content of every file, as the store sees it.
pub(crate) fn contents(files: &Files) -> [Content; FILES] {
    files.map(|file| file.content)
}

/// An outcome on the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Ended {
    Done,
    /// The process of the change says that it made nothing of it.
    Refused,
    /// It was broken off before anything was changed.
    NotBegun,
    /// It was broken off, and no file is as it would have made it.
    NothingStands,
    /// What it had changed is put back.
    PutBack,
    /// The reason names the files that are not as they should be.
    Left,
    /// Its outcome is lost with a line of the log.
    Lost,
}

/// A line of the guard's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Line {
    Intent(Which),
    /// What is about to be replaced, and the number of the seal of what is approved then.
    Prepared(Which, [Content; FILES], u8),
    Unconfirmed(Which),
    Outcome(Which, Ended),
    /// Stands in the place of a line that was never finished.
    Torn,
    /// Not a line: from here on, lines are missing that the anchor still counts.
    Gap,
}

/// What the log says of a change that has no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) of: Which,
    /// What the files held before, once it says what it is about to do.
    pub(crate) before: Option<[Content; FILES]>,
    pub(crate) unconfirmed: bool,
    pub(crate) misses_a_line: bool,
}

/// The guard's folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Guard {
    pub(crate) lines: Vec<Line>,
    /// Half a line is behind the last one.
    pub(crate) torn: bool,
    /// The anchor does not name the last line yet.
    pub(crate) ahead: bool,
    /// What a change that gives power is about to replace.
    pub(crate) kept: Option<Files>,
}

impl Guard {
    /// `GuardLog::append`, with `whole_tail` before it.
    pub(crate) fn append(&mut self, line: Line) {
        self.mend();
        self.lines.push(line);
    }

    /// `GuardLog::mend`.
    pub(crate) fn mend(&mut self) {
        if self.torn {
            self.lines.push(Line::Torn);
        }
        (self.torn, self.ahead) = (false, false);
    }

    /// `State::go_on`: what is open, the oldest first.
    pub(crate) fn open(&self) -> Vec<Open> {
        let mut all: Vec<Open> = Vec::new();
        for line in &self.lines {
            match *line {
                Line::Intent(of) => all.push(Open::of(of)),
                Line::Prepared(of, before, _) => {
                    // The intent may be on another log, or put back since.
                    if !all.iter().any(|open| open.of == of) {
                        all.push(Open::of(of));
                    }
                    for open in all.iter_mut().filter(|open| open.of == of) {
                        open.before = Some(before);
                    }
                }
                Line::Unconfirmed(of) => {
                    let its = all.iter_mut().filter(|open| open.of == of);
                    its.for_each(|open| open.unconfirmed = true);
                }
                Line::Outcome(of, _) => all.retain(|open| open.of != of),
                Line::Torn => {}
                // `Open::look_for_an_outcome`.
                Line::Gap => {
                    let its = all.iter_mut().filter(|open| open.before.is_some());
                    its.for_each(|open| open.misses_a_line = true);
                }
            }
        }
        all
    }

    /// `State::ended`: what is approved, and the number of its seal. An outcome of what the
    /// log does not say was prepared approves nothing.
    pub(crate) fn approved(&self) -> ([Content; FILES], u8) {
        let last = self.sealed().pop();
        last.map_or(([Content::Base; FILES], 0), |(of, seal)| {
            ([of.after(); FILES], seal)
        })
    }

    /// The changes that are done, and the numbers of their seals, the oldest first.
    pub(crate) fn sealed(&self) -> Vec<(Which, u8)> {
        let mut prepared: [Option<u8>; 2] = [None; 2];
        let mut sealed = Vec::new();
        for line in &self.lines {
            match *line {
                Line::Prepared(of, _, seal) => prepared[of as usize] = Some(seal),
                Line::Outcome(of, ended) => {
                    let seal = prepared[of as usize].take();
                    let done = seal.filter(|_| ended == Ended::Done);
                    sealed.extend(done.map(|seal| (of, seal)));
                }
                _ => {}
            }
        }
        sealed
    }

    /// `State::is_damaged`.
    pub(crate) fn is_damaged(&self) -> bool {
        self.lines.contains(&Line::Gap)
    }
}

impl Open {
    const fn of(of: Which) -> Self {
        Self {
            of,
            before: None,
            unconfirmed: false,
            misses_a_line: false,
        }
    }
}
