//! An operation as a short verb phrase.

use openpass_auth::SafeText;

use super::{Direction, Extra, FieldChange, Operation, Resource, Tier};
use crate::Action;

/// A verb phrase in lower case without a full stop: it is read after "… is
/// trying to". Names are whole: two that begin alike must not look alike.
pub(crate) fn of(operation: &Operation) -> SafeText {
    let id = SafeText::quoted_whole(operation.resource().id());
    let template = match operation.action() {
        Action::WidenAgent | Action::NarrowAgent => return profile_change(operation, &id),
        Action::AddAgent | Action::AddRestrictedAgent => return addition(operation, &id),
        Action::SetAuthMethod => return method_change(operation),
        Action::CreateToken | Action::RotateToken | Action::RevokeToken => {
            return token_change(operation);
        }
        Action::RemoveAgent => "remove agent {}",
        Action::RotatePassphrase => "replace the passphrase of the vault",
        Action::ChangeRecipients => "change who can decrypt the vault",
        Action::ChangeDevices => "change which devices share the vault",
        Action::ApplyPolicy => "apply the policy file {}",
        Action::RemovePolicy => "remove the policy file {}",
        Action::ChangeGuardSettings => "change the settings of the guard",
        Action::AcceptDrift => "accept what was changed outside the guard",
        Action::Restore | Action::RestoreNarrower => "put the approved state back",
        Action::ResetGuardSettings => "reset the settings of the guard to the defaults",
        Action::SetLogAside => "set the damaged log of the guard aside",
        Action::RotateLogKey => "give the log of the guard another key",
        Action::ChangeAuditSettings => "change the audit settings",
        Action::SetConfigKey | Action::SetRoutineConfigKey => "set {} in the configuration",
        Action::List => "list what there is",
        Action::Show => "show one entry",
        Action::Status => "show the status",
        Action::Explain => "explain a decision",
        Action::DryRun => "try a change without making it",
        Action::Host(action) if action.phrase().contains("{}") => action.phrase(),
        Action::Host(action) => {
            return SafeText::fill("{} {}", &[&SafeText::literal(action.phrase()), &id]);
        }
    };
    SafeText::fill(template, &[&id])
}

fn profile_change(operation: &Operation, id: &SafeText) -> SafeText {
    match operation.extra() {
        &Extra::Tier { before, after } if before != after => {
            // From a tier that is no preset, nobody can tell what is lower.
            let template = match before.direction_to(after) {
                _ if after == Tier::Custom => "change agent {} from {} to {}",
                Direction::Widens if before != Tier::Custom => "raise agent {} from {} to {}",
                Direction::Narrows => "lower agent {} from {} to {}",
                _ => "change agent {} from {} to {}",
            };
            SafeText::fill(template, &[id, &tier(before), &tier(after)])
        }
        _ => SafeText::fill("change agent {}", &[id]),
    }
}

/// Whether the phrase says what `change` does to the tier.
pub(crate) fn says(operation: &Operation, change: &FieldChange) -> bool {
    let Extra::Tier { before, after } = operation.extra() else {
        return false;
    };
    let adds = matches!(
        operation.action(),
        Action::AddAgent | Action::AddRestrictedAgent
    );
    // `safe` and every other word that is no preset are called custom there.
    let is_before = *before == Tier::Custom || change.before.as_deref() == Some(before.as_str());
    let told = before != after && is_before;
    change.field == "tier"
        && change.after.as_deref() == Some(after.as_str())
        && (told || (adds && change.before.is_none()))
}

fn addition(operation: &Operation, id: &SafeText) -> SafeText {
    let after = match operation.extra() {
        Extra::Tier { after, .. } => tier(*after),
        _ => SafeText::literal("unknown tier"),
    };
    SafeText::fill("add agent {} as {}", &[id, &after])
}

fn method_change(operation: &Operation) -> SafeText {
    match operation.extra() {
        Extra::Method { before, after } if before == after => SafeText::fill(
            "write down how the vault is unlocked, which stays {}",
            &[&SafeText::literal(after.as_str())],
        ),
        Extra::Method { before, after } => SafeText::fill(
            "change how the vault is unlocked from {} to {}",
            &[
                &SafeText::literal(before.as_str()),
                &SafeText::literal(after.as_str()),
            ],
        ),
        _ => SafeText::literal("change how the vault is unlocked"),
    }
}

fn token_change(operation: &Operation) -> SafeText {
    let Resource::Token {
        id,
        agent_name,
        all_tools,
    } = operation.resource()
    else {
        return SafeText::literal("change an access token");
    };
    let scope = SafeText::literal(if *all_tools { " for every tool" } else { "" });
    let agent = SafeText::quoted_whole(agent_name);
    match operation.action() {
        Action::CreateToken => SafeText::fill("issue a token to agent {}{}", &[&agent, &scope]),
        Action::RotateToken => {
            SafeText::fill("replace the tokens of agent {}{}", &[&agent, &scope])
        }
        _ => SafeText::fill(
            "revoke token {} of agent {}",
            &[&SafeText::quoted_whole(id), &agent],
        ),
    }
}

fn tier(tier: Tier) -> SafeText {
    SafeText::literal(tier.as_str())
}

/// How many powers a change of a profile gives and takes; `None` when none, and
/// for every other operation. The tier itself is named apart and does not count.
pub(crate) fn tally(operation: &Operation) -> Option<SafeText> {
    if !matches!(operation.action(), Action::WidenAgent | Action::NarrowAgent) {
        return None;
    }
    let powers = |direction| {
        let changes = operation.changes().iter();
        let powers = changes.filter(|change| change.field != "tier");
        let count = powers
            .filter(|change| change.direction == direction)
            .count();
        (count, SafeText::number(count as u64))
    };
    let (more, more_text) = powers(Direction::Widens);
    let (fewer, fewer_text) = powers(Direction::Narrows);
    Some(match (more, fewer) {
        (0, 0) => return None,
        (1, 0) => SafeText::literal("1 more power"),
        (_, 0) => SafeText::fill("{} more powers", &[&more_text]),
        (0, 1) => SafeText::literal("1 power fewer"),
        (0, _) => SafeText::fill("{} powers fewer", &[&fewer_text]),
        (1, _) => SafeText::fill("1 power more, {} fewer", &[&fewer_text]),
        _ => SafeText::fill("{} powers more, {} fewer", &[&more_text, &fewer_text]),
    })
}
