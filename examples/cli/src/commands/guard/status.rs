//! `openpass guard status`.

mod text;

use std::collections::BTreeMap;

use openpass_policy::FieldChange;
use openpass_vault::{Drift, GuardLog, Happened, NotInEffect, Sealed, Vault, VaultError};
use serde::{Serialize, Serializer};

use crate::{
    commands::{
        approver::{self, ApproverRow},
        audit,
    },
    failure::Failure,
    json,
    output::Output,
};

#[derive(Serialize)]
struct Status {
    vault: String,
    settings: BTreeMap<&'static str, Setting>,
    /// The reason why the settings cannot be used, where they cannot.
    settings_problem: Option<String>,
    policies: Policies,
    /// The approvers: keys whose use takes a person.
    approvers: Vec<ApproverRow>,
    /// The last seal of what was approved, where there is one.
    seal: Option<Seal>,
    /// The extent to which the approved state is known: `known`, `in-part` or
    /// `none`.
    record: &'static str,
    outside_the_guard: Vec<Outside>,
    /// The reason why changes outside the guard cannot be told, where they
    /// cannot.
    outside_problem: Option<String>,
    not_in_effect: Vec<Waiting>,
    log: Log,
}

#[derive(Serialize)]
struct Policies {
    /// `in-force` or `not-in-force`.
    state: &'static str,
    problem: Option<String>,
    /// The files in policies/ that are in force for nobody.
    not_read: Vec<String>,
}

#[derive(Serialize)]
struct Log {
    /// `whole`, `not-whole` or `unreadable`.
    state: &'static str,
    /// The number of genuine lines.
    lines: Option<u64>,
    problem: Option<String>,
}

/// The last seal.
#[derive(Serialize)]
struct Seal {
    number: u64,
    seal: String,
    /// `signed`, or `logged` where nobody signed it.
    grade: &'static str,
    /// The number of the last seal that somebody signed.
    signed_number: Option<u64>,
    signed_by: Option<String>,
}

impl Seal {
    fn of(sealed: &Sealed) -> Self {
        let signed = sealed.signed.as_ref();
        Self {
            number: sealed.number,
            seal: sealed.seal.to_string(),
            grade: sealed.grade.as_str(),
            signed_number: signed.map(|(number, _)| *number),
            signed_by: signed.map(|(_, approver)| approver.id().to_string()),
        }
    }
}

/// One thing that is there and does not count.
#[derive(Serialize)]
struct Waiting {
    /// `setting`, or `policy`, of which only what it forbids counts.
    kind: &'static str,
    /// The setting with its file, or the file.
    name: String,
    found: Option<String>,
    counts: Option<String>,
    text: String,
}

fn waiting(vault: &Vault) -> Vec<Waiting> {
    let all = vault.not_in_effect().unwrap_or_default().into_iter();
    let one = |it: NotInEffect| {
        let text = it.to_string();
        let (kind, name, found, counts) = match it {
            NotInEffect::Setting {
                field,
                found,
                counts,
            } => ("setting", field, found, counts),
            NotInEffect::Permits { file } => ("policy", file, None, None),
        };
        Waiting {
            kind,
            name,
            found,
            counts,
            text,
        }
    };
    all.map(one).collect()
}

/// One thing that was changed outside the guard.
#[derive(Serialize)]
struct Outside {
    /// A policy file, the settings, an agent of config.yaml, a token …
    name: Option<String>,
    /// `added`, `removed`, `changed`, `unreadable`, `lost`, `rewritten` or
    /// `damaged`.
    what: &'static str,
    text: String,
    #[serde(serialize_with = "typed")]
    changes: Vec<FieldChange>,
}

fn typed<S: Serializer>(changes: &[FieldChange], serializer: S) -> Result<S::Ok, S::Error> {
    json::fields(changes).serialize(serializer)
}

#[derive(Serialize)]
struct Setting {
    value: Option<String>,
    in_file: Option<String>,
    opt_out: bool,
    since: Option<String>,
    by: Option<String>,
}

pub(super) fn run(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let drift = vault.drift();
    let record = record(vault, &drift);
    let (outside_the_guard, outside_problem) = outside(drift);
    let status = Status {
        vault: vault.dir().to_string_lossy().into_owned(),
        settings: settings(vault),
        settings_problem: vault.settings().problem.map(|it| it.to_string()),
        policies: policies(vault),
        approvers: approver::rows(vault).unwrap_or_default(),
        seal: vault.sealed().ok().flatten().map(|it| Seal::of(&it)),
        record,
        outside_the_guard,
        outside_problem,
        not_in_effect: waiting(vault),
        log: log(vault),
    };
    output.result(&status, || text::of(vault, &status, output.stdout()))
}

fn settings(vault: &Vault) -> BTreeMap<&'static str, Setting> {
    let in_force = vault.settings_in_force();
    let since = vault.settings_since().unwrap_or_default();
    let rows = in_force.counts.values().into_iter().map(|(key, value)| {
        let opt_out = matches!(
            (key, value.as_deref()),
            ("step_up", Some("confirm")) | ("unattended", Some("waive"))
        );
        // What the log says counts only for the value that it speaks of.
        let logged = since.get(key).filter(|since| since.value == value);
        let setting = Setting {
            opt_out,
            since: logged.map(|since| since.when.clone()),
            by: logged.map(|since| since.who.clone()),
            in_file: in_force.found.value(key),
            value,
        };
        (key, setting)
    });
    rows.collect()
}

fn policies(vault: &Vault) -> Policies {
    let problem = vault.policies_load().err().map(|error| error.to_string());
    let not_read = vault.policies_not_read();
    Policies {
        state: match problem {
            None => "in-force",
            Some(_) => "not-in-force",
        },
        problem,
        not_read: match not_read {
            Ok(names) => names.iter().map(ToString::to_string).collect(),
            // `problem` says why.
            Err(_) => Vec::new(),
        },
    }
}

fn log(vault: &Vault) -> Log {
    match GuardLog::of(vault).verify() {
        Ok(found) => Log {
            state: audit::state(&found),
            lines: Some(found.genuine),
            problem: None,
        },
        Err(error) => Log {
            state: "unreadable",
            lines: None,
            problem: Some(error.to_string()),
        },
    }
}

/// Returns the extent to which the approved state is known. A damaged log
/// vouches for a part of the state, and for nothing else.
fn record(vault: &Vault, drift: &Result<Drift, VaultError>) -> &'static str {
    match (vault.has_record(), drift) {
        (Ok(false), Ok(drift)) if !drift.log_is_damaged => "none",
        (Ok(true), Ok(drift)) if !drift.log_is_damaged && drift.lost.is_empty() => "known",
        _ => "in-part",
    }
}

/// Returns the differences from the approved state, or the reason why they
/// cannot be told.
fn outside(drift: Result<Drift, VaultError>) -> (Vec<Outside>, Option<String>) {
    let drift = match drift {
        Ok(drift) => drift,
        Err(error) => return (Vec::new(), Some(error.to_string())),
    };
    let mut lines = drift.lines().into_iter();
    let lost = drift.lost.iter().map(|_| (None, "lost"));
    let identity = ("identity.age", "rewritten", drift.identity_is_rewritten);
    let log = ("guard/log.jsonl", "damaged", drift.log_is_damaged);
    let others = [identity, log].into_iter().filter(|(.., is_so)| *is_so);
    let others = others.map(|(name, what, _)| (Some(name), what));
    let items = drift.items.iter().zip(&mut lines);
    let mut all: Vec<Outside> = items
        .map(|(item, text)| Outside {
            name: Some(item.name.clone()),
            what: match item.what {
                Happened::Added => "added",
                Happened::Removed => "removed",
                Happened::Changed => "changed",
                Happened::Unreadable => "unreadable",
            },
            text,
            changes: item.changes.clone(),
        })
        .collect();
    let others = lost.chain(others).zip(lines);
    all.extend(others.map(|((name, what), text)| Outside {
        name: name.map(str::to_owned),
        what,
        text,
        changes: Vec::new(),
    }));
    (all, None)
}
