//! From a command's flags to the guard that asks.

use core::num::NonZeroU8;
use std::{path::PathBuf, sync::Arc, time::Duration};

use openpass_auth::{
    AttemptLimit, AttemptStore, Authenticator, Confirmation, CoolDown, FirstAvailable, Unavailable,
};
use openpass_auth_macos::{BiometricAuthenticator, RenewsPin};
use openpass_auth_passphrase::{
    IdentityVerifier, PassphraseAuthenticator, PassphraseFd, PassphrasePrompt, PinentryPrompt,
    TerminalConfirmation, TerminalPrompt,
};
use openpass_policy::{
    Action, AuthFactor, Channel, Decision, Guard, Operation, PolicyEngine, Principal, Request,
    StepUp, Unattended,
};
use openpass_vault::{AttemptFile, EnrolmentFile, GuardLog, Settings, Vault};

use crate::{
    args::{Asking, Prompt},
    failure::Failure,
    output::Output,
};

/// How often a person may answer wrongly: two more prompts after the first.
pub(crate) const TRIES: NonZeroU8 = match NonZeroU8::new(3) {
    Some(tries) => tries,
    None => NonZeroU8::MIN,
};

/// One command's way to ask: its flags, its vault and the guard's settings.
pub(crate) struct Asker<'a> {
    flags: &'a Asking,
    vault: &'a Vault,
    settings: Settings,
    engine: Arc<PolicyEngine>,
    old_identity: Option<PathBuf>,
}

impl<'a> Asker<'a> {
    /// `engine` decides; it is the host's matter which one can be had.
    pub(crate) fn new(
        flags: &'a Asking,
        vault: &'a Vault,
        engine: PolicyEngine,
        output: &Output,
    ) -> Self {
        let settings = vault.settings();
        warn(&settings, output);
        Self {
            flags,
            vault,
            settings,
            engine: Arc::new(engine),
            old_identity: None,
        }
    }

    /// Asks for the passphrase of an older identity.age, not of the vault's.
    pub(crate) fn with_old_identity(mut self, file: PathBuf) -> Self {
        self.old_identity = Some(file);
        self
    }

    pub(crate) const fn flags(&self) -> &Asking {
        self.flags
    }

    pub(crate) const fn vault(&self) -> &Vault {
        self.vault
    }

    /// How long one prompt may take.
    pub(crate) const fn timeout(&self) -> Duration {
        self.settings.timeout
    }

    pub(crate) fn engine(&self) -> &PolicyEngine {
        &self.engine
    }

    /// Who asks, and under which settings.
    pub(crate) fn request(&self) -> Request {
        let request = self.vault.request().because(self.flags.reason.clone());
        let request = if self.is_unattended() {
            request.unattended()
        } else {
            request
        };
        match runs_as_agent() {
            None => request,
            Some(name) => {
                let agent = self.vault.agent_ref(&name);
                request.on_behalf_of(Principal::Agent(agent), Channel::Cli)
            }
        }
    }

    /// Whether the flags say that nobody is there.
    pub(crate) const fn is_unattended(&self) -> bool {
        self.flags.yes && self.flags.no_biometric
    }

    /// Refuses flags that do not fit `decision`, before anybody is asked.
    pub(crate) fn flags_fit(&self, decision: &Decision) -> Result<(), Failure> {
        if !matches!(decision, Decision::RequireBiometry { .. }) || !self.flags.yes {
            return Ok(());
        }
        if !self.flags.no_biometric {
            return Err(Failure::Usage(
                "--yes does not answer for a critical change; leave it out to be asked, or run \
                 unattended with `--yes --no-biometric --reason TEXT`"
                    .to_owned(),
            ));
        }
        if self
            .flags
            .reason
            .as_deref()
            .unwrap_or_default()
            .trim()
            .is_empty()
        {
            return Err(Failure::Usage(
                "an unattended critical change needs a reason; add `--reason TEXT`".to_owned(),
            ));
        }
        Ok(())
    }

    /// The guard that these flags and settings make.
    pub(crate) fn guard(
        &self,
        operation: &Operation,
        decision: &Decision,
        output: &Output,
    ) -> Result<Guard, Failure> {
        // What is denied or allowed as it is must not fail for want of a
        // verifier: the guard refuses the one and logs both.
        if !matches!(decision, Decision::RequireBiometry { .. }) {
            let guard = self.guard_with(Arc::new(FirstAvailable::new(Vec::new())));
            // A key that gives no power takes no y/N either.
            let routine = operation.action() == Action::SetRoutineConfigKey;
            return Ok(if self.flags.yes || routine {
                guard
            } else {
                guard.with_courtesy(self.confirmation())
            });
        }
        let chain = FirstAvailable::new(self.authenticators(operation, output)?);
        Ok(self.guard_asking(Arc::new(chain)))
    }

    /// The same, asking `authenticator` in place of those of the flags.
    pub(crate) fn guard_asking(&self, authenticator: Arc<dyn Authenticator>) -> Guard {
        if self.is_unattended() {
            let guard = self.guard_with(authenticator);
            return if self.waives() {
                guard.with_waiver()
            } else {
                guard
            };
        }
        let guard = self
            .guard_with(Arc::new(self.cooled(authenticator)))
            .with_tries(TRIES);
        if self.confirms() {
            guard.with_confirmation(self.confirmation())
        } else {
            guard
        }
    }

    /// What the settings let do for `operation` in place of a proof: a y/N, or
    /// nothing at all.
    pub(crate) fn opt_out(&self, operation: &Operation) -> Option<AuthFactor> {
        let factor = if self.waives() {
            AuthFactor::Waived
        } else if self.confirms() {
            AuthFactor::Confirm
        } else {
            return None;
        };
        let taken = self.engine.decide_with(operation, factor).is_ok();
        taken.then_some(factor)
    }

    /// Whether the settings ask scripts for nothing, and no flag gives a proof.
    fn waives(&self) -> bool {
        let waives = self.settings.guard.unattended == Unattended::Waive;
        waives && self.is_unattended() && self.flags.passphrase_fd.is_none()
    }

    /// Whether the settings ask a person for a y/N, and no flag for more.
    fn confirms(&self) -> bool {
        let confirms = self.settings.guard.step_up == StepUp::Confirm;
        confirms && !self.is_unattended() && !self.flags.biometric && !self.flags.no_biometric
    }

    /// Whether Touch ID could ask somebody now.
    pub(crate) fn finger_available(&self) -> Result<(), Unavailable> {
        BiometricAuthenticator::new(Arc::new(EnrolmentFile::of(self.vault))).available()
    }

    /// A y/N on the terminal, which cools down when it is declined.
    fn confirmation(&self) -> Arc<dyn Confirmation> {
        let question = Arc::new(TerminalConfirmation::new());
        Arc::new(CoolDown::new(question, self.attempts()))
    }

    fn guard_with(&self, authenticator: Arc<dyn Authenticator>) -> Guard {
        let log = Arc::new(GuardLog::of(self.vault));
        Guard::new(Arc::clone(&self.engine), authenticator, log).with_timeout(self.settings.timeout)
    }

    /// Where this vault's wrong answers and declined prompts are counted.
    fn attempts(&self) -> Arc<dyn AttemptStore> {
        Arc::new(AttemptFile::of(self.vault))
    }

    /// Cools `authenticator` down when its prompts are declined.
    pub(crate) fn cooled(
        &self,
        authenticator: Arc<dyn Authenticator>,
    ) -> CoolDown<dyn Authenticator> {
        CoolDown::new(authenticator, self.attempts())
    }

    /// Limits how often `passphrase` may be answered wrongly.
    pub(crate) fn limited(&self, passphrase: impl Authenticator + 'static) -> Arc<AttemptLimit> {
        Arc::new(AttemptLimit::new(Arc::new(passphrase), self.attempts()))
    }

    /// Whom these flags and settings ask, in order.
    fn authenticators(
        &self,
        operation: &Operation,
        output: &Output,
    ) -> Result<Vec<Arc<dyn Authenticator>>, Failure> {
        if self.is_unattended() {
            return self.unattended(operation, output);
        }
        let finger = BiometricAuthenticator::new(Arc::new(EnrolmentFile::of(self.vault)));
        let mut chain: Vec<Arc<dyn Authenticator>> = Vec::new();
        let never = self.settings.guard.step_up == StepUp::Passphrase;
        if !self.flags.no_biometric && !never {
            chain.push(Arc::new(if self.flags.biometric {
                finger.clone().biometric_only()
            } else {
                finger.clone()
            }));
        }
        if !self.flags.biometric {
            chain.push(self.passphrase(operation, finger, output)?);
        }
        Ok(chain)
    }

    /// The passphrase, on the terminal or in a dialog. It vouches for the fingers that are
    /// enrolled now, so the person is told when those are others than before.
    fn passphrase(
        &self,
        operation: &Operation,
        finger: BiometricAuthenticator,
        output: &Output,
    ) -> Result<Arc<dyn Authenticator>, Failure> {
        if let Err(reason @ Unavailable::EnrolmentChanged) = finger.available() {
            output.note(&format!(
                "Warning: {reason}. The passphrase accepts them; refuse if you enrolled none."
            ));
        }
        let verifier = self.verifier(operation, output)?;
        let prompt = PassphraseAuthenticator::new(self.prompt()?, verifier);
        Ok(Arc::new(RenewsPin::new(self.limited(prompt), finger)))
    }

    /// Where the passphrase is asked for. There is no way from one to the
    /// other: whoever asked for a dialog may not own the terminal.
    fn prompt(&self) -> Result<Box<dyn PassphrasePrompt>, Failure> {
        Ok(match (self.flags.prompt, &self.settings.pinentry) {
            (Prompt::Terminal, _) => Box::new(TerminalPrompt::new()),
            (Prompt::Gui, Some(program)) => Box::new(PinentryPrompt::with_program(program)?),
            (Prompt::Gui, None) => Box::new(PinentryPrompt::new()),
        })
    }

    fn unattended(
        &self,
        operation: &Operation,
        output: &Output,
    ) -> Result<Vec<Arc<dyn Authenticator>>, Failure> {
        let Some(prompt) = self.passphrase_fd()? else {
            return Ok(Vec::new());
        };
        let verifier = self.verifier(operation, output)?;
        Ok(vec![
            self.limited(PassphraseAuthenticator::new(prompt, verifier)),
        ])
    }

    /// What verifies the passphrase that vouches for `operation`. The person is
    /// told what it proves, where that is less than they may expect.
    pub(crate) fn verifier(
        &self,
        operation: &Operation,
        output: &Output,
    ) -> Result<IdentityVerifier, Failure> {
        if let Some(file) = &self.old_identity {
            return Ok(self.vault.verifier_of_old(file)?);
        }
        let mut notices = self.vault.identity_notices()?;
        notices.extend(self.vault.first_use_notice()?);
        for notice in notices {
            output.note(&format!("Note: {notice}."));
        }
        Ok(self.vault.verifier_for(operation)?)
    }

    /// The file descriptor with the passphrase, if the flags name one and the
    /// settings allow it.
    pub(crate) fn passphrase_fd(&self) -> Result<Option<PassphraseFd>, Failure> {
        let Some(number) = self.flags.passphrase_fd else {
            return Ok(None);
        };
        if self.settings.guard.unattended == Unattended::Refuse {
            return Err(Failure::Usage(
                "the guard's settings refuse unattended changes (unattended: refuse); run it in a \
                 terminal"
                    .to_owned(),
            ));
        }
        Ok(Some(PassphraseFd::open(number)?))
    }
}

/// The agent that the environment says runs this. It may lower who asks, and
/// nothing raises them.
pub(crate) fn runs_as_agent() -> Option<String> {
    let name = std::env::var_os("OPENPASS_AGENT")?;
    // A name that is not UTF-8 is no agent's, and has no power.
    Some(name.to_string_lossy().into_owned())
}

/// Says what makes the guard weaker, or stricter, than a person may expect.
fn warn(settings: &Settings, output: &Output) {
    if let Some(problem) = &settings.problem {
        output.note(&format!(
            "Warning: the guard's settings cannot be used, so the strictest hold: {problem}"
        ));
    }
    if settings.guard.step_up == StepUp::Confirm {
        output.note(
            "Warning: by the guard's settings a y/N is enough for your own changes (step_up: \
             confirm); undo it with `openpass guard set step-up default`.",
        );
    }
    if settings.guard.unattended == Unattended::Waive {
        output.note(
            "Warning: by the guard's settings scripts prove nothing (unattended: waive); undo it \
             with `openpass guard set unattended default`.",
        );
    }
}
