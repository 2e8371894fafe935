//! A program of the same user, with a shell: it can write every file, run every command, and
//! sign lines of the log with its key. It has no finger and no passphrase, and forges no
//! approver's signature.
//!
//! Each attempt is held, or seen, or on the closed list in `SECURITY.md`; the test says which.

mod agents;
mod approvers;
mod folder;
mod identity;
mod log;
mod others;
mod policies;
mod powers;
mod settings;
mod stage;

use stage::Stage;

/// What comes of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comes {
    /// To nothing: nobody can do more than before.
    Held,
    /// To more than before, or to less being known, and that is seen.
    Seen(By),
    /// To more than before, and nothing in this account tells of it: on the closed list.
    Listed,
}

/// Where an attempt is seen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Every start and every prompt tells of it.
    Start,
    /// `audit verify` tells of it.
    Log,
    /// A seal that was noted, or that the system's log has, is not in the history.
    Head,
    /// The next passphrase: it is refused, or the prompt says that nobody is known.
    Passphrase,
}

/// Makes an attempt, and compares what comes of it.
fn attempt(expected: Comes, act: impl FnOnce(&Stage)) {
    let stage = Stage::new();
    let before = stage.powers();
    act(&stage);
    let more: Vec<String> = stage.powers().difference(&before).cloned().collect();
    let seen = stage.seen();
    let comes = match (more.is_empty(), seen.first()) {
        // What says less than it did, and is whole by itself, has to be seen too.
        (true, _) if expected == Comes::Held => Comes::Held,
        (_, Some(by)) => Comes::Seen(*by),
        (true, None) => Comes::Held,
        (false, None) => Comes::Listed,
    };
    assert_eq!(comes, expected, "more: {more:?}, seen: {seen:?}");
    stage.has_its_identity_back();
    stage.locks_nobody_out();
}

/// One test an attempt.
macro_rules! attempts {
    ($($(#[$only:meta])? $name:ident: $comes:expr, $act:expr;)*) => {
        $(
            $(#[$only])?
            #[test]
            fn $name() {
                super::attempt($comes, $act);
            }
        )*
    };
}
use attempts;
