//! The functions that a fuzzer calls. A target takes any bytes, gives them to one reader of text from
//! outside, and panics if a property of the answer does not hold.
//!
//! `tests/replay.rs` runs each target on its seeds and on changes of them. `.ci/fuzz.sh`
//! runs a target for long, led by what of the code it reaches.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a target fails, and its vaults are thrown away"
)]

mod approvals;
mod config;
mod feed;
mod identity;
mod log;
mod mcp;
mod pending;
mod place;
mod policies;
mod private;
mod settings;
mod shown;
mod text;
mod transcript;
mod yaml;

// The readers of keys and of pinentry's lines are no part of their crate's interface. They
// are compiled here from where they are; these two names are those by which they call
// their own crate.
#[cfg_attr(not(test), expect(dead_code, reason = "the prompts use the rest"))]
#[path = "../../../openpass-auth-passphrase/src/buffer.rs"]
mod buffer;
use openpass_auth_passphrase::{Passphrase, PassphraseError, not_dumpable};

// The judge of random edits, which shares no code with the editor, and the type that it
// names of the files beside it.
#[expect(dead_code, reason = "the tests of edits use the rest")]
#[path = "../../../examples/vault/tests/yaml_fuzz/judge.rs"]
mod judge;
mod files {
    #[derive(Debug)]
    #[expect(dead_code, reason = "nothing here knows whose a line is")]
    pub(crate) enum Owner {
        Entry(Vec<String>),
        Within(Vec<String>),
        Nobody,
    }
}

/// One reader, and the properties of its answers.
pub type Target = fn(&[u8]);

/// Every target by its name, which is also the folder of its seeds.
pub const TARGETS: [(&str, Target); 17] = [
    ("safe-text", text::safe_text),
    ("transcript", transcript::transcript),
    ("yaml-edit", yaml::edit),
    ("log", log::log),
    ("approvals", approvals::recorded),
    ("assertions", approvals::assertion),
    ("key-sets", approvals::key_set),
    ("pending", pending::pending),
    ("mcp-lines", mcp::line),
    ("assuan", private::assuan),
    ("terminal-keys", private::keys),
    ("import", policies::import),
    ("policies", policies::policy),
    ("fragments", policies::fragment),
    ("settings", settings::settings),
    ("config", config::config),
    ("identity", identity::identity),
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    let mut all = TARGETS.iter();
    all.find_map(|(own, target)| (*own == name).then_some(*target))
}
