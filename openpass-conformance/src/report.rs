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
    pub(crate) fn not_played(why: impl Into<String>) -> Self {
        Self::DoesNotApply(why.into())
    }

    /// From a case that either stops at what went wrong or comes to its end, and says how
    /// far it was tried.
    pub(crate) fn of(played: Played<String>) -> Self {
        played.map_or_else(|verdict| verdict, Self::Held)
    }

    const fn is_held(&self) -> bool {
        matches!(self, Self::Held(_))
    }
}

/// A case at play: an error is the verdict that ends it.
pub(crate) type Played<T = ()> = Result<T, Verdict>;

/// Ends the case as held, with nothing to add.
pub(crate) const fn held() -> Played<String> {
    Ok(String::new())
}

/// Ends the case as not held.
pub(crate) fn broken<T>(found: impl Into<String>) -> Played<T> {
    Err(Verdict::NotHeld(found.into()))
}

/// Ends the case as not played, for lack of an approved change.
pub(crate) const NO_CONTROL: &str = "no approved change was made";

/// Ends the case as not played, since `what` is not described.
pub(crate) fn described<T>(what: Option<T>, missing: &str) -> Played<T> {
    what.ok_or_else(|| Verdict::DoesNotApply(format!("not described: {missing}")))
}

/// A text that is described, which an empty one is not: every text has it.
pub(crate) fn text(described: Option<&String>) -> Option<&String> {
    described.filter(|text| !text.is_empty())
}

/// Texts that are described, none of them empty.
pub(crate) fn texts(described: &[String]) -> Option<&[String]> {
    let are_empty = described.is_empty() || described.iter().any(String::is_empty);
    (!are_empty).then_some(described)
}

/// The result of a run. Its `Display` is the matrix, a case a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the cases are held only if `assert_holds` passes"]
pub struct Report {
    host: String,
    control: Case,
    rows: Vec<(Case, Verdict)>,
}

impl Report {
    /// Plays each case. Without the case `control`, nothing is held.
    pub(crate) fn of(host: &str, control: Case, mut play: impl FnMut(Case) -> Verdict) -> Self {
        let rows = Case::ALL.iter().map(|case| (*case, play(*case)));
        Self {
            host: host.to_owned(),
            control,
            rows: rows.collect(),
        }
    }

    /// Plays each case under the control that an approved change is made, which is played
    /// first and last. `play` gets the look of the state once that change is made.
    pub(crate) fn under<V>(
        host: &str,
        approved: impl Fn() -> Played<V>,
        play: impl Fn(Case, &V) -> Played<String>,
    ) -> Self {
        let control = approved();
        let report = Self::of(host, Case::Approved, |case| match (&control, case) {
            (Ok(_), Case::Approved) => Verdict::of(held()),
            (Ok(after), case) => Verdict::of(play(case, after)),
            (Err(verdict), Case::Approved) => verdict.clone(),
            (Err(_), _) => Verdict::not_played(NO_CONTROL),
        });
        report.ending_in(|| approved().map(drop))
    }

    /// Has the control played once more, behind all cases: if it fails by now, what was
    /// refused meanwhile may have been refused for any reason.
    pub(crate) fn ending_in(mut self, control: impl FnOnce() -> Played) -> Self {
        if !self.control_is_held() {
            return self;
        }
        let Err(Verdict::NotHeld(why) | Verdict::DoesNotApply(why) | Verdict::Held(why)) =
            control()
        else {
            return self;
        };
        for (case, verdict) in &mut self.rows {
            if *case == self.control {
                *verdict = Verdict::NotHeld(format!("played again at the end: {why}"));
            } else if verdict.is_held() {
                *verdict = Verdict::not_played("at the end, the control was not held any more");
            }
        }
        self
    }

    fn control_is_held(&self) -> bool {
        self.verdict(self.control).is_some_and(Verdict::is_held)
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
            .filter(|(_, verdict)| verdict.is_held())
            .map(|(case, _)| case)
    }

    /// The cases that were not played, or not to their end: they are neither held nor
    /// broken.
    pub fn not_played(&self) -> impl Iterator<Item = Case> {
        self.rows()
            .filter(|(_, verdict)| matches!(verdict, Verdict::DoesNotApply(_)))
            .map(|(case, _)| case)
    }

    /// Prints the matrix, and ends the test if no approved change was made or if a case
    /// that applies is not held.
    ///
    /// The test runner shows the matrix of a test that passes with `--nocapture`. A case
    /// that does not apply passes:
    /// [`assert_holds_all_but`](Self::assert_holds_all_but) is stricter.
    ///
    /// # Panics
    ///
    /// If [`broken`](Self::broken) has a case, or if [`Case::Approved`] is not held. For a
    /// server described without `approved_elsewhere`, [`Case::Absent`] stands for it: a
    /// call waits for an approval, and the matrix says so. The message has the matrix.
    #[track_caller]
    #[expect(clippy::print_stdout, reason = "the matrix is what a test prints")]
    pub fn assert_holds(&self) {
        let control = self.control;
        assert!(
            self.control_is_held(),
            "nothing is held unless {control}\n{self}"
        );
        assert_eq!(self.broken().count(), 0, "{self}");
        println!("{self}");
    }

    /// Prints the matrix, and ends the test unless every case but those in `these` is
    /// held: a case that does not apply ends it too. So a test notices a part of the
    /// description that is lost later.
    ///
    /// A case in `these` may not apply; it may not be broken.
    ///
    /// # Panics
    ///
    /// If a case that is not in `these` is not held, or if
    /// [`assert_holds`](Self::assert_holds) panics. The message has the matrix.
    #[track_caller]
    pub fn assert_holds_all_but(&self, these: &[Case]) {
        let others = self.not_played().filter(|case| !these.contains(case));
        let others: Vec<String> = others.map(|case| case.to_string()).collect();
        assert!(
            others.is_empty(),
            "these do not apply: {}\n{self}",
            others.join("; ")
        );
        self.assert_holds();
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
        if self.control != Case::Approved {
            writeln!(
                f,
                "  no approved change was made: the control is that a call waits"
            )?;
        }
        let count = |wanted: fn(&Verdict) -> bool| {
            self.rows().filter(|(_, verdict)| wanted(verdict)).count()
        };
        write!(
            f,
            "  {} held, {} NOT held, {} do not apply",
            count(Verdict::is_held),
            count(|it| matches!(it, Verdict::NotHeld(_))),
            count(|it| matches!(it, Verdict::DoesNotApply(_))),
        )
    }
}
