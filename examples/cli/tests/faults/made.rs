//! What is run while the system fails.

use std::fmt;

use serde_json::Value;

use crate::{
    fault::KILL,
    judge::Seen,
    support::{CONFIG, Openpass, RIGHT, Run, TestVault, code, with_codex_as_admin},
};

/// A run of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// A new vault.
    Init,
    /// An agent gets more power.
    Critical,
    /// An agent loses power.
    Narrowing,
    /// Several files change at once.
    SeveralFiles,
    /// The passphrase is wrong.
    Refused,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Made {
    const fn arguments(self) -> &'static str {
        match self {
            Self::Init => "init --passphrase-fd 3",
            Self::Critical | Self::Refused => {
                "agent upgrade codex --tier admin --yes --no-biometric --reason r --passphrase-fd 3"
            }
            Self::Narrowing => "agent upgrade claude-code --tier read-only --yes",
            Self::SeveralFiles => {
                "agent token new codex --tools list_entries --yes --no-biometric --reason r \
                 --passphrase-fd 3"
            }
        }
    }

    /// The command that works after it, whatever became of it.
    pub(crate) const fn next(self) -> &'static str {
        match self {
            Self::Init => {
                "agent add zed --tier standard --yes --no-biometric --reason r --passphrase-fd 3"
            }
            _ => "guard set timeout 90s --yes --no-biometric --reason r --passphrase-fd 3",
        }
    }

    /// A vault that the guard sees for the first time, so that everything is made; or one
    /// that has a log already, for a program that is killed. A key that was made and has no
    /// line yet counts as a log that is gone: a program that removes a log may leave its key.
    pub(crate) fn vault(self, error: &str) -> TestVault {
        if self == Self::Init {
            return TestVault::nowhere();
        }
        let vault = TestVault::new();
        if error == KILL {
            let set = ["guard", "set", "timeout", "90s"];
            let denied = Openpass::on(&vault, &set).with("OPENPASS_AGENT", "codex");
            drop(denied.without_a_terminal().with(code::DENIED));
        }
        vault
    }

    /// What a run of it without a fault makes of the files.
    pub(crate) const fn done(self) -> Seen {
        match self {
            Self::Refused => Seen::Before,
            _ => Seen::After,
        }
    }

    /// Whether these are all the files that it changes, and config.yaml is the new one.
    pub(crate) fn is_whole(self, changed: &[String], config: &str) -> bool {
        match self {
            Self::Init => changed == [".gitignore", "config.yaml", "identity.age"],
            Self::Critical => changed == ["config.yaml"] && config == with_codex_as_admin(CONFIG),
            Self::Narrowing => changed == ["config.yaml"] && config != CONFIG,
            Self::SeveralFiles => {
                changed == [".gitignore", "mcp-tokens.json", "mcp-tokens/codex.token"]
            }
            Self::Refused => false,
        }
    }

    /// Whether the file may be there though nothing was done.
    pub(crate) fn is_harmless(self, name: &str) -> bool {
        self == Self::Init && name == ".gitignore"
    }

    /// The agent that it is about. The commands before and after it are about none of these.
    const fn agent(self) -> Option<&'static str> {
        match self {
            Self::Init => None,
            Self::Critical | Self::Refused | Self::SeveralFiles => Some("codex"),
            Self::Narrowing => Some("claude-code"),
        }
    }

    /// Whether an intent on the log is its own, and not that of another command.
    pub(crate) fn is_of(self, intent: &Value) -> bool {
        let agent = &intent["resource"]["agent"]["name"];
        self.agent().is_some_and(|name| agent == name)
    }

    /// The command, started by `script`.
    pub(crate) fn run(self, vault: &TestVault, script: &str) -> Run {
        let arguments: Vec<&str> = self.arguments().split_whitespace().collect();
        let passphrase = match self {
            Self::Refused => "a wrong passphrase",
            _ => RIGHT,
        };
        Openpass::on(vault, &arguments)
            .by_shell(script)
            .with_fd_3(passphrase)
    }
}
