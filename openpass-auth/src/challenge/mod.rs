//! One question put to one person.

mod brief;
mod detail;
mod settling;

use core::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::{AuthError, Binding, Factor, FactorSet, PrincipalId, SafeText, Unavailable};

pub use brief::{BriefLine, brief};
pub use detail::{Detail, Line, ShownChange};
pub use settling::{Settling, Unsettled};

/// Tells one challenge of this process from every other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChallengeId(u64);

impl ChallengeId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The number of a try, and the number of tries. The first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// This try.
    pub number: u8,
    /// The number of tries at the most.
    pub of: u8,
}

/// One question put to one person: what, by which factors, until when.
///
/// # What a prompt shows
///
/// It must show [`statement`](Self::statement), or
/// [`summary`](Self::summary) where the system's own words come before it, and
/// every change among [`details`](Self::details) that gives power, whole. A
/// prompt without room for these asks nobody and answers
/// [`Unavailable::NoRoom`]. What gives no power may be counted instead; facts
/// and [`notices`](Self::notices) come after that, as far as there is room.
///
/// Not `Clone`: to ask again is another challenge, with another id.
#[derive(Debug)]
pub struct Challenge {
    id: ChallengeId,
    summary: SafeText,
    statement: SafeText,
    tally: Option<SafeText>,
    details: Vec<Detail>,
    notices: Vec<SafeText>,
    code: Option<SafeText>,
    asked_by: Option<PrincipalId>,
    attempt: Attempt,
    accepts: FactorSet,
    signed_only: FactorSet,
    signable: FactorSet,
    binding: Option<Binding>,
    deadline: Instant,
    settling: Settling,
}

impl Challenge {
    /// A challenge that ends `timeout` from now, by the monotonic clock.
    ///
    /// `summary` is a verb phrase in lower case without a full stop, for it is
    /// read after "… is trying to" (Apple, `LAContext.localizedReason`). An
    /// empty one is replaced, since some prompts cannot show it.
    #[must_use]
    pub fn new(summary: SafeText, accepts: FactorSet, timeout: Duration) -> Self {
        let now = Instant::now();
        let summary = if summary.is_empty() {
            SafeText::literal("approve a change that was not described")
        } else {
            summary
        };
        Self {
            id: ChallengeId::next(),
            statement: summary.clone(),
            summary,
            tally: None,
            details: Vec::new(),
            notices: Vec::new(),
            code: None,
            asked_by: None,
            attempt: Attempt { number: 1, of: 1 },
            accepts,
            signed_only: FactorSet::EMPTY,
            signable: FactorSet::EMPTY,
            binding: None,
            // A timeout too long to add is no timeout at all: end it now.
            deadline: now.checked_add(timeout).unwrap_or(now),
            settling: Settling::default(),
        }
    }

    /// Names the principal that asks, such as `agent "hermes"`, where it is not
    /// the person who answers. Every form of the question begins with it.
    #[must_use]
    pub fn with_principal(mut self, principal: &SafeText) -> Self {
        self.statement = SafeText::fill("{} asks to {}", &[principal, &self.summary]);
        self.summary = SafeText::fill("let {} {}", &[principal, &self.summary]);
        self
    }

    /// Says which principal asks, for an authenticator that has to find somebody.
    #[must_use]
    pub fn asked_by(mut self, principal: PrincipalId) -> Self {
        self.asked_by = Some(principal);
        self
    }

    /// Adds how much the change gives and takes, such as `9 more powers`, for
    /// prompts that have the room.
    #[must_use]
    pub fn with_tally(mut self, tally: SafeText) -> Self {
        self.tally = Some(tally);
        self
    }

    /// Adds the lines to show, in order.
    #[must_use]
    pub fn with_details(mut self, details: Vec<Detail>) -> Self {
        self.details = details;
        self
    }

    /// Adds statements that the person should read before they answer, such as
    /// what an approval does beside the change.
    #[must_use]
    pub fn with_notices(mut self, notices: Vec<SafeText>) -> Self {
        self.notices = notices;
        self
    }

    /// Adds a short code, by which the person can tell this question from
    /// another and find it in the log.
    #[must_use]
    pub fn with_code(mut self, code: SafeText) -> Self {
        self.code = Some(code);
        self
    }

    /// Says that this is try `number` of `of`; from the second on, the last
    /// answer was wrong.
    #[must_use]
    pub const fn with_attempt(mut self, number: u8, of: u8) -> Self {
        self.attempt = Attempt { number, of };
        self
    }

    /// Says what an approver is to sign, and for which factors a signature counts. An
    /// answer by another factor is not signed.
    #[must_use]
    pub const fn bound_to(mut self, binding: Binding, factors: FactorSet) -> Self {
        self.binding = Some(binding);
        self.signable = factors;
        self
    }

    /// Says of which of the accepted factors an answer counts only with an
    /// approver's signature.
    #[must_use]
    pub const fn with_signed_only(mut self, factors: FactorSet) -> Self {
        self.signed_only = factors.intersection(self.accepts);
        self
    }

    /// This challenge's id.
    #[must_use]
    pub const fn id(&self) -> ChallengeId {
        self.id
    }

    /// The question as a verb phrase: `raise agent "codex" to admin`, or `let agent
    /// "hermes" raise agent "codex" to admin` where an agent asks.
    #[must_use]
    pub const fn summary(&self) -> &SafeText {
        &self.summary
    }

    /// The question as a statement that stands alone. It is that of
    /// [`summary`](Self::summary) when the person asks, and `agent "hermes" asks to raise
    /// agent "codex" to admin` when an agent does.
    #[must_use]
    pub const fn statement(&self) -> &SafeText {
        &self.statement
    }

    /// The count of what the change gives and takes, if it was counted.
    #[must_use]
    pub const fn tally(&self) -> Option<&SafeText> {
        self.tally.as_ref()
    }

    /// The lines to show.
    #[must_use]
    pub fn details(&self) -> &[Detail] {
        &self.details
    }

    /// Statements that stand after what must be shown, as far as there is room.
    #[must_use]
    pub fn notices(&self) -> &[SafeText] {
        &self.notices
    }

    /// The short code, when there is one.
    #[must_use]
    pub const fn code(&self) -> Option<&SafeText> {
        self.code.as_ref()
    }

    /// The principal that asks, where a guard said so.
    #[must_use]
    pub const fn principal(&self) -> Option<&PrincipalId> {
        self.asked_by.as_ref()
    }

    /// The number of this try, and of how many.
    #[must_use]
    pub const fn attempt(&self) -> Attempt {
        self.attempt
    }

    /// The factors that count as an answer.
    #[must_use]
    pub const fn accepts(&self) -> FactorSet {
        self.accepts
    }

    /// The factors among them that count only with an approver's signature.
    #[must_use]
    pub const fn signed_only(&self) -> FactorSet {
        self.signed_only
    }

    /// The binding that an approver signs if the person answers by `factor`.
    /// `None`: the challenge takes no signature for it, and a signature that is
    /// given all the same is refused.
    #[must_use]
    pub const fn binding_for(&self, factor: Factor) -> Option<&Binding> {
        match self.signable.contains(factor) {
            true => self.binding.as_ref(),
            false => None,
        }
    }

    /// The time at which an answer stops counting, by the monotonic clock.
    #[must_use]
    pub const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The time left to answer; zero when there is none.
    #[must_use]
    pub fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The handle by which an authenticator says that it verifies an answer.
    /// [`contain`] waits for that to end, and the prompt is gone by then.
    ///
    /// [`contain`]: crate::contain
    #[must_use]
    pub fn settling(&self) -> Settling {
        self.settling.clone()
    }

    /// Whether an unsigned answer by `factor` can still count. Authenticators call this
    /// before they ask; an authenticator that signs calls
    /// [`admits_signed`](Self::admits_signed).
    ///
    /// # Errors
    ///
    /// [`Unavailable::FactorNotAccepted`], or [`AuthError::TimedOut`] when the
    /// deadline has passed.
    pub fn admits(&self, factor: Factor) -> Result<(), AuthError> {
        if self.signed_only.contains(factor) {
            return Err(Unavailable::FactorNotAccepted.into());
        }
        self.admits_signed(factor)
    }

    /// Whether an answer by `factor` that an approver signs can still count.
    ///
    /// # Errors
    ///
    /// As [`admits`](Self::admits).
    pub fn admits_signed(&self, factor: Factor) -> Result<(), AuthError> {
        if !self.accepts.contains(factor) {
            return Err(Unavailable::FactorNotAccepted.into());
        }
        self.still_open()
    }

    /// Whether the deadline is still ahead.
    ///
    /// # Errors
    ///
    /// [`AuthError::TimedOut`] when it is not.
    pub fn still_open(&self) -> Result<(), AuthError> {
        if self.time_left().is_zero() {
            return Err(AuthError::TimedOut);
        }
        Ok(())
    }
}
