//! An attribute that is not there.

use std::collections::BTreeSet;

use cedar_policy::Policy;

use super::super::{
    close::{close, last, listed, same},
    cure::{Cure, short},
    known::{Known, Owner},
    pieces::string,
    spot::{Spot, write},
};
use super::{Finding, impossible::actions};

/// Other words for what a context has.
const MEANT: [(&str, &str); 17] = [
    ("hour", "minuteOfDay"),
    ("hours", "minuteOfDay"),
    ("minute", "minuteOfDay"),
    ("minutes", "minuteOfDay"),
    ("clock", "minuteOfDay"),
    ("now", "minuteOfDay"),
    ("timestamp", "minuteOfDay"),
    ("timeOfDay", "minuteOfDay"),
    ("day", "weekday"),
    ("dayOfWeek", "weekday"),
    ("date", "weekday"),
    ("weekend", "weekday"),
    ("biometry", "factor"),
    ("mfa", "factor"),
    ("signed", "approver"),
    ("via", "channel"),
    ("source", "channel"),
];

/// The most actions that a head is advised to name.
const NAMED: usize = 6;

/// An attribute that is missing, with the owners that should have it.
struct Missing<'f> {
    /// The attributes in front of it, below the owner.
    above: Vec<&'f str>,
    name: &'f str,
    owners: Vec<Owner<'f>>,
}

pub(super) fn cure(
    spot: &Spot<'_>,
    finding: &Finding<'_>,
    policy: Option<&Policy>,
) -> Option<Cure> {
    let missing = Missing::of(finding)?;
    let known = spot.known();
    let at = missing.piece(spot)?;
    let (first, base) = spot.before(at.checked_sub(1)?)?;
    let message = missing.message(base, finding.times);
    let whole = |help: String| spot.cure_at(at, at, message.clone(), help);
    if let Some(help) = missing.of_others(known, base, policy) {
        return Some(whole(help));
    }
    if let Some(path) = missing.below(known) {
        // A path is from the variable or the entity, whatever stood in between.
        let root = root(base, missing.above.len());
        let path = format!("{root}{path}");
        if matches!(missing.name, "hour" | "hours") {
            return Some(match hours(spot, at, &path) {
                Some((last, cedar)) => spot.cure_at(at, last, message, write(&cedar)),
                None => whole(format!("{}: the minutes since midnight", write(&path))),
            });
        }
        return Some(whole(write(&path)));
    }
    let there = missing.there(known);
    if let Some(meant) = close(missing.name, there.iter().copied()) {
        return Some(whole(write(&format!("{base}.{meant}"))));
    }
    if let Some(cedar) = itself(spot, base, at, missing.name) {
        return Some(spot.cure_at(first, at, message, write(&cedar)));
    }
    let list = listed(there.iter().copied(), 30);
    let help = match there.is_empty() {
        true => "it has no attributes at all".to_owned(),
        false => format!("it has {list}"),
    };
    Some(whole(help))
}

/// A comparison of an hour, as one of minutes since midnight: with its last piece.
fn hours(spot: &Spot<'_>, at: usize, path: &str) -> Option<(usize, String)> {
    let (operator, last) = (spot.pieces.word(at + 1), at + 2);
    let number = spot.pieces.word(last);
    let hour = string(number).unwrap_or(number).parse::<u32>().ok();
    let hour = hour.filter(|hour| *hour <= 24)?;
    let (from, to) = (hour * 60, hour * 60 + 60);
    let cedar = match operator {
        ">=" | "<" => format!("{path} {operator} {from}"),
        ">" => format!("{path} >= {to}"),
        "<=" => format!("{path} < {to}"),
        "==" => format!("{path} >= {from} && {path} < {to}"),
        "!=" => format!("({path} < {from} || {path} >= {to})"),
        _ => return None,
    };
    Some((last, cedar))
}

impl<'f> Missing<'f> {
    fn of(finding: &'f Finding<'_>) -> Option<Self> {
        let mut owners = Vec::new();
        let mut attribute = None;
        for said in &finding.said {
            let (_, rest) = said.split_once("attribute `")?;
            let (path, owner) = split_owner(rest)?;
            attribute = Some(path);
            owners.extend(owner);
        }
        let mut above: Vec<&str> = attribute?.split('.').collect();
        let name = above.pop()?;
        Some(Self {
            above,
            name,
            owners,
        })
    }

    /// Returns the attributes that all owners do have at this place.
    fn there<'k>(&self, known: &'k Known) -> BTreeSet<&'k str> {
        let mut each = self.owners.iter().map(|owner| {
            let attributes = known.attributes(owner, &self.above);
            attributes.into_keys().collect::<BTreeSet<_>>()
        });
        let first = each.next().unwrap_or_default();
        each.fold(first, |all, one| &all & &one)
    }

    /// Finds the piece at which the attribute stands.
    fn piece(&self, spot: &Spot<'_>) -> Option<usize> {
        let parent = self.above.last();
        (spot.at..spot.to).find(|piece| {
            let word = spot.pieces.word(*piece);
            let before = spot.pieces.near(*piece, -1);
            let is_it = (word == self.name && before == ".")
                || (string(word) == Some(self.name) && before == "[");
            is_it && parent.is_none_or(|parent| spot.pieces.near(*piece, -2) == *parent)
        })
    }

    fn message(&self, base: &str, times: usize) -> String {
        let name = short(self.name);
        let types: Vec<String> = self
            .owners
            .iter()
            .filter_map(|owner| match owner {
                Owner::Entity(of) if self.above.is_empty() => Some(format!("`{}`", short(of))),
                _ => None,
            })
            .collect();
        match (types.as_slice(), self.owners.first()) {
            ([one], _) => format!("{one} has no `{name}`"),
            ([_, ..], _) => {
                format!(
                    "{} have no `{name}`",
                    listed(types.iter().map(String::as_str), 4)
                )
            }
            ([], Some(Owner::Context(action))) if times > 1 => format!(
                "`{}` has no `{name}` for {} and {} more action{}",
                short(base),
                last(action),
                times - 1,
                if times == 2 { "" } else { "s" }
            ),
            ([], Some(Owner::Context(action))) => {
                format!("`{}` has no `{name}` for {}", short(base), last(action))
            }
            _ => format!("`{}` has no `{name}`", short(base)),
        }
    }

    /// Other actions, or other types in the same place, have it.
    fn of_others(&self, known: &Known, base: &str, policy: Option<&Policy>) -> Option<String> {
        let has = |owner: &Owner<'_>| known.attributes(owner, &self.above).contains_key(self.name);
        if matches!(self.owners.first()?, Owner::Context(_)) {
            let all = || known.actions.keys().map(String::as_str).collect();
            let about = policy.map_or_else(all, |policy| actions(known, policy));
            let with = |some: Vec<&str>| -> Vec<String> {
                let with = some
                    .into_iter()
                    .filter(|action| has(&Owner::Context(action)));
                with.map(str::to_owned).collect()
            };
            // Those that the policy is about, else any.
            let with = Some(with(about)).filter(|some| !some.is_empty());
            let with = with.unwrap_or_else(|| {
                let all = known.actions.keys().filter(|it| has(&Owner::Context(it)));
                all.cloned().collect()
            });
            return match with.as_slice() {
                [] => None,
                [one] => Some(format!(
                    "{}: only this action has it",
                    write(&format!("action == {one}"))
                )),
                some if some.len() <= NAMED => Some(format!(
                    "{} in the head: these actions have it",
                    write(&format!("action in [{}]", some.join(", ")))
                )),
                many => Some(format!(
                    "in the head, name actions that have it: {}",
                    listed(many.iter().map(|action| last(action)), 30)
                )),
            };
        }
        if !self.above.is_empty() || !matches!(base, "principal" | "resource") {
            return None;
        }
        let types = known.types_of(base).into_iter();
        let with: Vec<&str> = types.filter(|name| has(&Owner::Entity(name))).collect();
        let one = with.first()?;
        let only = if with.len() == 1 {
            "only this type has it"
        } else {
            "this type has it"
        };
        Some(format!(
            "{} in the head: {only}",
            write(&format!("{base} is {one}"))
        ))
    }

    /// It stands further below, by this name or another.
    fn below(&self, known: &Known) -> Option<String> {
        let path = |is: &dyn Fn(&str) -> bool| {
            let mut paths = self.owners.iter().take(8);
            paths.find_map(|owner| known.path_to(owner, is))
        };
        let meant = MEANT.iter().find(|(word, _)| same(word, self.name));
        path(&|name| same(name, self.name))
            .or_else(|| path(&|name| meant.is_some_and(|(_, meant)| *meant == name)))
    }
}

/// The attribute's path, and what should have it.
fn split_owner(rest: &str) -> Option<(&str, Vec<Owner<'_>>)> {
    if let Some((path, action)) = rest.split_once("` in context for ") {
        let action = action.trim_end_matches(" not found");
        return Some((path, vec![Owner::Context(action)]));
    }
    let (path, types) = rest
        .split_once("` on entity type ")
        .or_else(|| rest.split_once("` on entity types "))
        .or_else(|| rest.split_once("` not found"))?;
    let names = types.split('`').skip(1).step_by(2);
    Some((path, names.map(Owner::Entity).collect()))
}

/// `base` without its last attributes.
fn root(base: &str, without: usize) -> &str {
    let mut root = base;
    for _ in 0..without {
        root = root
            .rsplit_once('.')
            .map_or(root, |(before, _)| before)
            .trim_end();
    }
    root
}

/// `principal.id == "x"`: the entity itself is what is compared.
fn itself(spot: &Spot<'_>, base: &str, at: usize, name: &str) -> Option<String> {
    const IDS: [&str; 6] = ["id", "uid", "eid", "name", "type", "identity"];
    let is_variable = matches!(base, "principal" | "resource");
    if !is_variable || !IDS.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let entity_type = spot.known().entity_of(base)?;
    let text = string(spot.pieces.word(at + 2)).unwrap_or("ci-bot");
    let text = text.trim_matches('*');
    match spot.pieces.word(at + 1) {
        operator @ ("==" | "!=") => Some(format!(
            "{base} {operator} {entity_type}::\"{}\"",
            short(text)
        )),
        _ => Some(format!("{base} == {entity_type}::\"{}\"", short(text))),
    }
}
