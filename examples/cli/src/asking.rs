//! From a command's flags to the guard that asks.

use core::num::NonZeroU8;
use std::sync::Arc;

use openpass_auth::{
    AttemptLimit, AttemptStore, Authenticator, Confirmation, CoolDown, FirstAvailable, Unavailable,
};
use openpass_auth_macos::{BiometricAuthenticator, RenewsPin};
use openpass_auth_passphrase::{
    IdentityVerifier, PassphraseAuthenticator, PassphraseFd, TerminalConfirmation, TerminalPrompt,
};
use openpass_policy::{
    AgentRef, Channel, Decision, Guard, PolicyEngine, Principal, Request, StepUp, Tier, Unattended,
};
use openpass_vault::{AttemptFile, EnrolmentFile, GuardLog, Settings, Vault};

use crate::{args::Asking, failure::Failure, output::Output};

/// How often a person may answer wrongly: two more prompts after the first.
const TRIES: NonZeroU8 = match NonZeroU8::new(3) {
    Some(tries) => tries,
    None => NonZeroU8::MIN,
};

/// One command's way to ask: its flags, its vault and the guard's settings.
pub(crate) struct Asker<'a> {
    flags: &'a Asking,
    vault: &'a Vault,
    settings: Settings,
    engine: Arc<PolicyEngine>,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(
        flags: &'a Asking,
        vault: &'a Vault,
        output: &Output,
    ) -> Result<Self, Failure> {
        let settings = vault.settings();
        if let Some(problem) = &settings.problem {
            output.note(&format!(
                "Warning: the guard's settings cannot be used, so the strictest hold: {problem}"
            ));
        }
        Ok(Self {
            flags,
            vault,
            settings,
            engine: Arc::new(PolicyEngine::shipped()?),
        })
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
        match std::env::var_os("OPENPASS_AGENT") {
            None => request,
            Some(name) => {
                let agent = self.agent(&name.to_string_lossy());
                request.on_behalf_of(Principal::Agent(agent), Channel::Cli)
            }
        }
    }

    /// The agent that OPENPASS_AGENT lowers the principal to. One that the
    /// vault does not know, or cannot say, has no power at all.
    fn agent(&self, name: &str) -> AgentRef {
        self.vault
            .config()
            .and_then(|config| config.agent(name))
            .map_or_else(
                |_| AgentRef::new(name, Tier::Custom, false),
                |profile| profile.agent_ref(),
            )
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
    pub(crate) fn guard(&self, output: &Output) -> Result<Guard, Failure> {
        let chain = FirstAvailable::new(self.authenticators(output)?);
        if self.is_unattended() {
            let guard = self.guard_with(Arc::new(chain));
            let waives = self.settings.guard.unattended == Unattended::Waive;
            return Ok(if waives && self.flags.passphrase_fd.is_none() {
                guard.with_waiver()
            } else {
                guard
            });
        }
        let chain = CoolDown::new(Arc::new(chain), self.attempts());
        let guard = self.guard_with(Arc::new(chain)).with_tries(TRIES);
        let opted_out = self.settings.guard.step_up == StepUp::Confirm;
        Ok(
            if opted_out && !self.flags.biometric && !self.flags.no_biometric {
                guard.with_confirmation(self.confirmation())
            } else {
                guard
            },
        )
    }

    /// A y/N on the terminal, which cools down when it is declined.
    pub(crate) fn confirmation(&self) -> Arc<dyn Confirmation> {
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

    /// Limits how often `passphrase` may be answered wrongly.
    fn limited(&self, passphrase: impl Authenticator + 'static) -> Arc<AttemptLimit> {
        Arc::new(AttemptLimit::new(Arc::new(passphrase), self.attempts()))
    }

    /// Whom these flags and settings ask, in order.
    fn authenticators(&self, output: &Output) -> Result<Vec<Arc<dyn Authenticator>>, Failure> {
        if self.is_unattended() {
            return self.unattended();
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
            chain.push(self.passphrase(finger, output)?);
        }
        Ok(chain)
    }

    /// The passphrase on the terminal. It vouches for the fingers that are
    /// enrolled now, so the person is told when those are others than before.
    fn passphrase(
        &self,
        finger: BiometricAuthenticator,
        output: &Output,
    ) -> Result<Arc<dyn Authenticator>, Failure> {
        if let Err(reason @ Unavailable::EnrolmentChanged) = finger.available() {
            output.note(&format!(
                "Warning: {reason}. The passphrase accepts them; refuse if you enrolled none."
            ));
        }
        let verifier = IdentityVerifier::new(self.vault.identity()?)?;
        let prompt = PassphraseAuthenticator::new(TerminalPrompt::new(), verifier);
        Ok(Arc::new(RenewsPin::new(self.limited(prompt), finger)))
    }

    fn unattended(&self) -> Result<Vec<Arc<dyn Authenticator>>, Failure> {
        let Some(number) = self.flags.passphrase_fd else {
            return Ok(Vec::new());
        };
        if self.settings.guard.unattended == Unattended::Refuse {
            return Err(Failure::Usage(
                "the guard's settings refuse unattended changes (unattended: refuse); run it in a \
                 terminal"
                    .to_owned(),
            ));
        }
        let prompt = PassphraseFd::open(number)?;
        let verifier = IdentityVerifier::new(self.vault.identity()?)?;
        Ok(vec![
            self.limited(PassphraseAuthenticator::new(prompt, verifier)),
        ])
    }
}
