//! The conditions for a rule to match, in Cedar.

use crate::rules::Beginning;

/// The terms of a rule, those of Cedar's scope apart. All must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clause {
    /// The agent, as in `OpenPass::Agent::"codex"`.
    pub(super) principal: Option<String>,
    /// The action's scope, as in `== Data::Action::"get"`.
    pub(super) action: Option<String>,
    pub(super) resource: Option<Resource>,
    /// Each can be joined with `&&`, and says nothing of the scope.
    pub(super) terms: Vec<String>,
    /// The minutes of the day that the terms let through: from, and up to but without.
    pub(super) time: Option<(u16, u16)>,
    /// The beginnings of the paths that the terms let through: the Cedar expression of
    /// a path, and its beginning.
    pub(super) begins: Vec<(&'static str, Beginning)>,
}

/// The resource's type, and perhaps its id as a literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) entity: &'static str,
    pub(super) id: Option<String>,
}

impl Resource {
    fn literal(&self) -> Option<String> {
        self.id
            .as_ref()
            .map(|id| format!("OpenPass::{}::{id}", self.entity))
    }

    /// As it stands in a scope.
    pub(super) fn in_scope(&self) -> String {
        self.literal().map_or_else(
            || format!("resource is OpenPass::{}", self.entity),
            |literal| format!("resource == {literal}"),
        )
    }
}

impl Clause {
    /// Whether nothing can match both.
    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        let differ = |a: &Option<String>, b: &Option<String>| {
            a.as_ref().zip(b.as_ref()).is_some_and(|(a, b)| a != b)
        };
        let resources = self.resource.as_ref().zip(other.resource.as_ref());
        differ(&self.principal, &other.principal)
            || differ(&self.action, &other.action)
            || self.rules_out(&other.action)
            || other.rules_out(&self.action)
            || self
                .time
                .zip(other.time)
                .is_some_and(|(a, b)| never_meet(a, b))
            || resources.is_some_and(|(a, b)| a.entity != b.entity || differ(&a.id, &b.id))
            || self.begins.iter().any(|(what, here)| {
                let there = other.begins.iter().find(|(same, _)| same == what);
                there.is_some_and(|(_, there)| !here.meets(there))
            })
    }

    /// Whether its terms rule out all that an action's scope lets through.
    fn rules_out(&self, action: &Option<String>) -> bool {
        let ruled_out = action.as_ref().map(|action| format!("!(action {action})"));
        ruled_out.is_some_and(|term| self.terms.contains(&term))
    }

    /// The terms that say, of what `known` matches, whether this matches too.
    /// None: always.
    pub(super) fn beyond(&self, known: &Self) -> Vec<String> {
        let mut terms = Vec::new();
        if let (Some(principal), None) = (&self.principal, &known.principal) {
            terms.push(format!("principal == {principal}"));
        }
        if let (Some(action), None) = (&self.action, &known.action) {
            terms.push(format!("action {action}"));
        }
        if let Some(resource) = &self.resource {
            if known.resource.is_none() {
                terms.push(format!("resource is OpenPass::{}", resource.entity));
            }
            let id_known = known
                .resource
                .as_ref()
                .is_some_and(|known| known.id.is_some());
            if let (Some(literal), false) = (resource.literal(), id_known) {
                terms.push(format!("resource == {literal}"));
            }
        }
        let unknown = self.terms.iter().filter(|term| !known.terms.contains(term));
        terms.extend(unknown.cloned());
        terms
    }
}

/// Whether no minute of the day is in both ranges, either of which may go over midnight.
fn never_meet(a: (u16, u16), b: (u16, u16)) -> bool {
    let is_in = |minute: u16, (start, end): (u16, u16)| match start < end {
        true => start <= minute && minute < end,
        false => minute >= start || minute < end,
    };
    // Of two ranges that meet, one begins in the other.
    !is_in(a.0, b) && !is_in(b.0, a)
}

#[cfg(test)]
mod tests {
    use super::never_meet;

    #[test]
    fn a11_ranges_of_the_day_meet_as_each_minute_says() {
        let is_in = |minute: u16, (start, end): (u16, u16)| match start < end {
            true => start <= minute && minute < end,
            false => minute >= start || minute < end,
        };
        let ends = [0, 1, 540, 541, 1080, 1439];
        for a in ends.into_iter().flat_map(|x| ends.map(|y| (x, y))) {
            for b in ends.into_iter().flat_map(|x| ends.map(|y| (x, y))) {
                let meet = (0..1440).any(|minute| is_in(minute, a) && is_in(minute, b));
                assert_eq!(never_meet(a, b), !meet, "{a:?} {b:?}");
            }
        }
    }
}
