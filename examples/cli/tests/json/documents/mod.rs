//! Every command's document.

mod agents;
mod decisions;
mod guard;
mod others;
mod policies;
mod requests;
mod vault;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    parts::TIERS,
    schema::{Member, has, text, words},
};

/// The schemas by the names of their files.
pub(crate) fn all() -> BTreeMap<&'static str, Value> {
    let mut all = BTreeMap::new();
    all.extend(agents::all());
    all.extend(vault::all());
    all.extend(policies::all());
    all.extend(decisions::all());
    all.extend(guard::all());
    all.extend(requests::all());
    all.extend(others::all());
    all
}

type Named = (&'static str, Value);

fn agent() -> Member {
    has("agent", text(), "The agent.")
}

fn tier() -> Member {
    has("tier", words(&TIERS), "The tier.")
}
