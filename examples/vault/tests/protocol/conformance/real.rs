//! A vault, on which one change is killed and settled.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use openpass_policy::{Grant, Tier};
use openpass_vault::{Change, GuardLog, Proposal, Step, Vault, VaultError};

use super::{
    Then, other,
    told::{Seen, event},
};
use crate::{
    model::disk::Which,
    sample::{Sample, differing, grant},
};

const VAULT: &str = "OPENPASS_TEST_PROTOCOL_VAULT";
const CHANGE: &str = "OPENPASS_TEST_PROTOCOL_CHANGE";

/// A token that opens everything, and the removal of an agent that nothing but
/// config.yaml has: several files, of which the registry is one of both.
fn change(of: Which) -> Change {
    match of {
        Which::Widening => Change::IssueToken {
            agent: "codex".to_owned(),
            label: None,
            tools: vec!["*".to_owned()],
            lifetime: None,
        },
        Which::Narrowing => Change::RemoveAgent {
            agent: "worker".to_owned(),
        },
    }
}

/// Not a test: what the process does that is killed.
#[test]
fn role() {
    let (Ok(dir), Ok(wanted)) = (env::var(VAULT), env::var(CHANGE)) else {
        return;
    };
    let mut all = Which::BOTH.into_iter();
    let of = all.find(|of| format!("{of:?}") == wanted).unwrap();
    let vault = Vault::open(Path::new(&dir)).unwrap();
    let proposal = vault.propose(vault.request(), &change(of)).unwrap();
    vault.commit(grant(&vault, &proposal), &proposal).unwrap();
}

/// A vault, one of whose changes was killed.
pub(super) struct Killed {
    sample: Sample,
    of: Which,
    files: [Vec<String>; 2],
    before: BTreeMap<PathBuf, Vec<u8>>,
    lines_before: usize,
    seals_before: usize,
    /// The other change, with the answer of its person.
    next: Option<(Grant, Proposal)>,
    digest_of_other: String,
}

impl Killed {
    /// Kills the process of `of` at `point`.
    pub(super) fn at(of: Which, point: &str, then: Then) -> Self {
        let sample = with_worker();
        let files = Which::BOTH.map(|of| {
            let proposal = sample.propose(&change(of)).unwrap();
            proposal.file_names().map(str::to_owned).collect()
        });
        let lines_before = GuardLog::of(&sample.vault).lines().unwrap().len();
        let seals_before = sample.vault.heads().unwrap().len();
        let proposal = sample.propose(&change(other(of))).unwrap();
        let digest_of_other = proposal.operation().digest().to_string();
        let next = (then == Then::NextChange).then(|| (grant(&sample.vault, &proposal), proposal));
        let before = sample.files();
        let status = Command::new(env::current_exe().unwrap())
            .args(["conformance::real::role", "--exact"])
            .env(VAULT, sample.dir())
            .env(CHANGE, format!("{of:?}"))
            .env(Step::VARIABLE, point)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(is_killed(status), "{of:?} did not come to {point}");
        Self {
            sample,
            of,
            files,
            before,
            lines_before,
            seals_before,
            next,
            digest_of_other,
        }
    }

    pub(super) fn settle(&mut self, then: Then) {
        let vault = &self.sample.vault;
        match then {
            Then::Start => drop(vault.settle().unwrap()),
            Then::PersonsStart => drop(vault.settle_for(&vault.request()).unwrap()),
            Then::NextChange => {
                let (grant, proposal) = self.next.take().unwrap();
                let made = vault.commit(grant, &proposal);
                assert!(
                    matches!(made, Ok(()) | Err(VaultError::Conflict)),
                    "{made:?}"
                );
            }
        }
    }

    /// The files of a change, in the order in which it replaces them.
    pub(super) fn files_of(&self, of: Which) -> &[String] {
        &self.files[of as usize]
    }

    pub(super) fn seen(&self) -> Seen {
        let (unfinished, differing) = differing(&self.before, &self.sample.files())
            .into_iter()
            .partition::<Vec<_>, _>(|name| name.contains(".openpass-guard-"));
        let lines = GuardLog::of(&self.sample.vault).lines().unwrap();
        let of = |digest: &str| match digest {
            "" => None,
            digest if digest == self.digest_of_other => Some(other(self.of)),
            _ => Some(self.of),
        };
        let log = lines[self.lines_before..].iter();
        Seen {
            differing,
            log: log
                .map(|line| (of(line["digest"].as_str().unwrap()), event(line)))
                .collect(),
            keeps_something: self.keeps_something(),
            has_unfinished_files: !unfinished.is_empty(),
            seals: self.sample.vault.heads().unwrap().len() - self.seals_before,
        }
    }

    fn keeps_something(&self) -> bool {
        let kept = fs::read_dir(self.sample.dir().join("guard/kept"));
        kept.is_ok_and(|mut kept| kept.next().is_some())
    }

    /// Nothing is told of it but what the log says.
    pub(super) fn is_whole(&self, what: &str) {
        let drift = self.sample.vault.drift().unwrap();
        assert!(drift.is_empty(), "{what}: {drift:?}");
        let log = GuardLog::of(&self.sample.vault).verify().unwrap();
        assert!(log.is_whole(), "{what}: {log:?}");
    }
}

/// A vault with an agent `worker`, which has a token.
fn with_worker() -> Sample {
    let sample = Sample::new();
    let agent = || "worker".to_owned();
    let tier = Tier::ReadOnly;
    let token = Change::IssueToken {
        agent: agent(),
        label: None,
        tools: vec!["list_entries".to_owned()],
        lifetime: None,
    };
    for change in [
        Change::AddAgent {
            agent: agent(),
            tier,
        },
        token,
    ] {
        sample.make(&change).unwrap();
    }
    sample
}

#[cfg(unix)]
fn is_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    status.signal() == Some(9)
}

#[cfg(windows)]
fn is_killed(status: ExitStatus) -> bool {
    status.code() == Some(Step::KILLED)
}
