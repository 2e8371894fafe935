//! A change is decided on, shown and made on one reading of the configuration.

use std::mem::MaybeUninit;

use rustix::{
    fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags},
    io::Errno,
};

use crate::{
    raise_codex,
    support::{Openpass, TestVault, code},
};

/// Once for the question, and once under the lock, from the file that stays open
/// until it is replaced.
#[test]
fn a_change_opens_the_configuration_twice() {
    let vault = TestVault::new();
    let raise = ["agent", "upgrade", "codex", "--tier", "standard"];
    let mut person = Openpass::on(&vault, &raise).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);

    let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
    // Openings in a row are told as one; to read stands between them.
    let flags = WatchFlags::OPEN | WatchFlags::ACCESS;
    inotify::add_watch(&watch, vault.path("config.yaml"), flags).unwrap();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);

    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut events = inotify::Reader::new(watch, &mut buffer);
    let mut opened = 0;
    loop {
        match events.next() {
            Ok(event) if event.events().contains(ReadFlags::OPEN) => opened += 1,
            Ok(_) => {}
            Err(Errno::WOULDBLOCK) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(opened, 2);
}
