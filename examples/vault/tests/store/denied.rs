//! Who is denied learns that, and nothing of the vault.

use openpass_policy::{Channel, Refusal, Tier};
use openpass_vault::{Change, Door, DoorError, Prompts, Requester};

use crate::{every::every_change, sample::Sample};

const NO_AGENTS: &str =
    "@id(\"no-agents\") forbid (principal is OpenPass::Agent, action, resource);\n";

fn door(sample: &Sample, change: &Change) -> Door {
    let boss = Requester::Agent {
        name: "hermes".to_owned(),
        channel: Channel::Mcp,
    };
    Door::to_change(&sample.vault, boss, Prompts::dialogs(), change).unwrap()
}

/// An agent asks for what the guards deny it, which is logged.
pub(crate) fn refused(sample: &Sample) {
    let setting = Change::SetGuard {
        key: "timeout".to_owned(),
        value: Some("30s".to_owned()),
    };
    let door = door(sample, &setting);
    let proposed = door.propose(&setting);
    let denied = proposed.and_then(|proposal| door.admit(&proposal).map(drop));
    assert!(matches!(
        denied.unwrap_err(),
        DoorError::Refused(Refusal::Denied(_))
    ));
}

fn set_tier(agent: &str, tier: Tier) -> Change {
    Change::SetTier {
        agent: agent.to_owned(),
        tier,
    }
}

/// Changes that cannot be worked out, each for what the vault holds.
fn impossible() -> Vec<Change> {
    let name = || "nobody".to_owned();
    vec![
        set_tier("nobody", Tier::ReadOnly),
        set_tier("hermes", Tier::Admin),
        Change::AddAgent {
            agent: "codex".to_owned(),
            tier: Tier::ReadOnly,
        },
        Change::RemoveAgent { agent: name() },
        Change::RotateTokens { agent: name() },
        Change::RevokeToken { id: name() },
        Change::RemovePolicy {
            name: "nothing.cedar".to_owned(),
        },
        Change::SetConfigKey {
            key: "mcp.port".to_owned(),
            value: "8080".to_owned(),
        },
        Change::SetConfigKey {
            key: "agents.nobody.canWrite".to_owned(),
            value: "true".to_owned(),
        },
        Change::SetAuthMethod {
            method: openpass_policy::AuthMethod::Passphrase,
        },
    ]
}

#[test]
fn case_58_a_denied_agent_is_denied_whatever_the_vault_holds() {
    let sample = Sample::new();
    sample.write("policies/no-agents.cedar", NO_AGENTS);
    let every = every_change().into_iter().map(|(_, change, _)| change);
    for change in impossible().into_iter().chain(every) {
        let door = door(&sample, &change);
        let refused = match door.propose(&change) {
            Err(error) => error,
            Ok(proposal) => door.admit(&proposal).unwrap_err(),
        };
        let denied = matches!(refused, DoorError::Refused(Refusal::Denied(_)));
        assert!(denied, "{change:?}: {refused}");
    }
    // Each denial is on the log.
    let refusals = sample.read("guard/log.jsonl").matches("no-agents").count();
    assert!(refusals > impossible().len(), "{refusals}");
}

#[test]
fn case_58_who_may_ask_is_told_why_it_cannot_be_done() {
    let sample = Sample::new();
    let change = set_tier("nobody", Tier::ReadOnly);
    let told = door(&sample, &change).propose(&change).unwrap_err();
    assert!(matches!(told, DoorError::Vault(_)), "{told}");
    let change = set_tier("codex", Tier::ReadOnly);
    let door = door(&sample, &change);
    let narrows = door.propose(&change);
    assert!(
        !matches!(narrows, Err(DoorError::Refused(_))),
        "{narrows:?}"
    );
}
