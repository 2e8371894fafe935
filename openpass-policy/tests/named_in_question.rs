//! What a person is asked names who asks, what is to happen, and on what.
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::panic, reason = "a test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_lite::future::block_on;
use openpass_auth::{
    AuthError, Authenticator, CancelledBy, Challenge, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_policy::{
    Action, AgentRef, Guard, GuardSettings, MemorySink, Operation, PolicyEngine, Principal,
    Resource, Tier,
};

/// Reads the question, and says no.
#[derive(Debug, Default)]
struct Reads {
    question: Mutex<String>,
}

#[async_trait]
impl Authenticator for Reads {
    fn name(&self) -> &'static str {
        "reads"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::only(Factor::Passphrase)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let notices = challenge.notices();
        let question = format!(
            "{}\n{:?}\n{notices:?}",
            challenge.statement(),
            challenge.details()
        );
        *self.question.lock().unwrap() = question;
        Err(AuthError::Cancelled(CancelledBy::Person))
    }
}

fn question(engine: &Arc<PolicyEngine>, operation: Operation) -> String {
    let reads = Arc::new(Reads::default());
    let guard = Guard::new(engine.clone(), reads.clone(), Arc::new(MemorySink::new()));
    assert!(block_on(guard.authorize(operation)).is_err());
    let question = reads.question.lock().unwrap();
    question.clone()
}

/// What the question has to say of a resource.
fn names(resource: &Resource) -> Vec<&str> {
    match resource {
        Resource::AgentProfile { agent } => vec![&agent.name],
        Resource::Token(token) => vec![&token.agent.name],
        Resource::Approver(approver) => vec![&approver.id],
        Resource::PolicyFile { name } | Resource::ConfigKey { name } => vec![name],
        Resource::Vault => vec!["vault"],
        Resource::Identity => vec!["passphrase"],
        Resource::Recipients => vec!["who can decrypt"],
        Resource::Devices => vec!["devices"],
        Resource::GuardSettings => vec!["guard"],
        Resource::AuditSettings => vec!["audit"],
        Resource::GuardLog => vec!["log"],
        other => panic!("{other:?} has no words in this test"),
    }
}

#[test]
fn case_41_every_question_says_who_what_and_on_what() {
    let engine = Arc::new(PolicyEngine::shipped().unwrap());
    let target = AgentRef::new("the-target", Tier::ReadOnly, true);
    let asking = AgentRef::new("the-asker", Tier::Admin, true);
    let mut asked = 0;
    for action in Action::ALL {
        let person = common::by_person(GuardSettings::default());
        let by_agent = common::by_agent(asking.clone(), GuardSettings::default());
        for request in [person, by_agent] {
            let is_agent = matches!(request.principal, Principal::Agent(_));
            let operation = common::operation(&action, request.clone(), &target);
            let decision = engine.decide(&operation);
            let openpass_policy::Decision::RequireBiometry {
                accepts,
                signed_only,
                ..
            } = decision
            else {
                continue;
            };
            // This guard has no approvers, so it asks nobody for what counts only signed.
            if accepts == signed_only {
                continue;
            }
            asked += 1;
            let code = operation.digest().code();
            let resource = operation.resource().clone();
            let changes = operation.changes().to_vec();
            let question = question(&engine, operation);
            for name in names(&resource) {
                assert!(question.contains(name), "{action}: {name}\n{question}");
            }
            assert_eq!(question.contains("the-asker"), is_agent, "{question}");
            assert!(question.contains(&request.vault), "{action}\n{question}");
            for change in changes {
                assert!(question.contains(&change.field), "{action}\n{question}");
                let after = change.after.unwrap();
                assert!(question.contains(&after), "{action}\n{question}");
            }
            assert_eq!(code.len(), 9);
        }
    }
    assert!(asked > 25, "{asked}");
}
