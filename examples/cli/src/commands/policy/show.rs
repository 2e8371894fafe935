//! `openpass policy show`.

use openpass_auth::SafeText;
use openpass_policy::{PolicyEngine, PolicyInfo};
use openpass_vault::Vault;
use serde::Serialize;

use super::args::Show;
use crate::{
    failure::Failure,
    output::{Output, Paper, cell},
    table::{Cell, Table},
};

#[derive(Serialize)]
struct Shown {
    policies: Vec<Policy>,
    count: usize,
}

#[derive(Serialize)]
struct Policy {
    #[serde(flatten)]
    about: PolicyInfo,
    /// As it is written.
    text: String,
}

/// Shows every policy in force, or one with its text. Without a vault, these are the
/// shipped ones.
pub(super) fn run(vault: Option<&Vault>, flags: &Show, output: &Output) -> Result<(), Failure> {
    let engine = super::engine(vault, &[])?;
    let policies: Vec<Policy> = match &flags.id {
        None => engine.policies().map(|it| with_text(&engine, it)).collect(),
        Some(id) => vec![with_text(&engine, called(&engine, id)?)],
    };
    let shown = Shown {
        count: policies.len(),
        policies,
    };
    output.result(&shown, || match (&flags.id, shown.policies.as_slice()) {
        (Some(_), [one]) => whole(one),
        _ => table(&shown.policies, output.stdout()),
    })
}

fn with_text(engine: &PolicyEngine, about: &PolicyInfo) -> Policy {
    Policy {
        text: engine.text(&about.id).unwrap_or_default(),
        about: about.clone(),
    }
}

fn called<'e>(engine: &'e PolicyEngine, id: &str) -> Result<&'e PolicyInfo, Failure> {
    let unknown = || {
        let meant = engine.closest(id);
        let meant = meant.map_or_else(String::new, |it| format!(" did you mean {}?", it.id));
        Failure::NoPolicy(format!(
            "no policy in force has the id {};{meant} `openpass policy show` lists them",
            SafeText::quoted(id)
        ))
    };
    let mut policies = engine.policies();
    let found = policies.find(|policy| policy.id.as_str() == id);
    found.ok_or_else(unknown)
}

const fn effect(policy: &PolicyInfo) -> &'static str {
    match policy.forbids {
        true => "forbid",
        false => "permit",
    }
}

/// Returns the file and the line of `policy`, and whether it is shipped.
fn place(policy: &PolicyInfo) -> String {
    let shipped = if policy.shipped { " (shipped)" } else { "" };
    format!("{}:{}{shipped}", policy.file, policy.line)
}

fn table(policies: &[Policy], paper: Paper) -> String {
    let mut table = Table::under(&["POLICY", "EFFECT", "WHERE", "WHAT FOR"]);
    for Policy { about, .. } in policies {
        table.push(vec![
            Cell::of(cell(about.id.as_str())),
            Cell::of(effect(about)),
            Cell::of(place(about)),
            Cell::of(about.doc.as_deref().unwrap_or("no @doc")),
        ]);
    }
    let mut text = table.on(paper);
    text.push_str("`openpass policy show ID` has the text of one.\n");
    text
}

fn whole(policy: &Policy) -> String {
    let about = &policy.about;
    let doc = about.doc.as_deref();
    let doc = doc.map_or_else(String::new, |doc| format!("{doc}\n"));
    format!(
        "{}  {}  {}\n{doc}\n{}\n",
        cell(about.id.as_str()),
        effect(about),
        place(about),
        escaped(policy.text.trim_end())
    )
}

/// A policy's text for a terminal: it keeps its lines, and nothing else in it is
/// obeyed.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\t' | '"' | '\\' => shown.push(character),
            _ => shown.push_str(SafeText::escape(character.encode_utf8(&mut [0; 4])).as_str()),
        }
    }
    shown
}
