//! Raising an agent, with the passphrase typed.

use openpass_auth_passphrase::{Passphrase, identity};
use serde_json::json;

use crate::{
    raise_codex,
    support::{CONFIG, Openpass, TestVault, code, with_codex_as_admin},
};

/// Made by the real product, `openpass init`: scrypt, work factor 18.
const REAL_IDENTITY: &[u8] = include_bytes!(
    "../../../../openpass-auth-passphrase/tests/fixtures/identity.init-scrypt18.age"
);

#[test]
fn the_right_passphrase_raises_the_agent_and_changes_nothing_else() {
    let vault = TestVault::new();
    let mut expected = vault.files();
    let config = with_codex_as_admin(CONFIG).into_bytes();
    expected.get_mut(&vault.path("config.yaml")).unwrap().1 = config;
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    person
        .leaves()
        .with(code::DONE)
        .saying("Profile for \"codex\" upgraded to \"admin\"");
    assert_eq!(vault.files(), expected);
}

#[test]
fn an_identity_that_the_real_product_sealed_opens() {
    let vault = TestVault::with_identity(REAL_IDENTITY);
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.types("incorrect horse battery stapler\r");
    person.answers();
    person.leaves().with(code::DONE);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}

#[test]
fn comments_order_unknown_keys_and_line_ends_stay() {
    let config = CONFIG
        .replace(
            "    codex:\n",
            "    # about codex\n    codex: # an agent\n        x-mine: [1, 'two']\n",
        )
        .replace("        canWrite", "        # may it?\n        canWrite")
        .replace("autoUnseal: false", "autoUnseal: false   # no")
        + "\n# the end\n";
    let vault = TestVault::new();
    vault.put("config.yaml", config.replace('\n', "\r\n"));
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.answers();
    person.leaves().with(code::DONE);
    let after = vault.config();
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
    let kept = |text: &str| {
        text.lines()
            .filter(|line| line.contains('#') || line.contains("x-mine"))
            .map(|line| line.replace("true", "false"))
            .collect::<Vec<_>>()
    };
    assert_eq!(kept(&after), kept(&config));
    assert_eq!(after.lines().count(), config.lines().count());
    let list = Openpass::on(&vault, &["agent", "list", "--output", "json"]).unattended();
    let agents = list.with(code::DONE).json();
    assert_eq!(agents["agents"][3]["tier"], "admin");
}

#[test]
fn three_wrong_passphrases_are_three_prompts_and_no_change() {
    let vault = TestVault::new();
    let before = vault.files();
    let mut person = raise_codex(&vault, &[]).with_rows(30).at_a_terminal();
    for number in 1..=3 {
        if number > 1 {
            person.sees(&format!(
                "Attempt {number} of 3: the last answer was wrong."
            ));
        }
        person.is_asked();
        person.types(format!("wrong answer {number}\r"));
    }
    let ended = person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(ended.prompts(), 3);
    assert_eq!(ended.screen.matches("Approve: raise agent").count(), 3);
    assert!(!ended.screen.contains("wrong answer"));
    assert_eq!(vault.files(), before);
    assert_eq!(vault.events(), ["refused"]);
}

#[test]
fn a_wrong_one_and_then_the_right_one_is_enough() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.types("wrong\r");
    person.answers();
    let ended = person.leaves().with(code::DONE);
    assert_eq!(ended.prompts(), 2);
    assert_eq!(vault.config(), with_codex_as_admin(CONFIG));
}

#[test]
fn an_empty_passphrase_is_a_wrong_one() {
    let vault = TestVault::new();
    let before = vault.files();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    for _ in 1..=3 {
        person.is_asked();
        person.types("\r");
        person.sees("Refused: the passphrase is empty.");
    }
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.files(), before);
}

#[test]
fn case_1_a_y_a_yes_and_newlines_are_wrong_passphrases() {
    let vault = TestVault::new();
    let before = vault.files();
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    for answer in ["y\r", "yes\r", "\n\n\n\ny\ny\nyes\n"] {
        person.is_asked();
        person.types(answer);
    }
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.files(), before);
}

#[test]
fn the_same_change_takes_the_same_answer_by_every_name_of_its_tier() {
    for tier in ["read-only", "safe"] {
        let vault = TestVault::new();
        let arguments = ["agent", "upgrade", "default", "--tier", tier];
        let mut person = Openpass::on(&vault, &arguments).at_a_terminal();
        person.sees(crate::PROCEED);
        person.types("y\r");
        person.leaves().with(code::DONE);
        let list = Openpass::on(&vault, &["agent", "list", "--output", "json"]);
        let agents = list.unattended().with(code::DONE).json();
        assert_eq!(agents["agents"][4]["name"], "default");
        assert_eq!(agents["agents"][4]["tier"], "read-only");
    }
}

#[test]
fn json_on_stdout_is_one_document_with_decision_policies_factor_and_changes() {
    let vault = TestVault::new();
    let mut person = raise_codex(&vault, &["--output", "json"]).at_a_terminal();
    person.answers();
    let report = person.leaves().with(code::DONE).json();
    assert_eq!(report["decision"], "require-biometry");
    assert_eq!(report["accepts"], json!(["biometry", "passphrase"]));
    let policies = json!(["guard.critical-needs-a-factor"]);
    assert_eq!(report["policies"], policies);
    assert_eq!(report["factor"], "passphrase");
    assert_eq!(report["outcome"], "done");
    let changes = report["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 11);
    let tier = json!({
        "field": "tier", "before": "read-only", "after": "admin", "direction": "widens"
    });
    assert!(changes.contains(&tier));
}

#[test]
fn a_dry_run_says_what_it_would_take_asks_nobody_and_writes_nothing() {
    let vault = TestVault::new();
    let before = vault.files();
    let ended = raise_codex(&vault, &["--dry-run", "--output", "json"]).unattended();
    let ended = ended.with(code::DONE).unasked();
    let report = ended.saying("[DRY-RUN] No changes written.").json();
    assert_eq!(report["decision"], "require-biometry");
    assert_eq!(report["outcome"], "dry-run");
    assert_eq!(report["factor"], json!(null));
    assert_eq!(vault.files(), before);
    assert!(!vault.path("guard").exists());
}

#[test]
fn what_is_typed_before_the_question_answers_nothing() {
    // The terminal itself echoes it, so it is not the other tests' passphrase.
    let typed = "typed ahead of time";
    let passphrase = Passphrase::new(typed.as_bytes()).unwrap();
    let identity = identity::seal(&identity::generate(), &passphrase, 10).unwrap();
    let vault = TestVault::with_identity(&identity);
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.types(format!("{typed}\n"));
    person.is_asked();
    person.types("\x03");
    person.leaves().with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.config(), CONFIG);
    // Typed at the right time, it is the right one.
    let mut person = raise_codex(&vault, &[]).at_a_terminal();
    person.is_asked();
    person.types(format!("{typed}\r"));
    person.leaves().with(code::DONE);
}
