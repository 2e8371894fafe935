//! The errors of a vault, each with what to do next.

mod cures;

use std::{io, path::Path};

use openpass_auth::SafeText;
use openpass_auth_passphrase::VerifyError;
use openpass_policy::{AuditError, GrantError, PolicyLoadError};

use self::cures::{cure, instead};
use crate::yaml::YamlError;

/// The reason why a vault cannot be opened, read or changed. Nothing was changed, unless
/// the error says that something was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no vault.
    #[error("there is no vault in {dir}; make one with `openpass --vault {quoted} init`")]
    NoVault {
        /// The folder in which the vault was looked for.
        dir: SafeText,
        /// The same folder, quoted for a shell.
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
    #[error(
        "cannot tell where the vault is: no home folder is known; name the vault's folder with `--vault`"
    )]
    NoHome,
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: SafeText,
        /// The error from reading the file.
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
        /// The reason why the file is not private, and what to do.
        problem: String,
    },
    /// identity.age cannot serve to verify a passphrase.
    #[error("identity.age: {0}{cure}", cure = cure(.0))]
    Identity(#[from] VerifyError),
    /// A proof or a new identity.age does not belong to this vault's identity.
    #[error("{problem}")]
    OtherIdentity {
        /// The reason why it does not belong to the identity, and what to do.
        problem: String,
    },
    /// Nothing but identity.age was changed outside the guard.
    #[error(
        "only identity.age was changed outside the guard, and it is accepted separately: any proof by the vault's passphrase accepts a file that holds the same key, and `openpass guard accept --identity` accepts another key"
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
        /// The file's length in bytes.
        size: u64,
        /// The most bytes that are read.
        limit: u64,
    },
    /// A file's text is broken, or cannot be edited safely.
    #[error("{path}: {source}")]
    Yaml {
        /// The file.
        path: SafeText,
        /// The fault in the text, and its place.
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
    /// The product refuses to load the configuration, so the guard does not go by it
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
        /// The fault at that key.
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
        /// The agent's name, quoted for a shell.
        quoted: String,
    },
    /// A file that was to hold a token does not.
    #[error(
        "there is no token in {path}: {problem}; name the file that `openpass agent token new` wrote"
    )]
    NoBearer {
        /// The file.
        path: SafeText,
        /// The fault.
        problem: &'static str,
    },
    /// The token that was brought opens nothing.
    #[error(
        "the token{} opens nothing: {problem}; `openpass agent token list` shows those that do",
        id.as_ref().map(|id| format!(" {id}")).unwrap_or_default()
    )]
    BearerRefused {
        /// The token's id, if the registry has it.
        id: Option<SafeText>,
        /// The reason.
        problem: String,
    },
    /// A token does not open a tool.
    #[error("the token {token} does not open {tool}; tools/list has the tools that it opens")]
    ToolNotOpen {
        /// The tool.
        tool: SafeText,
        /// The token's id.
        token: SafeText,
    },
    /// The given word is the id of a policy in one file, and without its end the name of
    /// another file.
    #[error(
        "{named} means two policy files, {one} and {other}; name the one to remove by its whole name"
    )]
    SeveralPolicies {
        /// The id, or the name without its end, that was given.
        named: SafeText,
        /// The file that has the policy of that id.
        one: SafeText,
        /// The file of that name.
        other: SafeText,
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
        /// The kind of name that was needed.
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
        /// The other name, which is there already.
        other: SafeText,
    },
    /// A key or value that the product would refuse to load.
    #[error("{key} was not set: {problem}")]
    RefusedValue {
        /// The key.
        key: SafeText,
        /// The reason why the value was refused.
        problem: String,
    },
    /// The state is already what was asked for.
    #[error("there is nothing to change: it is so already")]
    NothingToChange,
    /// The one approver that is left was to be removed.
    #[error(
        "this is the last approver, and it stays: without an approver, nobody could approve the \
         next one; add another first with `openpass approver add`"
    )]
    LastApprover,
    /// A finger was given while the passphrase is due.
    #[error("{why}: give it with `--no-biometric`; nothing was changed")]
    PassphraseDue {
        /// The reason why the passphrase is due.
        why: SafeText,
    },
    /// The setting `seal: signed` holds, and nobody signed.
    #[error(
        "nobody signed this, and by the guard's setting `seal: signed` only what an approver signs \
         gives power; give the passphrase, or ask an approver from `openpass approver list`; \
         nothing was changed"
    )]
    NotSigned,
    /// No approver, or more than one, is meant.
    #[error("{id} names no approver, or several; `openpass approver list` shows their names")]
    NoSuchApprover {
        /// The text that was given as the approver's id.
        id: SafeText,
    },
    /// The registry of tokens is broken.
    #[error(
        "{path}: {problem}; correct it by hand, or put back what was approved with `openpass guard restore`"
    )]
    Registry {
        /// The file.
        path: SafeText,
        /// The fault in the registry, and its place.
        problem: String,
    },
    /// A policy file is broken.
    #[error(
        "{path}: {problem}; correct it with `openpass policy apply`, or remove it with `openpass policy remove`"
    )]
    BrokenPolicy {
        /// The file.
        path: SafeText,
        /// The fault in the policy file, and its place.
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
        /// The file's owner or mode, and what that means.
        problem: String,
        /// The command to run.
        cure: String,
    },
    /// Policies that were approved are gone.
    #[error(
        "{files} was in force and is gone; put it back with `openpass guard restore`, or give it up with `openpass policy remove` or `openpass guard accept`; until then nothing critical is done"
    )]
    PoliciesGone {
        /// The names of the files, in one line, safe to show.
        files: String,
    },
    /// It is not known which policies were approved.
    #[error(
        "it is not known which policies are in force: {problem}; accept the files in policies/ as they are with `openpass guard accept`; until then nothing critical is done"
    )]
    PoliciesLost {
        /// The reason why the approved policies are not known.
        problem: String,
    },
    /// The policies do not load, as far as an agent may know.
    #[error(
        "the vault's policies cannot be used, so nothing is decided for an agent; the person sees why with `openpass policy list`"
    )]
    PoliciesUnusable,
    /// There is no approved state to put back.
    #[error(
        "there is no approved state to put back: {problem}; `openpass guard reset` puts the settings back to the defaults, and `openpass policy remove NAME` removes a policy file"
    )]
    NothingApproved {
        /// The reason why there is no approved state.
        problem: String,
    },
    /// Nothing that differs from the approved state can be put back.
    #[error(
        "nothing was put back: {what}; correct it, or move it away (an empty config.yaml in its place is enough) and run this again; where the approved state is lost, `openpass guard accept` accepts what there is now"
    )]
    NotRestorable {
        /// The items that cannot be put back, and why not; safe to show.
        what: String,
    },
    /// Not everything that differs from the approved state could be put back.
    #[error(
        "everything else was put back, but {what}; correct it, or move it away, and run `openpass guard restore` again; where the approved state is lost, `openpass guard accept` accepts what there is now"
    )]
    PutBackInPart {
        /// The items that could not be put back, and why not; safe to show.
        what: String,
    },
    /// Only the SHA-256 of an approved file was kept.
    #[error("only the SHA-256 of {what} was kept")]
    NotKept {
        /// The file.
        what: SafeText,
    },
    /// The changes that are left to accept make the guard easier, and nobody is at a
    /// prompt.
    #[error(
        "changes to the settings and policies from outside the guard are accepted only at a prompt; run `openpass guard accept` in a terminal"
    )]
    NeedsAPrompt,
    /// The changes that are left to accept need a decision of policies that do not load.
    #[error(
        "what was changed gives power, and the policies that decide on it do not load; put them right first: `openpass guard restore` puts back what was approved, `openpass policy remove NAME` removes a file"
    )]
    AcceptPoliciesFirst,
    /// An item that is to be accepted cannot be read.
    #[error(
        "{what} cannot be accepted: {problem}; correct it, or put back what was approved with `openpass guard restore`, and then accept what is left"
    )]
    NotAcceptable {
        /// The item, safe to show.
        what: SafeText,
        /// The reason why the item cannot be read.
        problem: String,
    },
    /// There are rules that nothing enforces, and the settings refuse to go on.
    #[error(
        "{rules}; by the guard's setting `unenforced_yaml: refuse` nothing is changed until they are: import them with `openpass policy import FILE.yaml… --apply`, or remove them with `openpass policy remove`"
    )]
    UnenforcedRules {
        /// The rules, in one line, safe to show.
        rules: String,
    },
    /// Too many requests wait already.
    #[error(
        "the queue is full: {most} requests wait already; a person decides on one with `openpass approve` or `openpass deny`, or each ends after 15 minutes"
    )]
    TooManyPending {
        /// The most requests that may wait.
        most: usize,
    },
    /// Too many requests of one agent wait already.
    #[error(
        "the queue is full for this agent: {most} of its requests wait already; a person decides on one with `openpass approve` or `openpass deny`, or each ends after 15 minutes"
    )]
    TooManyOfAgent {
        /// The most requests of one agent that may wait.
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
    #[error("{path} is not a usable request: {problem}; remove it")]
    BrokenPending {
        /// The file.
        path: SafeText,
        /// The fault in the request's file.
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
        "only a part of the change was made: {done} of {of} files; {problem}; look at {next} and ask again",
        problem = .source.without_what_changed()
    )]
    HalfDone {
        /// The number of files that are new.
        done: usize,
        /// The number of files that the commit was to change.
        of: usize,
        /// The first file that is as it was.
        next: SafeText,
        /// The error that ended the commit.
        source: Box<Self>,
    },
    /// A file cannot be written. The old one is whole.
    #[error("{path} cannot be written: {source}; nothing was changed")]
    Unwritable {
        /// The file.
        path: SafeText,
        /// The error from writing the file.
        source: io::Error,
    },
    /// The files are new, and the disk could not say that they stay so.
    #[error(
        "the change was made, but the disk has not confirmed it: {source}; the next command looks again"
    )]
    NotSynced {
        /// The error from syncing the disk.
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
        "the change may have been made, but its outcome is not on the guard log: {0}; the next command finishes it or puts it back, so look at it then"
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

    /// Its text for an error around it that says itself what was changed.
    pub(crate) fn without_what_changed(&self) -> String {
        let text = self.to_string();
        match text.strip_suffix("; nothing was changed") {
            Some(problem) => problem.to_owned(),
            None => text,
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
