//! From a command's flags to the guard that asks.

use core::num::NonZeroU8;
use std::sync::Arc;

use openpass_auth::{Authenticator, FirstAvailable};
use openpass_auth_macos::BiometricAuthenticator;
use openpass_auth_passphrase::{
    IdentityVerifier, PassphraseAuthenticator, PassphraseFd, TerminalConfirmation, TerminalPrompt,
};
use openpass_policy::{
    AgentRef, Channel, Decision, Guard, PolicyEngine, Principal, Request, StepUp, Tier, Unattended,
};
use openpass_vault::{GuardLog, Settings, Vault};

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
        let request = request.at(crate::clock::now());
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
    pub(crate) fn guard(&self) -> Result<Guard, Failure> {
        let authenticator = Arc::new(FirstAvailable::new(self.authenticators()?));
        let log = Arc::new(GuardLog::of(self.vault));
        let guard = Guard::new(Arc::clone(&self.engine), authenticator, log)
            .with_timeout(self.settings.timeout);
        if self.is_unattended() {
            let waives = self.settings.guard.unattended == Unattended::Waive;
            return Ok(if waives && self.flags.passphrase_fd.is_none() {
                guard.with_waiver()
            } else {
                guard
            });
        }
        let guard = guard.with_tries(TRIES);
        let opted_out = self.settings.guard.step_up == StepUp::Confirm;
        Ok(
            if opted_out && !self.flags.biometric && !self.flags.no_biometric {
                guard.with_confirmation(Arc::new(TerminalConfirmation::new()))
            } else {
                guard
            },
        )
    }

    /// Whom these flags and settings ask, in order.
    fn authenticators(&self) -> Result<Vec<Arc<dyn Authenticator>>, Failure> {
        if self.is_unattended() {
            return self.unattended();
        }
        let mut chain: Vec<Arc<dyn Authenticator>> = Vec::new();
        let never = self.settings.guard.step_up == StepUp::Passphrase;
        if !self.flags.no_biometric && !never {
            chain.push(Arc::new(BiometricAuthenticator::new()));
        }
        if !self.flags.biometric {
            let verifier = IdentityVerifier::new(self.vault.identity()?)?;
            let prompt = TerminalPrompt::new();
            chain.push(Arc::new(PassphraseAuthenticator::new(prompt, verifier)));
        }
        Ok(chain)
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
        Ok(vec![Arc::new(PassphraseAuthenticator::new(
            prompt, verifier,
        ))])
    }
}
