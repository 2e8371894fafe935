//! Operations on entries: what an agent is about to do.

use std::collections::{BTreeMap, BTreeSet};

use openpass_policy::{Entity, Operation, Request, Value};

use crate::clean::{clean_path, from_home};

/// The product's kinds of action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataAction {
    /// Read one entry's value.
    Get,
    /// Write one entry's value.
    Set,
    /// Remove an entry.
    Delete,
    /// Run a command with secrets.
    Run,
    /// List entries.
    List,
    /// Search for entries.
    Find,
    /// Everything else that reads.
    Read,
    /// Everything else that writes.
    Write,
    /// A kind that rules cannot name, such as `generate`: rules without an
    /// `action` bind it.
    Other,
}

impl DataAction {
    /// The kind that a rule calls `name`; `Other` for every other name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "get" => Self::Get,
            "set" => Self::Set,
            "delete" => Self::Delete,
            "run" => Self::Run,
            "list" => Self::List,
            "find" => Self::Find,
            "read" => Self::Read,
            "write" => Self::Write,
            _ => Self::Other,
        }
    }

    /// Returns the action's id in [`DATA_SCHEMA`](crate::DATA_SCHEMA), and the words
    /// that a person is asked.
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Get => ("Data::get", "read the entry {}"),
            Self::Set => ("Data::set", "write the entry {}"),
            Self::Delete => ("Data::delete", "delete the entry {}"),
            Self::Run => ("Data::run", "run a command with {}"),
            Self::List => ("Data::list", "list the entries in {}"),
            Self::Find => ("Data::find", "search the entries for {}"),
            Self::Read => ("Data::read", "read from {}"),
            Self::Write => ("Data::write", "write to {}"),
            Self::Other => ("Data::other", "use the entry {}"),
        }
    }
}

/// A home folder whose name holds a sign of a path pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the home folder's name holds `*`, `?`, `[` or `\\`, so that nobody can tell what rules \
     about `~/` mean; give HOME another name"
)]
#[non_exhaustive]
pub struct UnusableHome;

/// A request of an agent to do something with an entry, with its circumstances.
/// The host fills it in from what it knows itself, never from what a client
/// says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataRequest {
    action: DataAction,
    path: String,
    tags: BTreeSet<String>,
    home: String,
    working_dir: String,
    environment: BTreeMap<String, String>,
    tool: String,
    secrets_read: u32,
}

impl DataRequest {
    /// `action` on the entry or folder `path`; empty where there is none.
    #[must_use]
    pub fn new(action: DataAction, path: &str) -> Self {
        Self {
            action,
            path: clean_path(path),
            tags: BTreeSet::new(),
            home: String::new(),
            working_dir: String::new(),
            environment: BTreeMap::new(),
            tool: String::new(),
            secrets_read: 0,
        }
    }

    /// Sets the entry's tags.
    #[must_use]
    pub fn tags(mut self, tags: BTreeSet<String>) -> Self {
        self.tags = tags;
        self
    }

    /// Sets the home folder, which rules write as `~/`. Without one, such rules
    /// match only a path that starts with a literal `~/`.
    ///
    /// # Errors
    ///
    /// [`UnusableHome`]: refuse the request.
    pub fn home(mut self, home: &str) -> Result<Self, UnusableHome> {
        if home.contains(['*', '?', '[', '\\']) {
            return Err(UnusableHome);
        }
        self.home = clean_path(home);
        Ok(self)
    }

    /// Sets the working directory.
    #[must_use]
    pub fn working_dir(mut self, dir: &str) -> Self {
        self.working_dir = clean_path(dir);
        self
    }

    /// Sets the environment variables that the rules name
    /// ([`Imported::environment`](crate::Imported::environment)) and that are
    /// set. A variable that is left out counts as not set.
    #[must_use]
    pub fn environment(mut self, variables: BTreeMap<String, String>) -> Self {
        self.environment = variables;
        self
    }

    /// Sets the tool through which the request comes.
    #[must_use]
    pub fn tool(mut self, name: &str) -> Self {
        name.clone_into(&mut self.tool);
        self
    }

    /// Sets the number of secrets that were read in this session before.
    #[must_use]
    pub const fn secrets_read(mut self, count: u32) -> Self {
        self.secrets_read = count;
        self
    }

    /// The operation, to be decided by an engine that knows
    /// [`DATA_SCHEMA`](crate::DATA_SCHEMA). Rules about the time of day need
    /// [`Request::at`]; without, they deny.
    #[must_use]
    pub fn operation(self, request: Request) -> Operation {
        let from_home = |path: &str| match self.home.as_str() {
            "" => String::new(),
            home => from_home(path, home),
        };
        let entry = Entity::new("Data::Entry", self.path.as_str())
            .with("path", self.path.as_str())
            .with("fromHome", from_home(&self.path))
            .with("tags", Value::from_iter(self.tags));
        let names = Value::from_iter(self.environment.keys().cloned());
        let pairs = self.environment.iter();
        let pairs = Value::from_iter(pairs.map(|(name, value)| format!("{name}={value}")));
        let dir_from_home = from_home(&self.working_dir);
        let (action, phrase) = self.action.told();
        Operation::new(action)
            .requested(request)
            .on(entry)
            .saying(phrase)
            .with("workingDirectory", self.working_dir)
            .with("workingDirectoryFromHome", dir_from_home)
            .with("environment", pairs)
            .with("environmentNames", names)
            .with("tool", self.tool)
            .with("secretsRead", self.secrets_read)
    }
}
