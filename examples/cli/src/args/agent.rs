//! `openpass agent …`.

use clap::{
    Args, Subcommand,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use openpass_policy::Tier;
use openpass_vault::{Change, FieldEdit, parse_tier};

use super::{PromptFlags, time::seconds};

#[derive(Debug, Subcommand)]
pub(crate) enum Agent {
    /// List the agents
    List,
    /// Show an agent's profile, as it is in effect
    Show {
        /// The agent
        name: String,
    },
    /// Add an agent
    Add(AddAgent),
    /// Put an agent on a tier
    Upgrade(Upgrade),
    /// An agent's profile
    #[command(subcommand)]
    Profile(Profile),
    /// Remove an agent, its live tokens and its token file
    Remove(RemoveAgent),
    /// Access tokens
    #[command(subcommand)]
    Token(Token),
}

#[derive(Debug, Args)]
pub(crate) struct AddAgent {
    /// The agent's name
    pub(crate) name: String,
    /// The tier; read-only is also called safe
    #[arg(long, value_parser = tiers())]
    pub(crate) tier: Tier,
    #[command(flatten)]
    pub(crate) flags: PromptFlags,
}

#[derive(Debug, Args)]
pub(crate) struct Upgrade {
    /// The agent
    pub(crate) name: String,
    /// The tier; read-only is also called safe
    #[arg(long, value_parser = tiers())]
    pub(crate) tier: Tier,
    #[command(flatten)]
    pub(crate) flags: PromptFlags,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Profile {
    /// Set fields of an agent's profile
    Edit(EditProfile),
}

#[derive(Debug, Args)]
pub(crate) struct EditProfile {
    /// The agent
    pub(crate) name: String,
    /// A field and its value; separate list items with commas. Can be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = field_edit, required = true)]
    pub(crate) edits: Vec<FieldEdit>,
    #[command(flatten)]
    pub(crate) flags: PromptFlags,
}

fn field_edit(text: &str) -> Result<FieldEdit, String> {
    let (field, value) = text
        .split_once('=')
        .ok_or("write it as KEY=VALUE, as in canWrite=false")?;
    Ok(FieldEdit {
        field: field.to_owned(),
        value: value.to_owned(),
    })
}

#[derive(Debug, Args)]
pub(crate) struct RemoveAgent {
    /// The agent
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) flags: PromptFlags,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Issue a token; it is written to mcp-tokens/AGENT.token
    New {
        /// The agent
        agent: String,
        /// A label for the token
        #[arg(long)]
        label: Option<String>,
        /// The tools that it opens, separated by commas; `*` for all
        #[arg(long, value_delimiter = ',', default_value = "*")]
        tools: Vec<String>,
        /// The time after which it expires, such as 12h, 1h30m or 7d; or `never`
        #[arg(long, default_value = "24h", value_parser = lifetime)]
        expires: Lifetime,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// List the tokens
    List,
    /// Revoke a token
    Revoke {
        /// The token's id
        id: String,
        #[command(flatten)]
        flags: PromptFlags,
    },
    /// Revoke an agent's live tokens and issue one in their place
    Rotate {
        /// The agent
        agent: String,
        #[command(flatten)]
        flags: PromptFlags,
    },
}

/// `change` returns the change that each command asks for. The command itself
/// uses it, and so does `policy explain`.
impl Agent {
    pub(crate) fn change(&self) -> Option<(Change, &PromptFlags)> {
        Some(match self {
            Self::List | Self::Show { .. } => return None,
            Self::Add(add) => (add.change(), &add.flags),
            Self::Upgrade(upgrade) => (upgrade.change(), &upgrade.flags),
            Self::Profile(Profile::Edit(edit)) => (edit.change(), &edit.flags),
            Self::Remove(remove) => (remove.change(), &remove.flags),
            Self::Token(token) => return token.change(),
        })
    }
}

impl AddAgent {
    pub(crate) fn change(&self) -> Change {
        Change::AddAgent {
            agent: self.name.clone(),
            tier: self.tier,
        }
    }
}

impl Upgrade {
    pub(crate) fn change(&self) -> Change {
        Change::SetTier {
            agent: self.name.clone(),
            tier: self.tier,
        }
    }
}

impl EditProfile {
    pub(crate) fn change(&self) -> Change {
        Change::EditAgent {
            agent: self.name.clone(),
            edits: self.edits.clone(),
        }
    }
}

impl RemoveAgent {
    pub(crate) fn change(&self) -> Change {
        Change::RemoveAgent {
            agent: self.name.clone(),
        }
    }
}

impl Token {
    pub(crate) fn change(&self) -> Option<(Change, &PromptFlags)> {
        Some(match self {
            Self::List => return None,
            Self::New {
                agent,
                label,
                tools,
                expires,
                flags,
            } => {
                let change = Change::IssueToken {
                    agent: agent.clone(),
                    label: label.clone(),
                    tools: tools.clone(),
                    lifetime: expires.0,
                };
                (change, flags)
            }
            Self::Revoke { id, flags } => (Change::RevokeToken { id: id.clone() }, flags),
            Self::Rotate { agent, flags } => {
                let agent = agent.clone();
                (Change::RotateTokens { agent }, flags)
            }
        })
    }
}

/// The tiers by their names, for completions too.
fn tiers() -> impl TypedValueParser<Value = Tier> {
    let names = [
        PossibleValue::new("read-only").alias("safe"),
        PossibleValue::new("standard"),
        PossibleValue::new("admin"),
    ];
    PossibleValuesParser::new(names).try_map(|name| parse_tier(&name))
}

/// After how many seconds a token expires; `None` is never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetime(pub(crate) Option<u64>);

fn lifetime(text: &str) -> Result<Lifetime, String> {
    if text == "never" {
        return Ok(Lifetime(None));
    }
    let wrong = || format!("write it as 12h, 1d12h, 7d or never, not {text:?}");
    seconds(text).map(|it| Lifetime(Some(it))).ok_or_else(wrong)
}
