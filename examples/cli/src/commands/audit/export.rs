//! `openpass audit export`: what was signed, for others to verify.

use openpass_approval::{Approval, write_key_set};
use openpass_vault::{GuardLog, Vault};

use crate::{
    args::ExportFormat,
    failure::{Code, Failure},
    output::Output,
};

/// A security key's response with what it signs: of that it has the hash alone.
fn with_statement(approval: &Approval) -> Option<String> {
    let response = approval.to_webauthn()?;
    let statement = serde_json::Value::from(approval.statement().to_string());
    Some(format!(
        r#"{{"statement":{statement},"response":{response}}}"#
    ))
}

/// Writes each approval that holds, a line each, or the keys. One that does not hold is
/// told, and left out.
pub(super) fn run(vault: &Vault, format: ExportFormat, output: &Output) -> Result<(), Failure> {
    let keys = vault.approvers_ever()?;
    let form: fn(&Approval) -> Option<String> = match format {
        ExportFormat::Jwks => {
            output.text(&write_key_set(&keys))?;
            return Ok(());
        }
        ExportFormat::Jws => Approval::to_jws,
        ExportFormat::Webauthn => with_statement,
    };
    let found = GuardLog::of(vault).signatures(&keys)?;
    let mut text = String::new();
    for line in found.approvals.iter().filter_map(form) {
        text.push_str(&line);
        text.push('\n');
    }
    output.text(&text)?;
    if found.hold() {
        return Ok(());
    }
    for problem in &found.problems {
        output.say(&format!("Left out: {problem}"));
    }
    Err(Failure::SaidAlready(Code::Broken))
}
