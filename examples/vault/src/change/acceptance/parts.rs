//! The operations that an acceptance comes to: they would have made the same changes
//! by the front door.

use openpass_policy::{
    After, AgentRef, AuthMethod, Before, Effect, Operation, Request, StateDigest, TokenRef,
};

use crate::{
    Vault,
    agents::standing,
    approved::{Differing, Fields, Held, ItemKind},
    change::config_key,
    config, parse_auth_method, product,
};

impl Vault {
    /// Returns the operations that the acceptance of `one` comes to.
    ///
    /// INVARIANT (two ways to the same change get the same decision): policy that
    /// forbids one way forbids the other.
    pub(super) fn parts_of(
        &self,
        request: &Request,
        kind: ItemKind,
        one: &Differing,
    ) -> Vec<Operation> {
        // The whole is bound to the state.
        let effect = || Effect::new(one.changes.clone(), StateDigest::of(&[]));
        let asked = || request.clone();
        match kind {
            ItemKind::Agents => vec![profile(asked(), one)],
            ItemKind::Tokens => vec![self.token(asked(), one, effect())],
            ItemKind::Policies if one.is_there => {
                vec![Operation::apply_policy(asked(), &one.name, effect())]
            }
            ItemKind::Policies => vec![Operation::remove_policy(asked(), &one.name, effect())],
            ItemKind::Settings => vec![Operation::change_guard_settings(asked(), effect())],
            ItemKind::Recipients => vec![Operation::change_recipients(asked(), effect())],
            ItemKind::Devices => vec![Operation::change_devices(asked(), effect())],
            ItemKind::LegacyToken => {
                let token = TokenRef {
                    id: one.item.clone(),
                    agent: AgentRef::unknown(""),
                    all_tools: true,
                };
                vec![Operation::create_token(asked(), token, effect())]
            }
            ItemKind::Config => keys(request, one),
        }
    }

    fn token(&self, request: Request, one: &Differing, effect: Effect) -> Operation {
        let fields = one.after.as_ref().or(one.before.as_ref());
        let get = |name| fields.and_then(|fields| fields.get(name));
        let agent = get("agent").and_then(Held::as_text).unwrap_or_default();
        let token = TokenRef {
            id: one.name.clone(),
            agent: self.token_owner(agent),
            // What is not known to be some tools is every one.
            all_tools: match get("allowed_tools") {
                Some(Held::List(tools)) => tools.iter().any(|tool| tool == "*"),
                _ => true,
            },
        };
        let is_live = one.is_there && get("revoked") != Some(&Held::Bool(true));
        match is_live {
            true => Operation::create_token(request, token, effect),
            false => Operation::revoke_token(request, token, effect),
        }
    }
}

fn profile(request: Request, one: &Differing) -> Operation {
    let name = one.name.as_str();
    // A profile's fields are known by their own names.
    let mut changes = one.changes.clone();
    for change in &mut changes {
        let own = change.field.strip_prefix(&one.item).map(str::trim_start);
        if let Some(own) = own.filter(|own| !own.is_empty()) {
            change.field = own.to_owned();
        }
    }
    let effect = Effect::new(changes, StateDigest::of(&[]));
    let of = |fields: &Fields| {
        let tier = fields.get("tier").and_then(Held::as_text);
        standing(tier, |field| fields.get(field).map(Held::to_value))
    };
    match (&one.before, &one.after) {
        (Some(before), Some(after)) => {
            let agent = AgentRef::with_standing(name, of(before));
            Operation::change_agent(request, agent, of(after), effect)
        }
        (None, Some(after)) => Operation::add_agent(request, name, of(after), effect),
        (before, None) => {
            let before = before.as_ref().map(of).unwrap_or(product::left_of(name));
            let agent = AgentRef::with_standing(name, before);
            Operation::remove_agent(request, agent, product::left_of(name), effect)
        }
    }
}

/// A part for each key that differs.
fn keys(request: &Request, one: &Differing) -> Vec<Operation> {
    let none = Fields::new();
    let (before, after) = (
        one.before.as_ref().unwrap_or(&none),
        one.after.as_ref().unwrap_or(&none),
    );
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let differs = names.into_iter().filter(|name| {
        let (old, new) = (before.get(*name), after.get(*name));
        !matches!((old, new), (None, None)) && !matches!((old, new), (Some(a), Some(b)) if a.is(b))
    });
    let part = |name: &String| {
        let text = |fields: &Fields| fields.get(name).map(ToString::to_string);
        let (old, new) = (text(before), text(after));
        let changes = one.changes.iter();
        let own = changes.filter(|change| change.field.ends_with(&format!(" {name}")));
        let effect = Effect::new(own.cloned().collect(), StateDigest::of(&[]));
        if name == config::AUTH_METHOD {
            let method = |text: Option<String>| text.and_then(|it| parse_auth_method(&it));
            let before = method(old).unwrap_or(AuthMethod::Passphrase);
            let after = method(new).unwrap_or(before.other());
            return Operation::set_auth_method(
                request.clone(),
                Before(before),
                After(after),
                effect,
            );
        }
        let values = (old.as_deref(), new.as_deref());
        config_key::config_operation(request.clone(), name, values, effect)
    };
    differs.map(part).collect()
}
