//! Dialogs that go away, and requests that wait.

use std::sync::Arc;

use openpass_vault::{Caller, Pending, Requester};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Fake, Person, Stage, changes, files, silent, stopped};
use crate::{
    dispatch::Dispatch,
    failure::{Code, Failure, Refused as _},
    site::Site,
    tools,
};

#[tokio::test]
async fn case_23_a_client_that_cancels_or_leaves_takes_the_dialog_down() {
    for (tool, arguments) in changes() {
        for leaves in [false, true] {
            let stage = Arc::new(Stage::new("boss", Person::NeverAnswers));
            let before = files(stage.vault.dir());
            let (running, arguments) = (Arc::clone(&stage), arguments.clone());
            let call = tokio::spawn(async move { running.call(tool, arguments).await });
            stage.fake.up.cancelled().await;
            if leaves {
                stage.gone.cancel();
            } else {
                stage.cancelled.cancel();
            }
            let failure = call.await.unwrap().unwrap_err();
            assert_eq!(failure.code(), Code::Cancelled, "{tool}");
            assert!(stage.fake.dismissed.is_cancelled(), "{tool}");
            assert_eq!(files(stage.vault.dir()), before, "{tool}");
            // A client that waits no longer may still want it.
            let waiting = Pending::list(&stage.vault, &Requester::Person).unwrap();
            assert_eq!(waiting.len(), usize::from(!leaves), "{tool}");
        }
    }
}

#[tokio::test]
async fn m5_case_72_a_dialog_that_nobody_answers_is_no_no_and_leaves_a_request() {
    stopped("boss", Person::LetsItPass, Code::ApprovalRequired).await;
    let stage = Stage::new("boss", Person::LetsItPass);
    let asks = json!({"name": "codex", "tier": "standard"});
    let refused = stage.call("upgrade_agent", asks).await.unwrap_err();
    assert!(refused.to_string().contains("in time"), "{refused}");
    assert_eq!(
        Pending::list(&stage.vault, &Requester::Person)
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn m5_a_yes_to_a_second_dialog_ends_the_request_that_the_first_left() {
    let mut stage = Stage::new("boss", Person::IsAway);
    let asks = json!({"name": "codex", "tier": "standard"});
    let call = stage.call("upgrade_agent", asks.clone());
    let Failure::Approval { code, .. } = call.await.unwrap_err() else {
        panic!("no request was left");
    };
    let site = Site::new(Caller::claimed(stage.vault.clone(), "boss".to_owned()));
    let site = site.with_authenticator(Arc::new(Fake::new(Person::Yes)));
    stage.dispatch = Arc::new(Dispatch::new(site));
    stage.call("upgrade_agent", asks).await.unwrap();
    let state = stage.call("get_request", json!({"code": code})).await;
    assert_eq!(state.unwrap()["state"], "approved");
}

#[tokio::test]
async fn case_23_a_yes_for_a_client_that_is_gone_changes_nothing() {
    let stage = Stage::new("boss", Person::Yes);
    stage.gone.cancel();
    let before = files(stage.vault.dir());
    let call = stage.call("set_auth_method", json!({"method": "passphrase"}));
    assert_eq!(call.await.unwrap_err().code(), Code::Cancelled);
    assert_eq!(files(stage.vault.dir()), before);
}

#[tokio::test]
async fn a_request_that_waits_is_told_to_its_agent_alone() {
    let stage = Stage::new("boss", Person::IsAway);
    let call = stage.call(
        "upgrade_agent",
        json!({"name": "codex", "tier": "standard"}),
    );
    let Failure::Approval { code, command, .. } = call.await.unwrap_err() else {
        panic!("no request was left");
    };
    assert!(command.ends_with(&format!("approve {code}")), "{command}");
    let state = stage
        .call("get_request", json!({"code": code}))
        .await
        .unwrap();
    assert_eq!(state["state"], "waiting");
    let site = Site::new(Caller::claimed(stage.vault.clone(), "weak".to_owned()));
    let other = Dispatch::new(site.with_authenticator(Arc::new(stage.fake.clone())));
    let call = silent(CancellationToken::new(), CancellationToken::new());
    let arguments = json!({"code": code}).as_object().unwrap().clone();
    let tool = tools::find("get_request").unwrap();
    let failure = other.run(tool, arguments, &call).await.unwrap_err();
    assert_eq!(failure.code(), Code::NotFound);
}
