//! The dialog, from the call that brings it up to its end.

use std::time::{Duration, Instant};

use futures_channel::oneshot;
use futures_lite::future;
use futures_timer::Delay;
use openpass_auth::{AuthError, BackendError, CancelledBy};
use openpass_auth_passphrase::Cancel;

use super::{
    authority::{Authority, Dialog, Refused},
    words,
};
use crate::ActionId;

/// The time that polkit has to take a dialog down before the connection is ended.
const TAKEN_DOWN: Duration = Duration::from_secs(1);

/// The end of a dialog.
enum Ended {
    Answered(Result<(), AuthError>),
    CalledOff(AuthError),
}

/// Has the person asked, until `deadline` or `stop`. The dialog is gone when it returns,
/// or polkit does not answer.
pub(super) async fn ask(
    authority: Authority,
    action: &ActionId,
    question: Option<&str>,
    deadline: Instant,
    stop: &Cancel,
) -> Result<(), AuthError> {
    let (stops, stopped) = oneshot::channel();
    stop.on_cancel(move || {
        // Nobody listens once the dialog is over.
        let _ = stops.send(());
    });
    let answer = async {
        let reply = authority.check(action, question, Dialog::Yes).await;
        Ended::Answered(reply.map_err(broken).and_then(|reply| reply.answered()))
    };
    let stopped = async {
        let _ = stopped.await;
        Ended::CalledOff(AuthError::Cancelled(CancelledBy::Host))
    };
    let late = async {
        Delay::new(deadline.saturating_duration_since(Instant::now())).await;
        Ended::CalledOff(AuthError::TimedOut)
    };
    // What came first counts; a yes that comes with the deadline does not.
    let ended = future::or(future::or(stopped, late), answer).await;
    let ended = match ended {
        Ended::Answered(answer) => answer,
        Ended::CalledOff(why) => {
            within(TAKEN_DOWN, authority.call_off()).await;
            Err(why)
        }
    };
    within(TAKEN_DOWN, authority.close()).await;
    ended
}

/// The error that a check without a result becomes.
fn broken(refused: Refused) -> AuthError {
    match refused {
        Refused::Cancelled => AuthError::Cancelled(CancelledBy::System),
        // It took these words before, and knew the action: both are looked at first.
        Refused::Words | Refused::Action => refused.unasked().into(),
        Refused::Gone => BackendError::new(words::ENDED).into(),
        Refused::Garbled => BackendError::new(words::GARBLED).into(),
    }
}

async fn within(limit: Duration, work: impl Future<Output = ()>) {
    future::or(work, async {
        Delay::new(limit).await;
    })
    .await;
}
