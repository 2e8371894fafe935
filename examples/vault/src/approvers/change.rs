//! Changes of who can approve, worked out.

use openpass_approval::Approver;
use openpass_auth::Factor;
use openpass_policy::{
    After, ApproverKind, ApproverRef, Before, Direction, Effect, FieldChange, Operation, Request,
};

use super::reference;
use crate::{Vault, VaultError, change::Plan, log::State};

/// The field that every such change shows: all approvers before and after.
const FIELD: &str = "who can approve";

impl Vault {
    /// Lets `approver` approve, too or in the place of the one that `instead_of` names.
    /// `stored` is what Touch ID needs to use its key again.
    pub(crate) fn plan_approver(
        &self,
        approver: &Approver,
        instead_of: Option<&str>,
        stored: Option<&str>,
    ) -> Result<Plan, VaultError> {
        let before = self.approvers()?;
        let gone = instead_of.map(|id| found(&before, id)).transpose()?;
        // There is one Touch ID, with one key.
        let is_gone = |it: &Approver| {
            let is_its_own = [it, approver]
                .iter()
                .all(|it| it.factor() == Factor::Biometry);
            is_its_own || gone.is_some_and(|gone| gone == it)
        };
        let mut after: Vec<Approver> = before.iter().filter(|it| !is_gone(it)).cloned().collect();
        can_be_added(approver, &before, &after)?;
        after.push(approver.clone());
        let added = reference(approver);
        let make = match instead_of {
            Some(_) => Operation::replace_approver,
            None => Operation::add_approver,
        };
        let operation = move |request, effect| make(request, added.clone(), effect);
        let stored = self.touch_id_file(&after, stored)?;
        let mut plan = plan(&before, after, Direction::Widens, operation);
        plan.files.extend(stored);
        Ok(plan)
    }

    /// Lets the one with this id approve no longer. The last one stays: without any,
    /// nobody could say who may come after it.
    pub(crate) fn plan_approver_removal(&self, id: &str) -> Result<Plan, VaultError> {
        let before = self.approvers()?;
        let gone = found(&before, id)?;
        if before.len() == 1 {
            return Err(VaultError::LastApprover);
        }
        let after: Vec<Approver> = before.iter().filter(|it| *it != gone).cloned().collect();
        let gone = reference(gone);
        let operation =
            move |request, effect| Operation::remove_approver(request, gone.clone(), effect);
        let stored = self.touch_id_file(&after, None)?;
        let mut plan = plan(&before, after, Direction::Narrows, operation);
        plan.files.extend(stored);
        Ok(plan)
    }

    /// Enrols the passphrase's key anew. Which it is, only the passphrase can show: so
    /// nothing but that it is derived is known before.
    pub(crate) fn plan_approver_renewal(&self) -> Result<Plan, VaultError> {
        let before = self.approvers()?;
        let (own, others): (Vec<&Approver>, Vec<&Approver>) = before
            .iter()
            .partition(|it| it.factor() == Factor::Passphrase);
        let renewed = own.first().map_or_else(unknown, |own| reference(own));
        let mut after: Vec<String> = others.into_iter().map(described).collect();
        after.push(DERIVED.to_owned());
        let change = FieldChange::list(
            FIELD,
            Before(Some(before.iter().map(described).collect())),
            After(Some(after)),
            Direction::Widens,
        );
        Ok(Plan::new(
            vec![change],
            Vec::new(),
            move |request, effect| Operation::renew_approver(request, renewed.clone(), effect),
        ))
    }
}

/// The passphrase's approver, before anybody knows its key.
fn unknown() -> ApproverRef {
    ApproverRef {
        id: "passphrase".to_owned(),
        kind: ApproverKind::Passphrase,
    }
}

/// Returns the change of the approvers when another identity is accepted. The key of
/// the identity before goes. Where that identity vouched for itself alone, the
/// approvers that it approved go too.
pub(crate) fn of_another_identity(state: &State) -> Option<FieldChange> {
    let before = &state.approvers.in_force;
    let stays = state.proven.as_ref().map_or(before, |it| &it.approvers);
    let others = stays.iter().filter(|it| it.factor() != Factor::Passphrase);
    let mut after: Vec<String> = others.map(described).collect();
    after.push("passphrase: the key of this identity, once its passphrase is typed".to_owned());
    let before: Vec<String> = before.iter().map(described).collect();
    let change = |before| {
        FieldChange::list(
            FIELD,
            Before(Some(before)),
            After(Some(after)),
            Direction::Widens,
        )
    };
    (!before.is_empty()).then(|| change(before))
}

/// The approver that a renewal leaves, in words.
const DERIVED: &str = "passphrase: the key that the passphrase derives, whichever was recorded";

/// The operations before anything of the vault is told.
pub(crate) fn bare_removal(request: Request, id: &str, effect: Effect) -> Operation {
    let kind = ApproverKind::None;
    let gone = ApproverRef {
        id: id.to_owned(),
        kind,
    };
    Operation::remove_approver(request, gone, effect)
}

/// An addition before there is a key.
pub(crate) fn bare_addition(request: Request, factor: Factor, replaces: bool) -> Operation {
    let kind = ApproverKind::of(factor.into());
    let id = String::new();
    let change = FieldChange::new(FIELD, Before(None), After(None), Direction::Widens);
    let effect = Effect::new(vec![change], openpass_policy::StateDigest::of(&[]));
    let make = match replaces {
        true => Operation::replace_approver,
        false => Operation::add_approver,
    };
    make(request, ApproverRef { id, kind }, effect)
}

pub(crate) fn bare_renewal(request: Request, effect: Effect) -> Operation {
    Operation::renew_approver(request, unknown(), effect)
}

fn plan(
    before: &[Approver],
    after: Vec<Approver>,
    direction: Direction,
    operation: impl Fn(Request, Effect) -> Operation + Send + Sync + 'static,
) -> Plan {
    let list = |all: &[Approver]| Some(all.iter().map(described).collect());
    let change = FieldChange::list(FIELD, Before(list(before)), After(list(&after)), direction);
    let mut plan = Plan::new(vec![change], Vec::new(), operation);
    plan.approvers = Some(after);
    plan
}

/// Describes an approver, with its key.
fn described(approver: &Approver) -> String {
    let (kind, id) = (approver.factor(), approver.id());
    match approver.label() {
        "" => format!("{kind}: {id}"),
        label => format!("{kind} {label:?}: {id}"),
    }
}

/// The most approvers of a vault: the log's lines hold all of them.
const MOST: usize = 32;

/// Refuses what is there, and a key of a kind that is not added: the passphrase's is
/// derived, and no other device signs yet. `stays` are the others afterwards.
fn can_be_added(
    approver: &Approver,
    before: &[Approver],
    stays: &[Approver],
) -> Result<(), VaultError> {
    let refused = |problem: &str| {
        Err(VaultError::RefusedValue {
            key: openpass_auth::SafeText::literal("the approver"),
            problem: problem.to_owned(),
        })
    };
    if before.iter().any(|it| it.id() == approver.id()) {
        return Err(VaultError::NothingToChange);
    }
    if stays.len() >= MOST {
        return refused("there are 32 already, and no more fit; remove one first");
    }
    match approver.factor() {
        Factor::Biometry | Factor::SecurityKey => Ok(()),
        _ => refused(
            "only Touch ID's key and a security key can be added; the passphrase's is derived",
        ),
    }
}

/// The approver that `id` names: a key's id, the start of it, a label or a kind, if no
/// other one is meant by it.
fn found<'a>(all: &'a [Approver], id: &str) -> Result<&'a Approver, VaultError> {
    let is_it = |it: &Approver| {
        let names = [it.label(), it.factor().as_str()];
        it.id().as_str().starts_with(id) || names.contains(&id)
    };
    let mut found = all.iter().filter(|it| !id.is_empty() && is_it(it));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(VaultError::NoSuchApprover {
            id: crate::error::shown(id.as_ref()),
        }),
    }
}
