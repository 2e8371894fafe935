//! The policies that decide on a request, apart by whether they can tell what vouches for it.

use cedar_policy::{Policy, PolicySet};

/// The policies that decide on a request.
#[derive(Clone, Default)]
pub(super) struct Deciding {
    /// Those that answer the same whatever vouches for the request.
    pub(super) once: PolicySet,
    /// The others.
    pub(super) each: PolicySet,
}

impl Deciding {
    /// Policies that are not told apart.
    pub(super) fn together(each: PolicySet) -> Self {
        Self {
            once: PolicySet::new(),
            each,
        }
    }

    /// Returns the policies, apart, by whether each is blind. `None` if two have one id.
    ///
    /// INVARIANT: a blind policy does not look at `context.authentication`; the loader knows
    /// that by its shape.
    pub(super) fn apart<'p>(policies: impl Iterator<Item = (&'p Policy, bool)>) -> Option<Self> {
        let mut deciding = Self::default();
        for (policy, is_blind) in policies {
            let part = match is_blind {
                true => &mut deciding.once,
                false => &mut deciding.each,
            };
            part.add(policy.clone()).ok()?;
        }
        Some(deciding)
    }

    /// All of the policies.
    #[cfg(feature = "author")]
    pub(super) fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.once.policies().chain(self.each.policies())
    }

    /// The number of policies.
    pub(super) fn count(&self) -> usize {
        let (once, each) = (self.once.num_of_policies(), self.each.num_of_policies());
        once.saturating_add(each)
    }
}
