//! The policies that are part of the program, and what is known of them before they are
//! parsed: so that a start does not work it out each time.

pub(super) const FILES: [(&str, &str); 2] = [
    ("guards.cedar", include_str!("../../policies/guards.cedar")),
    (
        "default.cedar",
        include_str!("../../policies/default.cedar"),
    ),
];

// INVARIANT: a test compares all of it with what the policies say. With a level too few, Cedar
// would run out of stack, which denies; with a policy too many among the blind ones, what it
// says of no factor would count for every factor.
/// The number of levels of the policy that nests deepest.
pub(super) const LEVELS: usize = 8;
/// The attributes and tags that some policy looks at.
pub(super) const LOOKED_AT: &[&str] = &[
    "agent",
    "allTools",
    "approver",
    "attended",
    "authentication",
    "canManageConfig",
    "channel",
    "credential",
    "factor",
    "guard",
    "requester",
    "stepUp",
    "unattended",
];
/// The policies that answer the same whatever vouches for an operation, by id.
pub(super) const BLIND: &[&str] = &[
    "default.agent-changes",
    "default.agent-looks",
    "default.person",
    "guard.agents-leave-guardrails-alone",
    "guard.agents-need-can-manage-config",
    "guard.agents-never-widen-themselves",
];

#[cfg(test)]
mod tests;
