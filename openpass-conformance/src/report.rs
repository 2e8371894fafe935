//! The matrix: what was held.

use core::fmt;

use crate::Case;

/// The result of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new answer must break the builds that count them"
)]
pub enum Verdict {
    /// The program did as it should. The text says how far it was tried; it may be empty.
    Held(String),
    /// The program did otherwise, and the text says what.
    NotHeld(String),
    /// The case was not played. The text says why, or what has to be described for it.
    DoesNotApply(String),
}

impl Verdict {
    pub(crate) const fn held() -> Self {
        Self::Held(String::new())
    }

    pub(crate) fn not_played(why: impl Into<String>) -> Self {
        Self::DoesNotApply(why.into())
    }

    /// From a case that either stops at what went wrong or comes to its end.
    pub(crate) fn of(played: Played) -> Self {
        played.map_or_else(|verdict| verdict, |()| Self::held())
    }
}

/// A case at play: an error is the verdict that ends it.
pub(crate) type Played<T = ()> = Result<T, Verdict>;

/// Ends the case as not held.
pub(crate) fn broken<T>(found: impl Into<String>) -> Played<T> {
    Err(Verdict::NotHeld(found.into()))
}

/// Ends the case as not played, since `what` is not described.
pub(crate) fn described<T>(what: Option<T>, missing: &str) -> Played<T> {
    what.ok_or_else(|| Verdict::DoesNotApply(format!("not described: {missing}")))
}

/// The result of a run. Its `Display` is the matrix, a case a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the cases are held only if `assert_holds` passes"]
pub struct Report {
    host: String,
    rows: Vec<(Case, Verdict)>,
}

impl Report {
    pub(crate) fn of(host: &str, mut play: impl FnMut(Case) -> Verdict) -> Self {
        let rows = Case::ALL.into_iter().map(|case| (case, play(case)));
        Self {
            host: host.to_owned(),
            rows: rows.collect(),
        }
    }

    /// Every case with its verdict, in the order of [`Case::ALL`].
    pub fn rows(&self) -> impl Iterator<Item = (Case, &Verdict)> {
        self.rows.iter().map(|(case, verdict)| (*case, verdict))
    }

    /// The verdict of `case`; `None` if this version of the kit does not know it.
    #[must_use]
    pub fn verdict(&self, case: Case) -> Option<&Verdict> {
        self.rows()
            .find_map(|(it, verdict)| (it == case).then_some(verdict))
    }

    /// The cases that apply and are not held.
    pub fn broken(&self) -> impl Iterator<Item = Case> {
        self.rows()
            .filter(|(_, verdict)| matches!(verdict, Verdict::NotHeld(_)))
            .map(|(case, _)| case)
    }

    /// The cases that were played and held.
    pub fn held(&self) -> impl Iterator<Item = Case> {
        self.rows()
            .filter(|(_, verdict)| matches!(verdict, Verdict::Held(_)))
            .map(|(case, _)| case)
    }

    /// Prints the matrix, and ends the test if a case that applies is not held.
    ///
    /// The test runner shows the matrix of a test that passes with `--nocapture`.
    ///
    /// # Panics
    ///
    /// If [`broken`](Self::broken) has a case; the message has the matrix.
    #[track_caller]
    #[expect(clippy::print_stdout, reason = "the matrix is what a test prints")]
    pub fn assert_holds(&self) {
        assert_eq!(self.broken().count(), 0, "{self}");
        println!("{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.host)?;
        for (case, verdict) in self.rows() {
            let (word, said) = match verdict {
                Verdict::Held(said) => ("held", said),
                Verdict::NotHeld(said) => ("NOT HELD", said),
                Verdict::DoesNotApply(said) => ("does not apply", said),
            };
            let numbers: Vec<String> = case.numbers().iter().map(u8::to_string).collect();
            let line = format!("{case:<48} {:<7} {word:<15} {said}", numbers.join(","));
            writeln!(f, "  {}", line.trim_end())?;
        }
        let count = |wanted: fn(&Verdict) -> bool| {
            self.rows().filter(|(_, verdict)| wanted(verdict)).count()
        };
        write!(
            f,
            "  {} held, {} NOT held, {} do not apply",
            count(|it| matches!(it, Verdict::Held(_))),
            count(|it| matches!(it, Verdict::NotHeld(_))),
            count(|it| matches!(it, Verdict::DoesNotApply(_))),
        )
    }
}
