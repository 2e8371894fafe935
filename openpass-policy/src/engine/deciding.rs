//! The policies that decide on a request, apart by whether they can tell what vouches for it.

use cedar_policy::{Policy, PolicyId as CedarPolicyId, PolicySet};

/// The policies that decide on a request.
#[derive(Clone, Default)]
pub(super) struct Deciding {
    /// Those that answer the same whatever vouches for the request.
    pub(super) once: PolicySet,
    /// The others.
    pub(super) each: PolicySet,
}

impl Deciding {
    /// Policies of which nothing is known.
    pub(super) fn together(each: PolicySet) -> Self {
        Self {
            once: PolicySet::new(),
            each,
        }
    }

    /// Returns the policies, apart. `None` if two have one id.
    ///
    /// INVARIANT: what `is_blind` says yes to does not look at `context.authentication`; the
    /// loader knows that by the policy's shape.
    pub(super) fn apart<'p>(
        policies: impl Iterator<Item = &'p Policy>,
        is_blind: impl Fn(&CedarPolicyId) -> bool,
    ) -> Option<Self> {
        let mut deciding = Self::default();
        for policy in policies {
            let part = match is_blind(policy.id()) {
                true => &mut deciding.once,
                false => &mut deciding.each,
            };
            part.add(policy.clone()).ok()?;
        }
        Some(deciding)
    }

    /// The number of policies.
    pub(super) fn count(&self) -> usize {
        let (once, each) = (self.once.num_of_policies(), self.each.num_of_policies());
        once.saturating_add(each)
    }
}
