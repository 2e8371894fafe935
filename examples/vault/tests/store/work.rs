//! What the same files come to is worked out once, and never for other ones.

use std::fs;

use openpass_policy::{Channel, Decision, GuardSettings, SealGrade, StepUp, Tier, Unattended};
use openpass_vault::{Change, Door, Flaw, GuardLog, Look, Looked, Prompts, Requester, Vault, Work};

use crate::sample::{Sample, grant};

const POLICY: &str = "policies/mine.cedar";
const FORBIDS: &str = "forbid (principal is OpenPass::Agent, action, resource);\n";

fn raise() -> Change {
    Change::SetTier {
        agent: "codex".to_owned(),
        tier: Tier::Admin,
    }
}

fn lower() -> Change {
    Change::SetTier {
        agent: "codex".to_owned(),
        tier: Tier::ReadOnly,
    }
}

/// All that a start of a command looks at, and an engine.
fn starts(sample: &Sample) -> Work {
    sample.vault.settle().unwrap();
    let now = sample.vault.snapshot();
    now.drift_to_tell().unwrap();
    now.effective_agents().unwrap();
    drop(now.settings());
    now.engine().unwrap();
    sample.vault.work()
}

#[test]
fn many_starts_work_out_as_much_as_one() {
    let sample = Sample::without_rules();
    sample.make(&raise()).unwrap();
    let first = starts(&sample);
    for _ in 0..20 {
        assert_eq!(starts(&sample), first);
    }
}

#[test]
fn a_start_goes_through_the_log_once_and_parses_the_configuration_once() {
    let sample = Sample::without_rules();
    sample.make(&raise()).unwrap();
    // Another process: nothing is known of before.
    let other = Vault::open(sample.dir()).unwrap();
    other.settle().unwrap();
    let now = other.snapshot();
    now.drift_to_tell().unwrap();
    now.effective_agents().unwrap();
    now.policies_load().unwrap();
    now.unenforced_rules().unwrap();
    assert_eq!(now.request().settings, sample.vault.request().settings);
    let work = other.work();
    assert_eq!((work.engines, work.walks, work.configs), (0, 1, 1));
}

#[test]
fn each_file_that_changes_is_worked_out_anew_and_no_other() {
    let sample = Sample::without_rules();
    sample.make(&raise()).unwrap();
    let before = starts(&sample);
    // A line more, and no other file.
    refused(&sample, 1);
    let refused = starts(&sample);
    // What the change would have made of it.
    assert_eq!(refused.configs, before.configs + 1);
    assert_eq!(refused.engines, before.engines);
    assert!(refused.walks > before.walks);
    let config = sample.read("config.yaml");
    sample.write("config.yaml", &format!("{config}# a remark\n"));
    let edited = starts(&sample);
    assert_eq!(edited.configs, refused.configs + 1);
    assert_eq!(
        (edited.engines, edited.walks),
        (refused.engines, refused.walks)
    );
    sample.write(POLICY, FORBIDS);
    let forbidden = starts(&sample);
    assert!(forbidden.engines > edited.engines);
    assert_eq!(
        (forbidden.configs, forbidden.walks),
        (edited.configs, edited.walks)
    );
}

#[test]
fn a_log_that_is_cut_or_put_back_is_gone_through_anew() {
    let sample = Sample::without_rules();
    sample.make(&raise()).unwrap();
    let (log, anchor) = (
        sample.read("guard/log.jsonl"),
        sample.read("guard/log.anchor"),
    );
    sample.make(&lower()).unwrap();
    assert!(!sample.vault.drift().unwrap().log_is_damaged);
    let whole = sample.read("guard/log.jsonl");
    // Its end is gone.
    sample.write("guard/log.jsonl", &log);
    assert!(sample.vault.drift().unwrap().log_is_damaged);
    // One byte of it is another.
    sample.write("guard/log.jsonl", &whole.replacen("admin", "admim", 1));
    assert!(sample.vault.drift().unwrap().log_is_damaged);
    sample.write("guard/log.jsonl", &whole);
    assert!(!sample.vault.drift().unwrap().log_is_damaged);
    // The anchor is that of before.
    sample.write("guard/log.anchor", &anchor);
    assert!(sample.vault.drift().unwrap().log_is_damaged);
}

#[test]
fn a_change_parses_the_text_before_and_the_text_after_once_each() {
    let sample = Sample::without_rules();
    // The first change of all looks at what it takes as it finds it.
    sample.make(&raise()).unwrap();
    let before = sample.vault.work().configs;
    sample.make(&lower()).unwrap();
    // What it was before is what the first change made of it.
    assert_eq!(sample.vault.work().configs - before, 1);
    let other = Vault::open(sample.dir()).unwrap();
    let proposal = other.propose(other.request(), &raise()).unwrap();
    assert_eq!(other.work().configs, 2);
    other.commit(grant(&other, &proposal), &proposal).unwrap();
    assert_eq!(other.work().configs, 2);
}

/// As many refusals on the log as `count`.
fn refused(sample: &Sample, count: usize) {
    for _ in 0..count {
        let agent = Requester::Agent {
            name: "nobody".to_owned(),
            channel: Channel::Cli,
        };
        let prompts = Prompts::at_a_terminal();
        let door = Door::to_change(&sample.vault, agent, prompts, &lower()).unwrap();
        door.propose(&lower()).unwrap_err();
    }
}

#[test]
fn a_start_reads_no_file_of_the_log_but_the_one_that_is_written_to() {
    let sample = Sample::without_rules();
    sample.make(&raise()).unwrap();
    sample.make(&Change::RotateLogKey {}).unwrap();
    let first = starts(&sample);
    let older: Vec<String> = fs::read_dir(sample.dir().join("guard"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("log-"))
        .collect();
    assert_eq!(older.len(), 1);
    let closed = sample.read(&format!("guard/{}", older[0]));
    for number in 0..50 {
        sample.write(&format!("guard/log-{number:020}.jsonl"), &closed);
    }
    sample.write(&format!("guard/{}", older[0]), "no line of the log\n");
    assert_eq!(starts(&sample), first);
    assert!(!sample.vault.drift().unwrap().log_is_damaged);
    // Who asks for it is told.
    assert!(!GuardLog::of(&sample.vault).verify().unwrap().is_whole());
}

#[test]
fn case_36_an_edit_of_a_line_about_a_refusal_is_found() {
    let sample = Sample::without_rules();
    sample.make(&raise()).unwrap();
    refused(&sample, 4);
    let verify = || GuardLog::of(&sample.vault).verify().unwrap();
    let whole = sample.read("guard/log.jsonl");
    assert!(verify().is_whole());
    assert_eq!(verify().genuine, 7);
    let lines: Vec<&str> = whole.lines().collect();
    assert!(
        lines[4].contains("\"event\":{\"event\":\"refused\""),
        "{}",
        lines[4]
    );
    let put = |lines: &[&str]| sample.write("guard/log.jsonl", &format!("{}\n", lines.join("\n")));
    let first = || {
        let found = verify();
        let first = found.problems.first().unwrap();
        (first.line, first.what)
    };
    for (from, to) in [
        ("\"nobody\"", "\"n0body\""),
        ("\"seq\":5", "\"seq\":50"),
        ("\"ts\":\"2", "\"ts\":\"1"),
        ("\"refused\"", "\"refuse\""),
        ("\"mac\":\"", "\"mac\": \""),
        (",\"digest\"", ",\"missing\":9,\"digest\""),
    ] {
        let edited = lines[4].replacen(from, to, 1);
        assert_ne!(edited, lines[4], "{from}");
        let mut edited_lines = lines.clone();
        edited_lines[4] = &edited;
        put(&edited_lines);
        assert_eq!(first().0, Some(5), "{from}");
        assert!(sample.vault.drift().unwrap().log_is_damaged, "{from}");
    }
    // One is gone, two change places, one is there twice.
    put(&[&lines[..4], &lines[5..]].concat());
    assert_eq!(first(), (Some(5), Flaw::Altered));
    put(&[&lines[..4], &[lines[5], lines[4]], &lines[6..]].concat());
    assert_eq!(first(), (Some(5), Flaw::Altered));
    put(&[&lines[..5], &lines[4..]].concat());
    assert_eq!(first(), (Some(6), Flaw::Altered));
    put(&lines);
    assert!(verify().is_whole());
}

/// The settings under which somebody may look.
fn all_settings() -> Vec<GuardSettings> {
    let mut all = Vec::new();
    for step_up in StepUp::ALL {
        for unattended in Unattended::ALL {
            for sealed in SealGrade::ALL {
                let mut settings = GuardSettings::new(step_up, unattended);
                settings.sealed = sealed;
                all.push(settings);
            }
        }
    }
    all
}

#[test]
fn the_shipped_policies_allow_a_person_every_look_under_all_settings() {
    let sample = Sample::without_rules();
    let engine = sample.vault.engine().unwrap();
    let looks = [
        Look::List,
        Look::Show,
        Look::Status,
        Look::Explain,
        Look::DryRun,
    ];
    let mut asked = 0;
    for settings in all_settings() {
        for look in looks {
            for attended in [true, false] {
                let mut request = sample.vault.request();
                (request.settings, request.attended) = (settings, attended);
                let decision = engine.decide(&look.operation(request));
                assert!(
                    matches!(decision, Decision::Allow { .. }),
                    "{look:?} {settings:?} {attended}: {decision:?}"
                );
                asked += 1;
            }
        }
    }
    assert!(asked >= 90, "{asked}");
}

#[test]
fn a_look_takes_no_engine_for_a_person_in_a_vault_without_policies_of_its_own_alone() {
    let sample = Sample::without_rules();
    let look = |who: &Requester| Looked::by_shipped_policies(&sample.vault, who).is_some();
    let agent = Requester::Agent {
        name: "codex".to_owned(),
        channel: Channel::Cli,
    };
    let claimed = Requester::Claimed {
        name: "codex".to_owned(),
        channel: Channel::Mcp,
    };
    assert!(look(&Requester::Person));
    assert_eq!(sample.vault.work().engines, 0);
    assert!(!look(&agent));
    assert!(!look(&claimed));
    // A forbid counts at once, and a file that does not load is no file.
    for text in [FORBIDS, "forbid (principal, action, resource);", "permit ("] {
        sample.write(POLICY, text);
        assert!(!look(&Requester::Person), "{text}");
    }
}
