//! Something else in the place of a file: nothing hangs, nothing is followed,
//! and nobody is locked out.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    sync::mpsc,
    time::Duration,
};

use openpass_auth::AttemptStore as _;
use openpass_policy::{StepUp, Tier};
use openpass_vault::{AttemptFile, Change, GuardLog, Pending, Vault};

use crate::{
    every::tier,
    sample::{Sample, ask, engine},
};

type Put = fn(&Path);

/// What an attacker, or an accident, may leave there.
const THINGS: [(&str, Put); 3] = [
    ("a pipe", |path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    }),
    ("a link to a file", |path| {
        let elsewhere = path.with_extension("elsewhere");
        fs::write(&elsewhere, "").unwrap();
        symlink(elsewhere, path).unwrap();
    }),
    ("a link to nothing", |path| {
        symlink("/nowhere/at/all", path).unwrap()
    }),
];

/// What `act` comes to, or a failed test if it hangs.
fn at_once<T: Send + 'static>(what: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || done.send(act()));
    let came = wait.recv_timeout(Duration::from_secs(20));
    came.unwrap_or_else(|_| panic!("{what} hangs"))
}

fn put_there(sample: &Sample, name: &str, put: Put) {
    let path = sample.dir().join(name);
    drop(fs::remove_file(&path));
    put(&path);
}

#[test]
fn no_change_gets_past_something_else_in_the_place_of_the_logs_files() {
    for name in [
        "guard/log.jsonl",
        "guard/log.key",
        "guard/log.lock",
        "guard/log.running",
        ".lock",
    ] {
        for (thing, put) in THINGS {
            let sample = Sample::without_rules();
            sample.make(&tier(Tier::Standard)).unwrap();
            put_there(&sample, name, put);
            let before = sample.files();
            let vault = sample.vault.clone();
            let what = format!("{thing} as {name}");
            let refused = at_once(&what, move || raised(&vault));
            assert!(refused.contains("not a regular file"), "{what}: {refused}");
            assert_eq!(before, sample.files(), "{what}");
            let elsewhere = sample.dir().join(name).with_extension("elsewhere");
            let written = fs::read(elsewhere).unwrap_or_default();
            assert!(written.is_empty(), "{what} was followed");
        }
    }
}

/// Why codex is not raised.
fn raised(vault: &Vault) -> String {
    drop(vault.settle());
    let proposal = vault.propose(vault.request(), &tier(Tier::Admin)).unwrap();
    let person = crate::sample::knows_it(vault);
    match ask(vault, &proposal, engine(), std::sync::Arc::new(person)) {
        Err(refusal) => refusal.to_string(),
        Ok(grant) => vault.commit(grant, &proposal).unwrap_err().to_string(),
    }
}

#[test]
fn nothing_is_counted_and_nobody_asked_with_something_else_in_the_place_of_the_attempts() {
    for name in ["guard/attempts", "guard/attempts.lock"] {
        for (thing, put) in THINGS {
            let sample = Sample::new();
            sample.make(&tier(Tier::Standard)).unwrap();
            put_there(&sample, name, put);
            let vault = sample.vault.clone();
            let what = format!("{thing} as {name}");
            let counted = at_once(&what, move || AttemptFile::of(&vault).update(&mut |_| {}));
            assert!(counted.is_err(), "{what}");
        }
    }
}

#[test]
fn case_39_something_else_in_the_place_of_a_request_is_no_request() {
    for (thing, put) in THINGS {
        let sample = Sample::new();
        fs::create_dir_all(sample.dir().join("guard/pending")).unwrap();
        put_there(&sample, "guard/pending/ABCD-EFGH.json", put);
        let vault = sample.vault.clone();
        let read = at_once(thing, move || {
            assert_eq!(Pending::list(&vault).unwrap(), []);
            Pending::read(&vault, "ABCD-EFGH")
        });
        assert!(read.is_err(), "{thing}");
    }
}

#[test]
fn case_15_settings_that_lead_nowhere_are_the_strictest_and_can_be_set_again() {
    for (thing, put) in THINGS {
        let sample = Sample::new();
        fs::create_dir(sample.dir().join("guard")).unwrap();
        put_there(&sample, "guard/settings.yaml", put);
        let vault = sample.vault.clone();
        let settings = at_once(thing, move || vault.settings());
        assert!(settings.problem.is_some(), "{thing}");
        let set = Change::SetGuard {
            key: "step_up".to_owned(),
            value: Some("passphrase".to_owned()),
        };
        sample.make(&set).unwrap();
        assert_eq!(sample.read("guard/settings.yaml"), "step_up: passphrase\n");
        assert_eq!(sample.vault.settings().guard.step_up, StepUp::Passphrase);
    }
}

#[test]
fn case_15_a_guard_folder_that_leads_nowhere_does_not_mean_no_settings() {
    for (thing, put) in THINGS {
        let sample = Sample::new();
        put_there(&sample, "guard", put);
        assert!(sample.vault.settings().problem.is_some(), "{thing}");
    }
}

#[test]
fn case_15_a_policy_that_cannot_be_read_or_named_can_still_be_removed() {
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(
        elsewhere.path().join("kept"),
        "permit (principal, action, resource);",
    )
    .unwrap();
    for name in [
        "mine.cedar",
        "MINE.CEDAR",
        ".hidden.cedar",
        "a b.yaml",
        "100 MB.cedar",
    ] {
        for (thing, put) in THINGS {
            let sample = Sample::new();
            put_there(&sample, &format!("policies/{name}"), put);
            if name.contains("MB") {
                put_there(&sample, &format!("policies/{name}"), |path| {
                    fs::File::create(path).unwrap().set_len(100 << 20).unwrap();
                });
            }
            let name = name.to_owned();
            sample.make(&Change::RemovePolicy { name }).unwrap();
            sample.vault.engine().unwrap();
            let left = fs::read_dir(sample.dir().join("policies")).unwrap();
            let left = left.filter(|entry| {
                let name = entry.as_ref().unwrap().file_name();
                !name.to_string_lossy().ends_with("elsewhere")
            });
            assert_eq!(left.count(), 2, "{thing}");
        }
    }
}

#[test]
fn a_policy_that_was_exchanged_while_the_person_was_asked_is_not_removed() {
    let sample = Sample::new();
    put_there(&sample, "policies/mine.cedar", THINGS[1].1);
    let name = "mine.cedar".to_owned();
    let proposal = sample.propose(&Change::RemovePolicy { name }).unwrap();
    let grant = crate::sample::grant(&sample.vault, &proposal);
    put_there(&sample, "policies/mine.cedar", THINGS[2].1);
    sample.vault.commit(grant, &proposal).unwrap_err();
    let there = sample.dir().join("policies/mine.cedar");
    assert!(there.symlink_metadata().is_ok());
}

#[test]
fn what_is_written_is_for_its_owner_alone_and_never_wider_than_it_was() {
    let sample = Sample::new();
    let mode = |name: &str| {
        let metadata = fs::metadata(sample.dir().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    let set = |name: &str, mode| {
        fs::set_permissions(sample.dir().join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    for (name, before, after) in [
        ("config.yaml", 0o666, 0o600),
        ("config.yaml", 0o644, 0o600),
        ("mcp-tokens.json", 0o640, 0o600),
        ("policies/10-dev.yaml", 0o666, 0o644),
        ("policies/10-dev.yaml", 0o640, 0o640),
        ("policies/10-dev.yaml", 0o600, 0o600),
        (".gitignore", 0o664, 0o644),
    ] {
        set(name, before);
        match name {
            "config.yaml" => sample.make(&crate::every::edit(
                "max_reads_per_day",
                &before.to_string(),
            )),
            "policies/10-dev.yaml" => sample.make(&Change::ApplyPolicy {
                name: "10-dev.yaml".to_owned(),
                text: format!("version: \"{before} {after}\"\n"),
            }),
            _ => {
                sample.write(".gitignore", "identity.age\n");
                set(".gitignore", 0o664);
                sample.make(&Change::IssueToken {
                    agent: "codex".to_owned(),
                    label: None,
                    tools: vec!["*".to_owned()],
                    lifetime: None,
                })
            }
        }
        .unwrap();
        assert_eq!(mode(name), after, "{name} {before:o}");
    }
    assert_eq!(mode("mcp-tokens/codex.token"), 0o600);
    assert_eq!(
        GuardLog::of(&sample.vault)
            .path()
            .metadata()
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
}

#[test]
fn a_vault_of_another_user_is_not_written_to() {
    let sample = Sample::without_rules();
    if std::os::unix::fs::chown(sample.dir(), Some(12_345), None).is_err() {
        // Only root can give a folder away, and only for root does it matter:
        // whoever else runs this is refused by the system.
        return;
    }
    let refused = raised(&sample.vault);
    assert!(refused.contains("belongs to user 12345"), "{refused}");
    assert!(!sample.dir().join("guard").exists());
}
