//! What is wrong with what was asked, or with the vault: the exit code, the
//! reason, and nothing changed.

use std::{fs, os::unix::fs::symlink};

use crate::{
    raise_codex,
    support::{CONFIG, Openpass, TestVault, code},
};

/// Runs the upgrade at a terminal where nobody is asked anything.
#[track_caller]
fn is_refused(vault: &TestVault, code: i32, saying: &str) {
    let before = vault.files();
    let ended = raise_codex(vault, &[]).unattended().with(code).unasked();
    let ended = ended.saying(saying).saying("Error: ");
    assert!(ended.took.as_secs() < 120, "{ended:#?}");
    assert_eq!(vault.files(), before);
    assert!(!vault.path("guard/log.jsonl").exists());
}

#[test]
fn an_unknown_agent_is_not_found() {
    let vault = TestVault::new();
    for name in ["nobody", "Codex", "codex ", "", "agents.codex", "*"] {
        let arguments = ["agent", "upgrade", name, "--tier", "admin"];
        let ended = Openpass::on(&vault, &arguments).unattended();
        let ended = ended.with(code::NOT_FOUND).unasked();
        ended
            .saying("there is no agent")
            .saying("openpass agent list");
    }
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn an_unknown_tier_is_a_usage_error_that_names_the_tiers() {
    let vault = TestVault::new();
    for tier in ["root", "Admin", "custom", "", "admin "] {
        let arguments = ["agent", "upgrade", "codex", "--tier", tier];
        let ended = Openpass::on(&vault, &arguments).unattended();
        let ended = ended.with(code::USAGE).unasked();
        ended.saying("read-only, standard, admin");
    }
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn a_tier_that_the_agent_has_already_is_no_change() {
    let vault = TestVault::new();
    for (name, tier) in [
        ("codex", "read-only"),
        ("codex", "safe"),
        ("hermes", "admin"),
    ] {
        let arguments = ["agent", "upgrade", name, "--tier", tier];
        let ended = Openpass::on(&vault, &arguments).unattended();
        ended.with(code::USAGE).unasked().saying("already");
    }
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn no_vault_is_said_and_how_to_make_one() {
    let vault = TestVault::nowhere();
    for _ in 0..2 {
        let ended = raise_codex(&vault, &[]).unattended();
        let ended = ended.with(code::NO_VAULT).unasked();
        ended.saying("there is no vault in").saying("init");
        // An empty folder is none either.
        fs::create_dir_all(vault.dir()).unwrap();
    }
    assert_eq!(fs::read_dir(vault.dir()).unwrap().count(), 0);
}

#[test]
fn half_a_vault_is_none_and_the_missing_half_is_named() {
    for missing in ["config.yaml", "identity.age"] {
        let vault = TestVault::new();
        fs::remove_file(vault.path(missing)).unwrap();
        is_refused(&vault, code::NO_VAULT, missing);
    }
}

#[test]
fn a_broken_config_is_refused_with_its_line() {
    let broken = [
        (CONFIG.replace("    codex:\n", "    codex: [\n"), "line "),
        (
            CONFIG.replace("        tier: admin", "\t\ttier: admin"),
            "line 87",
        ),
        (
            CONFIG.replace("    cli:\n", "    codex:\n"),
            "the key \"codex\" is there twice",
        ),
        (format!("{CONFIG}---\n{CONFIG}"), "a second document begins"),
        ("- a list\n".to_owned(), "line 1"),
        ("just words\n".to_owned(), "line 1"),
    ];
    for (config, saying) in broken {
        let vault = TestVault::new();
        vault.put("config.yaml", config);
        is_refused(&vault, code::BROKEN, saying);
    }
}

#[test]
fn a_config_that_is_not_text_is_refused() {
    for bytes in [
        &b"agents:\n    codex:\n        tier: \xff\xfe\n"[..],
        b"\x00\x01",
    ] {
        let vault = TestVault::new();
        vault.put("config.yaml", bytes);
        is_refused(&vault, code::BROKEN, "line ");
    }
}

#[test]
fn an_empty_config_has_no_agent() {
    let vault = TestVault::new();
    vault.put("config.yaml", "");
    is_refused(&vault, code::NOT_FOUND, "openpass agent add");
}

#[test]
fn an_agent_that_is_no_mapping_is_refused() {
    for value in ["7", "[]", "text", "&here {tier: read-only}"] {
        let vault = TestVault::new();
        // An anchor is in the way where it is used.
        let used = if value.starts_with('&') {
            "x: *here\n"
        } else {
            ""
        };
        vault.put(
            "config.yaml",
            format!("agents:\n    codex: {value}\n{used}"),
        );
        is_refused(&vault, code::BROKEN, "line 2");
    }
}

#[test]
fn a_config_that_is_no_file_is_refused() {
    let vault = TestVault::new();
    fs::remove_file(vault.path("config.yaml")).unwrap();
    fs::create_dir(vault.path("config.yaml")).unwrap();
    is_refused(&vault, code::BROKEN, "not a regular file");
}

#[test]
fn a_config_that_is_a_pipe_is_refused_at_once() {
    let vault = TestVault::new();
    fs::remove_file(vault.path("config.yaml")).unwrap();
    let status = std::process::Command::new("mkfifo")
        .arg(vault.path("config.yaml"))
        .status();
    assert!(status.unwrap().success());
    is_refused(&vault, code::BROKEN, "not a regular file");
}

#[test]
fn a_config_that_is_a_link_to_nothing_is_refused() {
    let vault = TestVault::new();
    fs::remove_file(vault.path("config.yaml")).unwrap();
    symlink("/nonexistent/config.yaml", vault.path("config.yaml")).unwrap();
    is_refused(&vault, code::NO_VAULT, "config.yaml");
    fs::remove_file(vault.path("config.yaml")).unwrap();
    symlink("config.yaml", vault.path("config.yaml")).unwrap();
    is_refused(&vault, code::BROKEN, "cannot be read");
}

/// Root reads every file, so as root this says loudly that it shows nothing.
#[test]
fn a_config_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let vault = TestVault::new();
    let closed = fs::Permissions::from_mode(0o000);
    fs::set_permissions(vault.path("config.yaml"), closed).unwrap();
    if fs::read(vault.path("config.yaml")).is_ok() {
        // Root: the link to itself above is as unreadable for everybody.
        assert!(rustix::process::geteuid().is_root());
        eprintln!("NOT CHECKED: as root, every file can be read");
        return;
    }
    let ended = raise_codex(&vault, &[]).unattended();
    ended.with(code::BROKEN).unasked().saying("cannot be read");
}

#[test]
fn a_config_of_50_mb_is_refused_quickly() {
    let vault = TestVault::new();
    let mut config = CONFIG.to_owned();
    config.push_str(&"# filler\n".repeat(50 * 1024 * 1024 / 9));
    vault.put("config.yaml", config);
    is_refused(&vault, code::BROKEN, "bytes");
}

#[test]
fn a_broken_identity_is_refused_before_anybody_types() {
    for bytes in [
        &b""[..],
        b"age-encryption.org/v1\n",
        b"\xff\xff",
        &[b'x'; 100_000],
    ] {
        let vault = TestVault::new();
        vault.put("identity.age", bytes);
        is_refused(&vault, code::BROKEN, "identity.age");
    }
}

#[test]
fn case_37_an_identity_that_no_passphrase_protects_is_refused_with_the_cure() {
    const UNBOUND: &[u8] = include_bytes!(
        "../../../../openpass-auth-passphrase/tests/fixtures/\
         identity.openpass-argon2id-zerokey.age"
    );
    let vault = TestVault::with_identity(UNBOUND);
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    let (ended, _) = person.ends();
    ended
        .with(code::NOT_AUTHENTICATED)
        .saying("rotate-passphrase");
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn case_38_an_identity_that_costs_too_much_is_refused_before_any_work() {
    let vault = TestVault::new();
    let bytes = fs::read(vault.path("identity.age")).unwrap();
    let end = bytes.windows(4).position(|w| w == b" 10\n").unwrap();
    let dear = [&bytes[..end], b" 30\n", &bytes[end + 4..]].concat();
    vault.put("identity.age", dear);
    is_refused(&vault, code::BROKEN, "scrypt work factor");
}

#[test]
fn case_35_a_log_that_cannot_be_written_refuses_the_change() {
    let vault = TestVault::new();
    vault.put("guard/log.lock/a-folder", "in the way\n");
    // There is no name left under which it could be moved aside.
    for number in 0..100 {
        vault.put(&format!("guard/log.lock.aside-{number}"), "");
    }
    let before = vault.files();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    let ended = person.leaves().with(code::NOT_WRITTEN);
    ended.saying("guard log cannot be written");
    assert_eq!(vault.files(), before);
}

#[test]
fn case_35_with_something_else_in_the_logs_place_nothing_is_easier() {
    for name in ["guard/log.jsonl/a-folder", "guard"] {
        let vault = TestVault::new();
        vault.put(name, "in the way\n");
        let ended = raise_codex(&vault, &[]).without_a_terminal();
        ended.with(code::NOBODY_TO_ASK).unasked();
        assert_eq!(vault.config(), CONFIG);
        let mut person = raise_codex(&vault, &[]).at_a_terminal();
        person.answers();
        person.leaves().with(code::DONE);
    }
}
