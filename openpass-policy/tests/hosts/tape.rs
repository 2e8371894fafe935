//! Choices, one after the other: what a generator is driven by. A shorter tape, or one
//! of smaller numbers, makes a simpler thing, so that proptest can shrink it.

#[derive(Debug)]
pub(crate) struct Tape {
    choices: std::vec::IntoIter<u16>,
}

impl Tape {
    pub(crate) fn new(choices: Vec<u16>) -> Self {
        Self {
            choices: choices.into_iter(),
        }
    }

    /// One of `count`; the first when the tape is at its end.
    pub(crate) fn pick(&mut self, count: usize) -> usize {
        let choice = self.choices.next().unwrap_or_default();
        usize::from(choice) % count
    }

    pub(crate) fn coin(&mut self) -> bool {
        self.pick(2) == 1
    }

    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let place = self.pick(all.len());
        all.get(place).unwrap()
    }
}
