//! Takes what was changed outside the guard for good, with every field shown.

mod parts;

use std::collections::BTreeSet;

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange, Operation, Request};

use super::{Plan, plan::Accepts};
use crate::{
    Vault, VaultError,
    approved::{
        Baseline, Differing, ItemKind, Items, Known, Observed, Part, differing, shown_name,
    },
    policies, settings,
};

/// The items that can be accepted, and the reasons why others cannot.
#[derive(Default)]
struct Acceptable {
    items: Items,
    changes: Vec<FieldChange>,
    /// The accepted items. Policy decides on each as the operations that it comes to.
    accepted: Vec<(ItemKind, Differing)>,
    /// The error of the first item that cannot be read.
    unreadable: Option<VaultError>,
    /// Whether an item is left for a prompt.
    waits: bool,
    /// Whether there are policies that can decide on what is accepted.
    policies_load: bool,
    /// Whether an item is left until policies load that can decide on it.
    waits_for_policies: bool,
}

impl Vault {
    /// Works out the acceptance of what was changed outside the guard.
    ///
    /// What makes the guard itself easier is accepted at a prompt alone: a passphrase
    /// from a file descriptor is no sign that anybody has read it.
    pub(super) fn plan_acceptance(
        &self,
        request: &Request,
        baseline: &Baseline<'_>,
    ) -> Result<Plan, VaultError> {
        // What nobody can read, or others may have written, is put right first.
        drop(self.baseline()?);
        let (drift, differing) = self.drift_from(baseline);
        let mut all = Acceptable {
            policies_load: self.engine().is_ok(),
            ..Acceptable::default()
        };
        for (kind, one) in differing {
            // What is in doubt is shown whole, and not only where it differs.
            if !(baseline.state().doubts(kind) && is_found(&one)) {
                all.take(baseline, request, kind, one);
            }
        }
        for kind in ItemKind::ALL {
            for one in as_found(baseline, kind) {
                all.take(baseline, request, kind, one);
            }
        }
        if drift.log_is_damaged {
            let lines = Some(drift.damaged());
            all.changes.push(FieldChange::new(
                "guard/log.jsonl",
                Before(None),
                After(lines),
                Direction::Widens,
            ));
        }
        let first = !baseline.exists() && !self.not_approved(baseline).is_empty();
        // With a first baseline, the change itself shows what it adopts.
        if all.changes.is_empty() && !(first && request.attended) {
            return Err(match all.unreadable {
                Some(error) => error,
                // It has a way of its own: nothing else is washed with it.
                None if drift.only_the_identity() => VaultError::OnlyTheIdentity,
                None if all.waits_for_policies => VaultError::AcceptPoliciesFirst,
                None if all.waits || first => VaultError::NeedsAPrompt,
                None => VaultError::NothingToChange,
            });
        }
        if let Some(policies) = all.items.get(&ItemKind::Policies) {
            self.accepted_load(policies, request)?;
        }
        let (vault, accepted) = (self.clone(), all.accepted);
        let mut plan = Plan::new(all.changes, Vec::new(), move |request, effect| {
            let accepted = accepted.iter();
            let parts = accepted.flat_map(|(kind, one)| vault.parts_of(&request, *kind, one));
            let parts: Vec<Operation> = parts.collect();
            Operation::accept_drift(request, effect).coming_to(parts)
        });
        plan.accepts = Some(Accepts {
            items: all.items,
            damaged_lines: drift.damaged_lines,
            knows: seen(baseline),
        });
        Ok(plan)
    }
}

impl Acceptable {
    fn take(&mut self, baseline: &Baseline<'_>, request: &Request, kind: ItemKind, one: Differing) {
        if let Some(problem) = one.unreadable {
            let what = SafeText::escape(&one.item);
            self.unreadable
                .get_or_insert(VaultError::NotAcceptable { what, problem });
        } else if !self.policies_load && one.gives_power_beside_policies(kind) {
            self.waits_for_policies = true;
        } else if request.attended || !makes_easier(baseline, kind, &one) {
            if kind == ItemKind::Policies && one.was_there && !one.is_there {
                self.changes.push(gone(&one.name, one.forbade));
            }
            let name = one.name.clone();
            self.items.entry(kind).or_default().insert(name);
            self.changes.extend(one.changes.iter().cloned());
            self.accepted.push((kind, one));
        } else {
            self.waits = true;
        }
    }
}

/// Whether it is a setting or a permit that would make the guard easier.
fn makes_easier(baseline: &Baseline<'_>, kind: ItemKind, one: &Differing) -> bool {
    let mut changes = one.changes.iter();
    match kind {
        ItemKind::Settings => changes.any(|change| change.direction == Direction::Widens),
        ItemKind::Policies if one.is_there => {
            let observed = baseline.observed(ItemKind::Policies);
            let text = observed.part.get(&one.name).and_then(|it| it.get("text"));
            policies::may_permit(&one.name, text)
        }
        _ => false,
    }
}

impl Differing {
    /// Whether it gives power and is none of the guard's own.
    ///
    /// INVARIANT (what comes to the same is decided alike): where the policies do not
    /// load, the shipped ones alone decide on an acceptance, and a policy that forbids
    /// the change would not be asked. First the policies are put right, then what they
    /// decide on is accepted.
    fn gives_power_beside_policies(&self, kind: ItemKind) -> bool {
        let widens = |change: &FieldChange| change.direction == Direction::Widens;
        let decided = !matches!(kind, ItemKind::Policies | ItemKind::Settings);
        decided && self.changes.iter().any(widens)
    }
}

/// Whether it is there, and can be read.
const fn is_found(one: &Differing) -> bool {
    one.is_there && one.unreadable.is_none()
}

/// The kinds of which an acceptance shows all that there is.
fn seen(baseline: &Baseline<'_>) -> BTreeSet<ItemKind> {
    let readable = |kind: &ItemKind| baseline.observed(*kind).unreadable.is_empty();
    ItemKind::of_power().into_iter().filter(readable).collect()
}

/// Returns all items of a kind of which what was approved is lost or in doubt.
fn as_found(baseline: &Baseline<'_>, kind: ItemKind) -> Vec<Differing> {
    let observed = baseline.observed(kind);
    let known = baseline.of(kind, &observed);
    // Settings and policies are never taken as found without a word.
    let unsaid = matches!(known, Known::Nothing) && baseline.exists() && kind.decides();
    let is_lost = matches!(known, Known::Lost(_)) || unsaid;
    if observed.is_dark() || !(is_lost || baseline.state().doubts(kind)) {
        return Vec::new();
    }
    let nothing = match kind {
        ItemKind::Settings => baseline
            .read(kind, settings::FILE, None)
            .unwrap_or_default(),
        _ => Part::new(),
    };
    let mut found = differing(kind, &nothing, &observed);
    if kind == ItemKind::Policies && is_lost {
        found.extend(gone_unread(baseline, &observed));
    }
    if found.is_empty() && is_lost {
        found.push(nothing_found(kind));
    }
    found
}

/// Returns the change that says that an approved policy file is not there any more,
/// and what goes with the file.
fn gone(name: &str, forbade: Option<bool>) -> FieldChange {
    let what = match forbade {
        Some(true) => "it forbade things, and no longer forbids them",
        Some(false) => "it forbade nothing",
        None => "what it forbade is no longer known",
    };
    FieldChange::new(
        format!("{}/{} is gone", policies::FOLDER, shown_name(name)),
        Before(None),
        After(Some(what.to_owned())),
        Direction::Widens,
    )
}

/// The policy files that the log names, and that are not there any more, where
/// their text is lost too.
fn gone_unread(baseline: &Baseline<'_>, observed: &Observed) -> Vec<Differing> {
    let named = baseline.state().policies.iter();
    let is_gone = |name: &String| {
        let is_there = observed.part.contains_key(name);
        !is_there && !observed.unreadable.contains_key(name)
    };
    let gone = named.filter(|(name, _)| is_gone(name));
    gone.map(|(name, forbade)| Differing::without_a_text(name, *forbade))
        .collect()
}

/// A kind of which nothing is known, and nothing is there that needs a word.
fn nothing_found(kind: ItemKind) -> Differing {
    let before = Some("what was approved is lost".to_owned());
    let after = Some("as it is found".to_owned());
    Differing {
        name: String::new(),
        item: kind.file().to_owned(),
        changes: vec![FieldChange::new(
            kind.file(),
            Before(before),
            After(after),
            Direction::Widens,
        )],
        before: None,
        after: None,
        was_there: true,
        is_there: true,
        unreadable: None,
        forbade: None,
    }
}
