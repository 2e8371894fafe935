//! What stays in memory once the prompt is over.

use std::{fs::File, os::unix::fs::FileExt as _, sync::Arc};

use openpass_auth::Authenticator;
#[cfg(feature = "identity")]
use openpass_auth_passphrase::{IdentityVerifier, identity};
use openpass_auth_passphrase::{Passphrase, PassphraseAuthenticator, PhcVerifier, TerminalPrompt};
use rustix::process::{
    DumpableBehavior, Resource, dumpable_behavior, getrlimit, set_dumpable_behavior,
};

use crate::{child, person::Person};

/// What the child verifies against: no part of its memory may hold the
/// passphrase but by the person's typing.
const RECORD: &str = "OPENPASS_TEST_RECORD";
#[cfg(feature = "identity")]
const IDENTITY: &str = "OPENPASS_TEST_IDENTITY";
const ASKS: &str = "Passphrase: ";

#[test]
fn case_12_a_core_dump_after_the_prompt_holds_no_passphrase() {
    let passphrase = random_passphrase();
    let typed = Passphrase::new(passphrase.as_bytes()).unwrap();
    let record = PhcVerifier::record(&typed).unwrap();
    no_copy_is_left("verify by a record", (RECORD, &record), &passphrase);
}

#[cfg(feature = "identity")]
#[test]
fn case_12_a_core_dump_after_an_identity_was_opened_holds_no_passphrase() {
    let passphrase = random_passphrase();
    let typed = Passphrase::new(passphrase.as_bytes()).unwrap();
    let sealed = identity::seal(&identity::generate(), &typed, 10).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file.as_file(), &sealed).unwrap();
    let file = file.path().to_str().unwrap();
    no_copy_is_left("verify by an identity", (IDENTITY, file), &passphrase);
}

fn no_copy_is_left(role: &str, variable: (&str, &str), passphrase: &str) {
    let mut person = Person::with(role, 80, &[variable]);
    person.sees(ASKS);
    // Wrong first, and taken back: all of it passes the buffer.
    person.types(format!("{passphrase}x\x7f\r"));
    person.ends_with("yes");
    let found = copies(person.child_id(), passphrase.as_bytes());
    assert_eq!(found, Vec::<String>::new(), "{role}");
}

/// That the search would find something: the child still holds it here.
#[test]
fn case_12_the_search_finds_a_passphrase_that_is_kept() {
    let passphrase = random_passphrase();
    let mut person = Person::at("keep what is typed");
    person.sees("New passphrase: ");
    person.types(format!("{passphrase}\r"));
    person.sees("Once more: ");
    person.types(format!("{passphrase}\r"));
    person.ends_with("kept");
    assert_ne!(copies(person.child_id(), passphrase.as_bytes()).len(), 0);
}

/// A host that does nothing about it itself.
#[test]
fn case_55_the_prompt_itself_keeps_the_process_from_being_read_and_dumped() {
    let mut person = Person::at("ask, and say who may read it");
    assert_eq!(person.hears(), "before: Dumpable");
    person.sees(ASKS);
    person.types("correct horse battery staple\r");
    person.ends_with("yes; NotDumpable; core files: Some(0), Some(0)");
}

pub(crate) fn ask_and_say_who_may_read_it() {
    let asks = child::asks(TerminalPrompt::new());
    child::report(&format!("before: {:?}", dumpable_behavior().unwrap()));
    let said = child::ask(&asks, &child::question(60));
    let readable = dumpable_behavior().unwrap();
    let core = getrlimit(Resource::Core);
    child::report(&format!(
        "{said}; {readable:?}; core files: {:?}, {:?}",
        core.current, core.maximum
    ));
}

/// For the test's own look, which need not be root's.
pub(crate) fn let_it_be_read() {
    set_dumpable_behavior(DumpableBehavior::Dumpable).unwrap();
}

pub(crate) fn by_record() -> Arc<dyn Authenticator> {
    let record = std::env::var(RECORD).unwrap();
    let verifier = PhcVerifier::new(&record).unwrap();
    Arc::new(PassphraseAuthenticator::new(
        TerminalPrompt::new(),
        verifier,
    ))
}

#[cfg(feature = "identity")]
pub(crate) fn by_identity() -> Arc<dyn Authenticator> {
    let sealed = std::fs::read(std::env::var(IDENTITY).unwrap()).unwrap();
    let verifier = IdentityVerifier::new(sealed).unwrap();
    Arc::new(PassphraseAuthenticator::new(
        TerminalPrompt::new(),
        verifier,
    ))
}

/// Letters that are nowhere else.
fn random_passphrase() -> String {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).unwrap();
    bytes
        .iter()
        .map(|byte| char::from(b'a' + byte % 26))
        .collect()
}

/// Where in the memory of a process eight bytes in a row of `secret` lie: the
/// memory that a core dump would hold, its stacks and freed heap too.
fn copies(process: u32, secret: &[u8]) -> Vec<String> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let pieces: Vec<&[u8]> = secret.windows(8).collect();
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let bytes = mapped(&memory, line);
        for (offset, window) in bytes.windows(8).enumerate() {
            if pieces.contains(&window) {
                let text = String::from_utf8_lossy(window);
                found.push(format!("{text} at {offset:x} of {line}"));
            }
        }
    }
    found
}

/// What a line of /proc/PID/maps tells of. A page that is gone by now, such as
/// the stack of a thread that has ended, is no longer part of the process.
fn mapped(memory: &File, line: &str) -> Vec<u8> {
    const PAGE: u64 = 4096;
    let (range, _) = line.split_once(' ').unwrap();
    let (start, end) = range.split_once('-').unwrap();
    let [start, end] = [start, end].map(|hex| u64::from_str_radix(hex, 16).unwrap());
    let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
    let pages = bytes.chunks_mut(usize::try_from(PAGE).unwrap());
    for (page, place) in (start..end)
        .step_by(usize::try_from(PAGE).unwrap())
        .zip(pages)
    {
        if memory.read_exact_at(place, page).is_err() {
            place.fill(0);
        }
    }
    bytes
}
