//! The part of the approved state that makes nothing easier, and which policy
//! files hold a forbid.

use std::collections::BTreeMap;

use openpass_policy::Direction;

use super::{
    Fields, Held, Part,
    watch::{fields_of, settings_of},
};
use crate::{Settings, policies, settings};

/// The most bytes of policies that are parsed for what is told of them later.
const MOST_PARSED: usize = 256 << 10;

/// Policy files by name, and whether each holds a forbid; `None` where nobody
/// can tell.
pub(crate) type Forbids = BTreeMap<String, Option<bool>>;

/// Returns for each policy file whether it holds a forbid. No number of files
/// makes a change slow: with too many bytes, nobody can tell.
pub(super) fn forbids_in(part: &Part) -> Forbids {
    let text = |fields: &'_ Fields| fields.get("text").cloned();
    let length = |fields: &Fields| text(fields).and_then(|it| Some(it.as_text()?.len()));
    let bytes: usize = part.values().filter_map(length).sum();
    let is_short = bytes <= MOST_PARSED;
    let forbids = part.iter().map(|(name, fields)| {
        let text = text(fields).filter(|_| is_short);
        (name.clone(), policies::held_a_forbid(name, text.as_ref()))
    });
    forbids.collect()
}

/// The policies, without what they permit.
pub(super) fn forbids_only(part: Part) -> Part {
    let kept = part.into_iter().filter_map(|(name, fields)| {
        let text = policies::kept_strict(&name, fields.get("text"))?;
        Some((name, Fields::from([("text".to_owned(), text)])))
    });
    kept.collect()
}

/// The settings, with the default in the place of each that makes it easier.
pub(super) fn without_opt_outs(fields: &Fields) -> Result<Fields, String> {
    let (defaults, given) = (Settings::default(), settings_of(fields)?);
    let by_default = fields_of(&defaults);
    let mut left = fields.clone();
    for key in fields.keys() {
        if settings::direction(key, &defaults, &given) == Direction::Widens {
            put(&mut left, key, by_default.get(key));
        }
    }
    Ok(left)
}

/// Sets a field, or takes it away.
pub(crate) fn put(fields: &mut Fields, field: &str, value: Option<&Held>) {
    match value {
        Some(value) => drop(fields.insert(field.to_owned(), value.clone())),
        None => drop(fields.remove(field)),
    }
}
