//! Places of prompts, so that no two prompts are open in the same place.

use core::fmt;

use crate::SafeText;

/// A place in which a prompt is shown: this terminal, this screen, one person's phone.
///
/// The guard of `openpass-policy` shows one prompt at a time in one place, and as many
/// at once as there are places. An authenticator says which places it takes
/// ([`Authenticator::places`](crate::Authenticator::places)); by default it takes
/// [all of them](Self::anywhere).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PromptPlace(Where);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Where {
    Anywhere,
    Terminal,
    Screen,
    Named(String),
}

impl PromptPlace {
    /// The place of a prompt that does not say where it is: while such a prompt is up,
    /// there is no other in this process.
    #[must_use]
    pub const fn anywhere() -> Self {
        Self(Where::Anywhere)
    }

    /// The process's terminal.
    #[must_use]
    pub const fn terminal() -> Self {
        Self(Where::Terminal)
    }

    /// The screen of the session that the process is in.
    #[must_use]
    pub const fn screen() -> Self {
        Self(Where::Screen)
    }

    /// A place of the host's own, such as `the phone of ada`. Two of one name are
    /// one place.
    pub fn named(name: impl Into<String>) -> Self {
        Self(Where::Named(name.into()))
    }

    /// Whether the place is that of [`anywhere`](Self::anywhere).
    #[must_use]
    pub const fn is_anywhere(&self) -> bool {
        matches!(self.0, Where::Anywhere)
    }

    /// The place in words, such as `on this terminal`.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        match &self.0 {
            Where::Anywhere => SafeText::literal("in this program"),
            Where::Terminal => SafeText::literal("on this terminal"),
            Where::Screen => SafeText::literal("on this screen"),
            Where::Named(name) => SafeText::fill("on {}", &[&SafeText::escape(name)]),
        }
    }
}

impl fmt::Display for PromptPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().fmt(f)
    }
}
