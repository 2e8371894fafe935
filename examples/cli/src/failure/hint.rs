//! Hints on what to do next, by what went wrong and by what was asked for.

use core::error::Error as _;

use openpass_approval::{AssertionError, TouchError};
use openpass_auth::{AuthError, Factor, Unavailable};
use openpass_auth_passphrase::{NewPassphraseError, PassphrasePrompt as _, PinentryPrompt};
use openpass_policy::{PolicyId, Refusal};

use openpass_vault::{Requester, for_a_shell};

use super::Failure;
use crate::door;

impl Failure {
    /// The hint: what the user of the command can do about the failure, if
    /// anything.
    ///
    /// INVARIANT: no agent is told to give the passphrase, or how.
    pub(super) fn hint(&self) -> Option<String> {
        match door::requester() {
            Requester::Person => match self.own_policy() {
                Some(id) => Some(take_it_back(id)),
                None => self.for_a_person().map(str::to_owned),
            },
            Requester::Agent { .. } | Requester::Claimed { .. } => self.for_an_agent(),
        }
    }

    fn for_an_agent(&self) -> Option<String> {
        let hint = match self {
            Self::Waits { request, .. } => {
                return Some(format!(
                    "tell the person you work for; they decide within 15 minutes, in a terminal of their own, with `{}`. You cannot answer for them",
                    request.command
                ));
            }
            Self::NotAnswered(AuthError::Unavailable(_)) => {
                "add `--yes`: this change takes a y/N, and no proof"
            }
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(_)))
            | Self::CannotWait { .. }
            | Self::NewPassphrase(_)
            | Self::NotBound => {
                "nothing was changed; this is for a person to run, in a terminal of their own"
            }
            Self::Refused(Refusal::NotAuthenticated(_)) => {
                "nothing was changed; a person decides on it, so ask again only when they say so"
            }
            Self::Refused(Refusal::Denied(_)) => {
                "nothing was changed; no person's approval changes what policy denies, so do not try again"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }

    /// The first policy of the person's own that denied it.
    fn own_policy(&self) -> Option<&PolicyId> {
        match self {
            Self::Refused(Refusal::Denied(denial)) => {
                denial.policies().iter().find(|id| !id.is_shipped())
            }
            _ => None,
        }
    }

    fn for_a_person(&self) -> Option<&'static str> {
        match self {
            Self::Refused(Refusal::NotAuthenticated(AuthError::Unavailable(why)))
            | Self::NotAnswered(AuthError::Unavailable(why))
                if why.is_for_want_of_room() =>
            {
                Some(
                    "nothing was changed; run it in a larger terminal, without `--biometric` and `--prompt gui`: long questions are shown there page by page",
                )
            }
            Self::NewPassphrase(NewPassphraseError::NotAnswered(AuthError::Unavailable(_))) => {
                Some(if cfg!(windows) {
                    "run it in a console of your own"
                } else {
                    "run it in a terminal of your own, or give the passphrase with `--passphrase-fd N`"
                })
            }
            Self::NotAnswered(AuthError::Unavailable(_)) => {
                Some("run it in a terminal of your own, or add `--yes`: this change takes a y/N")
            }
            Self::LogGone => {
                Some("`openpass audit verify` says what is there; then follow the log again")
            }
            Self::NotBound => Some(
                "rotate it once with the product's own `auth rotate-passphrase`, which asks for no proof, and assume that anybody who had the file has read the vault; docs/cli.md says more",
            ),
            Self::Refused(Refusal::NotAuthenticated(error)) => not_authenticated(error),
            Self::Refused(Refusal::Denied(_)) => Some(
                "`openpass policy explain`, followed by the same command, shows which policies decide",
            ),
            _ => None,
        }
    }
}

/// Returns a hint on the way to take back a policy that denied something by mistake.
///
/// INVARIANT (no policy locks its owner out): the command that is named is decided by the
/// shipped policies, and takes the id that the denial tells.
fn take_it_back(id: &PolicyId) -> String {
    format!(
        "`openpass policy explain`, followed by the same command, shows why; in a terminal of your own, `openpass policy remove {}` takes a mistaken policy away, and `openpass guard restore` takes away a policy that you did not apply",
        for_a_shell(id.as_str()),
    )
}

fn not_authenticated(error: &AuthError) -> Option<&'static str> {
    match error {
        AuthError::Unavailable(why) => {
            let dialog = PinentryPrompt::new().available().is_ok();
            Some(nobody_was_asked(why, dialog))
        }
        AuthError::Rejected {
            factor: Factor::Passphrase,
        } => Some("nothing was changed; run the command again when you have the passphrase"),
        AuthError::Rejected { .. } => {
            Some("nothing was changed; run the command again to be asked once more")
        }
        AuthError::Backend(broken) => match broken.source()?.downcast_ref()? {
            AssertionError::NotAnApprover => Some(
                "nothing was changed. The key that this passphrase derives is not the approver's key that is on the log: the log, the identity or the vault's id was exchanged. `openpass approver list` and `openpass audit verify` show what there is; `openpass approver add passphrase` enrols the passphrase's own key again, and every prompt says so for seven days",
            ),
            AssertionError::Touch(TouchError::CounterWentBack) => Some(
                "nothing was changed. Somebody may have a copy of this security key. Approve with another approver, or with the passphrase and `--no-biometric`, and put a new key in its place: `openpass approver add security-key --replace NAME`",
            ),
            _ => Some(
                "nothing was changed. The key that signed is broken, or somebody changed what it signs; approve with another approver, or with the passphrase and `--no-biometric`",
            ),
        },
        AuthError::LockedOut { .. } => Some(
            "nothing was changed; docs/lockout.md says what to do if it was not you, or if the passphrase is forgotten",
        ),
        _ => None,
    }
}

/// Returns the hint where the flags, the settings and the policies left
/// something to ask for, and nobody could be asked for it here.
///
/// `dialog` is whether one could be shown.
fn nobody_was_asked(why: &Unavailable, dialog: bool) -> &'static str {
    if *why == Unavailable::NoApprover {
        return "nothing was changed; `openpass approver list` shows who can approve, `openpass approver add passphrase`, `touch-id` or `security-key` adds one, and `openpass policy explain`, followed by the same command, shows which kind it takes";
    }
    if why.is_for_want_of_room() {
        return "nothing was changed; run it without `--biometric` in a terminal of your own that is larger";
    }
    let ways = why.ways();
    if dialog && is_of_a_terminal(why) {
        return "add `--prompt gui` to be asked in a dialog, run it in a terminal of your own, or give the passphrase with `--yes --no-biometric --reason TEXT --passphrase-fd N`";
    }
    // No descriptor of Windows gives a passphrase.
    if cfg!(windows) && (ways.contains(Factor::Passphrase) || is_of_a_prompt(why)) {
        return "run it in a console of your own";
    }
    if ways.contains(Factor::Passphrase) || is_of_a_prompt(why) {
        return "run it in a terminal of your own, or give the passphrase with `--yes --no-biometric --reason TEXT --passphrase-fd N`";
    }
    if waits_for_the_passphrase(why) {
        return "run it once without `--biometric`: the passphrase comes first, and vouches for the fingers that are enrolled now";
    }
    if ways.contains(Factor::Biometry) {
        return "nothing was changed; run it at the machine itself, where Touch ID can ask";
    }
    if cfg!(windows) {
        return "`--dry-run` shows what this change takes; if the passphrase is part of it, leave `--biometric` out, and run it in a console of your own";
    }
    "`--dry-run` shows what this change takes; if the passphrase is part of it, leave `--biometric` out, or add `--passphrase-fd N` to `--yes --no-biometric --reason TEXT`"
}

/// Whether a terminal is what was missing.
fn is_of_a_terminal(why: &Unavailable) -> bool {
    match why {
        Unavailable::Each(tried) => tried.iter().any(|one| is_of_a_terminal(&one.reason)),
        _ => matches!(
            why,
            Unavailable::NoTerminal | Unavailable::NotForeground | Unavailable::TerminalInUse
        ),
    }
}

/// A reason that the one prompt gave that was asked, which was for a
/// passphrase.
const fn is_of_a_prompt(why: &Unavailable) -> bool {
    !matches!(why, Unavailable::Each(_) | Unavailable::FactorNotAccepted)
}

/// Fingers that do not count until a passphrase was given.
fn waits_for_the_passphrase(why: &Unavailable) -> bool {
    let Unavailable::Each(tried) = why else {
        return false;
    };
    tried.iter().any(|one| {
        matches!(
            one.reason,
            Unavailable::EnrolmentChanged
                | Unavailable::EnrolmentUnknown
                | Unavailable::BiometryLockedOut
                | Unavailable::PassphraseDue { .. }
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p17_a_dialog_is_named_where_it_could_be_shown_and_a_terminal_was_missing() {
        let named = |why, dialog| nobody_was_asked(&why, dialog).contains("--prompt gui");
        assert!(named(Unavailable::NoTerminal, true));
        assert!(!named(Unavailable::NoTerminal, false));
        assert!(!named(Unavailable::NoGraphicSession, true));
    }
}
