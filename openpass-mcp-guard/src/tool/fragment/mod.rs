//! The tools of one server that a person has accepted.

mod read;
mod write;

use std::collections::BTreeMap;

use openpass_auth::SafeText;
use openpass_policy::PolicySource;

use super::{FragmentError, Tool};

/// The words of Cedar that name nothing.
const RESERVED: [&str; 10] = [
    "__cedar", "else", "false", "has", "if", "in", "is", "like", "then", "true",
];

/// The tools of one server that a person has accepted, each as it was then: a schema
/// fragment of Cedar's, for `EngineBuilder::host`, that holds all that is needed to tell
/// whether a tool has changed since.
///
/// It declares in its namespace the entity types `Server` (the resource) and `Client` (an
/// agent that nothing proves; an OpenPass agent can ask as well), and one action for each
/// tool, with the context `input` and `unspecified`.
///
/// The text proves nothing by itself: a host keeps it where only a person's approval
/// changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    namespace: String,
    command: Vec<String>,
    instructions: Option<String>,
    tools: BTreeMap<String, (Tool, Group)>,
}

/// OpenPass's group that the action of a tool is in: a person says by it what the tool can
/// do. The server's hints never say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a new group must break the builds that let a person choose one"
)]
pub enum Group {
    /// A person answers for each call.
    Critical,
    /// It changes nothing: a look.
    Routine,
    /// It changes something, and policy alone decides.
    Config,
}

/// The standing of a server's tool beside the tools that a person has accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a host that forgets a standing would let it pass"
)]
pub enum Standing {
    /// A person has accepted it, exactly as it is.
    Accepted,
    /// A person has accepted another tool of this name. It counts as not accepted.
    Changed,
    /// Nobody has accepted a tool of this name.
    Unknown,
}

impl Fragment {
    /// No tools yet, of the server that `command` starts, by its program and arguments.
    /// `namespace` is the server's name in policy. `instructions` is the server's text
    /// for the model (`InitializeResult.instructions`), which a person accepts as well.
    ///
    /// # Errors
    ///
    /// That the namespace is no name, or that the texts are too long.
    pub fn new(
        namespace: &str,
        command: &[String],
        instructions: Option<&str>,
    ) -> Result<Self, FragmentError> {
        if !is_namespace(namespace) {
            return Err(FragmentError::Namespace(SafeText::quoted(namespace)));
        }
        let fragment = Self {
            namespace: namespace.to_owned(),
            command: command.to_vec(),
            instructions: instructions.map(ToOwned::to_owned),
            tools: BTreeMap::new(),
        };
        fragment.fits()
    }

    /// Adds a tool that a person has accepted, in place of one of the same name.
    ///
    /// # Errors
    ///
    /// That all of them together are more than one file of policy may have. The fragment
    /// is then as it was.
    pub fn accept(&mut self, tool: Tool, group: Group) -> Result<(), FragmentError> {
        let mut with = self.clone();
        with.tools.insert(tool.name().to_owned(), (tool, group));
        *self = with.fits()?;
        Ok(())
    }

    /// Takes a tool out, which nobody may call then. Returns whether it was there.
    pub fn take_out(&mut self, name: &str) -> bool {
        self.tools.remove(name).is_some()
    }

    /// The server's name in policy.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The program that starts the server, and its arguments.
    #[must_use]
    pub fn command(&self) -> &[String] {
        &self.command
    }

    /// The server's text for the model, as a person has accepted it.
    #[must_use]
    pub fn instructions(&self) -> Option<&str> {
        self.instructions.as_deref()
    }

    /// The accepted tools, sorted by name.
    pub fn tools(&self) -> impl Iterator<Item = (&Tool, Group)> {
        self.tools.values().map(|(tool, group)| (tool, *group))
    }

    /// The accepted tool of this name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<(&Tool, Group)> {
        let (tool, group) = self.tools.get(name)?;
        Some((tool, *group))
    }

    /// The standing of `tool`, as the server describes it now, beside the accepted tools.
    #[must_use]
    pub fn standing(&self, tool: &Tool) -> Standing {
        match self.tools.get(tool.name()) {
            None => Standing::Unknown,
            Some((accepted, _)) if accepted.canonical() == tool.canonical() => Standing::Accepted,
            Some(_) => Standing::Changed,
        }
    }

    fn fits(self) -> Result<Self, FragmentError> {
        let bytes = self.text().len();
        match bytes <= PolicySource::MAX_BYTES {
            true => Ok(self),
            false => Err(FragmentError::TooLarge { bytes }),
        }
    }
}

impl Group {
    /// All of them, the strictest first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Config, Self::Routine];

    /// Its name among OpenPass's action groups.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Routine => "routine",
            Self::Config => "config",
        }
    }
}

fn is_namespace(name: &str) -> bool {
    let mut bytes = name.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let goes_on = bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let taken = name.eq_ignore_ascii_case("OpenPass") || RESERVED.contains(&name);
    begins && goes_on && name.len() <= 64 && !taken
}
