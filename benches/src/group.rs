//! A group of work that is measured in turns.

use std::{hint::black_box, time::Duration};

use crate::clock;

/// As long a turn takes at least, so that the clock's own cost and steps do not count.
const TURN: Duration = Duration::from_millis(1);

/// A round that takes longer is run three times, which is the least.
const SLOW: Duration = Duration::from_secs(3);

/// Pieces of work that are compared with each other.
///
/// Each round runs each piece once, so that what slows the machine for a while slows them
/// all.
#[derive(Default)]
pub struct Group<'a> {
    rows: Vec<Row<'a>>,
}

impl std::fmt::Debug for Group<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.rows.iter().map(|row| &row.name);
        f.debug_list().entries(names).finish()
    }
}

struct Row<'a> {
    name: String,
    work: Box<dyn FnMut() + 'a>,
    clock: fn() -> Duration,
}

/// The median processor time of each piece of work, in the order of the rows.
#[derive(Clone, Debug)]
pub struct Measured(pub(crate) Vec<(String, Duration)>);

impl Measured {
    /// Returns the median of the row `name`.
    ///
    /// # Panics
    ///
    /// Without such a row.
    #[must_use]
    pub fn of(&self, name: &str) -> Duration {
        self.get(name)
            .unwrap_or_else(|| panic!("no row is called {name}"))
    }

    /// Returns the median of the row `name`, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Duration> {
        let row = self.0.iter().find(|(row, _)| row == name);
        row.map(|(_, time)| *time)
    }

    /// Returns how many times as long as `other` the row `name` takes.
    #[must_use]
    pub fn ratio(&self, name: &str, other: &str) -> f64 {
        self.of(name).as_secs_f64() / self.of(other).as_secs_f64()
    }
}

impl<'a> Group<'a> {
    /// Adds work within this process. Its result counts as used.
    #[must_use]
    pub fn row<T>(self, name: impl Into<String>, mut work: impl FnMut() -> T + 'a) -> Self {
        let work = move || {
            black_box(work());
        };
        self.with(name, work, clock::own)
    }

    /// Adds work that child processes do: they are started and waited for by `work`.
    #[must_use]
    pub fn children(self, name: impl Into<String>, work: impl FnMut() + 'a) -> Self {
        self.with(name, work, clock::children)
    }

    fn with(
        mut self,
        name: impl Into<String>,
        work: impl FnMut() + 'a,
        clock: fn() -> Duration,
    ) -> Self {
        self.rows.push(Row {
            name: name.into(),
            work: Box::new(work),
            clock,
        });
        self
    }

    /// Measures for about as long as `budget`, in rounds that are at least `least`.
    pub(crate) fn measure(&mut self, budget: Duration, least: usize) -> Measured {
        let turns: Vec<(u32, Duration)> = self.rows.iter_mut().map(Row::turn).collect();
        let round: Duration = turns.iter().map(|(_, took)| *took).sum();
        let rounds = budget.as_micros() / round.as_micros().max(1);
        let least = if round > SLOW { least.min(3) } else { least };
        let rounds = usize::try_from(rounds).unwrap_or(least).clamp(least, 101);
        let mut times = vec![Vec::with_capacity(rounds); self.rows.len()];
        for _ in 0..rounds {
            for ((row, (count, _)), times) in self.rows.iter_mut().zip(&turns).zip(&mut times) {
                times.push(row.run(*count) / *count);
            }
        }
        let names = self.rows.iter().map(|row| row.name.clone());
        Measured(names.zip(times.into_iter().map(median)).collect())
    }
}

impl Row<'_> {
    /// Returns how often the work is done a turn, and how long the turn takes.
    fn turn(&mut self) -> (u32, Duration) {
        let mut count = 1;
        loop {
            let took = self.run(count);
            if took >= TURN || count >= 1 << 20 {
                return (count, took);
            }
            count *= 2;
        }
    }

    fn run(&mut self, count: u32) -> Duration {
        let begun = (self.clock)();
        for _ in 0..count {
            (self.work)();
        }
        (self.clock)().saturating_sub(begun)
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    }

    fn now() -> Duration {
        NOW.get()
    }

    fn takes(time: Duration) -> impl FnMut() {
        move || NOW.set(NOW.get() + time)
    }

    #[test]
    fn a_row_that_takes_ten_times_as_long_has_the_ratio_ten() {
        let mut group = Group::default()
            .with("one", takes(Duration::from_micros(3)), now)
            .with("ten", takes(Duration::from_micros(30)), now);
        let measured = group.measure(Duration::from_millis(50), 5);
        assert_eq!(measured.of("one"), Duration::from_micros(3));
        assert!((measured.ratio("ten", "one") - 10.0).abs() < 1e-9);
    }

    #[test]
    fn one_slow_round_in_many_does_not_count() {
        let mut runs = 0;
        let sometimes = move || {
            runs += 1;
            takes(Duration::from_millis(if runs == 4 { 900 } else { 2 }))();
        };
        let mut group = Group::default().with("row", sometimes, now);
        let measured = group.measure(Duration::from_millis(50), 5);
        assert_eq!(measured.of("row"), Duration::from_millis(2));
    }
}
