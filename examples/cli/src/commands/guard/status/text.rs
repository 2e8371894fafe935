//! The guard's status, for people.

use core::fmt::Write as _;

use openpass_auth::SafeText;
use openpass_vault::Vault;

use super::{Log, Outside, Seal, Setting, Status};
use crate::{
    commands::drawing,
    output::{Paper, counted},
};

pub(super) fn of(vault: &Vault, status: &Status, paper: Paper) -> String {
    let mut text = format!("Vault:    {}\n", vault.shown());
    for (key, setting) in &status.settings {
        text += &of_setting(key, setting);
    }
    // Writing to a String cannot fail.
    if let Some(problem) = &status.settings_problem {
        let _ = writeln!(
            text,
            "The settings cannot be used, so the strictest hold: {problem}"
        );
    }
    let policies = match &status.policies.problem {
        None => "in force".to_owned(),
        Some(problem) => format!("not in force: {problem}"),
    };
    let _ = writeln!(text, "Policies: {}", SafeText::composed(&policies));
    if !status.policies.not_read.is_empty() {
        let names = status.policies.not_read.join(", ");
        let _ = writeln!(text, "Not read in policies/, and not in force: {names}");
    }
    if let Ok(approvers) = vault.approver_notice() {
        let _ = writeln!(text, "{approvers}.");
    }
    let _ = writeln!(text, "Seal:     {}", of_seal(status.seal.as_ref()));
    let _ = writeln!(text, "Log:      {}", of_log(&status.log));
    outside(&mut text, status, paper);
    text
}

fn of_setting(key: &str, setting: &Setting) -> String {
    let value = SafeText::escape(setting.value.as_deref().unwrap_or("(not set)"));
    let mut text = format!("{key:<15} {value}");
    if setting.opt_out {
        text.push_str("  OPT-OUT");
        if setting.since.is_none() {
            text.push_str(", not set through the guard");
        }
    }
    // Writing to a String cannot fail.
    if setting.in_file != setting.value {
        let found = SafeText::escape(setting.in_file.as_deref().unwrap_or("(not set)"));
        let _ = write!(text, "  the file says {found}");
    }
    if let (Some(since), Some(by)) = (&setting.since, &setting.by) {
        let (since, by) = (SafeText::escape(since), SafeText::escape(by));
        let _ = write!(text, "  since {since} by {by}");
    }
    text + "\n"
}

fn of_seal(seal: Option<&Seal>) -> String {
    let Some(seal) = seal else {
        return "not sealed: the files count as they are; see `openpass guard seal`".to_owned();
    };
    match seal.signed_number {
        Some(signed) if signed == seal.number => format!("{}, signed", seal.number),
        Some(signed) => format!(
            "{}, logged; the last that was signed is {signed}",
            seal.number
        ),
        None => format!("{}, logged; none was signed", seal.number),
    }
}

fn of_log(log: &Log) -> String {
    match (log.state, &log.problem) {
        (_, Some(problem)) => problem.clone(),
        ("whole", None) => format!("whole, {}", counted(log.lines.unwrap_or_default(), "line")),
        _ => "not whole; see `openpass audit verify`".to_owned(),
    }
}

/// Returns the sentence that says what keeps changes outside the guard from
/// being told.
fn of_record(status: &Status) -> &'static str {
    let mut all = status.outside_the_guard.iter();
    match status.record {
        "none" => {
            "The guard has no record of this vault yet: what was changed before the first change \
             that takes a proof is not known.\n"
        }
        "in-part" if all.any(|one| one.what == "damaged") => {
            "The guard log is damaged, so only a part of what was approved is known, and \
             not all that was changed outside the guard. `openpass audit verify` says which \
             lines; when you have looked, `openpass guard set-log-aside` begins a new log.\n"
        }
        "in-part" if status.outside_problem.is_none() => {
            "A part of what was approved is lost: not all that was changed outside the guard \
             is known.\n"
        }
        _ => "",
    }
}

/// Lists the changes outside the guard, each from the approved value to the
/// present one.
fn outside(text: &mut String, status: &Status, paper: Paper) {
    // Writing to a String cannot fail.
    if let Some(problem) = &status.outside_problem {
        let _ = writeln!(
            text,
            "It is not known what was changed outside the guard: {problem}"
        );
    }
    text.push_str(of_record(status));
    for lost in status
        .outside_the_guard
        .iter()
        .filter(|it| it.what == "lost")
    {
        let _ = writeln!(text, "  {}", lost.text);
    }
    let is_outside = |one: &&Outside| !matches!(one.what, "damaged" | "lost");
    let mut found = status
        .outside_the_guard
        .iter()
        .filter(is_outside)
        .peekable();
    if found.peek().is_some() {
        text.push_str(match status.record {
            "known" => "Outside the guard (`openpass guard accept` accepts it):\n",
            _ => "Outside the guard, as far as that is known:\n",
        });
    }
    for one in found {
        let _ = writeln!(text, "  {}", one.text);
        for change in &one.changes {
            for line in drawing::of(&change.shown(), paper).lines() {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    if !status.not_in_effect.is_empty() {
        text.push_str(
            "Without effect until you accept it at a prompt (`openpass guard accept`):\n",
        );
    }
    for one in &status.not_in_effect {
        let _ = writeln!(text, "  {}", one.text);
    }
}
