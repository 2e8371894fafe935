//! The place where the question would be shown, before anybody is asked.

use core::time::Duration;

use futures_lite::future;
use futures_timer::Delay;
use openpass_auth::{SafeText, Unavailable};

use super::{
    authority::{Authority, Dialog, Refused},
    words,
};
use crate::ActionId;

/// The time that polkit has for a call without a person: it may have to be started.
pub(super) const AT_MOST: Duration = Duration::from_secs(10);

/// The place where the question is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// In the dialog: these words.
    InDialog(String),
    /// On the terminal; the dialog shows the policy's words.
    OnTerminal,
}

/// Connects to polkit, and has it say that it would ask, and whether it takes `text`.
///
/// `text` is an error where the question has no room in a dialog; `on_terminal`, where it
/// cannot be shown on one.
pub(super) async fn find(
    action: &ActionId,
    text: Result<String, Unavailable>,
    on_terminal: Result<(), Unavailable>,
) -> Result<(Authority, Shown), Unavailable> {
    let found = async {
        let authority = Authority::connect().await?;
        let shown = shown(&authority, action, text, on_terminal).await?;
        Ok((authority, shown))
    };
    let late = async {
        Delay::new(AT_MOST).await;
        Err(words::unavailable(words::NO_ANSWER))
    };
    future::or(found, late).await
}

async fn shown(
    authority: &Authority,
    action: &ActionId,
    text: Result<String, Unavailable>,
    on_terminal: Result<(), Unavailable>,
) -> Result<Shown, Unavailable> {
    let in_dialog = match text {
        Ok(text) => match authority.check(action, Some(&text), Dialog::No).await {
            Ok(reply) => return reply.would_ask().map(|()| Shown::InDialog(text)),
            Err(Refused::Words) => Refused::Words.unasked(),
            Err(other) => return Err(other.unasked()),
        },
        Err(no_room) => no_room,
    };
    // Also without a terminal: an action that polkit does not know, it refuses words for.
    let reply = authority.check(action, None, Dialog::No).await;
    reply.map_err(|refused| refused.unasked())?.would_ask()?;
    match on_terminal {
        Ok(()) => Ok(Shown::OnTerminal),
        // What the dialog lacks says more than that there is no terminal.
        Err(Unavailable::NoTerminal) => Err(in_dialog),
        Err(why) => Err(why),
    }
}

/// Whether a graphic session shows the dialog beside the terminal. An agent that asks on
/// the same terminal would get what is typed only in part.
///
/// These variables take the terminal away, and give nothing.
pub(super) fn is_beside_a_screen() -> Result<(), Unavailable> {
    let is_set = |name| std::env::var_os(name).is_some_and(|it| !it.is_empty());
    if ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(is_set) {
        return Err(Unavailable::RemoteSession);
    }
    match ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().any(is_set) {
        true => Ok(()),
        false => Err(Unavailable::NoGraphicSession),
    }
}

/// Words to ask polkit with whether it takes any.
pub(super) fn no_question() -> String {
    SafeText::literal("Authentication is required").to_string()
}
