//! Who can approve, what they signed, and what somebody does about it who cannot.

use std::fs;

use serde_json::Value;

use crate::sample::Sample;

const RAISE: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "admin"];
const LOWER: [&str; 5] = ["agent", "upgrade", "codex", "--tier", "standard"];

/// A vault on which the passphrase has approved once, and so can from now on.
fn enrolled() -> Sample {
    let sample = Sample::new();
    sample
        .script(&RAISE)
        .with(0)
        .showing("signs approvals from now on");
    sample
}

fn json(sample: &Sample, arguments: &[&str]) -> Value {
    let all = [arguments, &["--output", "json"]].concat();
    serde_json::from_str(&sample.run(&all).with(0).stdout).unwrap()
}

fn approvers(sample: &Sample) -> Vec<Value> {
    let listed = json(sample, &["approver", "list"]);
    listed["approvers"].as_array().unwrap().clone()
}

/// The public keys, in a file.
fn keys(sample: &Sample) -> String {
    let set = sample.run(&["audit", "export", "--format", "jwks"]).with(0);
    sample.write("keys.json", &set.stdout);
    sample.dir().join("keys.json").to_str().unwrap().to_owned()
}

fn intents(sample: &Sample) -> Vec<Value> {
    let lines = json(sample, &["audit", "list"]);
    let lines = lines["lines"].as_array().unwrap().clone();
    let is_intent = |line: &Value| line["event"]["event"] == "intent";
    lines.into_iter().filter(is_intent).collect()
}

#[test]
fn the_first_passphrase_enrols_its_own_key_and_says_so() {
    let sample = Sample::new();
    assert!(approvers(&sample).is_empty());
    let mut person = sample.person(&RAISE);
    person
        .sees("signs approvals from now on")
        .sees("Passphrase: ");
    person.types("\u{3}");
    drop(person.leaves().with(10));
    assert!(
        approvers(&sample).is_empty(),
        "a cancelled question enrols nobody"
    );

    drop(sample.script(&RAISE).with(0));
    let all = approvers(&sample);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["kind"], "passphrase");
    // It is on every prompt from now on, and in `status`.
    sample
        .script(&LOWER)
        .with(0)
        .showing("Who can approve: the passphrase since");
    sample
        .run(&["guard", "status"])
        .with(0)
        .showing("Who can approve: the passphrase");
    assert_eq!(
        approvers(&sample),
        all,
        "it is derived anew, and is the same"
    );
}

#[test]
fn case_64_what_was_signed_is_what_the_line_says_and_strangers_verify_it() {
    let sample = enrolled();
    let keys = keys(&sample);
    let intent = intents(&sample).pop().unwrap();
    let approval = &intent["event"]["approval"];
    let statement: Value = serde_json::from_str(approval["statement"].as_str().unwrap()).unwrap();
    assert_eq!(statement["digest"], intent["digest"]);
    assert_eq!(statement["factor"], "passphrase");
    assert_eq!(statement["decision"], "approve");

    let jws = sample.run(&["audit", "export", "--format", "jws"]).with(0);
    assert_eq!(jws.stdout.lines().count(), 1);
    assert_eq!(jws.stdout.trim().split('.').count(), 3);

    // No secret of the vault is needed: without the log's key it is the same.
    fs::remove_file(sample.dir().join("guard/log.key")).unwrap();
    let verify = ["audit", "verify", "--keys", &keys];
    sample
        .run(&verify)
        .with(0)
        .showing("Every signature holds: 1 signature");
}

#[test]
fn case_65_the_public_keys_alone_show_a_swapped_field() {
    for (from, to) in [
        (r#"\"decision\":\"approve\""#, r#"\"decision\":\"refuse\""#),
        (r#"\"scope\":\""#, r#"\"scope\":\"0"#),
        (r#""factor":"passphrase""#, r#""factor":"biometry""#),
        (r#""digest":""#, r#""digest":"0"#),
    ] {
        let sample = enrolled();
        let keys = keys(&sample);
        sample.forge_log(|line| match line.contains("\"event\":\"intent\"") {
            true => line.replacen(from, to, 1),
            false => line.to_owned(),
        });
        sample
            .run(&["audit", "verify", "--keys", &keys])
            .with(6)
            .showing("line 1 of");
    }
}

#[test]
fn case_66_an_approver_that_was_exchanged_is_refused_and_told() {
    let sample = enrolled();
    let own = approvers(&sample)[0]["id"].as_str().unwrap().to_owned();
    let other = enrolled();
    let theirs = other.run(&["audit", "export", "--format", "jwks"]).with(0);
    let theirs: Value = serde_json::from_str(&theirs.stdout).unwrap();
    let theirs = &theirs["keys"][0];
    let (kid, x) = (
        theirs["kid"].as_str().unwrap(),
        theirs["x"].as_str().unwrap(),
    );
    let keys: Value = serde_json::from_str(
        &sample
            .run(&["audit", "export", "--format", "jwks"])
            .with(0)
            .stdout,
    )
    .unwrap();
    let own_x = keys["keys"][0]["x"].as_str().unwrap().to_owned();

    sample.forge_log(|line| match line.contains("\"event\":\"prepared\"") {
        true => line.replace(&own, kid).replace(&own_x, x),
        false => line.to_owned(),
    });
    assert_eq!(
        approvers(&sample)[0]["id"],
        kid,
        "the log's own key vouches for it"
    );
    let before = sample.files();
    sample
        .script(&LOWER_AND_RAISE)
        .with(10)
        .showing("openpass approver add passphrase");
    assert!(sample.changed(&before).is_empty());

    // Repair: the passphrase's own key is enrolled anew, and that is told.
    drop(sample.script(&["approver", "add", "passphrase"]).with(0));
    assert_eq!(approvers(&sample)[0]["id"], own);
    sample
        .script(&LOWER_AND_RAISE)
        .with(0)
        .showing("enrolled again");
}

/// A change that takes a factor, whatever the tier is.
const LOWER_AND_RAISE: [&str; 5] = ["guard", "set", "timeout", "45s", "--output=text"];

#[test]
fn case_66_with_another_vaults_id_the_passphrase_has_another_key() {
    let sample = enrolled();
    let id = json(&sample, &["approver", "list"])["vault_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let other: String = id.chars().rev().collect();
    sample.forge_log(|line| line.replace(&id, &other));
    sample
        .script(&LOWER_AND_RAISE)
        .with(10)
        .showing("openpass approver add passphrase");
}

#[test]
fn case_66_the_last_approver_stays_and_nobody_else_is_meant() {
    let sample = enrolled();
    sample
        .script(&["approver", "remove", "passphrase"])
        .with(1)
        .showing("openpass approver add");
    drop(sample.script(&["approver", "remove", "nobody"]).with(2));
    let agent = [("OPENPASS_AGENT", "hermes")];
    for command in [
        ["approver", "add", "passphrase"].as_slice(),
        &["approver", "remove", "passphrase"],
    ] {
        drop(sample.run_with(command, &[], &agent).with(5));
    }
}

#[test]
fn a_key_that_cannot_be_made_here_is_said_to_be_and_no_agent_gets_so_far() {
    let sample = enrolled();
    let before = approvers(&sample);
    let touch_id = sample.script(&["approver", "add", "touch-id"]).with(11);
    drop(touch_id.showing("no key was made, and nothing was changed"));
    #[cfg(not(feature = "security-key"))]
    drop(
        sample
            .script(&["approver", "add", "security-key"])
            .with(1)
            .showing("--features security-key"),
    );
    assert_eq!(approvers(&sample), before);
    let agent = [("OPENPASS_AGENT", "hermes")];
    let add = ["approver", "add", "touch-id"];
    drop(sample.run_with(&add, &[], &agent).with(5));
}

#[test]
fn case_66_another_identity_that_was_accepted_has_its_own_key_and_no_other() {
    let sample = enrolled();
    let own = approvers(&sample);
    sample.exchange_identity("a new passphrase of mine");
    // Its passphrase is refused until a person accepts the identity, and then its key is
    // the approver: the one of before signs nothing here any more.
    let refused = sample.script_with(&LOWER_AND_RAISE, "a new passphrase of mine");
    drop(refused.with(10));
    let mut person = sample.person(&["guard", "accept", "--identity"]);
    person
        .sees("Passphrase: ")
        .types("a new passphrase of mine\r");
    drop(person.leaves().with(0));
    let now = approvers(&sample);
    assert_eq!(now.len(), 1);
    assert_ne!(now[0]["id"], own[0]["id"]);
    sample
        .script_with(&LOWER_AND_RAISE, "a new passphrase of mine")
        .with(0)
        .showing("another identity");
}

#[test]
fn bad_key_files_are_refused_with_what_is_wrong() {
    let sample = enrolled();
    let good = sample
        .run(&["audit", "export", "--format", "jwks"])
        .with(0)
        .stdout;
    let path = sample.dir().join("keys.json");
    let path = path.to_str().unwrap();
    for (text, says) in [
        (
            good.replace("\"alg\"", "\"d\": \"x\", \"alg\""),
            "keys.json",
        ),
        (good.replace("Ed25519", "Ed448"), "key 1 of the set"),
        ("{".repeat(1 << 20), "longer"),
        (String::new(), "keys.json"),
    ] {
        sample.write("keys.json", &text);
        sample
            .run(&["audit", "verify", "--keys", path])
            .with(1)
            .showing(says);
    }
}
