//! The prompts that a host may use.

/// The place of biometry among the prompts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new place must break the builds that choose one"
)]
pub enum Biometry {
    /// First, where it can ask.
    #[default]
    First,
    /// Alone: biometry or nothing.
    Only,
    /// Biometry is not asked for.
    Never,
}

/// The source of the passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new source must break the builds that choose one"
)]
pub enum PassphraseFrom {
    /// The person's terminal.
    Terminal,
    /// A dialog of the system.
    Dialog,
    /// A file descriptor above 2 that is no terminal.
    Descriptor(u32),
    /// Nowhere.
    Nowhere,
}

/// The prompts that a host may use. A host that leaves something out may ask
/// less, never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompts {
    biometry: Biometry,
    passphrase: PassphraseFrom,
    /// Whether the host may draw on the person's terminal.
    terminal: bool,
    /// Whether a person is expected to be there.
    attended: bool,
    /// Whether the command line said yes already.
    yes: bool,
    /// Whether the person asked for a factor, so that no y/N stands for it.
    factor: bool,
    /// Whether the terminal has colour.
    colour: bool,
}

impl Prompts {
    /// Biometry, else the passphrase on the person's terminal.
    #[must_use]
    pub const fn at_a_terminal() -> Self {
        Self {
            biometry: Biometry::First,
            passphrase: PassphraseFrom::Terminal,
            terminal: true,
            attended: true,
            yes: false,
            factor: false,
            colour: false,
        }
    }

    /// Biometry, else the passphrase in a dialog. No terminal: it belongs to
    /// another program.
    #[must_use]
    pub const fn dialogs() -> Self {
        Self {
            passphrase: PassphraseFrom::Dialog,
            terminal: false,
            ..Self::at_a_terminal()
        }
    }

    /// Returns the prompts where nobody is there to answer. The passphrase comes from
    /// `descriptor`, if one is named.
    #[must_use]
    pub const fn unattended(descriptor: Option<u32>) -> Self {
        Self {
            biometry: Biometry::Never,
            passphrase: match descriptor {
                Some(number) => PassphraseFrom::Descriptor(number),
                None => PassphraseFrom::Nowhere,
            },
            terminal: false,
            attended: false,
            yes: true,
            factor: true,
            colour: false,
        }
    }

    /// Puts biometry where the person wants it. Then a factor is wanted, and no
    /// y/N stands for it.
    #[must_use]
    pub const fn with_biometry(mut self, biometry: Biometry) -> Self {
        self.biometry = biometry;
        self.factor = true;
        if matches!(biometry, Biometry::Only) {
            self.passphrase = PassphraseFrom::Nowhere;
        }
        self
    }

    /// Asks for the passphrase in a dialog in place of the terminal. There is
    /// no way back from one to the other: the terminal may be another's.
    #[must_use]
    pub const fn in_a_dialog(mut self) -> Self {
        self.passphrase = PassphraseFrom::Dialog;
        self
    }

    /// Says that the command line said yes: no y/N is asked.
    #[must_use]
    pub const fn saying_yes(mut self) -> Self {
        self.yes = true;
        self
    }

    /// Colours on the terminal what gives power, if `colour`.
    #[must_use]
    pub const fn in_colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    pub(super) const fn has_colour(self) -> bool {
        self.colour
    }

    pub(super) const fn biometry(self) -> Biometry {
        self.biometry
    }

    pub(super) const fn passphrase(self) -> PassphraseFrom {
        self.passphrase
    }

    pub(super) const fn has_passphrase(self) -> bool {
        !matches!(self.passphrase, PassphraseFrom::Nowhere)
    }

    pub(super) const fn has_terminal(self) -> bool {
        self.terminal
    }

    /// Whether nobody is expected to be there.
    #[must_use]
    pub const fn is_unattended(self) -> bool {
        !self.attended
    }

    pub(super) const fn says_yes(self) -> bool {
        self.yes
    }

    pub(super) const fn wants_a_factor(self) -> bool {
        self.factor
    }
}
