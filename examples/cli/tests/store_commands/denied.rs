//! Who is denied is told so, and nothing of the vault.

use crate::sample::{Ended, Sample};

const NO_AGENTS: &str =
    "@id(\"no-agents\") forbid (principal is OpenPass::Agent, action, resource);\n";

/// It leaves an agent its looks.
const NO_CHANGES: &str = "@id(\"no-changes\") forbid (principal is OpenPass::Agent, action in OpenPass::Action::\"config\", resource);\n";

fn asked_by_agent(sample: &Sample, arguments: &[&str]) -> Ended {
    sample.run_with(arguments, &[], &[("OPENPASS_AGENT", "hermes")])
}

/// All that was said but for the minute of the day, which may pass between two
/// answers.
fn without_time(ended: &Ended) -> String {
    let said = format!("{:?}", (ended.code(), &ended.stdout, &ended.stderr));
    let lines = said.split("\\n").filter(|line| {
        let line = line.trim_start();
        !line.starts_with("at  ") && !line.contains("minute_of_day")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn case_58_a_denied_agent_is_shown_nothing_of_the_vault() {
    let sample = Sample::new();
    sample.write("policies/no-agents.cedar", NO_AGENTS);
    sample.write(
        "guard/mine.cedar",
        "forbid (principal, action, resource);\n",
    );
    let mine = sample.dir().join("guard/mine.cedar");
    let mine = mine.to_str().unwrap();
    let commands: [&[&str]; 13] = [
        &["agent", "upgrade", "codex", "--tier", "admin"],
        &["agent", "upgrade", "hermes", "--tier", "admin"],
        &["agent", "upgrade", "nobody", "--tier", "admin"],
        &["agent", "upgrade", "codex", "--tier", "admin", "--dry-run"],
        &["agent", "remove", "nobody"],
        &[
            "agent",
            "profile",
            "edit",
            "codex",
            "--set",
            "canWrite=true",
        ],
        &["agent", "token", "revoke", "tok-20261123-81e9c532"],
        &["agent", "token", "rotate", "nobody"],
        &["auth", "set", "passphrase"],
        &["config", "set", "mcp.port", "8080"],
        &["config", "set", "mcp.port", "9090"],
        &["policy", "apply", mine],
        &["policy", "remove", "nothing.cedar"],
    ];
    for command in commands {
        let ended = asked_by_agent(&sample, command).with(5);
        assert_eq!(ended.stdout, "", "{command:?}");
        for word in [
            "canWrite",
            "Current",
            "read-only",
            "already",
            "so already",
            "no agent",
            "8080",
            "(not set)",
            "10-dev",
            "20-prod",
            "ci-bot",
        ] {
            assert!(
                !ended.stderr.contains(word),
                "{command:?}: {}",
                ended.stderr
            );
        }
    }
    // A person is still told of what is there.
    sample.run(&["auth", "status"]).with(0).showing("10-dev");
}

#[test]
fn case_58_what_an_agent_may_not_look_at_no_change_shows_it() {
    for look in ["show", "dryRun"] {
        let sample = Sample::new();
        sample.write(
            "policies/mine.cedar",
            &format!(
                "@id(\"mine\") forbid (principal is OpenPass::Agent, action == OpenPass::Action::\"{look}\", resource);\n"
            ),
        );
        let words = [
            &[
                "agent",
                "profile",
                "edit",
                "codex",
                "--set",
                "canWrite=true",
            ][..],
            &["agent", "upgrade", "codex", "--tier", "admin"],
        ];
        for asks in words {
            let ended = asked_by_agent(&sample, asks).with(13);
            let said = format!("{:?}", (ended.code(), &ended.stdout, &ended.stderr));
            assert!(said.contains("approve "), "{said}");
            assert!(!said.contains("canWrite"), "{look}: {said}");
            let json = [asks, &["--output", "json"]].concat();
            let said = format!("{:?}", asked_by_agent(&sample, &json).with(13));
            assert!(!said.contains("\\\"before\\\""), "{look}: {said}");
        }
        let dry = ["agent", "upgrade", "codex", "--tier", "admin", "--dry-run"];
        let ended = asked_by_agent(&sample, &dry);
        assert!(!format!("{ended:?}").contains("canWrite"), "{ended:?}");
        // The person sees all of it.
        sample.run(&dry).with(0).showing("canWrite");
    }
}

#[test]
fn case_58_a_denied_agent_hears_the_same_of_what_is_there_and_what_is_not() {
    let sample = Sample::new();
    sample.write("policies/no-changes.cedar", NO_CHANGES);
    let asks = [
        "agent upgrade NAME --tier admin",
        "agent upgrade NAME --tier read-only",
        "agent remove NAME",
        "agent profile edit NAME --set canWrite=true",
    ];
    let ways = [
        ("", ""),
        ("", " --dry-run"),
        ("policy explain ", ""),
        ("--output json policy explain ", ""),
    ];
    for (ask, (before, after)) in asks.iter().flat_map(|ask| ways.map(|way| (ask, way))) {
        let answer = |name: &str| {
            let line = format!("{before}{ask}{after}").replace("NAME", name);
            let words: Vec<&str> = line.split(' ').collect();
            without_time(&asked_by_agent(&sample, &words)).replace(name, "NAME")
        };
        let there = answer("codex");
        let denied = there.contains("deny") || there.contains("denied");
        assert!(denied, "{there}");
        assert_eq!(there, answer("nobody"), "{before}{ask}{after}");
    }
    // The person is told what there is not.
    let asks = [
        "policy", "explain", "agent", "upgrade", "nobody", "--tier", "admin",
    ];
    sample.run(&asks).with(2);
}

#[test]
fn case_58_an_agent_asks_for_itself_alone_what_policy_would_say() {
    let sample = Sample::new();
    for other in ["agent:codex", "agent:nobody", "user"] {
        let asks = ["policy", "explain", "--as", other, "agent", "list"];
        asked_by_agent(&sample, &asks)
            .with(1)
            .showing("ask for itself alone");
    }
    let asks = ["policy", "explain", "--as", "agent:hermes", "agent", "list"];
    asked_by_agent(&sample, &asks).with(0);
    sample.run(&asks).with(0);
}

#[test]
fn a12_an_agent_is_shown_policies_where_policy_lets_it_look() {
    let sample = Sample::new();
    let show = ["policy", "show", "mine"];
    sample.write("policies/mine.cedar", "@id(\"mine\") forbid (principal, action == OpenPass::Action::\"list\", resource) unless { context.attended };\n");
    asked_by_agent(&sample, &show).with(0).showing("unless");
    sample.write(
        "policies/mine.cedar",
        "@id(\"mine\") forbid (principal is OpenPass::Agent, action == OpenPass::Action::\"show\", resource);\n",
    );
    for show in [&show[..], &["policy", "show"]] {
        let ended = asked_by_agent(&sample, show).with(5);
        assert_eq!(ended.stdout, "");
        sample.run(show).with(0).showing("mine");
    }
}

#[test]
fn case_58_an_agent_is_not_shown_the_lines_of_a_broken_policy() {
    let sample = Sample::new();
    sample.write(
        "policies/mine.cedar",
        "forbid (principal == \"sesame-street\", action, resource);\n",
    );
    for asks in [
        &["agent", "list"][..],
        &["agent", "upgrade", "codex", "--tier", "admin"],
        &["auth", "set", "passphrase"],
        &["policy", "show"],
    ] {
        let ended = asked_by_agent(&sample, asks).with(6);
        let said = format!("{:?}", (ended.code(), &ended.stdout, &ended.stderr));
        assert!(said.contains("policies cannot be used"), "{said}");
        assert!(
            !said.contains("sesame") && !said.contains("mine.cedar"),
            "{said}"
        );
    }
    sample
        .run(&["agent", "upgrade", "codex", "--tier", "admin"])
        .with(6)
        .showing("mine.cedar");
}
