//! What passes the gate, and what does not.

use std::sync::{Arc, atomic::Ordering};

use openpass_auth::{Factor, Script, Unavailable};
use openpass_mcp_guard::{Blocked, Code, Gate, Guards, Refused as _, Stopped, queue::Places};
use openpass_policy::{AuthFactor, Guard, MemorySink, Outcome};

use crate::world::{World, engine};

fn yes() -> Script {
    Script::new().yes(Factor::Biometry)
}

fn failed(reason: &str) -> Outcome {
    Outcome::Failed {
        reason: reason.to_owned(),
    }
}

#[tokio::test]
async fn what_policy_allows_passes_and_asks_nobody() {
    let world = World::new(Script::new());
    let granted = world.pass("read").await.unwrap();
    assert_eq!(granted.factor(), AuthFactor::None);
    granted.settle(Outcome::Done).await.unwrap();
    assert_eq!(world.outcomes().await, [Outcome::Done]);
    assert!(world.person.asked().is_empty());
}

#[tokio::test]
async fn what_is_critical_asks_a_person_once() {
    let world = World::new(yes());
    let granted = world.pass("delete").await.unwrap();
    assert_eq!(granted.factor(), AuthFactor::Biometry);
    granted.settle_here(Outcome::Done).unwrap();
    assert_eq!(world.person.asked().len(), 1);
    assert_eq!(world.outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn a_denial_asks_nobody_and_is_on_the_log() {
    let world = World::new(yes());
    let denied = world.pass("burn").await.unwrap_err();
    assert_eq!(denied.code(), Code::Denied);
    assert!(world.person.asked().is_empty());
    assert_eq!(world.refusals().len(), 1);
}

#[tokio::test]
async fn each_no_of_a_person_has_its_code() {
    for (person, code) in [
        (Script::no().declaring(Factor::Biometry), Code::Declined),
        (Script::new().wrong(Factor::Biometry), Code::Rejected),
        (
            Script::new()
                .unavailable(Unavailable::NoGraphicSession)
                .declaring(Factor::Biometry),
            Code::NobodyToAsk,
        ),
    ] {
        let world = World::new(person);
        let refused = world.pass("delete").await.unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
        assert!(world.outcomes().await.is_empty());
    }
}

#[tokio::test]
async fn a_client_that_cancels_or_leaves_takes_the_prompt_down_and_nothing_passes() {
    for leaves in [false, true] {
        let world = Arc::new(World::new(Script::new().yes(Factor::Biometry).held()));
        let asking = Arc::clone(&world);
        let call = tokio::spawn(async move { asking.pass("delete").await });
        world.person.until_asked(1).await;
        match leaves {
            true => world.client.gone.cancel(),
            false => world.cancelled.cancel(),
        }
        let stopped = call.await.unwrap().unwrap_err();
        assert!(matches!(stopped, Blocked::Stopped(Stopped::Cancelled)));
        assert_eq!(world.person.dismissed(), 1);
        assert_eq!(world.refusals().len(), 1);
        assert!(world.outcomes().await.is_empty());
    }
}

#[tokio::test]
async fn a_yes_for_a_client_that_is_gone_passes_nothing() {
    let world = World::new(yes());
    // It leaves after the answer, while the operation is worked out for the last time.
    let worked_out = std::sync::atomic::AtomicUsize::new(0);
    let work_out = || async {
        if worked_out.fetch_add(1, Ordering::SeqCst) == 2 {
            world.client.gone.cancel();
        }
        Ok(world.operation("delete"))
    };
    let passed = world.gate.pass(&world.call(), work_out).await;
    assert_eq!(passed.unwrap_err().code(), Code::Cancelled);
    assert_eq!(world.person.asked().len(), 1);
    let unused = failed("the approval was not used");
    assert_eq!(world.outcomes().await, [unused]);
}

#[tokio::test]
async fn what_changed_while_the_person_was_asked_is_not_what_they_approved() {
    let world = Arc::new(World::new(yes().held()));
    let asking = Arc::clone(&world);
    let call = tokio::spawn(async move { asking.pass("delete").await });
    world.person.until_asked(1).await;
    world.state.store(1, Ordering::SeqCst);
    world.person.release();
    let outdated = call.await.unwrap().unwrap_err();
    assert!(matches!(outdated, Blocked::Outdated(_)), "{outdated}");
    assert_eq!(outdated.code(), Code::Conflict);
    assert_eq!(outdated.retry_after(), Some(1));
}

#[tokio::test]
async fn policies_that_came_into_force_while_the_person_was_asked_decide() {
    let world = Arc::new(World::new(yes().held()));
    let asking = Arc::clone(&world);
    let call = tokio::spawn(async move { asking.pass("delete").await });
    world.person.until_asked(1).await;
    let forbids = openpass_policy::PolicyEngine::builder()
        .host("namespace Notes { entity Client; entity Note; action \"delete\" appliesTo { principal: [Client], resource: [Note] }; }")
        .build()
        .unwrap();
    world.guard.reload(forbids);
    world.person.release();
    let denied = call.await.unwrap().unwrap_err();
    assert_eq!(denied.code(), Code::Denied, "{denied}");
}

/// A host that makes a guard anew each time, or whose policies do not load.
#[derive(Debug)]
enum Host {
    New,
    Broken,
}

impl Guards for Host {
    fn now(&self) -> Result<Arc<Guard>, Blocked> {
        match self {
            Self::New => Ok(Arc::new(Guard::new(
                engine(),
                Script::new(),
                MemorySink::new(),
            ))),
            Self::Broken => Err(Blocked::because(
                Code::PolicyBroken,
                "the policies do not load",
            )),
        }
    }
}

#[tokio::test]
async fn another_guard_than_the_one_in_force_lets_nothing_through() {
    let world = World::new(Script::new());
    for (host, code) in [
        (Host::New, Code::Conflict),
        (Host::Broken, Code::PolicyBroken),
    ] {
        let gate = Gate::new(host);
        let work_out = || async { Ok(world.operation("read")) };
        let blocked = gate.pass(&world.call(), work_out).await.unwrap_err();
        assert_eq!(blocked.code(), code, "{blocked}");
    }
}

#[tokio::test]
async fn an_operation_that_cannot_be_worked_out_ends_the_call() {
    let world = World::new(Script::new());
    let work_out = || async { Err(Blocked::because(Code::NotFound, "there is no note 7")) };
    let blocked = world.gate.pass(&world.call(), work_out).await.unwrap_err();
    assert_eq!(blocked.code(), Code::NotFound);
    assert_eq!(blocked.to_string(), "there is no note 7");
    assert!(world.log.records().is_empty());
}

#[tokio::test]
async fn more_questions_than_there_are_places_are_refused_and_what_is_allowed_is_not() {
    let mut places = Places::default();
    places.changes = 1;
    let world = Arc::new(World::with_places(yes().held(), places));
    let asking = Arc::clone(&world);
    let call = tokio::spawn(async move { asking.pass("delete").await });
    world.person.until_asked(1).await;
    let full = world.pass("delete").await.unwrap_err();
    assert_eq!(full.code(), Code::Busy);
    assert_eq!(full.retry_after(), Some(5));
    let allowed = world.pass("read").await.unwrap();
    allowed.settle(Outcome::Done).await.unwrap();
    world.person.release();
    let granted = call.await.unwrap().unwrap();
    granted.settle(Outcome::Done).await.unwrap();
}

#[tokio::test]
async fn a_tool_whose_end_nobody_knows_is_unknown_on_the_log() {
    let world = World::new(Script::new());
    drop(world.pass("read").await.unwrap());
    assert_eq!(world.outcomes().await, [Outcome::Unknown]);
}

#[tokio::test]
async fn the_end_waits_for_tools_that_run() {
    let world = World::new(Script::new());
    let granted = world.pass("read").await.unwrap();
    let mut idle = Box::pin(world.gate.idle());
    let soon = tokio::time::timeout(core::time::Duration::ZERO, idle.as_mut());
    assert!(soon.await.is_err());
    // Nothing begins any more.
    let late = world.pass("read").await.unwrap_err();
    assert_eq!(late.code(), Code::Cancelled);
    granted.settle(failed("it was full")).await.unwrap();
    idle.await;
    assert!(world.log.records().len() >= 4);
}

#[tokio::test]
async fn a_prompt_that_nobody_answers_ends_with_its_time() {
    let silent = Script::new().silent().declaring(Factor::Biometry);
    let world = Arc::new(World::new(silent));
    let asking = Arc::clone(&world);
    let call = tokio::spawn(async move { asking.pass("delete").await });
    world.person.until_asked(1).await;
    // From here on, time goes by when nothing else does.
    tokio::time::pause();
    let late = call.await.unwrap().unwrap_err();
    assert_eq!(late.code(), Code::TimedOut, "{late}");
    world.person.until_dismissed(1).await;
}
