//! Somebody sits at the console.

use crate::{
    raise_codex,
    support::{ASKS, CONFIG, Openpass, RIGHT, TestVault, code, with_codex_as_admin},
};

fn typed(text: &str) -> String {
    format!("{text}\r")
}

#[test]
fn the_right_passphrase_raises_the_agent_and_changes_nothing_else() {
    let vault = TestVault::new();
    let mut expected = vault.files();
    let config = with_codex_as_admin(CONFIG).into_bytes();
    expected.get_mut(&vault.path("config.yaml")).unwrap().1 = config;
    let ended = raise_codex(&vault, &[]).at_a_terminal(&[(ASKS, &typed(RIGHT))]);
    let ended = ended.with(0).saying("upgraded to \"admin\"");
    assert!(ended.screen.contains("codex"), "{ended:#?}");
    assert_eq!(vault.files(), expected);
    let events = vault.events();
    assert_eq!(events.last().unwrap(), "outcome", "{events:?}");
    let list = Openpass::on(&vault, &["audit", "verify"]).without_a_terminal();
    list.with(code::DONE);
}

#[test]
fn three_wrong_passphrases_are_three_prompts_and_no_change() {
    let vault = TestVault::new();
    let before = vault.files();
    let wrong = typed("incorrect horse battery stapler");
    let wrong = (ASKS, wrong.as_str());
    // What is typed before the question is thrown away.
    let refused = raise_codex(&vault, &[]).at_a_terminal(&[wrong; 3]);
    assert_eq!(refused.prompts(), 3, "{refused:#?}");
    refused.with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.files(), before);
}

#[test]
fn control_c_is_a_no() {
    let vault = TestVault::new();
    let cancelled = raise_codex(&vault, &[]).at_a_terminal(&[(ASKS, "\u{3}")]);
    cancelled.with(code::NOT_AUTHENTICATED);
    assert_eq!(vault.config(), CONFIG);
}

#[test]
fn a_vault_that_is_made_there_opens_with_its_passphrase() {
    let vault = TestVault::nowhere();
    let made = Openpass::on(&vault, &["init"]).at_a_terminal(&[
        ("New passphrase: ", &typed(RIGHT)),
        ("Once more: ", &typed(RIGHT)),
    ]);
    let made = made.with(code::DONE).showing("Recipient: age1");
    // Each backslash is escaped, as in any text from outside.
    let shown = vault.dir_text().replace('\\', r"\\");
    assert!(made.stdout.contains(&shown), "{made:#?}");
    let raised = raise_codex(&vault, &[]).at_a_terminal(&[(ASKS, &typed(RIGHT))]);
    raised.with(code::DONE);
}
