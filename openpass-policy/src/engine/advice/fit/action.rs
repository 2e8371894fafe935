//! An action that there is not.

use super::super::{
    close::{close, last, listed},
    cure::{Cure, short},
    spot::{Spot, write},
};
use super::between;

/// The most names of actions that are listed.
const LISTED: usize = 45;

pub(super) fn cure(spot: &Spot<'_>) -> Option<Cure> {
    let written = between(&spot.said, "unrecognized action `", "`")?;
    let known = spot.known();
    let message = format!("there is no action `{}`", short(written));
    let help = match close(written, known.all_actions()) {
        Some(meant) => write(meant),
        None => {
            let of = |name: &str| {
                let namespace = written
                    .split_once("::Action")
                    .map_or("OpenPass", |(of, _)| of);
                name.strip_prefix(namespace)
                    .is_some_and(|rest| rest.starts_with("::"))
            };
            let near: Vec<&str> = known.all_actions().filter(|name| of(name)).collect();
            let all = if near.is_empty() {
                known.all_actions().collect()
            } else {
                near
            };
            format!("there are {}", listed(all.into_iter().map(last), LISTED))
        }
    };
    Some(spot.cure_at(
        spot.at,
        spot.to.saturating_sub(1).max(spot.at),
        message,
        help,
    ))
}
