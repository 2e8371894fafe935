//! What goes wrong with a vault, each with what to do next.

mod cures;

use std::{io, path::Path};

use openpass_auth::SafeText;
use openpass_auth_passphrase::VerifyError;
use openpass_policy::{AuditError, GrantError, PolicyLoadError};

use self::cures::{cure, instead};
use crate::yaml::YamlError;

/// Why a vault cannot be opened, read or changed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no vault.
    #[error("there is no vault in {dir}; make one with `openpass --vault {quoted} init`")]
    NoVault {
        /// Where one was looked for.
        dir: SafeText,
        /// The same for a shell.
        quoted: String,
    },
    /// One of the two files that make a vault is missing.
    #[error(
        "the vault in {dir} is not whole: {missing} is missing; restore it from a backup{}",
        instead(missing)
    )]
    HalfVault {
        /// The vault.
        dir: SafeText,
        /// The missing file.
        missing: &'static str,
    },
    /// There is a vault already.
    #[error("there is a vault in {dir} already; choose another folder with `--vault`")]
    AlreadyThere {
        /// The vault.
        dir: SafeText,
    },
    /// A profile that config.yaml does not name.
    #[error("there is no profile {name}; see `profiles` in ~/.openpass/config.yaml")]
    UnknownProfile {
        /// The name.
        name: SafeText,
    },
    /// Nothing says where the vault is.
    #[error("cannot tell where the vault is: no home folder is known; name one with `--vault`")]
    NoHome,
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: SafeText,
        /// Why.
        source: io::Error,
    },
    /// Something else is where a file should be.
    #[error(
        "{path} is not a regular file; move it away, and put the file back or restore it from a backup"
    )]
    NotAFile {
        /// The place.
        path: SafeText,
    },
    /// A file that others could have put there, or can read.
    #[error("{path} {problem}")]
    NotPrivate {
        /// The file.
        path: SafeText,
        /// Why, and what to do.
        problem: String,
    },
    /// identity.age cannot serve to verify a passphrase.
    #[error("identity.age: {0}{cure}", cure = cure(.0))]
    Identity(#[from] VerifyError),
    /// What vouched does not vouch for this vault.
    #[error("{problem}")]
    OtherIdentity {
        /// Why not, and what to do.
        problem: String,
    },
    /// Nothing but identity.age was changed outside the guard.
    #[error(
        "nothing else was changed outside the guard, and identity.age is accepted apart: any proof by the vault's passphrase takes a new wrapping of the same key, and `openpass guard accept --identity` takes another key"
    )]
    OnlyTheIdentity,
    /// Something else is where a folder should be, or a link to one.
    #[error(
        "{path} is not a folder; move it away, and put the folder back or restore it from a backup"
    )]
    NotAFolder {
        /// The place.
        path: SafeText,
    },
    /// A file is too long to be what it should be.
    #[error("{path} has {size} bytes, and no more than {limit} are read; restore it from a backup")]
    TooLarge {
        /// The file.
        path: SafeText,
        /// Its length in bytes.
        size: u64,
        /// The most that is read.
        limit: u64,
    },
    /// A file's text is broken, or cannot be edited safely.
    #[error("{path}: {source}")]
    Yaml {
        /// The file.
        path: SafeText,
        /// What is wrong, and where.
        source: YamlError,
    },
    /// An agent wants to decide on a request that waits for a person.
    #[error(
        "a person decides on a request, and OPENPASS_AGENT says that an agent runs this; run it in a terminal of your own"
    )]
    NotForAgents,
    /// Touch ID cannot be the way in where it cannot ask.
    #[error(
        "Touch ID cannot ask here: {0}; run it at the machine itself, where it can, and nothing was changed"
    )]
    NoTouchId(#[source] openpass_auth::Unavailable),
    /// The product refuses to load the configuration, so it is not gone by here
    /// either.
    #[error(
        "{path}, line {line}: '{key}': {problem}; OpenPass does not load the file; correct it by hand"
    )]
    NotLoaded {
        /// The file.
        path: SafeText,
        /// The line, from 1.
        line: usize,
        /// The key.
        key: SafeText,
        /// What is wrong there.
        problem: SafeText,
    },
    /// There is no such agent.
    #[error("there is no agent {name}; see `openpass agent list`")]
    UnknownAgent {
        /// The name.
        name: SafeText,
    },
    /// The product has an agent of that name, and config.yaml does not say
    /// what it may do.
    #[error(
        "agent {name} is the product's own, and config.yaml does not list it, so what it may do depends on the product's version; list it with `openpass agent add`"
    )]
    BuiltInAgent {
        /// The name.
        name: SafeText,
    },
    /// The agent has that tier already.
    #[error("agent {name} is on tier {tier} already")]
    AlreadyOnTier {
        /// The agent.
        name: SafeText,
        /// The tier.
        tier: &'static str,
    },
    /// There is an agent of that name.
    #[error(
        "there is an agent {name} already; change it with `openpass agent upgrade` or `agent profile edit`"
    )]
    AgentExists {
        /// The name.
        name: SafeText,
    },
    /// There is no such token.
    #[error("there is no token {id}; see `openpass agent token list`")]
    UnknownToken {
        /// The id.
        id: SafeText,
    },
    /// The agent has no token that could be replaced.
    #[error("agent {agent} has no live token; issue one with `openpass agent token new {quoted}`")]
    NoLiveToken {
        /// The agent.
        agent: SafeText,
        /// The same for a shell.
        quoted: String,
    },
    /// There is no such policy file.
    #[error("there is no policy file {name}; see `openpass policy list`")]
    UnknownPolicy {
        /// The name.
        name: SafeText,
    },
    /// A name that could lead elsewhere, or mislead.
    #[error("{name} is not {what}; use at most 64 of the letters a to z, digits, `-`, `_` and `.`")]
    BadName {
        /// What it was to be.
        what: &'static str,
        /// The name.
        name: SafeText,
    },
    /// A name that on some systems is another file's.
    #[error(
        "{name} differs from {other} in upper and lower case alone, which Windows and macOS take for the same file; use the name that is there, or another"
    )]
    SameName {
        /// The name.
        name: SafeText,
        /// The other file's or agent's name.
        other: SafeText,
    },
    /// A key or value that the product would refuse to load.
    #[error("{key} was not set: {problem}")]
    RefusedValue {
        /// The key.
        key: SafeText,
        /// Why not.
        problem: String,
    },
    /// The state is already what was asked for.
    #[error("there is nothing to change: it is so already")]
    NothingToChange,
    /// The one approver that is left was to be removed.
    #[error(
        "it is the last that can approve, and it stays: without any, nobody could say who comes \
         after it; add another first, by `openpass approver add`"
    )]
    LastApprover,
    /// A finger was given while the passphrase is due.
    #[error("{why}: give it with `--no-biometric`; nothing was changed")]
    PassphraseDue {
        /// Why.
        why: SafeText,
    },
    /// The setting `seal: signed` holds, and nobody signed.
    #[error(
        "nobody signed this, and by the guard's setting `seal: signed` only what an approver signs \
         gives power; give the passphrase, or ask an approver that `openpass approver list` has; \
         nothing was changed"
    )]
    NotSigned,
    /// No approver, or more than one, is meant.
    #[error("no one approver is meant by {id}; `openpass approver list` has their names")]
    NoSuchApprover {
        /// What was given.
        id: SafeText,
    },
    /// The registry of tokens is broken.
    #[error(
        "{path}: {problem}; correct it by hand, or put back what was approved with `openpass guard restore`"
    )]
    Registry {
        /// The file.
        path: SafeText,
        /// What is wrong, and where.
        problem: String,
    },
    /// A policy file is broken.
    #[error(
        "{path}: {problem}; correct it with `openpass policy apply`, or remove it with `openpass policy remove`"
    )]
    BrokenPolicy {
        /// The file.
        path: SafeText,
        /// What is wrong, and where.
        problem: String,
    },
    /// The policies do not load.
    #[error(
        "policies/: {0}; correct them with `openpass policy apply`, or remove them with `openpass policy remove`"
    )]
    Policies(#[from] PolicyLoadError),
    /// Others than its owner may have written a file.
    #[error("{path} is not trusted: {problem}; cure: {cure}")]
    Untrusted {
        /// The file or folder.
        path: SafeText,
        /// Its owner or its mode, and what that means.
        problem: String,
        /// The command to run.
        cure: String,
    },
    /// Policies that were approved are gone.
    #[error(
        "{files} was in force and is gone; put it back with `openpass guard restore`, or let it go with `openpass policy remove` or `openpass guard accept`; until then nothing critical is done"
    )]
    PoliciesGone {
        /// Which, in one line, safe to show.
        files: String,
    },
    /// Which policies were approved cannot be told.
    #[error(
        "which policies are in force cannot be told: {problem}; take the files in policies/ as they are with `openpass guard accept`; until then nothing critical is done"
    )]
    PoliciesLost {
        /// Why not.
        problem: String,
    },
    /// The policies do not load, as far as an agent may know.
    #[error(
        "the vault's policies cannot be used, so nothing is decided for an agent; the person sees why with `openpass policy list`"
    )]
    PoliciesUnusable,
    /// There is no approved state to put back.
    #[error(
        "there is no approved state that could be put back: {problem}; `openpass guard reset` puts the settings back to the defaults, and `openpass policy remove NAME` removes a policy file"
    )]
    NothingApproved {
        /// Why not.
        problem: String,
    },
    /// What differs from the approved state cannot be put back.
    #[error(
        "nothing was put back: {what}; correct it, or move it away (an empty config.yaml in its place is enough) and run this again; what was approved and is lost, `openpass guard accept` takes as it is"
    )]
    NotRestorable {
        /// What, and why not; safe to show.
        what: String,
    },
    /// Not everything that differs from the approved state could be put back.
    #[error(
        "everything else was put back, but {what}; correct it, or move it away, and run `openpass guard restore` again; what was approved and is lost, `openpass guard accept` takes as it is"
    )]
    PutBackInPart {
        /// What, and why not; safe to show.
        what: String,
    },
    /// Of a file that was approved there is only its SHA-256.
    #[error("{what} was kept by its SHA-256 alone")]
    NotKept {
        /// The file.
        what: SafeText,
    },
    /// What is left to accept makes the guard easier, and nobody is at a prompt.
    #[error(
        "what was changed of the settings and policies is accepted at a prompt alone; run `openpass guard accept` in a terminal"
    )]
    NeedsAPrompt,
    /// What is left to accept is what policies decide on, and they do not load.
    #[error(
        "what was changed gives power, and the policies that decide on it do not load; put them right first: `openpass guard restore` puts back what was approved, `openpass policy remove NAME` removes a file"
    )]
    AcceptPoliciesFirst,
    /// What is to be accepted cannot be read.
    #[error(
        "{what} cannot be accepted: {problem}; correct it, or put back what was approved with `openpass guard restore`, and then accept what is left"
    )]
    NotAcceptable {
        /// Which item, safe to show.
        what: SafeText,
        /// Why it cannot be read.
        problem: String,
    },
    /// There are rules that nothing enforces, and the settings refuse to go on.
    #[error(
        "{rules}; by the guard's setting `unenforced_yaml: refuse` nothing is changed until they are: import them with `openpass policy import FILE.yaml… --apply`, or remove them with `openpass policy remove`"
    )]
    UnenforcedRules {
        /// Which, in one line, safe to show.
        rules: String,
    },
    /// Too many requests wait already.
    #[error(
        "the queue is full: {most} requests wait already; a person decides on one with `openpass approve` or `openpass deny`, or each ends after 15 minutes"
    )]
    TooManyPending {
        /// How many may wait.
        most: usize,
    },
    /// Too many requests of one agent wait already.
    #[error(
        "the queue is full for this agent: {most} of its requests wait already; a person decides on one with `openpass approve` or `openpass deny`, or each ends after 15 minutes"
    )]
    TooManyOfAgent {
        /// How many of one agent's may wait.
        most: usize,
    },
    /// A denial that is not on the log.
    #[error(
        "the request is denied, but that is not on the guard log: {0}; see `openpass guard status`"
    )]
    DenialNotRecorded(#[source] AuditError),
    /// A change that cannot wait for a person at another terminal.
    #[error("this change cannot be left for later; run it in a terminal")]
    NotForLater,
    /// There is no such request.
    #[error("no request waits under the code {code}; see `openpass approve`")]
    UnknownPending {
        /// The code.
        code: SafeText,
    },
    /// A request's file is not one of ours.
    #[error("{path} is no request that a host left: {problem}; remove it")]
    BrokenPending {
        /// The file.
        path: SafeText,
        /// What is wrong.
        problem: String,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}; nothing was changed")]
    NoRandomness(#[source] io::Error),
    /// The log cannot be written, so nothing may happen.
    #[error("the guard log cannot be written: {0}; nothing was changed")]
    NotRecorded(#[source] AuditError),
    /// A commit failed between two files, and what was done could not be
    /// undone.
    #[error(
        "only a part of the change was made: {done} of {of} files; {source}; look at {next} and ask again"
    )]
    HalfDone {
        /// How many files are new.
        done: usize,
        /// How many there were to be.
        of: usize,
        /// The first file that is as it was.
        next: SafeText,
        /// Why it ended there.
        source: Box<Self>,
    },
    /// A file cannot be written. The old one is whole.
    #[error("{path} cannot be written: {source}; nothing was changed")]
    Unwritable {
        /// The file.
        path: SafeText,
        /// Why.
        source: io::Error,
    },
    /// The files are new, and the disk could not say that they stay so.
    #[error(
        "the change was made, but the disk has not confirmed it: {source}; the next command looks again"
    )]
    NotSynced {
        /// Why.
        source: io::Error,
    },
    /// An earlier change is made, and the disk still cannot say that it stays.
    #[error(
        "the disk has not confirmed an earlier change: {0}; look at the disk and try again; nothing was changed"
    )]
    Unsettled(#[source] io::Error),
    /// Another program holds the vault's lock.
    #[error("another program is using the vault; try again when it is done")]
    Busy,
    /// The state is not the one that was approved.
    #[error("the vault changed while you were asked; look at it and try again")]
    Conflict,
    /// The approval is not good any more.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The change was made, and the log could not be told.
    #[error(
        "the change was made, but its outcome is not on the guard log: {0}; the next command puts back what gives power, so look at it then"
    )]
    OutcomeNotRecorded(#[source] AuditError),
}

impl VaultError {
    pub(crate) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable {
            path: shown(path),
            source,
        }
    }

    pub(crate) fn unwritable(path: &Path, source: io::Error) -> Self {
        Self::Unwritable {
            path: shown(path),
            source,
        }
    }
}

/// A path, safe to show.
pub(crate) fn shown(path: &Path) -> SafeText {
    SafeText::escape(&path.to_string_lossy())
}
