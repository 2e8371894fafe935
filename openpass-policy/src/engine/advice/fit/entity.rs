//! A type of entity that there is not.

use super::super::{
    close::{close, last, listed},
    cure::{Cure, short},
    spot::{Spot, write},
};
use super::between;

pub(super) fn cure(spot: &Spot<'_>) -> Option<Cure> {
    let written = between(&spot.said, "unrecognized entity type `", "`")?;
    let known = spot.known();
    let types = || known.types.iter().map(String::as_str);
    let message = format!("there is no entity type `{}`", short(written));
    let help = match close(written, types()) {
        Some(meant) => write(meant),
        None => {
            let alike = types().filter(|name| last(name) == last(written));
            let alike: Vec<&str> = alike.collect();
            match alike.is_empty() {
                true => format!("there are {}", listed(types(), 30)),
                false => format!("there are {}", listed(alike, 10)),
            }
        }
    };
    // The place of an entity covers its id as well.
    let last = spot.pieces.operand_to(spot.at);
    let is_id = spot.pieces.word(last).starts_with('"');
    let end = if is_id { last.saturating_sub(2) } else { last };
    Some(spot.cure_at(spot.at, end.max(spot.at), message, help))
}
