//! `embed-totp FOLDER TEXT`: sets FOLDER/motd, after a code.

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use embed_totp::{Codes, StepFile, TotpAuthenticator};
use openpass_auth::{AttemptLimit, Factor, MemoryAttempts};
use openpass_auth_passphrase::TerminalPrompt;
use openpass_policy::{
    After, Before, Direction, Entity, Grant, Guard, JsonLines, Operation, PolicyEngine, StateDigest,
};

const SCHEMA: &str = "namespace Motd {
    entity Person;
    entity Text;
    action set appliesTo { principal: [Person], resource: [Text], context: {} };
}";
const POLICY: &str =
    r#"@id("motd.all") permit (principal, action == Motd::Action::"set", resource);"#;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let said = match words.as_slice() {
        [folder, text] => run(Path::new(folder), text).map(|()| "done".to_owned()),
        _ => Err("usage: embed-totp FOLDER TEXT".into()),
    };
    let (line, code) = match said {
        Ok(line) => (line, ExitCode::SUCCESS),
        Err(error) => (error.to_string(), ExitCode::FAILURE),
    };
    drop(writeln!(std::io::stderr(), "{line}"));
    code
}

fn run(folder: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    let engine = PolicyEngine::builder()
        .host(SCHEMA)
        .person("Motd::Person")
        .factors([Factor::OneTimeCode])
        .policy(POLICY)
        .build()?;
    let key = read(&folder.join("totp.key"))?.ok_or_else(|| {
        let folder = folder.display();
        format!("there is no {folder}/totp.key; put the key there that the app was set up with")
    })?;
    let codes = Codes::new(&key, 6, Arc::new(StepFile::new(folder.join("totp.step"))))?;
    let ask = TotpAuthenticator::new(TerminalPrompt::new().asking_for("Code"), codes);
    // A program that lives longer keeps them in a file: `AttemptStore`.
    let ask = AttemptLimit::new(Arc::new(ask), Arc::new(MemoryAttempts::default()));
    let guard = Guard::new(engine, ask, JsonLines::open(folder.join("guard.log"))?);
    let grant = guard.authorize_blocking(operation(folder, text)?)?;
    commit(&guard, grant, folder, text)
}

/// Returns the text of a file; `None` where there is no file.
fn read(file: &Path) -> Result<Option<String>, String> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{} cannot be read: {error}", file.display())),
    }
}

fn operation(folder: &Path, text: &str) -> Result<Operation, String> {
    let before = read(&folder.join("motd"))?.unwrap_or_default();
    Ok(Operation::new("Motd::set")
        .by(Entity::new("Motd::Person", "owner"))
        .on(Entity::new("Motd::Text", "motd"))
        .onto(StateDigest::of(&[before.as_bytes(), text.as_bytes()]))
        .changing("text", Before(before), After(text), Direction::Widens))
}

#[expect(
    clippy::disallowed_methods,
    reason = "these are this example's own files, and no vault's"
)]
fn commit(
    guard: &Guard,
    mut grant: Grant,
    folder: &Path,
    text: &str,
) -> Result<(), Box<dyn Error>> {
    let lock = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(folder.join("motd.lock"))?;
    lock.lock()?;
    grant.begin()?;
    let redeemed = grant.redeem(&guard.issuer(), &operation(folder, text)?)?;
    redeemed.settle_with(|| -> Result<(), Box<dyn Error>> {
        // Whole or not at all, whenever the program ends.
        let next = folder.join("motd.next");
        let mut file = File::create(&next)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(fs::rename(&next, folder.join("motd"))?)
    })
}
