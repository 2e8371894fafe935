//! What an outcome on the log claims.

use super::{
    disk::{Ended, FILES, Line, Which},
    world::World,
};

impl World {
    /// Puts the outcome of a change on the log, and notes what is not true of it.
    pub(super) fn tell(&mut self, of: Which, ended: Ended) {
        self.guard.append(Line::Outcome(of, ended));
        let past = self.past[of as usize];
        let stands = (0..FILES).any(|place| self.is_of(place, of));
        let is_false = match ended {
            Ended::Done => {
                let is_all = past.landed.iter().all(|landed| *landed);
                (!is_all).then_some("log_never_says_done_for_what_is_not")
            }
            // An older log does not say that it had begun, or that it was done.
            Ended::NotBegun if past.begun && !self.spent.rolled_back => {
                Some("what_was_put_back_is_told")
            }
            _ if self.is_rolled_back_and_told() => None,
            // The reason names what stands, and no power is among it.
            Ended::Left if of == Which::Narrowing => None,
            Ended::NotBegun
            | Ended::NothingStands
            | Ended::Refused
            | Ended::PutBack
            | Ended::Left => stands.then_some("log_never_says_failed_for_what_stands"),
            Ended::Lost => Some("only_a_missing_line_loses_an_outcome"),
        };
        self.broken = self.broken.or(is_false);
    }
}
