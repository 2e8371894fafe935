//! The changes of circumstances that a policy may answer to.

use super::WhatIf;
use crate::{PolicyEngine, PolicyId, engine::Looks};

/// The paths whose values are the same, no matter who asks.
const NOT_OF_THE_ASKER: [&str; 5] = [
    "action",
    "context.attended",
    "context.authentication",
    "context.guard",
    "context.time",
];

/// Whether what the policy does may be otherwise once `change` is made. In doubt, yes.
///
/// Whether policies of a user's own decide at all depends on who asks, and through what:
/// that is not looked at here.
pub(super) fn on(engine: &PolicyEngine, id: &PolicyId, change: &WhatIf) -> bool {
    let Some(looks) = engine.looks(id).filter(|looks| !looks.opaque) else {
        return true;
    };
    match change {
        WhatIf::Factor(_) | WhatIf::Signed => looks.looks_within("context.authentication"),
        WhatIf::AskedByThePerson | WhatIf::CanManageConfig => !looks_at_these_alone(looks),
        WhatIf::Channel(_) => looks.looks_within("context.channel"),
        WhatIf::Attended(_) => looks.looks_within("context.attended"),
        WhatIf::StepUp(_) => looks.looks_within("context.guard.stepUp"),
        WhatIf::Unattended(_) => looks.looks_within("context.guard.unattended"),
        WhatIf::Sealed(_) => looks.looks_within("context.guard.sealed"),
        WhatIf::Time(_) => {
            looks.looks_within("context.time") || engine.looking_at_the_time().contains(id)
        }
        WhatIf::Without(_) => true,
    }
}

/// Whether what the policy does may depend on the factor, or on who signed. In doubt, yes.
pub(super) fn on_who_vouches(engine: &PolicyEngine, id: &PolicyId) -> bool {
    let looks = engine.looks(id).filter(|looks| !looks.opaque);
    looks.is_none_or(|looks| looks.looks_within("context.authentication"))
}

/// Whether nothing that it looks at depends on who asks. The scope counts too.
fn looks_at_these_alone(looks: &Looks) -> bool {
    let is_of_these = |path: &String| {
        let mut these = NOT_OF_THE_ASKER.into_iter();
        these.any(|whole| {
            let rest = path.strip_prefix(whole);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    looks.paths.keys().all(is_of_these)
}
