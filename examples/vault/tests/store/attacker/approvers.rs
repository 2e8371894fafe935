//! Who can approve, exchanged on the log.

use openpass_approval::{Approver, SeededKey};
use openpass_auth::{Binding, Factor};

use super::{
    By,
    Comes::{Held, Seen},
    attempts,
    stage::Stage,
};
use crate::people::Key;

/// The keys on the log, each in the place of another.
fn exchange(it: &Stage, edit: impl Fn(&str) -> String) {
    let before = it.read("guard/log.jsonl");
    it.folder
        .forge_log(|line| match line.contains("\"event\":\"prepared\"") {
            true => edit(line),
            false => line.to_owned(),
        });
    assert_ne!(it.read("guard/log.jsonl"), before);
}

/// Who signs by a key of their own.
fn theirs() -> Approver {
    let binding = Binding::new([0; 32], [0; 32]).within([7; 16]);
    let key = SeededKey::from_seed([9; 32]);
    let assertion = key
        .sign(&binding, Factor::Passphrase, 1_795_802_400)
        .unwrap();
    let enrolling = openpass_approval::Approvers::of([7; 16]).enrolling(Factor::Passphrase);
    let approval = enrolling
        .verify(&binding, Factor::Passphrase, &assertion)
        .unwrap();
    approval.approver().clone()
}

fn member(approver: &Approver, name: &str) -> String {
    let json = serde_json::to_value(approver).unwrap();
    json[name].as_str().unwrap().to_owned()
}

attempts! {
    case_66_the_passphrases_key_is_another: Seen(By::Start), |it| {
        let own = it.vault.approvers().unwrap();
        let own = own.iter().find(|it| it.factor() == Factor::Passphrase).unwrap();
        let (from, to) = (member(own, "x"), member(&theirs(), "x"));
        let (id, other) = (own.id().to_string(), theirs().id().to_string());
        exchange(it, |line| line.replace(&from, &to).replace(&id, &other));
    };
    case_66_a_security_key_is_another: Seen(By::Start), |it| {
        let (from, to) = (Key::of(1).approver(""), Key::of(2).approver(""));
        exchange(it, |line| {
            let line = line.replace(&member(&from, "x"), &member(&to, "x"));
            let line = line.replace(&member(&from, "y"), &member(&to, "y"));
            line.replace(from.id().as_str(), to.id().as_str())
        });
    };
    case_66_nobody_can_approve_any_more: Seen(By::Start), |it| exchange(it, |line| {
        match line.split_once("\"in_force\":[") {
            Some((before, rest)) => {
                let (_, after) = rest.split_once(']').unwrap();
                format!("{before}\"in_force\":[]{after}")
            }
            None => line.to_owned(),
        }
    });
    case_66_the_vault_has_another_id: Seen(By::Start), |it| {
        let id = it.vault.id().unwrap().unwrap();
        let other: String = id.chars().rev().collect();
        it.folder.forge_log(|line| line.replace(&id, &other));
    };
    case_66_a_key_for_touch_id_lies_there: Held, |it| it.write("guard/touch-id.key", "theirs");
}
