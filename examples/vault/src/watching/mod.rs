//! A person who watches what waits for one, and is asked about one request after the other.

use std::{
    io::{self, BufRead as _, IsTerminal as _},
    time::Duration,
};

use openpass_auth::Unavailable;
use openpass_policy::Refusal;

use crate::{DoorError, Pending, WaitingCall};

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod reader;

pub use reader::reader_goes;

/// The time between two looks at what waits.
const BETWEEN: Duration = Duration::from_millis(250);

/// A request that waits under a code.
pub trait Waits: PartialEq {
    /// The code that tells it from others.
    fn code(&self) -> &str;
}

impl Waits for Pending {
    fn code(&self) -> &str {
        &self.code
    }
}

impl Waits for WaitingCall {
    fn code(&self) -> &str {
        &self.code
    }
}

/// The requests that a host lets a person watch, and the host's words.
pub trait Watched {
    /// One request.
    type Request: Waits + Clone;
    /// The host's error.
    type Failure: From<io::Error> + From<DoorError>;

    /// Every request that waits, the oldest first.
    ///
    /// # Errors
    ///
    /// That they cannot be read. It ends the watch.
    fn waiting(&self) -> Result<Vec<Self::Request>, Self::Failure>;

    /// Shows a request.
    ///
    /// # Errors
    ///
    /// That nothing can be shown. It ends the watch.
    fn show(&self, request: &Self::Request) -> Result<(), Self::Failure>;

    /// Puts the question about a request. An answer of any kind is no error.
    ///
    /// # Errors
    ///
    /// That nobody can be asked about any request. It ends the watch.
    fn ask(&self, request: &Self::Request) -> Result<(), Self::Failure>;

    /// Says something to the person.
    fn say(&self, text: &str);

    /// Says what a person who wants to hear little can do without.
    fn note(&self, text: &str) {
        self.say(text);
    }
}

/// Shows each request as it comes, and asks about one after the other, the oldest first,
/// until the person ends it. A request that was asked about is not asked about again.
///
/// INVARIANT (no prompt of an asker's making): the agents' requests say what is shown. When
/// a question is put, the person says, by Enter: what they type or touch meanwhile answers
/// nothing.
///
/// # Errors
///
/// That stdin is no terminal, that nobody reads stdout any more, and what ends the watch in
/// `watched`.
pub fn watch<W: Watched>(watched: &W) -> Result<(), W::Failure> {
    if !io::stdin().is_terminal() {
        let nobody = Refusal::NotAuthenticated(Unavailable::NoTerminal.into());
        return Err(DoorError::from(nobody).into());
    }
    watched.note("Requests are shown as they come; ^C ends this.");
    let mut seen: Vec<W::Request> = Vec::new();
    loop {
        let waiting = watched.waiting()?;
        // One that was exchanged under its code is another.
        seen.retain(|known| waiting.contains(known));
        if let Some(next) = waiting.into_iter().find(|it| !seen.contains(it)) {
            seen.push(next.clone());
            watched.show(&next)?;
            // An Enter of before was not for this request.
            reader::forget_typed();
            watched.say("Enter shows the question; ^C ends this.");
            if io::stdin().lock().read_line(&mut String::new())? == 0 {
                return Ok(());
            }
            ask(watched, &next)?;
        } else if reader_goes(BETWEEN)? {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        }
    }
}

/// Asks about a request that was shown. One that was exchanged since is another, and is shown
/// anew.
fn ask<W: Watched>(watched: &W, shown: &W::Request) -> Result<(), W::Failure> {
    if watched.waiting()?.contains(shown) {
        return watched.ask(shown);
    }
    let code = shown.code();
    watched.note(&format!(
        "The request {code} waits no more as it was shown."
    ));
    Ok(())
}
