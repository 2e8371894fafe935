//! `openpass guard …`.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use openpass_auth::SafeText;
use openpass_policy::FieldChange;
use openpass_vault::{Change, Drift, Proposal, Vault, VaultError};
use serde::Serialize;

use super::{
    change::{self, Telling},
    drawing,
};
use crate::{
    args::{Asking, GuardCommand},
    asking,
    failure::Failure,
    output::{Output, counted},
};

pub(super) fn run(vault: &Vault, command: &GuardCommand, output: &Output) -> Result<(), Failure> {
    match command {
        GuardCommand::Status => status(vault, output),
        GuardCommand::Set { key, value, asking } => {
            let change = Change::SetGuard {
                key: key.replace('-', "_"),
                value: (value != "default").then(|| value.clone()),
            };
            let done = |_: &Proposal| {
                let (key, value) = (SafeText::escape(key), SafeText::quoted(value));
                format!("✓ {key} set to {value}")
            };
            let telling = Telling::plain(&done).with("setting", key.clone());
            change::run(vault, asking, &change, &telling, output)
        }
        GuardCommand::Accept {
            identity,
            old_identity,
            asking,
        } => {
            let done = |_: &Proposal| "✓ Accepted".to_owned();
            let telling = Telling::plain(&done);
            let Some(file) = old_identity else {
                let change = if *identity {
                    Change::AcceptIdentity {}
                } else {
                    Change::AcceptDrift {}
                };
                return change::run(vault, asking, &change, &telling, output);
            };
            let change = Change::AcceptIdentity {};
            let door = asking::to_change(vault, asking, &change, output)?;
            let door = door.with_old_identity(file.clone());
            change::run_as(&door, asking, &change, &telling, output).map(drop)
        }
        GuardCommand::Restore { asking } => repair(
            vault,
            asking,
            &Change::Restore {},
            "✓ The approved state is back on disk",
            output,
        ),
        GuardCommand::Reset { asking } => repair(
            vault,
            asking,
            &Change::ResetSettings {},
            "✓ Every setting of the guard has its default",
            output,
        ),
        GuardCommand::SetLogAside { asking } => repair(
            vault,
            asking,
            &Change::SetLogAside {},
            "✓ The damaged log is set aside in guard/, and a new one has begun",
            output,
        ),
    }
}

fn repair(
    vault: &Vault,
    flags: &Asking,
    change: &Change,
    done: &str,
    output: &Output,
) -> Result<(), Failure> {
    let done = |_: &Proposal| done.to_owned();
    change::run(vault, flags, change, &Telling::plain(&done), output)
}

#[derive(Serialize)]
struct Status {
    vault: String,
    settings: BTreeMap<&'static str, Setting>,
    problem: Option<String>,
    policies: String,
    /// What lies in policies/ and is in force for nobody.
    policies_not_read: Vec<String>,
    outside_the_guard: Vec<Outside>,
    not_in_effect: Vec<String>,
    log: String,
}

/// One thing that was changed outside the guard.
#[derive(Serialize)]
struct Outside {
    what: String,
    changes: Vec<FieldChange>,
}

#[derive(Serialize)]
struct Setting {
    value: Option<String>,
    in_file: Option<String>,
    opt_out: bool,
    since: Option<String>,
    by: Option<String>,
}

fn status(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let in_force = vault.settings_in_force();
    let settings = &in_force.counts;
    let since = vault.settings_since().unwrap_or_default();
    let rows = settings.values().into_iter().map(|(key, value)| {
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
    let log = openpass_vault::GuardLog::of(vault).verify();
    let status = Status {
        vault: vault.dir().to_string_lossy().into_owned(),
        settings: rows.collect(),
        problem: settings.problem.as_ref().map(ToString::to_string),
        policies: vault.engine().map_or_else(
            |error| format!("not in force: {error}"),
            |_| "in force".to_owned(),
        ),
        policies_not_read: match vault.policies_not_read() {
            Ok(names) => names.iter().map(ToString::to_string).collect(),
            // `policies` says why.
            Err(_) => Vec::new(),
        },
        outside_the_guard: outside(vault.drift()),
        not_in_effect: vault.not_in_effect().unwrap_or_default(),
        log: match log {
            Ok(found) if found.is_whole() => format!("whole, {}", counted(found.genuine, "line")),
            Ok(_) => "not whole; see `openpass audit verify`".to_owned(),
            Err(error) => error.to_string(),
        },
    };
    output.result(&status, || text(vault, &status))
}

/// What differs from what was approved, or why that cannot be told.
fn outside(drift: Result<Drift, VaultError>) -> Vec<Outside> {
    let drift = match drift {
        Ok(drift) => drift,
        Err(error) => {
            return vec![Outside {
                what: error.to_string(),
                changes: Vec::new(),
            }];
        }
    };
    let mut lines = drift.lines().into_iter();
    let mut all: Vec<Outside> = drift
        .items
        .iter()
        .zip(&mut lines)
        .map(|(item, what)| Outside {
            what,
            changes: item.changes.clone(),
        })
        .collect();
    all.extend(lines.map(|what| Outside {
        what,
        changes: Vec::new(),
    }));
    all
}

/// What was changed outside the guard, from what was approved to what is there.
fn outside_text(text: &mut String, status: &Status) {
    if !status.outside_the_guard.is_empty() {
        text.push_str("Outside the guard (`openpass guard accept` takes it for good):\n");
    }
    for one in &status.outside_the_guard {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}", one.what);
        for change in &one.changes {
            for line in drawing::of(&change.shown()).lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    if !status.not_in_effect.is_empty() {
        text.push_str(
            "Without effect until you accept it at a prompt (`openpass guard accept`):\n",
        );
    }
    for line in &status.not_in_effect {
        let _ = writeln!(text, "  {line}");
    }
}

fn text(vault: &Vault, status: &Status) -> String {
    let mut text = format!("Vault:    {}\n", vault.shown());
    for (key, setting) in &status.settings {
        let value = SafeText::escape(setting.value.as_deref().unwrap_or("(not set)"));
        // Writing to a String cannot fail.
        let _ = write!(text, "{key:<15} {value}");
        if setting.opt_out {
            text.push_str("  OPT-OUT");
            if setting.since.is_none() {
                text.push_str(", not set through the guard");
            }
        }
        if setting.in_file != setting.value {
            let found = SafeText::escape(setting.in_file.as_deref().unwrap_or("(not set)"));
            let _ = write!(text, "  the file says {found}");
        }
        if let (Some(since), Some(by)) = (&setting.since, &setting.by) {
            let (since, by) = (SafeText::escape(since), SafeText::escape(by));
            let _ = write!(text, "  since {since} by {by}");
        }
        text.push('\n');
    }
    if let Some(problem) = &status.problem {
        let _ = writeln!(
            text,
            "The settings cannot be used, so the strictest hold: {problem}"
        );
    }
    let _ = writeln!(text, "Policies: {}", SafeText::composed(&status.policies));
    if !status.policies_not_read.is_empty() {
        let names = status.policies_not_read.join(", ");
        let _ = writeln!(text, "Not read in policies/, and not in force: {names}");
    }
    let _ = writeln!(text, "Log:      {}", status.log);
    outside_text(&mut text, status);
    text
}
