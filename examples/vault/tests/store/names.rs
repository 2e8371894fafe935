//! What is refused before anybody is asked.

use openpass_policy::Tier;
use openpass_vault::{Change, VaultError};

use crate::{every::edit, sample::Sample};

fn refused(change: &Change) -> VaultError {
    let sample = Sample::new();
    match sample.propose(change) {
        Err(error) => error,
        Ok(proposal) => panic!("{proposal:?}"),
    }
}

#[test]
fn a_policy_name_cannot_lead_out_of_its_folder() {
    let names = [
        "../identity.age",
        "../config.yaml",
        "/etc/passwd.yaml",
        "a/b.yaml",
        "..",
        ".yaml",
        "identity.age",
        "",
        ".hidden.cedar",
        "a\u{202e}b.yaml",
        "x.yaml\n",
        "x.cedar/",
    ];
    for name in names {
        let name = name.to_owned();
        let removal = refused(&Change::RemovePolicy { name: name.clone() });
        assert!(
            matches!(removal, VaultError::BadName { .. }),
            "{name}: {removal}"
        );
        let text = "version: \"1\"\n".to_owned();
        let application = refused(&Change::ApplyPolicy { name, text });
        assert!(
            matches!(application, VaultError::BadName { .. }),
            "{application}"
        );
    }
}

#[test]
fn case_22_a_new_agent_has_a_plain_name() {
    for name in [
        "",
        "../x",
        "a b",
        "c\u{43e}dex",
        "x\u{1b}[2J",
        ".x",
        "-x",
        &"x".repeat(65),
    ] {
        let agent = name.to_owned();
        let error = refused(&Change::AddAgent {
            agent,
            tier: Tier::ReadOnly,
        });
        assert!(
            matches!(error, VaultError::BadName { .. }),
            "{name}: {error}"
        );
    }
}

#[test]
fn what_the_product_would_refuse_to_load_is_refused_before_anybody_is_asked() {
    let keys = [
        ("mcp.port", "abc"),
        ("mcp.port", "0"),
        ("mcp.port", "70000"),
        ("sessionTimeout", "15"),
        ("sessionTimeout", "-5m"),
        ("useTouchID", "yes"),
        ("authMethod", "face"),
        ("mcp", "1"),
        ("agents", "x"),
        ("agents.codex", "x"),
        ("mcp.port.x", "1"),
        ("logging.level", "loud"),
        ("agents.codex.approvalMode", "auto"),
        ("agents.codex.tier", "root"),
        ("agents.codex.canWrite", "1"),
        ("agents.codex.pre_call_hooks", "x"),
        ("agents.codex.max_reads_per_day", "many"),
        ("a..b", "1"),
        ("", "1"),
        ("a b", "1"),
    ];
    for (key, value) in keys {
        let error = refused(&Change::SetConfigKey {
            key: key.to_owned(),
            value: value.to_owned(),
        });
        let named = matches!(
            error,
            VaultError::RefusedValue { .. } | VaultError::BadName { .. }
        );
        assert!(named, "{key}={value}: {error}");
    }
    assert!(matches!(
        refused(&edit("approvalMode", "auto")),
        VaultError::RefusedValue { .. }
    ));
}

#[test]
fn what_is_so_already_is_said_and_nobody_is_asked() {
    let same = [
        Change::SetConfigKey {
            key: "mcp.port".to_owned(),
            value: "8080".to_owned(),
        },
        edit("canWrite", "false"),
        Change::SetAuthMethod {
            method: openpass_policy::AuthMethod::Passphrase,
        },
    ];
    for change in same {
        assert!(
            matches!(refused(&change), VaultError::NothingToChange),
            "{change:?}"
        );
    }
}

#[test]
fn a_setting_that_nobody_knows_or_understands_is_refused() {
    let settings = [
        ("step_up", "none"),
        ("unattended", "yes"),
        ("timeout", "1s"),
        ("timeout", "1h"),
        ("pinentry", "pinentry"),
        ("pinentry", "/nowhere/pinentry"),
        ("pinentry", "/etc/passwd"),
        ("stepup", "confirm"),
    ];
    for (key, value) in settings {
        let change = Change::SetGuard {
            key: key.to_owned(),
            value: Some(value.to_owned()),
        };
        assert!(
            matches!(refused(&change), VaultError::RefusedValue { .. }),
            "{key}={value}"
        );
    }
}

#[test]
fn case_51_a_name_that_reads_as_less_or_more_stands_in_quotes() {
    let id = "tok-20261123-2f66f10b";
    for (name, shown) in [
        ("codex ", "\"codex \""),
        ("", "\"\""),
        ("codex tier", "\"codex tier\""),
        ("plain.bot-1_x", "plain.bot-1_x"),
    ] {
        let sample = Sample::new();
        sample.make(&edit("canWrite", "true")).unwrap();
        let agents = format!("agents:\n    \"{name}\":\n        tier: admin\n");
        let config = sample.read("config.yaml");
        sample.write("config.yaml", &config.replacen("agents:\n", &agents, 1));
        let tokens = sample.read("mcp-tokens.json");
        assert!(tokens.contains(id));
        sample.write("mcp-tokens.json", &tokens.replacen(id, name, 2));
        let lines = sample.vault.drift().unwrap().lines();
        for of in ["config.yaml agent", "mcp-tokens.json"] {
            let said = format!("{of} {shown} was added outside the guard");
            assert!(lines.contains(&said), "{said}: {lines:?}");
        }
        let proposal = sample.propose(&Change::AcceptDrift {}).unwrap();
        let field = format!("config.yaml agent {shown} tier");
        let mut changes = proposal.operation().changes().iter();
        assert!(changes.any(|change| change.field == field), "{field}");
    }
}

/// Windows takes them for devices, and the file system of macOS for one file.
#[test]
fn a7_a_new_name_is_one_that_every_system_takes_for_what_it_is() {
    for name in ["con.cedar", "NUL.yaml", "com1.x.cedar", "LPT9.yml"] {
        let error = refused(&Change::ApplyPolicy {
            name: name.to_owned(),
            text: "version: \"1\"\n".to_owned(),
        });
        assert!(
            matches!(error, VaultError::BadName { .. }),
            "{name}: {error}"
        );
    }
    for agent in ["aux", "COM1", "codex."] {
        let error = refused(&Change::AddAgent {
            agent: agent.to_owned(),
            tier: Tier::ReadOnly,
        });
        assert!(
            matches!(error, VaultError::BadName { .. }),
            "{agent}: {error}"
        );
    }
}

#[test]
fn a7_two_names_never_differ_in_the_case_of_their_letters_alone() {
    let forbid = "@id(\"mine\") forbid (principal is OpenPass::Agent, action, resource);\n";
    let sample = Sample::new();
    let mine = Change::ApplyPolicy {
        name: "mine.cedar".to_owned(),
        text: forbid.to_owned(),
    };
    sample.make(&mine).unwrap();
    let policy = |name: &str| Change::ApplyPolicy {
        name: name.to_owned(),
        text: format!("{forbid}\n"),
    };
    let agent = Change::AddAgent {
        agent: "Codex".to_owned(),
        tier: Tier::ReadOnly,
    };
    for (change, other) in [
        (policy("Mine.cedar"), "\"mine.cedar\""),
        (agent, "\"codex\""),
    ] {
        match sample.propose(&change) {
            Err(error @ VaultError::SameName { .. }) => {
                assert!(error.to_string().contains(other), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
    // The one that is there is changed as ever.
    assert!(sample.propose(&policy("mine.cedar")).is_ok());
}
