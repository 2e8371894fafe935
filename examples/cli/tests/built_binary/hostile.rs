//! Agents with names that would move the cursor, hide, reorder or run away.

use crate::support::{CONFIG, Ended, Openpass, Run, TestVault, code};

/// A name, and what it is shown as.
const NAMES: [(&str, &str); 8] = [
    ("co\x1b[2Jdex", r"co\u{1b}[2Jdex"),
    ("co\u{202e}xed", r"co\u{202e}xed"),
    ("codex\nApprove: nothing", r"codex\u{a}Approve: nothing"),
    ("codex\r\u{9b}31m", r"codex\u{d}\u{9b}31m"),
    (
        "\u{200b}\u{feff}codex\u{e0041}",
        r"\u{200b}\u{feff}codex\u{e0041}",
    ),
    ("codex\u{3164}\u{2800}", r"codex\u{3164}\u{2800}"),
    (r#"a" from admin to "b\"#, r#"a\" from admin to \"b\\"#),
    ("c\u{43e}dex", "(letters of several scripts)"),
];

/// The fixture with one more agent, on the lowest tier.
fn vault_with(name: &str) -> TestVault {
    let vault = TestVault::new();
    let name: String = name.chars().map(in_yaml).collect();
    let agent = format!("agents:\n    \"{name}\":\n        tier: read-only\n");
    vault.put("config.yaml", CONFIG.replacen("agents:\n", &agent, 1));
    vault
}

/// A character of a YAML string in double quotes (YAML 1.2.2 §5.7).
fn in_yaml(character: char) -> String {
    match character {
        '"' | '\\' => format!("\\{character}"),
        ' '..='~' => character.to_string(),
        _ => format!("\\U{:08x}", u32::from(character)),
    }
}

fn raise(vault: &TestVault, name: &str) -> Run {
    Openpass::on(vault, &["agent", "upgrade", "--tier", "admin", "--", name])
}

/// Checks that nothing of `ended` could do what a terminal does with controls.
/// None of it is ours, with `NO_COLOR`.
#[track_caller]
fn is_harmless(ended: &Ended) {
    for stream in [&ended.screen, &ended.stderr] {
        // The prompt itself ends lines, and the masks of what is typed go back.
        let harmful = |c: &char| match c {
            '\n' | '\r' | '\x08' | '→' | '←' | '✓' | '…' | '\u{43e}' => false,
            _ => c.is_control() || !c.is_ascii(),
        };
        assert_eq!(stream.chars().find(harmful), None, "{ended:#?}");
    }
}

#[test]
fn case_22_a_hostile_name_is_shown_escaped_on_every_stream() {
    for (name, shown) in NAMES {
        let vault = vault_with(name);
        let mut person = raise(&vault, name).with("NO_COLOR", "1").at_a_terminal();
        person.sees("Approve: raise agent \"");
        person.sees(shown);
        person.answers();
        let ended = person.leaves().with(code::DONE).saying(shown);
        is_harmless(&ended);
        assert!(ended.screen.contains("\n! tier"), "{ended:#?}");
    }
}

#[test]
fn case_22_a_name_of_10_kb_is_cut_and_the_rest_is_counted() {
    let name = "x".repeat(10_000);
    let vault = vault_with("short");
    let config = vault
        .config()
        .replace("\"short\":", &format!("? {name}\n    :"));
    vault.put("config.yaml", &config);
    let mut person = raise(&vault, &name).with("NO_COLOR", "1").at_a_terminal();
    // It may be approved or refused, but never shown whole.
    let mut asked = false;
    person.until("a prompt or a refusal", |person| {
        asked = person.screen().contains("Passphrase: ");
        asked || person.has_left()
    });
    if asked {
        person.types("\x03");
    }
    let (ended, _) = person.ends();
    let all = [ended.screen.as_str(), &ended.stderr].concat();
    assert!(all.contains("+9840 more characters"), "{ended:#?}");
    assert!(!all.contains(&"x".repeat(1000)));
    assert_eq!(vault.config(), config);
}

#[test]
fn case_22_a_hostile_name_that_no_agent_has_is_escaped_too() {
    let vault = TestVault::new();
    for (name, shown) in NAMES {
        let ended = raise(&vault, name).unattended().with(code::NOT_FOUND);
        is_harmless(&ended.saying(shown));
    }
}

#[test]
fn case_22_usage_errors_repeat_nothing_raw() {
    let vault = TestVault::new();
    for (text, _) in &NAMES[..6] {
        for arguments in [
            &["agent", "upgrade", "codex", "--tier", text][..],
            &["agent", text],
            &["--output", text, "agent", "list"],
            &[&format!("--{text}")],
        ] {
            let run = Openpass::on(&vault, arguments)
                .with("NO_COLOR", "1")
                .all_on_terminal();
            let (ended, _) = run.at_a_terminal().ends();
            is_harmless(&ended.with(code::USAGE));
        }
    }
}

#[test]
fn case_22_a_list_of_hostile_names_is_harmless_and_has_a_line_for_each() {
    for (name, _) in NAMES {
        let vault = vault_with(name);
        let run = Openpass::on(&vault, &["agent", "list"]);
        let (ended, _) = run
            .with("NO_COLOR", "1")
            .all_on_terminal()
            .at_a_terminal()
            .ends();
        let ended = ended.with(code::DONE);
        is_harmless(&ended);
        assert_eq!(ended.screen.lines().count(), 10, "{ended:#?}");
        let run = Openpass::on(&vault, &["agent", "list", "--output", "json"]);
        let listing = run.unattended().with(code::DONE).json();
        assert_eq!(listing["agents"][0]["name"], name);
    }
}

#[test]
fn case_22_hostile_values_are_escaped_in_table_and_prompt() {
    let vault = TestVault::new();
    let value = "\"deny\\e[2J\\u202e\\r\\nPassphrase: \"";
    let with = |tier: &str, mode: &str| {
        let own = format!("    codex:\n        tier: {tier}\n        approvalMode: {mode}\n");
        let old = "    codex:\n        tier: read-only\n        approvalMode: deny\n";
        vault.put("config.yaml", CONFIG.replacen(old, &own, 1));
    };
    let arguments = ["agent", "upgrade", "codex", "--tier", "admin"];
    // A mode that there is not, the product does not load.
    with("read-only", value);
    let run = Openpass::on(&vault, &arguments)
        .with("NO_COLOR", "1")
        .all_on_terminal();
    let (ended, _) = run.at_a_terminal().ends();
    is_harmless(&ended.with(code::BROKEN));
    with(value, "deny");
    let mut person = Openpass::on(&vault, &arguments)
        .with("NO_COLOR", "1")
        .at_a_terminal();
    person.sees(r"deny\u{1b}[2J\u{202e}\u{d}\u{a}Passphrase:");
    person.sees("Answer within");
    let ended = person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
    is_harmless(&ended);
}

#[test]
fn case_22_a_hostile_vault_path_is_escaped() {
    let vault = TestVault::nowhere();
    let dir = vault
        .home()
        .canonicalize()
        .unwrap()
        .join("a\x1b[2J\u{202e}\nb");
    vault.make_at(&dir, crate::support::cheap_identity());
    let arguments = [
        "--vault",
        dir.to_str().unwrap(),
        "agent",
        "upgrade",
        "codex",
    ];
    let arguments = [&arguments[..], &["--tier", "admin"]].concat();
    let mut person = Openpass::at_home(vault.home(), &arguments)
        .with("NO_COLOR", "1")
        .at_a_terminal();
    person.sees(r"a\u{1b}[2J\u{202e}\u{a}b");
    let ended = person.answers_by("\x03").with(code::NOT_AUTHENTICATED);
    is_harmless(&ended);
    let status = ["--vault", dir.to_str().unwrap(), "auth", "status"];
    let run = Openpass::at_home(vault.home(), &status)
        .with("NO_COLOR", "1")
        .all_on_terminal();
    let (ended, _) = run.at_a_terminal().ends();
    is_harmless(&ended.with(code::DONE));
}

#[test]
fn case_22_a_terminal_that_takes_no_utf8_gets_no_byte_of_a_letter() {
    // In ISO 8859, the second byte of this letter begins an escape sequence.
    let name = "co\u{db}2Jdex";
    let vault = vault_with(name);
    for locale in ["de_DE.ISO-8859-1", "C"] {
        let run = raise(&vault, name).with("LC_ALL", locale);
        let mut person = run.all_on_terminal().at_a_terminal();
        person.is_asked();
        person.types("\x03");
        let (ended, _) = person.ends();
        assert!(ended.screen.is_ascii(), "{}", ended.screen);
        assert!(ended.screen.contains(r"co\u{db}2Jdex"), "{}", ended.screen);
        assert!(ended.screen.contains("false -> true"), "{}", ended.screen);
    }
    let list = Openpass::on(&vault, &["--output", "json", "agent", "list"]);
    let list = list.with("LC_ALL", "C").all_on_terminal();
    let (listed, _) = list.at_a_terminal().ends();
    assert!(listed.screen.is_ascii() && listed.screen.contains(r"co\u00db2Jdex"));
}
