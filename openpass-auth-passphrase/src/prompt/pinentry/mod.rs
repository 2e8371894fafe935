//! Asks in a dialog, by way of pinentry.

mod connection;
mod error;
mod line;
mod process;
mod program;
mod session;
mod text;

use std::path::{Path, PathBuf};

use openpass_auth::{AuthError, BackendError, CancelledBy, PromptPlace, SafeText, Unavailable};

pub use self::error::PinentryError;
use self::{
    connection::{Answer, Connection, broken},
    process::Process,
};
use super::{
    Cancel, PassphrasePrompt, Question,
    signals::{ENDING, Signals},
    turn::Turn,
};
use crate::{Passphrase, buffer::Buffer, verifier};

/// The flavours that show a dialog, as `GETINFO flavor` names them. A pinentry that
/// fell back to curses says so behind a colon, and is none of these.
const DIALOGS: &[&str] = &[
    "gnome3", "qt", "qt4", "qt5", "qt6", "gtk2", "gtk3", "fltk", "efl", "mac",
];

/// libgpg-error's codes, as far as they tell who ended the dialog.
mod code {
    pub(super) const TIMEOUT: u32 = 62;
    pub(super) const CANCELED: u32 = 99;
    pub(super) const NOT_CONFIRMED: u32 = 114;
    pub(super) const FULLY_CANCELED: u32 = 198;
}

/// Asks in a dialog of the local graphic session, by way of pinentry.
///
/// On Windows it is not supported.
///
/// For hosts whose terminal is somebody else's, such as an MCP server. The prompt runs
/// only a pinentry that shows a dialog. It runs it by an absolute path, which neither
/// `PATH` nor another variable gives. The program and every folder above it belong to
/// root or the user, and nobody else can write them. The program gets no environment
/// but what a dialog needs, made up or looked at here.
///
/// The dialog shows at most 10 lines of 44 columns. First come the requester, the
/// request and all that gives power; if they do not fit, nobody is asked
/// ([`NoRoom`](openpass_auth::Unavailable::NoRoom)). Then come the notices, what gives
/// no power, or how much of it is not shown, and the facts.
///
/// The dialog goes away at the deadline, when the prompt is cancelled, and
/// when the program gets SIGTERM, SIGHUP, SIGINT or SIGQUIT, which then has its
/// own effect. pinentry and its children have ended when
/// [`ask`](PassphrasePrompt::ask) returns; on Linux it ends with a program that
/// is killed (SIGKILL), too. What they keep in memory meanwhile
/// is theirs.
#[derive(Debug, Clone, Default)]
pub struct PinentryPrompt {
    program: Option<PathBuf>,
}

impl PinentryPrompt {
    /// The first pinentry with a dialog among the usual places: in `/usr/bin`
    /// and `/usr/local/bin`, GNOME's, Qt's, GTK's and FLTK's; on macOS,
    /// `pinentry-mac` of Homebrew and of GPG Suite.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs this program and no other. The program is looked at again each time it is
    /// run.
    ///
    /// # Errors
    ///
    /// [`PinentryError`] if it cannot be trusted, or is not there.
    pub fn with_program(program: impl Into<PathBuf>) -> Result<Self, PinentryError> {
        let program = program.into();
        program::trusted(&program)?;
        Ok(Self {
            program: Some(program),
        })
    }

    /// The programs to try, in order, each fit to be run now: one or more.
    fn candidates(&self) -> Result<Vec<PathBuf>, AuthError> {
        let Some(program) = &self.program else {
            return Ok(fit(program::USUAL.iter().map(Path::new))?);
        };
        let program = program::trusted(program)
            .map_err(|error| BackendError::caused_by(error.to_string(), error))?;
        Ok(vec![program])
    }
}

impl PassphrasePrompt for PinentryPrompt {
    fn places(&self) -> Vec<PromptPlace> {
        vec![PromptPlace::screen()]
    }

    fn available(&self) -> Result<(), Unavailable> {
        session::variables()?;
        match self.candidates() {
            Err(AuthError::Unavailable(why)) => Err(why),
            // That a program of one's own cannot be trusted, `ask` says.
            _ => Ok(()),
        }
    }

    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Passphrase, AuthError> {
        let variables = session::variables()?;
        let candidates = self.candidates()?;
        let description = text::description(question)?;
        let _turn = Turn::wait(cancel, question.deadline())?;
        // Dropped after each process: a signal is sent on once the dialog is gone.
        let signals = Signals::catch(ENDING);
        let mut refused: AuthError = Unavailable::NotInteractive.into();
        for program in candidates {
            let process = Process::start(&program, &variables, cancel)?;
            let dialog = Connection::open(&process, &signals, cancel, question.deadline());
            match dialog.and_then(shows_a_dialog) {
                Ok(Ok(mut dialog)) => return ask(&mut dialog, question, &description),
                Ok(Err(flavor)) => refused = no_dialog(&program, &flavor).into(),
                // One that breaks before it shows anything: perhaps another works.
                Err(error @ AuthError::Backend(_)) => refused = error,
                Err(error) => return Err(error),
            }
        }
        Err(refused)
    }
}

/// Returns the programs of `usual` that may be run. If there are none, the error is the
/// reason why the first program that is there may not be run.
fn fit<'a>(usual: impl Iterator<Item = &'a Path>) -> Result<Vec<PathBuf>, Unavailable> {
    let mut programs = Vec::new();
    let mut refused = Vec::new();
    for path in usual {
        match program::trusted(path) {
            Ok(program) => programs.push(program),
            Err(PinentryError::NotFound { .. }) => {}
            Err(why) => refused.push(not_run(path, &why)),
        }
    }
    if !programs.is_empty() {
        return Ok(programs);
    }
    // One reason is enough to act on: the best pinentry that is there.
    match refused.into_iter().next() {
        Some(what) => Err(Unavailable::ShowsNoDialog { what }),
        None => Err(Unavailable::NotSupported),
    }
}

fn not_run(path: &Path, why: &PinentryError) -> SafeText {
    SafeText::fill(
        "the pinentry {} is not run: {}",
        &[
            &SafeText::quoted_whole(&path.to_string_lossy()),
            // Its paths are safe texts, and the rest of it is ours.
            &SafeText::composed(&why.to_string()),
        ],
    )
}

/// Returns the same connection if its pinentry shows a dialog; else the flavour that
/// pinentry says it has.
fn shows_a_dialog(mut dialog: Connection<'_>) -> Result<Result<Connection<'_>, String>, AuthError> {
    let mut flavor = Buffer::new();
    let answer = dialog.command("GETINFO flavor", Some(&mut flavor))?;
    let flavor = flavor.finish().unwrap_or_default();
    let known = DIALOGS
        .iter()
        .any(|name| name.as_bytes() == flavor.as_slice());
    if answer == Answer::Ok && known {
        return Ok(Ok(dialog));
    }
    Ok(Err(String::from_utf8_lossy(&flavor).into_owned()))
}

fn no_dialog(program: &Path, flavor: &str) -> Unavailable {
    let what = SafeText::fill(
        "{} is a pinentry of the flavor {}, which is not known to show a dialog; set one of these: {}",
        &[
            &SafeText::quoted_whole(&program.to_string_lossy()),
            &SafeText::quoted(flavor),
            &SafeText::whole(&DIALOGS.join(", ")),
        ],
    );
    Unavailable::ShowsNoDialog { what }
}

fn ask(
    dialog: &mut Connection<'_>,
    question: &Question,
    description: &str,
) -> Result<Passphrase, AuthError> {
    // Somewhat longer than there is time: pinentry calls its own timeout a
    // cancel. It counts only if this program ends without a word.
    let seconds = question.time_left().as_secs().saturating_add(2);
    let settings = [
        "SETTITLE OpenPass".to_owned(),
        "SETPROMPT Passphrase:".to_owned(),
        "SETOK Approve".to_owned(),
        "SETCANCEL Refuse".to_owned(),
        format!("SETTIMEOUT {seconds}"),
    ];
    for setting in settings.iter().chain(&text::attempt(question)) {
        // An old pinentry may not know one of them, and asks all the same.
        let _ = dialog.command(setting, None)?;
    }
    if dialog.command(description, None)? != Answer::Ok {
        return Err(broken("pinentry does not show what is to be approved"));
    }
    let mut typed = Buffer::new();
    let answer = dialog.command("GETPIN", Some(&mut typed))?;
    // What came in the same moment as a cancel or the deadline is no answer.
    dialog.still_wanted()?;
    match answer {
        Answer::Ok => Passphrase::from_buffer(typed).map_err(|_| verifier::rejected()),
        Answer::Refused(code::CANCELED | code::FULLY_CANCELED | code::NOT_CONFIRMED) => {
            Err(AuthError::Cancelled(CancelledBy::Person))
        }
        Answer::Refused(code::TIMEOUT) => Err(AuthError::TimedOut),
        Answer::Refused(code) => Err(BackendError::new(format!(
            "pinentry could not ask (its error {code}); run it in a terminal"
        ))
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn a_pinentry_that_is_there_and_not_run_is_named_with_the_reason() {
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("pinentry-mac");
        let missing = place.path().join("pinentry-qt");
        let usual = || fit([missing.as_path(), program.as_path()].into_iter());
        assert_eq!(usual(), Err(Unavailable::NotSupported));

        let chmod = |path: &Path, mode| {
            #[expect(clippy::disallowed_methods, reason = "a throw-away folder")]
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        chmod(place.path(), 0o700);
        std::os::unix::net::UnixListener::bind(&program).unwrap();
        chmod(&program, 0o755);
        let said = usual().unwrap_err().to_string();
        assert!(said.contains("pinentry-mac\" is not run: "), "{said}");
        assert!(said.contains("is not a program; set another"), "{said}");

        chmod(place.path(), 0o777);
        let said = usual().unwrap_err().to_string();
        assert!(said.contains("can be written by others"), "{said}");
        assert!(said.contains("chmod go-w"), "{said}");
    }
}
