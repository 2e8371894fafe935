//! Where the vault is found: the product's rules, the first that fits.

use std::path::{Path, PathBuf};

use crate::support::{Openpass, Run, TestVault, cheap_identity, code};

/// A home with a vault at each place that a rule can lead to.
struct Home {
    root: PathBuf,
    _folder: TestVault,
}

impl Home {
    fn new() -> Self {
        let vault = TestVault::nowhere();
        let root = vault.home().canonicalize().unwrap();
        for name in [".openpass", "flag", "variable", "work", "play", "usual"] {
            vault.make_at(&root.join(name), cheap_identity());
        }
        let home = Self {
            root,
            _folder: vault,
        };
        home.profiles("");
        home
    }

    /// Writes `~/.openpass/config.yaml`, with three profiles.
    fn profiles(&self, more: &str) {
        let text = format!(
            "agents:\n    codex:\n        tier: read-only\nprofiles:\n    work:\n        \
             vault: ~/work\n    play:\n        vault: {}\n    usual:\n        vault: ~/usual\n{more}",
            self.root.join("play").display()
        );
        std::fs::write(self.root.join(".openpass/config.yaml"), text).unwrap();
    }

    fn run(&self, flags: &[&str]) -> Run {
        let arguments = [flags, &["auth", "status", "--output", "json"]].concat();
        Openpass::at_home(&self.root, &arguments)
    }

    /// Checks that the run is on the vault called `name`.
    #[track_caller]
    fn finds(&self, run: Run, name: &str) {
        let status = run.unattended().with(code::DONE).json();
        let found = Path::new(status["vault"].as_str().unwrap());
        assert_eq!(found, self.root.join(name));
    }
}

#[test]
fn each_rule_wins_over_those_behind_it() {
    let home = Home::new();
    let flag = home.root.join("flag");
    let flag = ["--vault", flag.to_str().unwrap()];
    let variable = |run: Run| run.with("OPENPASS_VAULT", home.root.join("variable"));
    let profile = |run: Run| run.with("OPENPASS_PROFILE", "play");
    let all_flags = [&flag[..], &["--profile", "work"]].concat();
    home.finds(home.run(&[]), ".openpass");
    home.profiles("defaultProfile: usual\n");
    home.finds(home.run(&[]), "usual");
    home.finds(profile(home.run(&[])), "play");
    home.finds(profile(home.run(&["--profile", "work"])), "work");
    home.finds(
        variable(profile(home.run(&["--profile", "work"]))),
        "variable",
    );
    home.finds(variable(profile(home.run(&all_flags))), "flag");
}

#[test]
fn an_empty_variable_says_nothing_and_an_empty_vault_is_refused() {
    let home = Home::new();
    let run = home.run(&["--profile", ""]);
    let run = run.with("OPENPASS_VAULT", "").with("OPENPASS_PROFILE", "");
    home.finds(run, ".openpass");
    // A script whose variable is empty does not end up on another vault.
    let ended = home.run(&["--vault", ""]).unattended();
    ended.with(code::USAGE).saying("--vault");
}

#[test]
fn a_tilde_is_the_home() {
    let home = Home::new();
    home.finds(home.run(&["--vault", "~/flag"]), "flag");
    let run = home.run(&[]).with("OPENPASS_VAULT", "~/variable");
    home.finds(run, "variable");
}

#[test]
fn a_profile_that_is_not_there_is_not_found() {
    let home = Home::new();
    home.profiles("defaultProfile: gone\n");
    let ended = home.run(&[]).unattended();
    ended.with(code::NOT_FOUND).saying("\"gone\"");
    let ended = home.run(&["--profile", "wörk\x1b"]).unattended();
    ended.with(code::NOT_FOUND).saying(r#""wörk\u{1b}""#);
    // A folder of that name is no profile.
    let ended = home.run(&["--profile", "../work"]).unattended();
    ended.with(code::NOT_FOUND);
}

#[test]
fn a_broken_file_of_profiles_is_said_and_a_named_vault_does_without() {
    let home = Home::new();
    home.profiles("defaultProfile: [\n");
    home.run(&[])
        .unattended()
        .with(code::BROKEN)
        .saying("line ");
    home.finds(home.run(&["--vault", "~/flag"]), "flag");
}

#[test]
fn without_a_home_and_a_vault_it_says_what_is_missing() {
    let home = Home::new();
    let run = home.run(&[]).with("HOME", "");
    run.unattended().with(code::NO_VAULT).saying("--vault");
}

#[test]
fn a_vault_by_a_link_is_the_vault_itself() {
    let home = Home::new();
    let link = home.root.join("link");
    std::os::unix::fs::symlink(home.root.join("work"), &link).unwrap();
    home.finds(home.run(&["--vault", link.to_str().unwrap()]), "work");
}
