//! Policy files: added, replaced, removed.

use std::{collections::BTreeMap, sync::Arc};

use openpass_auth::SafeText;
use openpass_policy::{
    After, Before, Direction, FieldChange, Operation, PolicyEngine, PolicySource, Request,
    author::{MatrixChange, MatrixDiff},
};

use super::{FileChange, Plan, lines};
use crate::{
    Vault, VaultError,
    approved::{Baseline, Held, ItemKind, Touch},
    hash, names,
    policies::{self, ApprovedFiles, FOLDER},
};

/// The most bytes of Cedar with which a removal still says what is decided otherwise.
const MOST_COMPARED: usize = 64 << 10;

impl Vault {
    pub(super) fn plan_policy(
        &self,
        name: &str,
        text: &str,
        request: &Request,
        baseline: &Baseline<'_>,
    ) -> Result<Plan, VaultError> {
        names::policy(name)?;
        self.is_alone(name)?;
        self.loads(name, text, request)?;
        let before = self.policy_bytes(name);
        let after = text.as_bytes().to_vec();
        let before = before?;
        let is_written = before.as_ref() == Some(&after);
        let approved = self.approved_policies(baseline).ok();
        if is_written && approved.as_ref().is_some_and(|it| it.has(name, text)) {
            return Err(VaultError::NothingToChange);
        }
        let change = file_change(name, before.as_deref(), Some(&after));
        // A file that says so already, and does not count, is approved by this.
        let files = if is_written {
            Vec::new()
        } else {
            vec![file(name, before, Some(after))]
        };
        let decisions = self.decisions(name, Some(text), request, approved);
        let touch = touch(name, Some(text));
        let name = name.to_owned();
        let mut plan = plan(vec![change], files, decisions, move |request, effect| {
            Operation::apply_policy(request, &name, effect)
        });
        plan.touches.push(touch);
        Ok(plan)
    }

    pub(super) fn plan_policy_removal(
        &self,
        name: &str,
        request: &Request,
        baseline: &Baseline<'_>,
    ) -> Result<Plan, VaultError> {
        // What is there can be removed whatever its name, and nothing else.
        let names = self.policy_names()?;
        let there = names.iter().any(|there| there == name);
        let before = match there {
            true => self.policy_bytes(name)?,
            false => None,
        };
        let approved = self.approved_policies(baseline).ok();
        // One that is gone already is let go of by this.
        let known = approved.as_ref().and_then(|it| it.text(name));
        if before.is_none() && known.is_none() {
            names::policy(name)?;
            return Err(VaultError::UnknownPolicy {
                name: SafeText::quoted(name),
            });
        }
        let was = before.as_deref().or(known.map(str::as_bytes));
        let change = file_change(name, was, None);
        let files = before.map(|before| file(name, Some(before), None));
        // No number of policies makes a removal too slow to be approved.
        let is_compared = self.is_soon_compared();
        let decisions = is_compared
            .then(|| self.decisions(name, None, request, approved))
            .flatten();
        let mut changes = vec![change];
        if !is_compared && policies::is_for_the_engine(name) {
            changes.push(not_compared());
        }
        let touch = touch(name, None);
        let name = name.to_owned();
        let files = files.into_iter().collect();
        let mut plan = plan(changes, files, decisions, move |request, effect| {
            Operation::remove_policy(request, &name, effect)
        });
        plan.touches.push(touch);
        Ok(plan)
    }

    /// Refuses a new name that is another file's but for the case of its letters.
    fn is_alone(&self, name: &str) -> Result<(), VaultError> {
        let there = self.policy_names().unwrap_or_default();
        names::is_alone(name, there.iter().map(String::as_str))
    }

    fn policy_bytes(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        self.read_or_describe(&self.dir().join(FOLDER).join(name))
    }

    /// Compares the guard's decisions of now with those that hold once the file has this
    /// text, or is gone. `None` for YAML, which the product reads and the guard does not.
    ///
    /// The result comes from the request, and from files that the state digest covers, so a
    /// commit works out the same result.
    fn decisions(
        &self,
        name: &str,
        text: Option<&str>,
        request: &Request,
        approved: Option<ApprovedFiles>,
    ) -> Option<(MatrixDiff, Option<FieldChange>)> {
        if !policies::is_for_the_engine(name) {
            return None;
        }
        let to_compare = |all: &[_]| self.engines().to_compare(all, self.takes_keys()).ok();
        let now = self.engine_to_compare().ok();
        let then = approved.and_then(|approved| {
            let others = self.policies_but(name).ok()?;
            let mut names = self.policy_names().ok()?;
            names.retain(|other| other != name);
            let approved = approved.with(name, None);
            let mut all = policies::in_force(&approved, &names, &others).ok()?;
            if let Some(text) = text {
                // This change approves it: all of it counts, a permit of the first too.
                let path = self.dir().join(FOLDER).join(name);
                all.push(policies::source(&path, name, text).ok()?);
            }
            to_compare(&all)
        });
        let force = force(now.is_some(), then.is_some());
        let (now, then) = (or_shipped(now)?, or_shipped(then)?);
        let (settings, time) = (request.settings, request.time);
        let diff = MatrixDiff::between(&now, &then, settings, time, &self.own_samples());
        Some((diff, force))
    }

    /// Lists what would change in the text of the vault's Cedar files with `others` in
    /// their place, by bare name: each file that comes, goes or changes, with its lines.
    ///
    /// # Errors
    ///
    /// That the vault's files cannot be read.
    pub fn policies_beside(
        &self,
        others: &[(String, String)],
    ) -> Result<Vec<FieldChange>, VaultError> {
        let mut files: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
        let prefix = format!("{FOLDER}/");
        for source in self.policy_sources()? {
            let name = source.file.strip_prefix(&prefix).unwrap_or(&source.file);
            files.entry(name.to_owned()).or_default().0 = Some(source.text);
        }
        for (name, text) in others {
            files.entry(name.clone()).or_default().1 = Some(text.clone());
        }
        let differing = files.iter().filter(|(_, (old, new))| old != new);
        let change = |(name, (old, new)): (&String, &(Option<String>, Option<String>))| {
            let bytes = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
            file_change(name, bytes(old).as_deref(), bytes(new).as_deref())
        };
        Ok(differing.map(change).collect())
    }

    /// Whether the Cedar files are so short that what they decide can be
    /// compared in no time. What cannot be read is not compared either.
    fn is_soon_compared(&self) -> bool {
        let sources = self.policy_sources().unwrap_or_default();
        let bytes: usize = sources.iter().map(|source| source.text.len()).sum();
        bytes <= MOST_COMPARED
    }

    /// Every Cedar file but this one.
    pub(super) fn policies_but(&self, name: &str) -> Result<Vec<PolicySource>, VaultError> {
        let path = format!("{FOLDER}/{name}");
        let mut all = self.policy_sources()?;
        all.retain(|other| other.file != path);
        Ok(all)
    }
}

/// Returns the shipped policies where files do not load: they alone decide then on what may
/// be decided at all.
fn or_shipped(engine: Option<Arc<PolicyEngine>>) -> Option<Arc<PolicyEngine>> {
    engine.or_else(|| PolicyEngine::shipped().map(Arc::new).ok())
}

/// Whether the vault's own policies are in force, where that changes.
fn force(now: bool, then: bool) -> Option<FieldChange> {
    let said = |loads| {
        Some(
            if loads {
                "in force"
            } else {
                "not in force: a file does not load"
            }
            .to_owned(),
        )
    };
    (now != then).then(|| {
        FieldChange::new(
            "the vault's own policies",
            Before(said(now)),
            After(said(then)),
            Direction::Widens,
        )
    })
}

/// Returns a line on what the person could not do any more, whatever they prove. The line
/// is shown whole, so it is short: what locks somebody out must not leave the prompt
/// without room.
fn locked(decisions: &MatrixDiff) -> Option<FieldChange> {
    let locked: Vec<String> = decisions
        .locked()
        .map(MatrixChange::what_and_when)
        .collect();
    let first = locked.first()?;
    let what = match locked.len() {
        1 => first.clone(),
        many => format!("{many} things, such as: {first}"),
    };
    let field = "denied to you yourself until you take it back";
    let widens = Direction::Widens;
    Some(FieldChange::new(
        field,
        Before(None),
        After(Some(what)),
        widens,
    ))
}

/// Returns a line that says that the decisions were not compared, and why.
fn not_compared() -> FieldChange {
    let told = format!(
        "not compared: the policies of the vault have more than {} KiB together; the lines \
         that go are all that changes",
        MOST_COMPARED >> 10
    );
    FieldChange::new(
        "what is decided otherwise",
        Before(None),
        After(Some(told)),
        Direction::Widens,
    )
}

fn plan(
    mut changes: Vec<FieldChange>,
    files: Vec<FileChange>,
    decisions: Option<(MatrixDiff, Option<FieldChange>)>,
    operation: impl Fn(Request, openpass_policy::Effect) -> Operation + Send + Sync + 'static,
) -> Plan {
    let decisions = decisions.map(|(diff, force)| {
        changes.extend(force);
        changes.extend(locked(&diff));
        changes.extend(diff.fields());
        diff
    });
    let mut plan = Plan::new(changes, files, operation);
    plan.decisions = decisions;
    plan
}

/// Returns the text that is approved under a file's name from then on; no text if the file
/// is removed.
fn touch(name: &str, text: Option<&str>) -> Touch {
    let text = text.map(|text| Held::Text(text.to_owned()));
    Touch {
        kind: ItemKind::Policies,
        item: name.to_owned(),
        field: text.map(|text| ("text".to_owned(), Some(text))),
    }
}

fn file(name: &str, before: Option<Vec<u8>>, after: Option<Vec<u8>>) -> FileChange {
    FileChange {
        name: format!("{FOLDER}/{name}"),
        before,
        after,
    }
}

/// The change of a policy file: its lines, and beside them what tells the whole
/// from another. What is no text is told by that alone.
fn file_change(name: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> FieldChange {
    let field = format!("{FOLDER}/{name}");
    let (old, new) = (before.map(described), after.map(described));
    let text = |bytes| core::str::from_utf8(bytes);
    match (
        text(before.unwrap_or_default()),
        text(after.unwrap_or_default()),
    ) {
        (Ok(before), Ok(after)) => {
            let lines = lines::between(before, after);
            FieldChange::text(field, Before(old), After(new), lines, Direction::Widens)
        }
        _ => FieldChange::new(field, Before(old), After(new), Direction::Widens),
    }
}

/// A file in a few words: its length and what tells it from another.
pub(crate) fn described(content: &[u8]) -> String {
    let hash = hash::sha256_hex(content);
    let lines = content
        .split(|byte| *byte == b'\n')
        .count()
        .saturating_sub(1);
    let short = hash.get(..12).unwrap_or(&hash);
    format!("{lines} lines, sha256 {short}…")
}
