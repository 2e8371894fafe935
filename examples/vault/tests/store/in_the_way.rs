//! Something else in the place of a file: nothing hangs, nothing is followed,
//! and nobody is locked out.

#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::{fs, path::Path, sync::mpsc, time::Duration};

#[cfg(unix)]
use openpass_auth::AttemptStore as _;
#[cfg(unix)]
use openpass_policy::StepUp;
use openpass_policy::Tier;
#[cfg(unix)]
use openpass_vault::{AttemptFile, GuardLog, Pending, Requester};
use openpass_vault::{Change, Vault};

use crate::{
    every::tier,
    sample::{Sample, ask, in_force},
};

type Put = fn(&Path);

/// What an attacker, or an accident, may leave there besides a folder: nothing on Windows,
/// which has no pipes among files, and makes links for few users.
#[cfg(windows)]
const THINGS: [(&str, Put); 0] = [];
/// What an attacker, or an accident, may leave there besides a folder.
#[cfg(unix)]
const THINGS: [(&str, Put); 4] = [
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
    ("a socket", |path| {
        drop(std::os::unix::net::UnixListener::bind(path).unwrap());
    }),
];

/// What `act` comes to, or a failed test if it hangs.
fn at_once<T: Send + 'static>(what: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    std::thread::spawn(move || done.send(act()));
    let came = wait.recv_timeout(Duration::from_secs(120));
    came.unwrap_or_else(|_| panic!("{what} hangs"))
}

fn put_there(sample: &Sample, name: &str, put: Put) {
    let path = sample.dir().join(name);
    drop(fs::remove_file(&path));
    drop(fs::remove_dir_all(&path));
    put(&path);
}

#[test]
fn case_57_something_else_in_the_place_of_the_guards_files_is_moved_aside_by_a_proof() {
    for name in [
        "guard/log.jsonl",
        "guard/log.key",
        "guard/log.anchor",
        "guard/log.lock",
        "guard/log.running",
        "guard/approved",
        "guard/kept",
        ".lock",
    ] {
        for (thing, put) in THINGS.into_iter().chain([("a folder", a_folder as Put)]) {
            let sample = Sample::without_rules();
            sample.make(&tier(Tier::Standard)).unwrap();
            let what = format!("{thing} as {name}");
            put_there(&sample, name, put);
            let vault = sample.vault.clone();
            at_once(&what, move || raise(&vault)).unwrap_or_else(|why| panic!("{what}: {why}"));
            let elsewhere = sample.dir().join(name).with_extension("elsewhere");
            let written = fs::read(elsewhere).unwrap_or_default();
            assert!(written.is_empty(), "{what} was followed");
            let is_folder = ["guard/approved", "guard/kept"].contains(&name);
            if !(is_folder && thing == "a folder") {
                assert!(is_kept(&sample, name), "{what} was removed");
            }
            assert!(sample.read("config.yaml").contains("admin"), "{what}");
        }
    }
}

fn a_folder(path: &Path) {
    fs::create_dir(path).unwrap();
    fs::write(path.join("x"), "").unwrap();
}

/// Whether what was in the place of `name` lies beside it now.
fn is_kept(sample: &Sample, name: &str) -> bool {
    let path = sample.dir().join(name);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let is_aside = |other: &str| {
        other.starts_with(&format!("{name}.aside-")) || other.starts_with("log-damaged-")
    };
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .any(|other| is_aside(&other))
}

/// Raises codex with a person's proof, or says why it is not.
fn raise(vault: &Vault) -> Result<(), String> {
    drop(vault.settle());
    let proposal = vault
        .propose(vault.request(), &tier(Tier::Admin))
        .map_err(|error| error.to_string())?;
    let person = std::sync::Arc::new(crate::sample::knows_it(vault));
    let grant =
        ask(vault, &proposal, in_force(vault), person).map_err(|refusal| refusal.to_string())?;
    vault
        .commit(grant, &proposal)
        .map_err(|error| error.to_string())
}

#[test]
fn case_57_a_folder_that_only_looks_like_a_left_over_file_keeps_its_name() {
    let sample = Sample::without_rules();
    sample.make(&tier(Tier::Standard)).unwrap();
    for folder in ["guard", "policies"] {
        let left = sample.dir().join(folder).join(".openpass-guard-x");
        a_folder(&left);
        // What is kept has no outcome to wait for: the start cleans up.
        sample.write("guard/kept/0", "");
        sample.vault.settle().unwrap();
        assert!(!sample.dir().join("guard/kept/0").exists());
        assert!(left.join("x").exists(), "{folder}");
    }
}

#[cfg(unix)]
#[test]
fn case_57_without_a_proof_what_is_in_the_way_stays_and_nothing_changes() {
    for name in ["guard/log.jsonl", "guard/approved"] {
        for (thing, put) in THINGS {
            let sample = Sample::without_rules();
            sample.make(&tier(Tier::Standard)).unwrap();
            put_there(&sample, name, put);
            let path = sample.dir().join(name);
            let kind = path.symlink_metadata().unwrap().file_type();
            let vault = sample.vault.clone();
            let refused = at_once(thing, move || {
                let proposal = vault.propose(vault.request(), &tier(Tier::Admin)).unwrap();
                let factor = openpass_auth::Factor::Passphrase;
                let wrong = vec![Err(openpass_auth::AuthError::Rejected { factor })];
                let wrong = std::sync::Arc::new(openpass_auth::Script::answering(factor, wrong));
                ask(&vault, &proposal, in_force(&vault), wrong).map(drop)
            });
            assert!(refused.is_err(), "{thing} as {name}");
            let path = sample.dir().join(name);
            let now = path.symlink_metadata().unwrap().file_type();
            assert_eq!(now, kind, "{thing} as {name}");
        }
    }
}

#[test]
fn case_52_config_yaml_is_restored_where_something_else_is_in_its_place() {
    for (thing, put) in THINGS.into_iter().chain([("a folder", a_folder as Put)]) {
        if thing == "a link to a file" {
            continue; // config.yaml may be one.
        }
        let sample = Sample::without_rules();
        sample.make(&tier(Tier::Standard)).unwrap();
        put_there(&sample, "config.yaml", put);
        sample.make(&Change::Restore {}).unwrap();
        let drift = sample.vault.drift().unwrap();
        assert!(drift.is_empty(), "{thing}: {drift:?}");
    }
}

#[cfg(unix)]
#[test]
fn case_52_policies_are_restored_where_something_else_is_in_their_folders_place() {
    for (thing, put) in THINGS {
        let sample = Sample::without_rules();
        let forbid = "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n";
        let apply = Change::ApplyPolicy {
            name: "mine.cedar".to_owned(),
            text: forbid.to_owned(),
        };
        sample.make(&apply).unwrap();
        let policies = sample.dir().join("policies");
        fs::remove_dir_all(&policies).unwrap();
        put(&policies);
        sample.make(&Change::Restore {}).unwrap();
        assert_eq!(sample.read("policies/mine.cedar"), forbid, "{thing}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_counted_and_nobody_asked_with_something_else_in_the_place_of_the_attempts() {
    for (thing, put) in THINGS {
        let sample = Sample::new();
        sample.make(&tier(Tier::Standard)).unwrap();
        put_there(&sample, "guard/attempts", put);
        let vault = sample.vault.clone();
        let counted = at_once(thing, move || AttemptFile::of(&vault).update(&mut |_| {}));
        assert!(counted.is_err(), "{thing}");
    }
}

#[cfg(unix)]
#[test]
fn case_39_something_else_in_the_place_of_a_request_is_no_request() {
    for (thing, put) in THINGS {
        let sample = Sample::new();
        fs::create_dir_all(sample.dir().join("guard/pending")).unwrap();
        put_there(&sample, "guard/pending/ABCD-EFGH.json", put);
        let vault = sample.vault.clone();
        let read = at_once(thing, move || {
            assert_eq!(Pending::list(&vault, &Requester::Person).unwrap(), []);
            Pending::read(&vault, "ABCD-EFGH")
        });
        assert!(read.is_err(), "{thing}");
    }
}

#[cfg(unix)]
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

#[cfg(unix)]
#[test]
fn case_15_a_guard_folder_that_leads_nowhere_does_not_mean_no_settings() {
    for (thing, put) in THINGS {
        let sample = Sample::new();
        put_there(&sample, "guard", put);
        assert!(sample.vault.settings().problem.is_some(), "{thing}");
    }
}

#[cfg(unix)]
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

#[cfg(unix)]
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

#[cfg(unix)]
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

#[cfg(unix)]
#[test]
fn a_vault_of_another_user_is_not_written_to() {
    let sample = Sample::without_rules();
    if std::os::unix::fs::chown(sample.dir(), Some(12_345), None).is_err() {
        // Only root can give a folder away, and only for root does it matter:
        // whoever else runs this is refused by the system.
        return;
    }
    let refused = raise(&sample.vault).unwrap_err();
    assert!(refused.contains("belongs to user 12345"), "{refused}");
    assert!(!sample.dir().join("guard").exists());
}
