//! The process that decides. It tells the supervisor one verdict, as its last act.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use super::{
    child::end_with_the_group,
    frame,
    judge::{Judge, Place, Verdict},
    settings::Settings,
    table::Adapter,
};

/// Decides the request that the supervisor sends.
pub(super) fn work(settings: &Settings, judge: impl FnOnce(&Place) -> Box<dyn Judge>) -> ExitCode {
    let start = Instant::now();
    let Ok((within, request)) = frame::read_request(&mut io::stdin().lock()) else {
        return ExitCode::FAILURE;
    };
    let watch = thread::Builder::new().spawn(end_with_the_supervisor);
    if watch.is_err() {
        return ExitCode::FAILURE;
    }
    let verdict = verdict(settings, judge, &request, start, within);
    let mut stdout = io::stdout().lock();
    let told = stdout.write_all(&frame::verdict(&verdict));
    match told.and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn verdict(
    settings: &Settings,
    judge: impl FnOnce(&Place) -> Box<dyn Judge>,
    request: &[u8],
    start: Instant,
    within: Duration,
) -> Verdict {
    let adapter: &Adapter = settings.adapter;
    let asked = match adapter.read(request) {
        Ok(asked) => asked,
        Err(unreadable) => return Verdict::refused(unreadable.to_string()),
    };
    let within = asked.answer_within.map_or(within, |time| time.min(within));
    match start.checked_add(within) {
        Some(until) => judge(&settings.place).judge(&asked, until),
        None => Verdict::refused("the time that is left cannot be told"),
    }
}

/// Waits for the end of stdin, which the supervisor holds open as long as it lives. Without
/// it nobody hears the verdict: what a person is asked then must not be approved any more.
fn end_with_the_supervisor() {
    // Whatever comes, or fails to: nothing is sent behind the request.
    drop(io::stdin().lock().read(&mut [0]));
    end_with_the_group()
}
