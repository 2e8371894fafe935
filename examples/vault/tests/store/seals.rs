//! Seals: each change ends in one, nobody forges one, and an older state has another.

use std::{collections::BTreeMap, fs, path::Path};

use openpass_approval::{Approver, Approvers, SeededKey};
use openpass_auth::{Binding, Factor};
use openpass_policy::{Channel, SealGrade, Tier};
use openpass_testkit::{TestVault, put, put_folder};
use openpass_vault::{Change, Flaw, Grade, GuardLog, Head, Requester, Sealed, Vault, VaultError};

use serde_json::Value;

use crate::{
    people::{Key, OWNER, Who, issue, made, opened},
    sample::{Sample, knows_it},
};

const LOG: &str = "guard/log.jsonl";

fn sealed(vault: &Vault) -> Sealed {
    vault.sealed().unwrap().unwrap()
}

fn numbers(vault: &Vault) -> Vec<u64> {
    let heads = vault.heads().unwrap();
    heads.iter().map(|head| head.number).collect()
}

fn flaws(vault: &Vault) -> Vec<Flaw> {
    let found = GuardLog::of(vault).verify().unwrap();
    found.problems.iter().map(|problem| problem.what).collect()
}

fn tier(tier: Tier) -> Change {
    Change::SetTier {
        agent: "codex".to_owned(),
        tier,
    }
}

/// A y/N at the command line.
pub(crate) fn narrowed(vault: &Vault, change: &Change) {
    let proposal = vault.propose(vault.request(), change).unwrap();
    let guard = openpass_policy::Guard::new(
        vault.engine().unwrap(),
        openpass_auth::FirstAvailable::new(Vec::new()),
        std::sync::Arc::new(GuardLog::of(vault)),
    );
    let grant = futures_lite::future::block_on(guard.authorize(proposal.to_authorize())).unwrap();
    vault.commit(grant, &proposal).unwrap();
}

/// A vault with three seals, each signed.
fn with_three() -> (TestVault, Vault) {
    let (folder, vault) = opened();
    for _ in 0..3 {
        made(&vault, &issue(), &OWNER).unwrap();
    }
    (folder, vault)
}

#[test]
fn each_change_ends_in_a_seal_that_was_signed() {
    let (_folder, vault) = opened();
    assert_eq!(vault.sealed().unwrap(), None);
    assert!(vault.heads().unwrap().is_empty());
    let mut seals = Vec::new();
    for number in 1..=3 {
        made(&vault, &issue(), &OWNER).unwrap();
        let sealed = sealed(&vault);
        assert_eq!((sealed.number, sealed.grade), (number, Grade::Signed));
        assert_eq!(sealed.signed.unwrap().0, number);
        seals.push(sealed.seal);
    }
    let heads = vault.heads().unwrap();
    let mut found: Vec<_> = heads.iter().map(|head| head.seal).collect();
    found.reverse();
    assert_eq!(found, seals);
    assert!(flaws(&vault).is_empty());
}

#[test]
fn the_seal_before_and_after_are_what_was_signed() {
    let (_folder, vault) = with_three();
    let keys = vault.approvers().unwrap();
    let signed = GuardLog::of(&vault).signatures(&keys).unwrap();
    let statements: Vec<(String, String)> = signed
        .approvals
        .iter()
        .map(|approval| approval.statement().seals())
        .map(|(before, after)| (before.to_owned(), after.to_owned()))
        .collect();
    let mut heads = vault.heads().unwrap();
    heads.reverse();
    let mut before = "0".repeat(64);
    for (head, statement) in heads.iter().zip(&statements) {
        let after = head.seal.to_string();
        assert_eq!(*statement, (before, after.clone()));
        before = after;
    }
    assert_eq!((heads.len(), statements.len()), (3, 3));
}

#[test]
fn a_change_that_nobody_proves_lowers_the_seal_and_the_next_proof_raises_it() {
    let (_folder, vault) = opened();
    made(&vault, &tier(Tier::Admin), &OWNER).unwrap();
    narrowed(&vault, &tier(Tier::ReadOnly));
    let logged = sealed(&vault);
    assert_eq!((logged.number, logged.grade), (2, Grade::Logged));
    assert_eq!(logged.signed.unwrap().0, 1);
    made(&vault, &Change::Seal {}, &OWNER).unwrap();
    let signed = sealed(&vault);
    assert_eq!((signed.number, signed.grade), (3, Grade::Signed));
    let again = vault.propose(vault.request(), &Change::Seal {});
    assert!(matches!(again, Err(VaultError::NothingToChange)));
}

#[test]
fn policy_sees_what_stands_behind_the_state() {
    let (_folder, vault) = opened();
    let seen = || vault.request().settings.sealed;
    assert_eq!(seen(), SealGrade::None);
    made(&vault, &tier(Tier::Admin), &OWNER).unwrap();
    assert_eq!(seen(), SealGrade::Signed);
    narrowed(&vault, &tier(Tier::ReadOnly));
    assert_eq!(seen(), SealGrade::Logged);
    made(&vault, &Change::Seal {}, &OWNER).unwrap();
    assert_eq!(seen(), SealGrade::Signed);
}

#[test]
fn before_the_first_proof_nothing_is_sealed() {
    let (_folder, vault) = opened();
    let change = Change::SetTier {
        agent: "hermes".to_owned(),
        tier: Tier::ReadOnly,
    };
    narrowed(&vault, &change);
    assert_eq!(vault.sealed().unwrap(), None);
    assert!(flaws(&vault).is_empty());
}

#[test]
fn a_proof_without_a_signature_seals_on_the_log_alone() {
    let sample = Sample::new();
    sample.make(&tier(Tier::Admin)).unwrap();
    drop(knows_it(&sample.vault));
    let logged = sealed(&sample.vault);
    assert_eq!((logged.number, logged.grade), (1, Grade::Logged));
    assert_eq!(logged.signed, None);
}

#[test]
fn a_vault_is_sealed_by_itself_and_all_that_this_adopts_is_shown() {
    let (folder, vault) = opened();
    folder.put("guard/settings.yaml", "unattended: waive\n");
    folder.put(
        "policies/own.cedar",
        "permit (principal, action, resource);\n",
    );
    let proposal = vault.propose(vault.request(), &Change::Seal {}).unwrap();
    let shown: Vec<&str> = proposal
        .operation()
        .changes()
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    for field in [
        "what is approved",
        "agents with power now",
        "tokens that open something now",
        "guard/settings.yaml unattended",
        "policies/own.cedar",
    ] {
        assert!(shown.contains(&field), "{field} is not in {shown:?}");
    }
    assert!(vault.settings().value("unattended").unwrap() != "waive");
    made(&vault, &Change::Seal {}, &OWNER).unwrap();
    assert_eq!(vault.settings().value("unattended").unwrap(), "waive");
    assert_eq!(sealed(&vault).grade, Grade::Signed);
}

#[test]
fn what_was_logged_since_a_signature_is_shown_before_it_is_signed() {
    let (_folder, vault) = opened();
    made(&vault, &tier(Tier::Admin), &OWNER).unwrap();
    narrowed(&vault, &tier(Tier::ReadOnly));
    let proposal = vault.propose(vault.request(), &Change::Seal {}).unwrap();
    let changes = proposal.operation().changes();
    let tier = changes
        .iter()
        .find(|change| change.field == "config.yaml agent codex tier")
        .unwrap();
    assert_eq!(
        (tier.before.as_deref(), tier.after.as_deref()),
        (Some("admin"), Some("read-only"))
    );
}

#[test]
fn no_agent_seals() {
    let (_folder, vault) = opened();
    let agent = Requester::Agent {
        name: "hermes".to_owned(),
        channel: Channel::Mcp,
    };
    let proposal = vault.propose(vault.request_of(&agent), &Change::Seal {});
    let engine = vault.engine().unwrap();
    let decision = engine.decide(proposal.unwrap().operation());
    assert!(matches!(decision, openpass_policy::Decision::Deny(_)));
}

/// What somebody makes of a line.
type Edit = fn(&str) -> String;

/// Each way in which the log can be rewritten with its own key, and what is then told.
#[test]
fn case_68_a_log_that_was_rewritten_with_its_own_key_does_not_fit_its_seals() {
    let cases: [(&str, Edit, Flaw); 5] = [
        (
            "a seal's number",
            |line| line.replace("\"seal\":{\"number\":2", "\"seal\":{\"number\":7"),
            Flaw::Seal,
        ),
        (
            "a seal that is taken away",
            |line| match line.split_once(",\"seal\":{\"number\":2") {
                Some((before, rest)) => {
                    let (_, after) = rest.split_once('}').unwrap();
                    format!("{before}{after}")
                }
                None => line.to_owned(),
            },
            Flaw::Seal,
        ),
        (
            "the parts of the state",
            |line| match line.contains("\"seal\":{\"number\":3") {
                true => {
                    let (before, rest) = line.split_once("\"tokens\":\"").unwrap();
                    format!(
                        "{before}\"tokens\":\"{}{}",
                        "0".repeat(64),
                        rest.get(64..).unwrap()
                    )
                }
                false => line.to_owned(),
            },
            Flaw::Seal,
        ),
        (
            "what was signed, for another",
            |line| {
                line.replace(
                    "\\\"decision\\\":\\\"approve\\\"",
                    "\\\"decision\\\":\\\"refuse\\\"",
                )
            },
            Flaw::SealSignature,
        ),
        (
            "whose signature it is",
            |line| {
                line.replace(
                    "\\\"factor\\\":\\\"passphrase\\\"",
                    "\\\"factor\\\":\\\"biometry\\\"",
                )
            },
            Flaw::SealSignature,
        ),
    ];
    for (what, edit, flaw) in cases {
        let (folder, vault) = with_three();
        folder.forge_log(edit);
        assert!(flaws(&vault).contains(&flaw), "{what}: {:?}", flaws(&vault));
        // What the log says of power is in doubt from then on.
        assert!(!vault.drift().unwrap().is_empty(), "{what}");
        // Nobody is locked out: the next proof goes on.
        made(&vault, &issue(), &OWNER).unwrap();
    }
}

#[test]
fn case_68_a_state_that_somebody_wrote_into_the_log_does_not_pass_for_the_signed_one() {
    let (folder, vault) = opened();
    folder.put("guard/settings.yaml", "unattended: refuse\n");
    made(&vault, &Change::Seal {}, &OWNER).unwrap();
    // Another part, under its own hash, in the place of the one that was signed.
    let approved = folder.path("guard/approved");
    let part = |dir: &Path| {
        let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
        files
            .map(|file| fs::read_to_string(file).unwrap())
            .find(|text| text.contains("unattended"))
            .unwrap()
    };
    let settings = part(&approved);
    let forged = settings.replace("refuse", "waive");
    assert_ne!(forged, settings);
    let (old, new) = (sha256(&settings), sha256(&forged));
    put(&approved.join(format!("{new}.json")), forged.as_bytes());
    folder.put("guard/settings.yaml", "unattended: waive\n");
    folder.forge_log(|line| line.replace(&old, &new));
    assert_ne!(vault.settings().value("unattended").unwrap(), "waive");
    assert!(flaws(&vault).contains(&Flaw::Seal));
}

pub(crate) fn sha256(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn case_67_a_guard_folder_that_was_put_back_has_not_the_seal_that_was_noted() {
    let (folder, vault) = with_three();
    let old = folder.home().join("old");
    copy(&folder.path("guard"), &old);
    made(&vault, &issue(), &OWNER).unwrap();
    let noted = Head::from(&sealed(&vault));
    assert_eq!(noted.number, 4);
    fs::remove_dir_all(folder.path("guard")).unwrap();
    copy(&old, &folder.path("guard"));
    let has_it = |vault: &Vault| {
        let heads = vault.heads().unwrap();
        heads.iter().any(|head| head.seal == noted.seal)
    };
    assert!(!has_it(&vault));
    // Nor with as many seals as there were: each is behind the ones before it.
    made(&vault, &issue(), &OWNER).unwrap();
    assert_eq!(sealed(&vault).number, 4);
    assert!(!has_it(&vault));
}

#[test]
fn case_67_another_vaults_guard_folder_has_none_of_this_ones_seals() {
    let (folder, vault) = with_three();
    let noted = sealed(&vault).seal;
    let (other, theirs) = with_three();
    fs::remove_dir_all(folder.path("guard")).unwrap();
    copy(&other.path("guard"), &folder.path("guard"));
    assert_ne!(sealed(&theirs).seal, noted);
    assert!(vault.heads().unwrap().iter().all(|head| head.seal != noted));
}

pub(crate) fn copy(from: &Path, to: &Path) {
    put_folder(to);
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

#[test]
fn the_chain_goes_on_over_files_that_are_full_another_key_and_a_damaged_log() {
    let (folder, vault) = with_three();
    made(&vault, &Change::RotateLogKey {}, &OWNER).unwrap();
    made(&vault, &issue(), &OWNER).unwrap();
    assert_eq!(numbers(&vault), [5, 4, 3, 2, 1]);
    let mut log = fs::read_to_string(folder.path(LOG)).unwrap();
    log.push_str("garbage\n");
    put(&folder.path(LOG), log.as_bytes());
    made(&vault, &Change::SetLogAside {}, &OWNER).unwrap();
    made(&vault, &issue(), &OWNER).unwrap();
    assert_eq!(numbers(&vault), [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(sealed(&vault).grade, Grade::Signed);
}

#[test]
fn every_seal_fits_after_every_change_of_the_approvers() {
    let (_folder, vault) = opened();
    let (first, second) = (Key::of(1), Key::of(2));
    made(&vault, &first.added("first"), &OWNER).unwrap();
    made(&vault, &second.added("second"), &Who::Has(first.clone())).unwrap();
    made(&vault, &issue(), &Who::Has(second.clone())).unwrap();
    // Who approves their own removal is none afterwards, and has signed the seal all the same.
    let id = "second".to_owned();
    made(&vault, &Change::RemoveApprover { id }, &Who::Has(second)).unwrap();
    made(&vault, &Change::RenewApprover {}, &OWNER).unwrap();
    let id = "passphrase".to_owned();
    made(
        &vault,
        &Change::RemoveApprover { id },
        &Who::Has(first.clone()),
    )
    .unwrap();
    made(&vault, &issue(), &Who::Has(first)).unwrap();
    made(&vault, &Change::RenewApprover {}, &OWNER).unwrap();
    assert!(flaws(&vault).is_empty(), "{:?}", flaws(&vault));
    assert_eq!(numbers(&vault), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(sealed(&vault).grade, Grade::Signed);
}

/// A finger, as the system's dialog takes it.
fn by_finger(vault: &Vault, change: &Change) -> Result<(), VaultError> {
    let proposal = vault.propose(vault.request(), change)?;
    let finger = openpass_auth::Script::new().yes(openpass_auth::Factor::Biometry);
    let grant = crate::sample::ask(
        vault,
        &proposal,
        crate::sample::in_force(vault),
        std::sync::Arc::new(finger),
    );
    vault.commit(grant.unwrap(), &proposal)
}

/// Puts the time of every line so many days back.
pub(crate) fn days_later(folder: &TestVault, days: i64) {
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    folder.forge_log(|line| {
        let (before, rest) = line.split_once("\"ts\":\"").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        format!("{before}\"ts\":\"{then}\"{after}")
    });
}

#[test]
fn after_thirty_days_without_a_passphrase_a_finger_is_not_enough() {
    let (folder, vault) = opened();
    by_finger(&vault, &issue()).unwrap();
    assert_eq!(vault.passphrase_is_due().unwrap(), None);
    made(&vault, &issue(), &OWNER).unwrap();
    by_finger(&vault, &issue()).unwrap();
    days_later(&folder, 29);
    by_finger(&vault, &issue()).unwrap();
    days_later(&folder, 30);
    let why = vault.passphrase_is_due().unwrap().unwrap();
    assert!(
        why.as_str().contains("no passphrase has been given since"),
        "{why}"
    );
    let refused = by_finger(&vault, &issue());
    assert!(matches!(refused, Err(VaultError::PassphraseDue { .. })));
    made(&vault, &issue(), &OWNER).unwrap();
    by_finger(&vault, &issue()).unwrap();
    // A time to come is no time since.
    days_later(&folder, -1);
    assert!(vault.passphrase_is_due().unwrap().is_some());
}

#[test]
fn how_long_a_finger_does_is_a_setting_of_the_guard() {
    let (folder, vault) = opened();
    made(&vault, &issue(), &OWNER).unwrap();
    days_later(&folder, 2);
    assert_eq!(vault.passphrase_is_due().unwrap(), None);
    folder.put("guard/settings.yaml", "passphrase_every: 1d\n");
    assert!(vault.passphrase_is_due().unwrap().is_some());
    // By hand it gets shorter and no longer.
    days_later(&folder, 40);
    folder.put("guard/settings.yaml", "passphrase_every: 60d\n");
    assert!(vault.passphrase_is_due().unwrap().is_some());
    for wrong in ["0d", "366d", "30", "30h", "-1d", "d"] {
        let value = Some(wrong.to_owned());
        let key = "passphrase_every".to_owned();
        let set = vault.propose(vault.request(), &Change::SetGuard { key, value });
        assert!(set.is_err(), "{wrong}");
    }
}

#[test]
fn after_a_change_of_the_approvers_a_finger_is_not_enough() {
    let (_folder, vault) = opened();
    let key = Key::of(1);
    made(&vault, &key.added("mine"), &OWNER).unwrap();
    by_finger(&vault, &issue()).unwrap();
    let other = Key::of(2).added("other");
    made(&vault, &other, &Who::Has(key)).unwrap();
    let refused = by_finger(&vault, &issue());
    assert!(matches!(refused, Err(VaultError::PassphraseDue { .. })));
    made(&vault, &issue(), &OWNER).unwrap();
    by_finger(&vault, &issue()).unwrap();
}

fn set(key: &str, value: &str) -> Change {
    Change::SetGuard {
        key: key.to_owned(),
        value: Some(value.to_owned()),
    }
}

#[test]
fn under_the_rule_only_what_was_signed_gives_power() {
    let (_folder, vault) = opened();
    // Nothing that is not signed puts it in force either.
    let refused = by_finger(&vault, &set("seal", "signed"));
    assert!(matches!(refused, Err(VaultError::NotSigned)));
    made(&vault, &set("seal", "signed"), &OWNER).unwrap();
    let refused = by_finger(&vault, &issue());
    assert!(matches!(refused, Err(VaultError::NotSigned)));
    made(&vault, &issue(), &OWNER).unwrap();
    narrowed(
        &vault,
        &Change::SetTier {
            agent: "hermes".to_owned(),
            tier: Tier::ReadOnly,
        },
    );
    assert_eq!(sealed(&vault).grade, Grade::Logged);
    // Nor out of force again.
    let refused = by_finger(&vault, &set("seal", "logged"));
    assert!(matches!(refused, Err(VaultError::NotSigned)));
    made(&vault, &set("seal", "logged"), &OWNER).unwrap();
    by_finger(&vault, &issue()).unwrap();
}

#[test]
fn case_68_under_the_rule_a_seal_that_somebody_made_up_gives_nothing() {
    let (folder, vault) = opened();
    folder.put("guard/settings.yaml", "unattended: refuse\n");
    made(&vault, &set("seal", "signed"), &OWNER).unwrap();
    narrowed(
        &vault,
        &Change::SetTier {
            agent: "hermes".to_owned(),
            tier: Tier::ReadOnly,
        },
    );
    assert!(GuardLog::of(&vault).verify().unwrap().is_whole());
    // The last seal, by a state of one's own, as who has the log's key can write it.
    let settings = fs::read_dir(folder.path("guard/approved"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .find(|text| text.contains("unattended"))
        .unwrap();
    let forged = settings
        .replace("\"refuse\"", "\"waive\"")
        .replace("\"signed\"", "\"logged\"");
    let new = sha256(&forged);
    let path = folder.path(&format!("guard/approved/{new}.json"));
    put(&path, forged.as_bytes());
    folder.put("guard/settings.yaml", "unattended: waive\n");
    folder.forge_log(|line| match line.contains("\"seal\":{\"number\":2") {
        true => resealed(line, &sha256(&settings), &new),
        false => line.to_owned(),
    });
    // The log fits together, and what it says gives nothing all the same.
    assert_eq!(flaws(&vault), []);
    assert_eq!(sealed(&vault).number, 2);
    let settings = vault.settings();
    assert_eq!(settings.value("unattended").unwrap(), "refuse");
    assert_eq!(settings.value("seal").unwrap(), "signed");
}

/// The line, with another part in its state and the seal that goes with it.
pub(crate) fn resealed(line: &str, old: &str, new: &str) -> String {
    let line = line.replace(old, new);
    let mut read: Value = serde_json::from_str(&format!("{line}}}")).unwrap();
    reseal(&mut read);
    without_its_end(&read)
}

/// A line as JSON, without the brace behind which its code stands.
fn without_its_end(line: &Value) -> String {
    line.to_string().strip_suffix('}').unwrap().to_owned()
}

/// Makes the seal on a line that of what stands beside it.
fn reseal(line: &mut Value) {
    let (event, seal) = (&line["event"], &line["event"]["seal"]);
    let text = |member: &str| seal[member].as_str().unwrap_or_default();
    let parts: BTreeMap<String, String> =
        serde_json::from_value(event["approved"].clone()).unwrap();
    let content = serde_json::json!({
        "approvers": seal["approvers"],
        "before": seal["before"],
        "domain": "openpass-seal-1",
        "number": seal["number"].to_string(),
        "parts": parts,
        "recipient": text("recipient"),
        "scope": line["vaultId"],
        "signed": text("signed"),
    });
    line["event"]["seal"]["sha256"] = sha256(&content.to_string()).into();
}

/// One change more on the log, as the last one was made and as `edit` has each of its three
/// lines: nobody signed it, and its seal is behind the last and of what stands beside it.
pub(crate) fn one_more(folder: &TestVault, vault: &Vault, edit: impl Fn(&mut Value)) {
    let last = sealed(vault);
    let log = fs::read_to_string(folder.path(LOG)).unwrap();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let seq = |line: &Value| line["seq"].as_u64().unwrap();
    let end = seq(lines.last().unwrap());
    let mut all = log;
    for line in &lines[lines.len() - 3..] {
        let mut more = line.clone();
        more["seq"] = (seq(line) + 3).into();
        all.push_str(&format!("{},\"mac\":\"\"}}\n", without_its_end(&more)));
    }
    put(&folder.path(LOG), all.as_bytes());
    folder.forge_log(|line| {
        let mut read: Value = serde_json::from_str(&format!("{line}}}")).unwrap();
        if seq(&read) <= end {
            return line.to_owned();
        }
        let read_back = read.as_object_mut().unwrap();
        read_back.remove("mac");
        if let Some(event) = read["event"].as_object_mut() {
            event.remove("approval");
        }
        edit(&mut read);
        if read["event"]["seal"].is_object() {
            read["event"]["seal"]["number"] = (last.number + 1).into();
            read["event"]["seal"]["before"] = last.seal.to_string().into();
            reseal(&mut read);
        }
        without_its_end(&read)
    });
}

#[test]
fn case_68_a_made_up_seal_that_leaves_a_kind_out_does_not_fit() {
    for kind in ["settings", "agents", "policies"] {
        let (folder, vault) = with_three();
        one_more(&folder, &vault, |line| {
            if let Some(approved) = line["event"]["approved"].as_object_mut() {
                approved.remove(kind).unwrap();
            }
        });
        assert_eq!(flaws(&vault), [Flaw::Seal], "{kind}");
        // And policy is not told that there is one.
        assert_eq!(vault.request().settings.sealed, SealGrade::None, "{kind}");
    }
}

#[test]
fn case_68_a_change_without_a_seal_exchanges_no_approver_and_accepts_no_damage() {
    let (folder, vault) = with_three();
    let (approvers, theirs) = (vault.approvers().unwrap(), Key::of(9).approver("theirs"));
    one_more(&folder, &vault, |line| {
        if line["event"]["event"] == "prepared" {
            let event = line["event"].as_object_mut().unwrap();
            event.remove("approved");
            event.remove("seal");
            event.insert("accepts_damage".to_owned(), 99.into());
            let left = serde_json::json!({ "scope": vault.id().unwrap(), "in_force": [theirs] });
            event.insert("approvers".to_owned(), left);
        }
    });
    assert_eq!(flaws(&vault), [Flaw::Seal]);
    assert_eq!(vault.approvers().unwrap(), approvers);
    assert!(vault.drift().unwrap().log_is_damaged);
    assert_eq!(sealed(&vault).grade, Grade::Logged);
}

#[test]
fn case_68_a_file_of_the_log_that_begins_with_another_state_does_not_fit_its_seal() {
    let (folder, vault) = with_three();
    made(&vault, &Change::RotateLogKey {}, &OWNER).unwrap();
    let part = |line: &str| {
        let (_, rest) = line.split_once("\"tokens\":\"").unwrap();
        rest.get(..64).unwrap().to_owned()
    };
    // Its first line alone: no change behind it is compared with anything.
    let log = fs::read_to_string(folder.path(LOG)).unwrap();
    let first = log.lines().next().unwrap();
    assert!(first.contains("\"event\":\"rekeyed\""));
    put(&folder.path(LOG), format!("{first}\n").as_bytes());
    folder.forge_log(str::to_owned);
    assert!(!flaws(&vault).contains(&Flaw::Seal));
    folder.forge_log(|line| line.replace(&part(line), &"0".repeat(64)));
    assert!(flaws(&vault).contains(&Flaw::Seal), "{:?}", flaws(&vault));
}

/// What a key of one's own signs of a seal, beside its approver, as a file of the log begins.
fn signed_by_a_made_up_key(seal: &Value, scope: &str) -> (Value, Value) {
    let key = SeededKey::from_seed([7; 32]);
    let since = "2026-01-01T00:00:00Z";
    let approver = Approver::new(Factor::Passphrase, key.public(), "mine", since, None).unwrap();
    let digest = |member: &str| bytes(seal[member].as_str().unwrap());
    let scope = bytes(scope);
    let binding = Binding::new([9; 32], [8; 32]).within(scope);
    let binding = binding.between(digest("before"), digest("sha256"));
    let signed = key
        .sign(&binding, Factor::Passphrase, 1_800_000_000)
        .unwrap();
    let approvers = Approvers::of(scope).with(approver.clone());
    let approval = approvers
        .verify(&binding, Factor::Passphrase, &signed)
        .unwrap();
    (
        serde_json::to_value(approval.record()).unwrap(),
        serde_json::to_value(approver).unwrap(),
    )
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let byte = |at: usize| u8::from_str_radix(hex.get(2 * at..2 * at + 2).unwrap(), 16).unwrap();
    core::array::from_fn(byte)
}

#[test]
fn case_68_a_file_of_the_log_that_begins_with_a_made_up_signature_is_not_signed() {
    let (folder, vault) = with_three();
    made(&vault, &Change::RotateLogKey {}, &OWNER).unwrap();
    let log = fs::read_to_string(folder.path(LOG)).unwrap();
    let first = log.lines().next().unwrap();
    put(&folder.path(LOG), format!("{first}\n").as_bytes());
    folder.forge_log(str::to_owned);
    assert_eq!(sealed(&vault).grade, Grade::Signed);
    folder.forge_log(|line| {
        let mut read: Value = serde_json::from_str(&format!("{line}}}")).unwrap();
        let state = &mut read["event"]["state"];
        let (seal, approved) = (state["seals"]["last"].clone(), state["approved"].clone());
        let scope = state["approvers"]["scope"].as_str().unwrap();
        let (approval, approver) = signed_by_a_made_up_key(&seal, scope);
        state["seals"]["signed"] = serde_json::json!({
            "seal": seal, "approved": approved, "approval": approval, "approver": approver,
        });
        without_its_end(&read)
    });
    // It fits together, and nobody who can approve signed it.
    assert!(!flaws(&vault).contains(&Flaw::SealSignature));
    let sealed = sealed(&vault);
    assert_eq!((sealed.grade, sealed.signed), (Grade::Logged, None));
}

#[test]
fn what_gives_power_and_nobody_signed_is_shown_by_the_change_that_signs_it() {
    let (_folder, vault) = opened();
    made(&vault, &tier(Tier::Standard), &OWNER).unwrap();
    by_finger(&vault, &tier(Tier::Admin)).unwrap();
    let shown = |change: &Change| -> Vec<String> {
        let proposal = vault.propose(vault.request(), change).unwrap();
        let changes = proposal.operation().changes().iter();
        changes.map(|change| change.field.clone()).collect()
    };
    let logged = "config.yaml agent codex tier".to_owned();
    assert!(shown(&issue()).contains(&logged));
    // What gives nothing takes no signature, and shows itself alone.
    let lower = Change::SetTier {
        agent: "hermes".to_owned(),
        tier: Tier::ReadOnly,
    };
    assert!(!shown(&lower).contains(&logged));
    made(&vault, &issue(), &OWNER).unwrap();
    assert!(!shown(&issue()).contains(&logged));
}

#[test]
fn case_68_under_the_rule_a_made_up_seal_takes_no_narrowing_back_beside_what_it_widens() {
    let (folder, vault) = opened();
    made(&vault, &set("seal", "signed"), &OWNER).unwrap();
    by_finger(&vault, &set("unattended", "refuse")).unwrap();
    let settings = fs::read_dir(folder.path("guard/approved"))
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .find(|text| text.contains("\"refuse\""))
        .unwrap();
    let forged = settings.replace("\"60s\"", "\"600s\"");
    assert_ne!(forged, settings);
    let (old, new) = (sha256(&settings), sha256(&forged));
    put(
        &folder.path(&format!("guard/approved/{new}.json")),
        forged.as_bytes(),
    );
    folder.put("guard/settings.yaml", "seal: signed\ntimeout: 600s\n");
    one_more(&folder, &vault, |line| {
        let approved = &mut line["event"]["approved"]["settings"];
        if *approved == old.as_str() {
            *approved = new.as_str().into();
        }
    });
    assert_eq!(flaws(&vault), []);
    let settings = vault.settings();
    assert_eq!(settings.value("unattended").unwrap(), "refuse");
    assert_eq!(settings.value("timeout").unwrap(), "60s");
}

#[test]
fn a_line_that_only_says_so_is_no_passphrase() {
    let (folder, vault) = with_three();
    let lower = Change::SetTier {
        agent: "hermes".to_owned(),
        tier: Tier::ReadOnly,
    };
    narrowed(&vault, &lower);
    days_later(&folder, 40);
    assert!(vault.passphrase_is_due().unwrap().is_some());
    let now = jiff::Timestamp::now().to_string();
    one_more(&folder, &vault, |line| {
        line["ts"] = now.as_str().into();
        if line["event"]["event"] == "intent" {
            line["event"]["factor"] = "passphrase".into();
        }
    });
    assert_eq!(flaws(&vault), []);
    assert!(vault.passphrase_is_due().unwrap().is_some());
    made(&vault, &issue(), &OWNER).unwrap();
    assert_eq!(vault.passphrase_is_due().unwrap(), None);
}
