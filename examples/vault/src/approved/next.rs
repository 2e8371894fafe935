//! The approved state that a change leads to.

use std::collections::{BTreeMap, BTreeSet};

use openpass_policy::FieldChange;

use super::{
    Approved, Baseline, Held, ItemKind, Known, Observed, Part, bytes,
    strict::{Forbids, forbids_in, forbids_only, put, without_opt_outs},
    taken::taken,
    watch::fields_of,
};
use crate::{Vault, VaultError, change::FileChange, error::shown, hash};

/// The approved state once a change is made.
#[derive(Debug, Clone, Default)]
pub(crate) struct Next {
    pub(crate) approved: Approved,
    /// The parts that are new, each with its SHA-256.
    pub(crate) new: Vec<(String, Vec<u8>)>,
    /// Whether it is the first that the guard knows of this vault.
    pub(crate) is_first: bool,
    /// The fields that were changed outside the guard before, and that the change
    /// takes for good.
    pub(crate) taken: Vec<FieldChange>,
    /// The policy files that are approved then, and whether each holds a forbid,
    /// where that changes. By these the guard tells of a forbid that is gone,
    /// also when the policy's text is gone too.
    pub(crate) policies: Option<Forbids>,
}

/// A value that a change says is approved without a file that shows it.
#[derive(Debug, Clone)]
pub(crate) struct Touch {
    pub(crate) kind: ItemKind,
    pub(crate) item: String,
    /// A field and its value; `None` is the whole item, gone.
    pub(crate) field: Option<(String, Option<Held>)>,
}

/// Items by their kind.
pub(crate) type Items = BTreeMap<ItemKind, BTreeSet<String>>;

/// The items that a change takes for good beside what it changes itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Adopts {
    /// The items that are taken as they are found.
    pub(crate) items: Items,
    /// Whether a first baseline takes settings and permits of one's own too.
    pub(crate) opt_outs: bool,
    /// Whether every setting is taken at its default, whatever was known of them.
    pub(crate) default_settings: bool,
    /// Whether nothing of settings and policies is taken that makes the guard easier: what
    /// another identity vouched for does not count once this one is accepted, nor what
    /// lines say that were taken back on lines which are missing.
    pub(crate) only_what_counts: bool,
}

impl Adopts {
    /// Whether what it takes of this kind is shown by itself.
    fn shows(&self, kind: ItemKind) -> bool {
        kind == ItemKind::Settings || self.items.contains_key(&kind)
    }
}

impl Vault {
    /// The approved state once `files` are changed.
    ///
    /// Only what the change itself touches: what was changed outside the guard
    /// before stays a difference. The first change with a factor takes
    /// everything else as it finds it, but for what makes something easier.
    pub(crate) fn next_approved(
        &self,
        baseline: &Baseline<'_>,
        files: &[FileChange],
        touches: &[Touch],
        adopts: &Adopts,
    ) -> Result<Next, VaultError> {
        let mut next = Next {
            approved: Approved::default(),
            new: Vec::new(),
            is_first: !baseline.exists(),
            taken: Vec::new(),
            policies: None,
        };
        for kind in ItemKind::ALL {
            let named = baseline.state().approved.as_ref();
            let named = named.and_then(|approved| approved.get(kind));
            let is_touched = (adopts.only_what_counts && kind.decides())
                || adopts.items.contains_key(&kind)
                || touches.iter().any(|touch| touch.kind == kind)
                || files
                    .iter()
                    .any(|file| ItemKind::of_file(&file.name).contains(&kind));
            let part = match named {
                Some(_) if !is_touched => None,
                _ => self.part_before(baseline, kind, adopts),
            };
            match (part, named) {
                (Some(part), _) => {
                    let after = changed(baseline, kind, part.clone(), files, touches)?;
                    // What is accepted is shown already; settings are compared
                    // with what counts.
                    if named.is_some() && !adopts.shows(kind) {
                        let observed = baseline.observed(kind);
                        next.taken.extend(taken(kind, &part, &observed, &after));
                    }
                    next.put(kind, after)?;
                }
                // What nobody can read any more stays named: it is lost until
                // a person accepts what there is.
                (None, Some(sha256)) => next.approved.set(kind, sha256.to_owned()),
                (None, None) => {}
            }
        }
        Ok(next)
    }

    /// Returns the part that the change goes on from; `None` where that is not
    /// known.
    fn part_before(
        &self,
        baseline: &Baseline<'_>,
        kind: ItemKind,
        adopts: &Adopts,
    ) -> Option<Part> {
        let observed = baseline.observed(kind);
        if adopts.default_settings && kind == ItemKind::Settings {
            let defaults = fields_of(&crate::Settings::default());
            return Some([(String::new(), defaults)].into());
        }
        let mut known = baseline.of(kind, &observed);
        if adopts.only_what_counts {
            known = self.without_what_makes_easier(baseline, kind, known);
        }
        if let Some(names) = adopts.items.get(&kind) {
            return Some(accepted(known, &observed, names));
        }
        match known {
            Known::Part(part) => Some(part),
            Known::Lost(_) => None,
            Known::Nothing if !baseline.exists() => self.found(baseline, kind, observed, adopts),
            Known::Nothing => (!kind.decides() && !observed.is_dark()).then_some(observed.part),
        }
    }

    /// Returns what is known of `kind`, without what makes the guard easier. What
    /// makes it stricter stays, and what is lost stays lost until a person is
    /// told.
    fn without_what_makes_easier(
        &self,
        baseline: &Baseline<'_>,
        kind: ItemKind,
        known: Known,
    ) -> Known {
        match (kind, known) {
            (ItemKind::Settings, Known::Part(part)) => {
                let fields = part
                    .get("")
                    .and_then(|fields| without_opt_outs(fields).ok());
                let counts = || fields_of(&self.settings_given(baseline).counts);
                Known::Part([(String::new(), fields.unwrap_or_else(counts))].into())
            }
            (ItemKind::Policies, Known::Part(part)) => Known::Part(forbids_only(part)),
            (_, known) => known,
        }
    }

    /// Returns the part that a first baseline takes. A value that would make
    /// something easier counts only if a person has seen it.
    fn found(
        &self,
        baseline: &Baseline<'_>,
        kind: ItemKind,
        observed: Observed,
        adopts: &Adopts,
    ) -> Option<Part> {
        match kind {
            ItemKind::Settings if !adopts.opt_outs || observed.is_dark() => {
                let counts = self.settings_given(baseline).counts;
                Some([(String::new(), fields_of(&counts))].into())
            }
            _ if observed.is_dark() => None,
            ItemKind::Policies if !adopts.opt_outs => Some(forbids_only(observed.part)),
            _ => Some(observed.part),
        }
    }
}

/// Returns the approved part, with the items called `names` as they are found.
fn accepted(known: Known, observed: &Observed, names: &BTreeSet<String>) -> Part {
    let mut part = match known {
        Known::Part(part) => part,
        Known::Nothing | Known::Lost(_) => Part::new(),
    };
    for name in names {
        match observed.part.get(name) {
            Some(fields) => drop(part.insert(name.clone(), fields.clone())),
            None => drop(part.remove(name)),
        }
    }
    part
}

/// A part after the change.
fn changed(
    baseline: &Baseline<'_>,
    kind: ItemKind,
    mut part: Part,
    files: &[FileChange],
    touches: &[Touch],
) -> Result<Part, VaultError> {
    for file in files {
        if !ItemKind::of_file(&file.name).contains(&kind) {
            continue;
        }
        // What could not be read before counts as nothing that was there.
        let before = baseline.read(kind, &file.name, file.before.as_deref());
        let after = baseline.read(kind, &file.name, file.after.as_deref());
        let after = after.map_err(|problem| VaultError::NotAcceptable {
            what: shown(file.name.as_ref()),
            problem,
        })?;
        apply(&mut part, &before.unwrap_or_default(), &after);
    }
    for touch in touches.iter().filter(|touch| touch.kind == kind) {
        match &touch.field {
            None => drop(part.remove(&touch.item)),
            Some((field, value)) => {
                let fields = part.entry(touch.item.clone()).or_default();
                put(fields, field, value.as_ref());
            }
        }
    }
    Ok(part)
}

/// Makes the change from `before` to `after`, and no other.
fn apply(part: &mut Part, before: &Part, after: &Part) {
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        part.remove(name);
    }
    for (name, new) in after {
        let Some(old) = before.get(name) else {
            part.insert(name.clone(), new.clone());
            continue;
        };
        for field in old.keys().chain(new.keys()) {
            if old.get(field) != new.get(field) {
                put(part.entry(name.clone()).or_default(), field, new.get(field));
            }
        }
    }
}

impl Next {
    /// Returns the state that is approved already; `None` where no line names its
    /// parts.
    pub(crate) fn unchanged(baseline: &Baseline<'_>) -> Option<Self> {
        let approved = baseline.state().approved.clone()?;
        Some(Self {
            approved,
            ..Self::default()
        })
    }

    fn put(&mut self, kind: ItemKind, part: Part) -> Result<(), VaultError> {
        let bytes = bytes(&part).map_err(|error| VaultError::NotAcceptable {
            what: shown("guard/approved".as_ref()),
            problem: error.to_string(),
        })?;
        if kind == ItemKind::Policies {
            self.policies = Some(forbids_in(&part));
        }
        let sha256 = hash::sha256_hex(&bytes);
        self.approved.set(kind, sha256.clone());
        self.new.push((sha256, bytes));
        Ok(())
    }
}
