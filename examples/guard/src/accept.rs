//! `openpass-guard accept`: a person accepts tools, as the server describes them.

use clap::ValueEnum;
use openpass_auth::SafeText;
use openpass_mcp_guard::tool::{Fragment, Group, Standing, Tool};
use openpass_vault::Vault;

use crate::{
    failure::Failure,
    folder::{Described, Folder, NAMESPACE, Server},
    output, person,
};

/// The flags of `accept`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: Folder,
    /// The server's name, as the proxy was given it; its tools are `NAME::Action::"TOOL"` in
    /// policies
    #[arg(long, value_name = "NAME", default_value = NAMESPACE)]
    server: String,
    /// The group that calls of these tools belong to in policies
    #[arg(long = "as", value_enum, value_name = "GROUP", default_value_t = Kind::Critical)]
    kind: Kind,
    /// List the tools and accept none
    #[arg(long)]
    list: bool,
    /// Read the passphrase from this file descriptor, for a script. It is read again for each
    /// question, and the first time there are two: give a file, and no pipe
    #[arg(long, value_name = "FD")]
    passphrase_fd: Option<u32>,
    /// The tools; without any, each that is new or has changed
    tools: Vec<String>,
}

/// The group that the calls of a tool belong to in policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A person is asked about each call
    Critical,
    /// A look: it passes by itself where a policy of yours permits it, and is not on the log
    /// then; else a person is asked. For tools that change nothing
    Routine,
}

impl From<Kind> for Group {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Critical => Self::Critical,
            Kind::Routine => Self::Routine,
        }
    }
}

/// Accepts what the flags name.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let vault = args.folder.open()?;
    let server = Server::named(&args.server);
    let seen = server.seen(&vault)?;
    let accepted = server.accepted(&vault)?;
    let tools = read(&seen);
    if args.list {
        return Ok(output::result(&listing(
            &seen,
            accepted.as_deref(),
            &tools,
        ))?);
    }
    let next = next(args, &seen, accepted.as_deref(), &tools)?;
    person::accepts(
        &vault,
        (server.name(), "Server"),
        next.text(),
        args.passphrase_fd,
    )?;
    output::say("✓ Accepted. A client that is connected sees the tools once it lists them again.");
    Ok(())
}

/// The tools that can be read; nobody can accept the others.
fn read(seen: &Described) -> Vec<Tool> {
    let tools = seen.tools.iter();
    tools.filter_map(|tool| Tool::parse(tool).ok()).collect()
}

/// The tools that are accepted from then on: those that were and are the same still, and
/// those that are accepted now.
fn next(
    args: &Args,
    seen: &Described,
    accepted: Option<&Fragment>,
    tools: &[Tool],
) -> Result<Fragment, Failure> {
    let unfit = |error: &dyn core::fmt::Display| Failure::Usage(error.to_string());
    let instructions = seen.instructions.as_deref();
    let mut next = Fragment::new(args.server.as_str(), &seen.command, instructions)
        .map_err(|error| unfit(&error))?;
    for name in &args.tools {
        if !tools.iter().any(|tool| tool.name() == name) {
            return Err(Failure::NoSuchTool(SafeText::quoted(name)));
        }
    }
    for tool in tools {
        // INVARIANT (13): what another program's tools were accepted as counts for none of
        // this one: each is shown.
        let before = accepted
            .filter(|it| it.command() == seen.command && it.standing(tool) == Standing::Accepted);
        let before = before.and_then(|it| it.tool(tool.name()).map(|(_, group)| group));
        let is_named = args.tools.iter().any(|name| name == tool.name());
        let group = match (before, is_named || args.tools.is_empty()) {
            // Its kind is changed by its name alone.
            (Some(group), _) if !is_named => group,
            (_, true) => Group::from(args.kind),
            _ => continue,
        };
        next.accept(tool.clone(), group)
            .map_err(|error| unfit(&error))?;
    }
    Ok(next)
}

fn listing(seen: &Described, accepted: Option<&Fragment>, tools: &[Tool]) -> String {
    let command: Vec<String> = seen
        .command
        .iter()
        .map(|it| SafeText::escape(it).to_string())
        .collect();
    let mut text = format!("Started as: {}\n", command.join(" "));
    for tool in tools {
        let standing = match accepted.map(|it| it.standing(tool)) {
            Some(Standing::Accepted) => "accepted",
            Some(Standing::Changed) => "changed since it was accepted",
            _ => "not accepted",
        };
        let says = match tool.claims_read_only() {
            true => "; says of itself that it changes nothing",
            false => "",
        };
        let description = SafeText::escape(tool.description().unwrap_or_default());
        text.push_str(&format!(
            "{} ({standing}{says})\n    {description}\n",
            tool.name()
        ));
    }
    let unread = seen.tools.len().saturating_sub(tools.len());
    if unread > 0 {
        text.push_str(&format!(
            "{unread} more, which the server describes in a way that cannot be accepted\n"
        ));
    }
    text
}

/// The command that accepts a tool, for a person.
pub(crate) fn command(vault: &Vault, server: &Server, tool: &str) -> String {
    let dir = openpass_vault::for_a_shell(&vault.dir().to_string_lossy());
    let tool = openpass_vault::for_a_shell(tool);
    let of = match server.name() {
        NAMESPACE => String::new(),
        name => format!(" --server {}", openpass_vault::for_a_shell(name)),
    };
    format!("openpass-guard accept --policy {dir}{of} {tool}")
}
