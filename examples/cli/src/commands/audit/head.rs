//! `openpass audit head` and `audit verify --head`: a seal to note elsewhere, and whether
//! the history still has it.

use openpass_auth::SafeText;
use openpass_vault::{Head, SealDigest, Vault};
use serde::Serialize;

use crate::{
    failure::{Code, Failure},
    output::Output,
};

/// A seal, for programs.
#[derive(Serialize)]
pub(in crate::commands) struct HeadRow {
    number: u64,
    seal: String,
}

impl From<&Head> for HeadRow {
    fn from(head: &Head) -> Self {
        Self {
            number: head.number,
            seal: head.seal.to_string(),
        }
    }
}

/// The last seal, in one line.
pub(super) fn print(vault: &Vault, output: &Output) -> Result<(), Failure> {
    let head = vault
        .sealed()?
        .as_ref()
        .map(Head::from)
        .ok_or_else(unsealed)?;
    output.result(&HeadRow::from(&head), || format!("{head}\n"))
}

/// Whether a seal is part of the present history, for programs.
#[derive(Serialize)]
struct Contained {
    /// `contained` or `not-contained`.
    state: &'static str,
    /// The seal that was asked about. `number` is none where the history does not have
    /// this seal.
    seal: String,
    number: Option<u64>,
    last: Option<HeadRow>,
}

/// Says whether the present history has the seal `noted`.
pub(super) fn verify(vault: &Vault, noted: &str, output: &Output) -> Result<(), Failure> {
    let seal: SealDigest = noted.parse().map_err(|error| {
        let noted = SafeText::quoted(noted);
        Failure::Usage(format!("{noted} is not a seal: {error}"))
    })?;
    let heads = vault.heads()?;
    let found = heads.iter().find(|head| head.seal == seal);
    let last = heads.first();
    let contained = Contained {
        state: match found {
            Some(_) => "contained",
            None => "not-contained",
        },
        seal: seal.to_string(),
        number: found.map(|head| head.number),
        last: last.map(HeadRow::from),
    };
    output.result(&contained, || text(found, last))?;
    match found {
        Some(_) => Ok(()),
        None => Err(Failure::SaidAlready(Code::Broken)),
    }
}

fn text(found: Option<&Head>, last: Option<&Head>) -> String {
    let last = last.map_or_else(
        || "nothing is sealed at present".to_owned(),
        |last| format!("the last seal is now number {}", last.number),
    );
    match found {
        Some(head) => format!(
            "The history has this seal, as number {}; {last}.\n",
            head.number
        ),
        None => format!(
            "The history does not have this seal; {last}. Either it is another vault's, or what \
             the guard knows was put back, exchanged, or begun anew since it was noted: compare \
             `openpass audit list` with what you know, and your backups of guard/. \
             `openpass guard status` shows what is in force.\n"
        ),
    }
}

fn unsealed() -> Failure {
    Failure::Missing(
        "nothing of this vault is sealed yet: `openpass guard seal`, or the first change that \
         takes the passphrase or Touch ID, does that"
            .to_owned(),
    )
}
