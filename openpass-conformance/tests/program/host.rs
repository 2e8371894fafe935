//! A small program: limits of accounts in a file, each set after a passphrase.

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use openpass_auth::AuthError;
use openpass_auth_passphrase::{PassphraseAuthenticator, TerminalPrompt, VerifyBy};
use openpass_policy::{
    After, Before, Direction, Entity, Guard, JsonLines, Operation, PolicyEngine, Refusal,
    StateDigest,
};

/// Names the hole of a host.
pub(crate) const HOLE: &str = "CONFORMANCE_TEST_HOLE";
pub(crate) const WHOLE: &str = "none";
/// With `--yes` it asks nobody.
pub(crate) const YES_IS_ENOUGH: &str = "yes is enough";
/// Without a terminal it waits until somebody presses the return key.
pub(crate) const WAITS_FOR_SOMEBODY: &str = "waits for somebody";
/// It writes its file in place, line by line.
pub(crate) const WRITES_IN_PARTS: &str = "writes in parts";

/// It panics on whatever is no approval.
pub(crate) const CRASHES: &str = "crashes";

pub(crate) const RIGHT: &str = "open sesame";
pub(crate) const NOBODY: u8 = 5;
const REFUSED: u8 = 4;
/// The exit code of a program of Rust that panics.
const PANIC: u8 = 101;
const WRONG_USAGE: u8 = 2;

const SCHEMA: &str = r#"namespace Bank {
    entity Clerk;
    entity Account;
    action limit appliesTo { principal: [Clerk], resource: [Account], context: {} };
}"#;
const POLICY: &str =
    r#"@id("bank.all") permit (principal, action == Bank::Action::"limit", resource);"#;

pub(crate) fn main(hole: &str) -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [folder, "note", text] => write(&Path::new(folder).join("note"), text).map_err(Into::into),
        [folder, "set", account, limit] => set(hole, Path::new(folder), account, limit),
        [folder, "set", account, limit, "--yes"] if hole == YES_IS_ENOUGH => {
            store(hole, Path::new(folder), account, limit).map_err(Into::into)
        }
        _ => return ExitCode::from(WRONG_USAGE),
    };
    let Err(error) = done else {
        return ExitCode::SUCCESS;
    };
    drop(writeln!(io::stderr(), "{error}"));
    if hole == CRASHES {
        return ExitCode::from(PANIC);
    }
    match error.downcast_ref() {
        Some(Refusal::NotAuthenticated(AuthError::Unavailable(_))) => ExitCode::from(NOBODY),
        _ => ExitCode::from(REFUSED),
    }
}

fn set(hole: &str, folder: &Path, account: &str, limit: &str) -> Result<(), Box<dyn Error>> {
    if hole == WAITS_FOR_SOMEBODY && File::open("/dev/tty").is_err() {
        io::stdin().read_line(&mut String::new())?;
    }
    let opens = |typed: &str| (typed == RIGHT).then(|| "the bank's key".to_owned());
    let ask = PassphraseAuthenticator::new(TerminalPrompt::new(), VerifyBy::new(opens));
    let engine = PolicyEngine::builder().host(SCHEMA).person("Bank::Clerk");
    let log = JsonLines::open(folder.join("log"))?;
    let seconds = fs::read_to_string(folder.join("seconds")).unwrap_or_default();
    let timeout = Duration::from_secs(seconds.parse().unwrap_or(60));
    let guard = Guard::new(engine.policy(POLICY).build()?, ask, log).with_timeout(timeout);
    let mut grant = guard.authorize_blocking(operation(folder, account, limit)?)?;
    let lock = File::open(folder.join("limits"))?;
    lock.lock()?;
    grant.begin()?;
    let running = grant.redeem(&guard.issuer(), &operation(folder, account, limit)?)?;
    running
        .settle_with(|| -> Result<(), Box<dyn Error>> { Ok(store(hole, folder, account, limit)?) })
}

/// The operation of setting a limit, from the limits as they are.
fn operation(folder: &Path, account: &str, limit: &str) -> io::Result<Operation> {
    let limits = fs::read_to_string(folder.join("limits"))?;
    let mut lines = limits.lines().filter_map(|line| line.split_once(' '));
    let before = lines.find_map(|(name, limit)| (name == account).then_some(limit));
    Ok(Operation::new("Bank::limit")
        .by(Entity::new("Bank::Clerk", "ada"))
        .on(Entity::new("Bank::Account", account))
        .onto(StateDigest::of(&[limits.as_bytes(), limit.as_bytes()]))
        .changing(
            "limit",
            Before(before.unwrap_or("none")),
            After(limit),
            Direction::Widens,
        ))
}

fn store(hole: &str, folder: &Path, account: &str, limit: &str) -> io::Result<()> {
    let path = folder.join("limits");
    let mut lines: Vec<String> = fs::read_to_string(&path)?
        .lines()
        .filter(|line| line.split_once(' ').is_none_or(|(name, _)| name != account))
        .map(|line| format!("{line}\n"))
        .collect();
    lines.push(format!("{account} {limit}\n"));
    if hole != WRITES_IN_PARTS {
        return write(&path, &lines.concat());
    }
    #[expect(clippy::disallowed_methods, reason = "it is the hole")]
    let mut file = File::create(path)?;
    lines
        .iter()
        .try_for_each(|line| file.write_all(line.as_bytes()))
}

/// Writes a file whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap();
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
