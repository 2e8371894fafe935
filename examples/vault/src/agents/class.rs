//! The classes of a profile's fields, by what a value of theirs gives.

/// The kind of power that a field gives. The direction of a change and the
/// value that two values meet in are rules of a class, so that the two cannot
/// disagree about which fields they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Something that the agent may do, or not.
    Power,
    /// Whether anybody is asked.
    Approval,
    /// The older word for it, which counts under the approval mode.
    RequireApproval,
    /// The tools, of which none means every one.
    Tools,
    /// A list of what is allowed. By the product's version, an empty one allows
    /// everything or nothing.
    Allowed,
    /// A list of what is hidden.
    Hidden,
    /// A limit.
    Quota,
    /// A value for which nobody can tell which of two gives more.
    Other,
}

impl Class {
    pub(super) fn of(field: &str) -> Self {
        match field {
            "canWrite" | "canRunCommands" | "canManageConfig" | "canUseClipboard"
            | "canUseAutotype" | "canReadValues" | "exposeValueTools" | "autoUnseal" => Self::Power,
            "approvalMode" => Self::Approval,
            "requireApproval" => Self::RequireApproval,
            "allowed_tools" => Self::Tools,
            "allowedPaths" | "allowedExecutables" | "allowedEnvVars" => Self::Allowed,
            "redactFields" => Self::Hidden,
            "max_reads_per_hour" | "max_reads_per_day" | "max_secrets_in_session" => Self::Quota,
            _ => Self::Other,
        }
    }
}
