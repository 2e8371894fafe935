//! `openpass policy explain`: any command line, taken the same way as the
//! command itself.

mod sample;
mod words;

use openpass_policy::{Authentication, Channel, Operation, Request, author::Explanation};
use openpass_vault::{Change, Door, Look, Requester, Vault};

use self::words::{Explained, Question};
use super::args::{Circumstances, Explain, Policy};
use crate::{
    args::{AddApprover, ApproverCommand, Auth, Command, PromptFlags},
    commands::{approve, looks, rotate},
    door,
    failure::Failure,
    json,
    output::Output,
};

pub(crate) use self::words::read;

/// Explains what a command would take. It asks nobody and changes nothing.
pub(super) fn run(vault: &Vault, explain: &Explain, output: &Output) -> Result<(), Failure> {
    let Explained { given, asked, .. } = words::read(explain)?;
    let explanation = match asked {
        Question::Command(args) => of_command(vault, &args.command, &given, output)?,
        Question::Sample(what) => {
            let request = asked_by(&given, vault)?
                .map_or_else(|| vault.request(), |who| vault.request_of(&who));
            let operation =
                sample::operation(what, with(request, &given), |it| vault.agent_ref(it));
            vault.engine()?.explain(&operation, vouched(&given)?)
        }
    };
    let explained = json::in_our_spelling(&explanation)?;
    output.result(&explained, || explanation.to_string())
}

/// Returns the factor that is said to vouch for the operation; `None` where no
/// factor is named.
fn vouched(given: &Circumstances) -> Result<Option<Authentication>, Failure> {
    let factor = given.factor.map(super::args::FactorName::factor);
    if !given.signed {
        return Ok(factor.map(Authentication::unsigned));
    }
    match factor.map(Authentication::signed) {
        Some(signed) if signed.is_signed() => Ok(Some(signed)),
        Some(other) => Err(Failure::Usage(format!(
            "no approver signs for the factor {}; leave out --signed",
            other.factor()
        ))),
        None => Err(Failure::Usage(
            "--signed is about a factor; name it with --factor".to_owned(),
        )),
    }
}

/// The circumstances, in place of those that are.
fn with(request: Request, given: &Circumstances) -> Request {
    let mut request = match given.at {
        Some(time) => request.at(Some(time)),
        None => request,
    };
    request.attended &= !given.unattended;
    request
}

/// Returns the requester that `--as` names; `None` where nobody is named. An
/// agent that OPENPASS_AGENT names can ask for itself alone, because the answer
/// tells what another agent may do.
fn asked_by(given: &Circumstances, vault: &Vault) -> Result<Option<Requester>, Failure> {
    let name = match given.asked_by.as_deref() {
        None => return Ok(None),
        Some("user") => None,
        Some(text) => {
            let usage = || Failure::Usage("--as takes `user` or `agent:NAME`".to_owned());
            Some(text.strip_prefix("agent:").ok_or_else(usage)?)
        }
    };
    if matches!(door::requester(), Requester::Agent { name: own, .. } if name != Some(&*own)) {
        let problem = "OPENPASS_AGENT names the agent that asks, and it can ask for itself alone";
        return Err(Failure::Usage(format!("{problem}; leave out --as")));
    }
    let Some(name) = name else {
        return Ok(None);
    };
    drop(vault.config()?.agent(name)?);
    Ok(Some(Requester::Agent {
        name: name.to_owned(),
        channel: Channel::Mcp,
    }))
}

fn of_command(
    vault: &Vault,
    command: &Command,
    given: &Circumstances,
    output: &Output,
) -> Result<Explanation, Failure> {
    let who = asked_by(given, vault)?.unwrap_or_else(door::requester);
    let vouched = vouched(given)?;
    if let Command::Auth(Auth::RotatePassphrase(rotate)) = command {
        let door = door::to_rotate_as(who, vault, &rotate.flags, output)?;
        let operation = rotate::probe(with(door.request(), given));
        return Ok(door.engine().explain(&operation, vouched));
    }
    if let Some(look) = looks::of(command) {
        return looked(vault, look, who, given);
    }
    let (change, flags, who) = change(vault, command, who)?;
    let reason = flags.reason.clone();
    let door = door::to_change_as(who, vault, &flags, reason, &change, output)?;
    let request = with(door.request(), given);
    // A person sees what a change comes to for whomever they ask about.
    let operation = match door::requester() {
        Requester::Person => vault.propose(request, &change)?.to_authorize(),
        _ => door.explained(request, &change)?,
    };
    Ok(door.engine().explain(&operation, vouched))
}

fn looked(
    vault: &Vault,
    look: Look,
    who: Requester,
    given: &Circumstances,
) -> Result<Explanation, Failure> {
    let prompts = openpass_vault::Prompts::at_a_terminal();
    let door = Door::to_look(vault, who, prompts)?;
    let operation: Operation = look.operation(with(door.request(), given));
    Ok(door.engine().explain(&operation, vouched(given)?))
}

/// Returns the change that the command asks for, by the command's own way, with
/// its flags, and the requester that asks for the change then.
fn change(
    vault: &Vault,
    command: &Command,
    who: Requester,
) -> Result<(Change, PromptFlags, Requester), Failure> {
    let asked = match command {
        Command::Agent(agent) => agent.change(),
        Command::Auth(auth) => auth.change(),
        Command::Config(config) => config.change(),
        Command::Guard(guard) => guard.change(),
        Command::Approver(ApproverCommand::Add(
            AddApprover::TouchId(_) | AddApprover::SecurityKey(_),
        )) => {
            return Err(Failure::Usage(
                "the key is known only once it is made, so this cannot be explained before; \
                 it takes the signature of an existing approver, by \
                 guard.approvers-need-an-approver"
                    .to_owned(),
            ));
        }
        Command::Approver(approver) => approver.change(),
        Command::Audit(audit) => audit.change(),
        Command::Policy(Policy::Apply { file, name, flags }) => {
            let (change, _) = super::stored::application(file, name.as_deref())?;
            return Ok((change, flags.clone(), who));
        }
        Command::Policy(Policy::Remove { name, flags }) => {
            let name = vault.policy_file_of(name)?;
            let change = Change::RemovePolicy { name };
            return Ok((change, flags.clone(), who));
        }
        Command::Policy(Policy::Import(import)) => Some(super::import::change(import)?),
        Command::Approve(approve) => {
            let code = approve.code.as_deref().unwrap_or_default();
            let (change, claimed) = approve::asked(vault, code)?;
            return Ok((change, approve.flags.clone(), claimed));
        }
        _ => None,
    };
    match asked {
        Some((change, flags)) => Ok((change, flags.clone(), who)),
        None => Err(Failure::Usage(
            "policy decides nothing about this command: it changes nothing that is there, or takes \
             power from nobody"
                .to_owned(),
        )),
    }
}
