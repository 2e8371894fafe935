//! Making an approver of a security key.

use std::{sync::Arc, time::Duration};

use openpass_approval::Approver;
use openpass_auth::{AuthError, BackendError, Challenge, Factor, FactorSet, SafeText};
use openpass_auth_passphrase::{Cancel, Question};

use crate::{
    CredentialRequest, KeyError, Pin, SecurityKeyAuthenticator, credential,
    find::only,
    run::{on_a_thread, put},
};

impl SecurityKeyAuthenticator {
    /// Makes a credential on the one key that is plugged in, with its PIN and a touch,
    /// and gives the approver that it is from now on. `label` and `since` are as for
    /// [`Approver::new`]; the label is shown.
    ///
    /// Nothing is approved by this. Whether the approver is added is an operation of the
    /// host's, asked of an approver that is there already.
    ///
    /// The credential is not discoverable: the key keeps nothing, and the credential's
    /// id stands with the approver. So no slot of the key is used up, and a credential
    /// that was made in vain leaves nothing behind.
    ///
    /// # Cancellation
    ///
    /// As [`SecurityKeyAuthenticator`].
    ///
    /// # Errors
    ///
    /// As [`Authenticator::authenticate`](openpass_auth::Authenticator::authenticate), and
    /// [`AuthError::Backend`] also for a key that is one of these approvers already, for a
    /// credential that is not what was asked for, and for a label that is none.
    pub async fn register(
        &self,
        label: &str,
        since: &str,
        timeout: Duration,
    ) -> Result<Approver, AuthError> {
        let what = "make the security key that is plugged in an approver, called {}";
        let what = SafeText::fill(what, &[&SafeText::quoted(label)]);
        let challenge = Challenge::new(what, FactorSet::only(Factor::SecurityKey), timeout);
        let data = self.make(&challenge).await?;
        challenge.still_open()?;
        let (id, key) = credential::read(&data).map_err(broken)?;
        let approver = Approver::new(Factor::SecurityKey, key, label, since, Some(id));
        let approver = approver.map_err(broken)?;
        // One that ignores the list of those that it must not have.
        let is_there =
            |it: &Approver| it.id() == approver.id() || it.credential() == approver.credential();
        if self.approvers.iter().any(is_there) {
            return Err(KeyError::Enrolled.into());
        }
        Ok(approver)
    }

    async fn make(&self, challenge: &Challenge) -> Result<Vec<u8>, AuthError> {
        let question = Question::from(challenge);
        let exclude = self.approvers.iter().filter_map(Approver::credential);
        let request = CredentialRequest::excluding(exclude.map(<[u8]>::to_vec).collect());
        let (keys, prompt) = (Arc::clone(&self.keys), Arc::clone(&self.prompt));
        on_a_thread(challenge.time_left(), move |cancel| {
            prompt.available()?;
            let key = only(&*keys).map_err(KeyError::unasked)?;
            let asked = key.clone();
            let work =
                move |pin: Option<&Pin>, stop: &Cancel| keys.make(&asked, &request, pin, stop);
            put(&*prompt, &question, cancel, &key, None, work)
        })
        .await
    }
}

fn broken(why: impl std::error::Error + Send + Sync + 'static) -> BackendError {
    BackendError::caused_by(why.to_string(), why)
}
