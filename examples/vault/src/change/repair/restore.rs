//! The approved state, put back on disk.
//!
//! What is shown is worked out from each file's bytes before and after, so it
//! is what the files come to and not what somebody meant them to be. What
//! differs even then is named.

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange, Operation};

use super::{
    super::{FileChange, Plan},
    effect::{effect, only_permits},
};
use crate::{
    Vault, VaultError,
    approved::{Baseline, Differing, ItemKind, Known, Observed, Part, differing},
    config, policies,
};

/// The end of an error about one file. It is cut off, because something else is
/// put back all the same.
const NOTHING_CHANGED: &str = "; nothing was changed";
/// The most things that cannot be put back and are named in one message.
const NAMED: usize = 5;

/// The items of one kind that differ, and what was approved of that kind.
struct Wanted {
    kind: ItemKind,
    approved: Part,
    items: Vec<Differing>,
}

/// The files that are put back, and the fields that cannot be.
#[derive(Default)]
struct Restored {
    /// Whether the policies are too many to be parsed.
    too_many: bool,
    files: Vec<(FileChange, Vec<FieldChange>)>,
    left: Vec<FieldChange>,
}

impl Vault {
    pub(in crate::change) fn plan_restore(
        &self,
        baseline: &Baseline<'_>,
    ) -> Result<Plan, VaultError> {
        if let Err(problem) = baseline.usable() {
            let problem = problem.to_string();
            return Err(VaultError::NothingApproved { problem });
        }
        if !baseline.exists() {
            let problem = "nothing of this vault was approved yet".to_owned();
            return Err(VaultError::NothingApproved { problem });
        }
        let mut restored = Restored {
            too_many: self
                .policy_sources()
                .is_ok_and(|all| policies::are_too_many(&all)),
            ..Restored::default()
        };
        let wanted = restored.wanted(baseline);
        for one in &wanted {
            let approved = |kind| wanted.iter().find(|it| it.kind == kind);
            match one.kind {
                ItemKind::Policies => self.policies_back(baseline, one, &mut restored),
                // One file, and so one change, whose other half may be as it was.
                ItemKind::Config if approved(ItemKind::Agents).is_some() => {}
                ItemKind::Agents | ItemKind::Config => {
                    let both: Vec<&Wanted> =
                        [approved(ItemKind::Agents), approved(ItemKind::Config)]
                            .into_iter()
                            .flatten()
                            .collect();
                    let part = |kind| approved(kind).map(|it| &it.approved);
                    let made =
                        self.config_back(baseline, part(ItemKind::Agents), part(ItemKind::Config));
                    let is_anew = made.as_ref().is_ok_and(|(_, is_anew)| *is_anew);
                    let made = self.if_ready(made.map(|(file, _)| file));
                    restored.take(baseline, &both, made);
                    if is_anew {
                        restored.tell_of_new_agents();
                    }
                }
                kind => {
                    let made = match kind {
                        ItemKind::Settings => self.settings_back(&one.approved),
                        ItemKind::Tokens => self.tokens_back(baseline, &one.approved),
                        ItemKind::Recipients => self.recipients_back(&one.approved),
                        kind => self.whole_back(kind, &one.approved),
                    };
                    restored.take(baseline, &[one], self.if_ready(made));
                }
            }
        }
        restored.plan(baseline.knows_this_vault())
    }

    fn policies_back(&self, baseline: &Baseline<'_>, wanted: &Wanted, restored: &mut Restored) {
        // Something else is in the folder's place: every file of it is missing.
        let is_lost = wanted.items.iter().any(|item| item.name.is_empty());
        let every = is_lost.then(|| every_file(&wanted.approved));
        for item in every.as_ref().unwrap_or(&wanted.items) {
            let fields = wanted.approved.get(&item.name);
            let one = Wanted {
                kind: ItemKind::Policies,
                approved: fields
                    .map(|fields| (item.name.clone(), fields.clone()))
                    .into_iter()
                    .collect(),
                items: vec![item.clone()],
            };
            let made = self.policy_back(item, fields);
            restored.take(baseline, &[&one], self.if_ready(made));
        }
    }

    /// Refuses a file that the disk would not take. Such a file keeps no other
    /// from being put back.
    fn if_ready(&self, made: Result<FileChange, VaultError>) -> Result<FileChange, VaultError> {
        let file = made?;
        if file.before != file.after {
            self.leads_nowhere_else(&file.name)?;
            self.can_be_replaced(&file)?;
        }
        Ok(file)
    }
}

impl Restored {
    /// Lists what differs, kind by kind. A kind whose approved state is lost is
    /// left as it is.
    fn wanted(&mut self, baseline: &Baseline<'_>) -> Vec<Wanted> {
        let mut all = Vec::new();
        for kind in ItemKind::ALL {
            let observed = baseline.observed(kind);
            match baseline.of(kind, &observed) {
                Known::Nothing => {}
                Known::Lost(problem) => self.leave(kind.file(), &problem),
                Known::Part(approved) => {
                    let items = differing(kind, &approved, &observed);
                    if !items.is_empty() {
                        all.push(Wanted {
                            kind,
                            approved,
                            items,
                        });
                    }
                }
            }
        }
        all
    }

    /// Says that more of config.yaml changes than the values do.
    fn tell_of_new_agents(&mut self) {
        let files = self.files.iter_mut();
        for (_, changes) in files.filter(|(file, _)| file.name == config::FILE) {
            changes.push(FieldChange::new(
                "how the agents in config.yaml are written",
                Before(Some("as they stand".to_owned())),
                After(Some(
                    "anew, one a line, without comments, tags and aliases".to_owned(),
                )),
                Direction::Neutral,
            ));
        }
    }

    fn leave(&mut self, field: &str, why: &str) {
        self.left.push(FieldChange::new(
            field,
            Before(Some("as it is".to_owned())),
            After(Some(format!("not put back: {why}"))),
            Direction::Neutral,
        ));
    }

    fn take(
        &mut self,
        baseline: &Baseline<'_>,
        wanted: &[&Wanted],
        made: Result<FileChange, VaultError>,
    ) {
        let file = match made {
            Ok(file) => file,
            Err(error) => {
                let items = wanted.iter().flat_map(|it| &it.items);
                let mut names: Vec<&String> = items.map(|item| &item.item).collect();
                names.dedup();
                let error = error.to_string();
                // Something else is put back, all the same.
                let why = error.strip_suffix(NOTHING_CHANGED).unwrap_or(&error);
                for name in names {
                    self.leave(name, why);
                }
                return;
            }
        };
        if file.before == file.after {
            // Nothing that a new file could put right.
            let items = wanted.iter().flat_map(|one| &one.items);
            for item in items {
                if let Some(problem) = &item.unreadable {
                    self.leave(&item.item, problem);
                }
            }
        }
        let mut changes = Vec::new();
        for one in wanted {
            let read = |bytes: Option<&[u8]>| baseline.read(one.kind, &file.name, bytes);
            let after = read(file.after.as_deref()).unwrap_or_default();
            let then = Observed {
                part: after,
                ..Observed::default()
            };
            if file.before != file.after {
                let mut effect = effect(baseline, one.kind, &file, &then);
                let gone = one.kind == ItemKind::Policies && file.after.is_none();
                // Too many to be parsed never counted, and take a proof to go.
                if gone && !self.too_many && only_permits(&file) {
                    for change in &mut effect {
                        change.direction = Direction::Narrows;
                    }
                }
                changes.extend(effect);
            }
            for differs in differing(one.kind, &one.approved, &then) {
                for change in differs.changes {
                    self.leave(&change.field, "its value was not kept");
                }
            }
        }
        if file.before != file.after {
            if changes.is_empty() {
                let same = Some("written anew".to_owned());
                changes.push(FieldChange::new(
                    &file.name,
                    Before(None),
                    After(same),
                    Direction::Widens,
                ));
            }
            self.files.push((file, changes));
        }
    }

    fn plan(mut self, is_this_vaults: bool) -> Result<Plan, VaultError> {
        if self.files.is_empty() {
            return Err(self.nothing());
        }
        let widens = |changes: &[FieldChange]| {
            let mut changes = changes.iter();
            changes.any(|change| change.direction == Direction::Widens)
        };
        // What gives power comes last.
        self.files.sort_by_key(|(_, changes)| widens(changes));
        let (files, changes): (Vec<_>, Vec<_>) = self.files.into_iter().unzip();
        let mut changes: Vec<FieldChange> = changes.into_iter().flatten().collect();
        if !is_this_vaults {
            // INVARIANT: what may be another vault's log takes a proof, which
            // says whose it is, whatever it puts back.
            for change in &mut changes {
                change.direction = Direction::Widens;
            }
        }
        let left = named(&self.left);
        changes.extend(self.left);
        let mut plan = Plan::new(changes, files, Operation::restore);
        plan.approves_nothing = true;
        plan.left = left;
        Ok(plan)
    }

    fn nothing(self) -> VaultError {
        match named(&self.left) {
            None => VaultError::NothingToChange,
            Some(what) => VaultError::NotRestorable { what },
        }
    }
}

/// Names what is not put back, each field with the reason; `None` is nothing.
fn named(left: &[FieldChange]) -> Option<String> {
    let shown = |change: &FieldChange| {
        let why = change.after.as_deref().unwrap_or_default();
        SafeText::composed(&format!("{} is {why}", change.field)).to_string()
    };
    let mut named: Vec<String> = left.iter().take(NAMED).map(shown).collect();
    if let Some(more) = left.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("{more} more"));
    }
    (!named.is_empty()).then(|| named.join("; "))
}

fn every_file(approved: &Part) -> Vec<Differing> {
    let nothing = Observed::default();
    differing(ItemKind::Policies, approved, &nothing)
}
