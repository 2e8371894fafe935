//! Two at once: one wins, the other is told, and no file is a mixture.

use std::{fs::File, sync::mpsc, thread, time::Duration};

use openpass_policy::Tier;
use openpass_vault::{Change, GuardLog, VaultError};

use crate::{
    kill::role_at,
    sample::{Sample, grant},
};

fn to(agent: &str, tier: Tier) -> Change {
    Change::SetTier {
        agent: agent.to_owned(),
        tier,
    }
}

/// The vault's lock, held as another program holds it.
fn held(sample: &Sample) -> File {
    let path = sample.dir().join(".lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .unwrap();
    lock.lock().unwrap();
    lock
}

#[test]
fn case_10_of_two_approved_changes_the_second_is_a_conflict() {
    for second in [to("codex", Tier::Admin), to("openclaw", Tier::Admin)] {
        let sample = Sample::new();
        let one = sample.propose(&to("codex", Tier::Admin)).unwrap();
        let other = sample.propose(&second).unwrap();
        // Both were asked for and approved before either was made.
        let first = grant(&sample.vault, &one);
        let late = grant(&sample.vault, &other);
        sample.vault.commit(first, &one).unwrap();
        let after = sample.files();
        let refused = sample.vault.commit(late, &other).unwrap_err();
        assert!(matches!(refused, VaultError::Conflict), "{refused}");
        assert_eq!(sample.files(), after);
    }
}

#[test]
fn case_10_of_two_threads_that_commit_at_once_exactly_one_succeeds() {
    let sample = Sample::new();
    let proposals = [to("codex", Tier::Admin), to("openclaw", Tier::Standard)]
        .map(|change| sample.propose(&change).unwrap());
    let outcomes: Vec<Result<(), VaultError>> = thread::scope(|scope| {
        let running = proposals.each_ref().map(|proposal| {
            let grant = grant(&sample.vault, proposal);
            let vault = &sample.vault;
            scope.spawn(move || vault.commit(grant, proposal))
        });
        running.map(|thread| thread.join().unwrap()).into()
    });
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(done, 1, "{outcomes:?}");
    let lost = outcomes.into_iter().find_map(Result::err).unwrap();
    assert!(matches!(lost, VaultError::Conflict), "{lost}");
    assert!(sample.vault.config().is_ok());
}

#[test]
fn of_processes_that_seal_at_once_each_leaves_its_own_seal_or_none() {
    let sample = Sample::new();
    let names = [
        "token",
        "tier",
        "removal",
        "token",
        "policy removal",
        "token",
    ];
    let all: Vec<_> = names
        .map(|change| role_at(&sample, change).spawn().unwrap())
        .into_iter()
        .collect();
    let ended = all.into_iter().map(|mut it| it.wait().unwrap().success());
    // Those that were late for the state that they had asked about are conflicts.
    let made = ended.filter(|made| *made).count();
    let found = GuardLog::of(&sample.vault).verify().unwrap();
    assert!(found.is_whole(), "{:?}", found.problems);
    let sealed = sample.vault.sealed().unwrap().unwrap();
    assert!(made > 0);
    assert_eq!(usize::try_from(sealed.number).unwrap(), made);
}

#[test]
fn a_lock_that_another_program_keeps_is_busy_and_nothing_changes() {
    let sample = Sample::new();
    let proposal = sample.propose(&to("codex", Tier::Admin)).unwrap();
    let grant = grant(&sample.vault, &proposal);
    let before = sample.files();
    let lock = held(&sample);
    let refused = sample.vault.commit(grant, &proposal).unwrap_err();
    assert!(matches!(refused, VaultError::Busy), "{refused}");
    drop(lock);
    assert_eq!(sample.files(), before);
}

#[test]
fn a_lock_that_another_program_gives_back_is_waited_for() {
    let sample = Sample::new();
    let proposal = sample.propose(&to("codex", Tier::Admin)).unwrap();
    let grant = grant(&sample.vault, &proposal);
    let before = sample.files();
    let lock = held(&sample);
    let (done, outcome) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(|| done.send(sample.vault.commit(grant, &proposal)).unwrap());
        let early = outcome.recv_timeout(Duration::from_millis(300));
        assert!(early.is_err(), "it did not wait: {early:?}");
        assert_eq!(sample.files(), before);
        drop(lock);
        let late = outcome.recv_timeout(Duration::from_secs(120)).unwrap();
        late.unwrap();
    });
    assert_ne!(sample.files(), before);
}

#[test]
fn what_an_earlier_crash_left_is_cleaned_up_and_nothing_else() {
    let sample = Sample::new();
    // Killed before anything was on the log, or after.
    sample.make(&to("openclaw", Tier::Standard)).unwrap();
    sample.write(".openpass-guard-AbC123", "half a file");
    sample.write(".openpass-mine", "a person's");
    let proposal = sample.propose(&to("codex", Tier::Admin)).unwrap();
    let abandoned = grant(&sample.vault, &proposal);
    // An intent whose process died: its outcome never came.
    core::mem::forget(abandoned);
    let settled = sample.vault.settle().unwrap();
    assert!(settled.iter().all(|settled| !settled.done), "{settled:?}");
    assert_eq!(sample.read(".openpass-mine"), "a person's");
    sample.make(&to("codex", Tier::Admin)).unwrap();
}

#[test]
fn a_guard_setting_that_changed_since_the_answer_is_a_conflict() {
    let sample = Sample::new();
    let proposal = sample.propose(&to("codex", Tier::Admin)).unwrap();
    let grant = grant(&sample.vault, &proposal);
    std::fs::create_dir_all(sample.dir().join("guard")).unwrap();
    sample.write("guard/settings.yaml", "unattended: refuse\n");
    let before = sample.files();
    let refused = sample.vault.commit(grant, &proposal).unwrap_err();
    assert!(matches!(refused, VaultError::Conflict), "{refused}");
    assert_eq!(sample.files(), before);
}

#[test]
fn case_6_an_agent_asks_as_config_yaml_has_it_now() {
    let sample = Sample::new();
    let request = |manages, tier| {
        let agent = openpass_policy::AgentRef::new("codex", tier, manages);
        let mut request = sample.vault.request();
        request.principal = openpass_policy::Principal::Agent(agent);
        request.channel = openpass_policy::Channel::Mcp;
        request
    };
    // As it was when its host read the file, or as it would like to be.
    let stale = request(true, Tier::ReadOnly);
    let change = to("openclaw", Tier::Admin);
    let proposal = sample.vault.propose(stale, &change).unwrap();
    let now = request(false, Tier::ReadOnly);
    let honest = sample.vault.propose(now, &change).unwrap();
    let asks = |proposal: &openpass_vault::Proposal| {
        format!("{:?}", proposal.operation().request().principal)
    };
    assert_eq!(asks(&proposal), asks(&honest));
    let decision = sample.vault.engine().unwrap().decide(proposal.operation());
    assert!(
        matches!(decision, openpass_policy::Decision::Deny(_)),
        "{decision:?}"
    );
}

#[test]
fn case_5_a_grant_for_one_vault_opens_no_other_with_the_same_files() {
    let (one, other) = (Sample::new(), Sample::new());
    assert_eq!(one.files(), other.files());
    let proposal = one.propose(&to("codex", Tier::Admin)).unwrap();
    let granted = grant(&one.vault, &proposal);
    let refused = other.vault.commit(granted, &proposal).unwrap_err();
    assert!(matches!(refused, VaultError::Conflict), "{refused}");
    assert_eq!(one.files(), other.files());
}
