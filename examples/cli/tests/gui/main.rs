//! The built command with `--prompt gui`, and a pinentry that shows nothing.
// No pinentry is run on Windows.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a panic is how a test fails; clippy sees helpers as no tests"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use openpass_testkit::{RIGHT, cheap_identity, install_pinentry};
use openpass_vault::Vault;

/// A vault, and a pinentry beside it.
struct Stage(tempfile::TempDir);

impl Stage {
    /// With a pinentry that does `control` (tests/fixtures of
    /// openpass-auth-passphrase say how).
    fn new(control: &str) -> Self {
        // Nobody else's, whatever the umask.
        let mode = fs::Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new()
            .permissions(mode)
            .tempdir()
            .unwrap();
        let stage = Self(folder);
        Vault::init(&stage.vault(), cheap_identity()).unwrap();
        for name in ["pinentry-fake", "pinentry", "pinentry-gtk-2", "pinentry-qt"] {
            install_pinentry(&stage.path(name));
        }
        fs::write(stage.path("control"), control).unwrap();
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn vault(&self) -> PathBuf {
        self.path("vault")
    }

    /// Sets the guard's setting to the fake.
    fn set_pinentry(&self) -> &Self {
        let program = self.path("pinentry-fake");
        self.set("pinentry", program.to_str().unwrap())
    }

    /// Sets one of the guard's settings as its owner does.
    fn set(&self, key: &str, value: &str) -> &Self {
        fs::write(self.path("passphrase"), RIGHT).unwrap();
        let set = Command::new("/bin/sh")
            .args(["-c", "exec \"$@\" 3<\"$0\""])
            .arg(self.path("passphrase"))
            .arg(env!("CARGO_BIN_EXE_openpass"))
            .arg("--vault")
            .arg(self.vault())
            .args(["guard", "set", key, value])
            .args(["--yes", "--no-biometric", "--reason", "r"])
            .args(["--passphrase-fd", "3"])
            .output()
            .unwrap();
        assert!(set.status.success(), "{}", said(&set));
        self
    }

    fn upgrade(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openpass"));
        command
            .arg("--vault")
            .arg(self.vault())
            .args(["agent", "upgrade", "codex", "--tier", "admin"])
            .args(flags)
            .env_clear()
            .env("DISPLAY", ":0")
            .stdin(Stdio::null());
        command
    }

    fn config(&self) -> String {
        fs::read_to_string(self.vault().join("config.yaml")).unwrap()
    }

    fn was_run(&self) -> bool {
        self.path("pid").exists()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_guarded_settings_pinentry_answers_for_the_change() {
    let stage = Stage::new(&format!("pin='{RIGHT}'"));
    stage.set_pinentry();
    let before = stage.config();
    let output = stage.upgrade(&["--prompt", "gui"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_ne!(stage.config(), before);
    let transcript = fs::read_to_string(stage.path("transcript")).unwrap();
    assert!(transcript.contains("SETDESC Approve: "), "{transcript}");
    assert!(transcript.contains("codex"));
}

#[test]
fn a_wrong_passphrase_is_asked_for_three_times_and_changes_nothing() {
    let stage = Stage::new("pin=wrong");
    let before = stage.set_pinentry().config();
    let output = stage.upgrade(&["--prompt", "gui"]).output().unwrap();
    assert_eq!(output.status.code(), Some(10), "{}", said(&output));
    assert_eq!(stage.config(), before);
    let transcript = fs::read_to_string(stage.path("transcript")).unwrap();
    assert_eq!(transcript.matches("GETPIN").count(), 3);
    assert!(transcript.contains("SETERROR Attempt 3 of 3: the last answer was wrong."));
}

#[test]
fn case_41_a_star_that_the_dialog_has_no_room_for_is_left_to_a_terminal() {
    let stage = Stage::new(&format!("pin='{RIGHT}'"));
    let before = stage.set_pinentry().config();
    let paths: Vec<String> = (0..9)
        .map(|n| format!("work/{n}/{}", "x".repeat(60)))
        .collect();
    let set = format!("allowedPaths={},*", paths.join(","));
    let mut command = Command::new(env!("CARGO_BIN_EXE_openpass"));
    let output = command
        .arg("--vault")
        .arg(stage.vault())
        .args(["agent", "profile", "edit", "codex", "--set", &set])
        .args(["--prompt", "gui"])
        .env_clear()
        .env("DISPLAY", ":0")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(11), "{}", said(&output));
    let said = said(&output);
    assert!(
        said.contains("no room to show everything that gives power"),
        "{said}"
    );
    assert!(said.contains("run it in a larger terminal"), "{said}");
    assert!(!stage.was_run());
    assert_eq!(stage.config(), before);
}

#[test]
fn a_refusal_in_the_dialog_changes_nothing() {
    let stage = Stage::new("getpin=cancel");
    let before = stage.set_pinentry().config();
    let output = stage.upgrade(&["--prompt", "gui"]).output().unwrap();
    assert_eq!(output.status.code(), Some(10), "{}", said(&output));
    assert_eq!(stage.config(), before);
}

#[test]
fn case_4_no_pinentry_on_the_path_or_in_a_variable_is_run() {
    let stage = Stage::new(&format!("pin='{RIGHT}'"));
    stage.set("timeout", "5s");
    let before = stage.config();
    let program = stage.path("pinentry");
    let mut upgrade = stage.upgrade(&["--prompt", "gui"]);
    if cfg!(target_os = "macos") {
        // No test pops up a dialog that a person would have to answer.
        upgrade.env("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22");
    }
    let output = upgrade
        // Where one of the system, if there is one, finds nobody.
        .env("DISPLAY", ":31999")
        .env("PATH", stage.0.path())
        .env("PINENTRY_PROGRAM", &program)
        .env("PINENTRY_BINARY", &program)
        .env("SSH_ASKPASS", &program)
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!stage.was_run());
    assert_eq!(stage.config(), before);
}

#[test]
fn case_4_a_setting_that_others_could_exchange_is_refused_by_name() {
    let stage = Stage::new(&format!("pin='{RIGHT}'"));
    let before = stage.set_pinentry().config();
    let mode = fs::Permissions::from_mode(0o777);
    fs::set_permissions(stage.path("pinentry-fake"), mode).unwrap();
    let output = stage.upgrade(&["--prompt", "gui"]).output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{}", said(&output));
    assert!(said(&output).contains("chmod go-w"), "{}", said(&output));
    assert!(!stage.was_run());
    assert_eq!(stage.config(), before);
}

#[test]
fn case_31_a_dialog_that_nobody_would_see_is_not_shown() {
    let stage = Stage::new(&format!("pin='{RIGHT}'"));
    stage.set_pinentry();
    let output = stage
        .upgrade(&["--prompt", "gui"])
        .env("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(11), "{}", said(&output));
    assert!(!stage.was_run());
}

#[test]
fn where_to_ask_does_not_go_with_not_asking() {
    let stage = Stage::new("pin=wrong");
    for flags in [
        ["--prompt", "gui", "--biometric"].as_slice(),
        &[
            "--prompt",
            "gui",
            "--yes",
            "--no-biometric",
            "--reason",
            "x",
            "--passphrase-fd",
            "3",
        ],
        &["--prompt", "elsewhere"],
    ] {
        let output = stage.upgrade(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    }
}

/// The vault's lock, its log and the guard's files are open in the host meanwhile, or were.
#[cfg(target_os = "linux")]
#[test]
fn pinentry_inherits_no_file_of_the_vault_and_nothing_of_the_hosts_but_its_pipes() {
    let list = "ls -l /proc/$$/fd >\"$dir/inherited\"";
    let stage = Stage::new(&format!("pin='{RIGHT}'\n{list}"));
    stage.set_pinentry();
    let output = stage.upgrade(&["--prompt", "gui"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let listed = fs::read_to_string(stage.path("inherited")).unwrap();
    let leads = |line: &str| line.split_once(" -> ").map(|(_, to)| to.to_owned());
    let inherited: Vec<String> = listed.lines().filter_map(leads).collect();
    // Its pipes and /dev/null; and what its own shell reads, and writes the list to.
    let own = ["pinentry-fake", "control", "inherited"].map(|name| stage.path(name));
    let is_its_own = |to: &String| {
        let is_pipe = to.starts_with("pipe:") || to == "/dev/null";
        is_pipe || own.iter().any(|path| path.to_str() == Some(to))
    };
    assert!(inherited.len() >= 3, "{listed}");
    assert!(inherited.iter().all(is_its_own), "{listed}");
}
