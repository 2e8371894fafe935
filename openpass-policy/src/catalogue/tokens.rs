//! Changes of access tokens.

use openpass_auth::SafeText;

use super::{Group, Phrase, Row, Sample};
use crate::{Action, Effect, Operation, Request, Resource, TokenRef};

pub(crate) const CREATE: Row = Row {
    groups: &[Group::Critical],
    phrase: Phrase::Of(|operation, _| to_agent("issue a token to agent {}{}", operation)),
    build: |asked| {
        let (token, effect) = (asked.known_token()?, asked.widens());
        Ok(Operation::create_token(asked.request, token, effect))
    },
    samples: &[
        Sample::that("issue a token for some tools")
            .for_each_agent("issue {} a token for some tools"),
        Sample::that("issue a token for every tool")
            .for_each_agent("issue {} a token for every tool")
            .for_every_tool(),
    ],
};

pub(crate) const ROTATE: Row = Row {
    groups: &[Group::Critical],
    phrase: Phrase::Of(|operation, _| to_agent("replace the tokens of agent {}{}", operation)),
    build: |asked| {
        let (token, effect) = (asked.known_token()?, asked.widens());
        Ok(Operation::rotate_token(asked.request, token, effect))
    },
    samples: &[
        Sample::that("replace an agent's tokens").for_each_agent("replace the tokens of {}"),
        Sample::that("replace them, for every tool")
            .for_each_agent("replace those of {}, for every tool")
            .for_every_tool(),
    ],
};

pub(crate) const REVOKE: Row = Row {
    groups: &[Group::Critical],
    phrase: Phrase::Of(revocation),
    build: |asked| {
        let (token, effect) = (asked.known_token()?, asked.narrows());
        Ok(Operation::revoke_token(asked.request, token, effect))
    },
    samples: &[Sample::that("revoke a token").for_each_token("revoke token {} of {}")],
};

impl Operation {
    fn on_token(request: Request, action: Action, token: TokenRef, effect: Effect) -> Self {
        Self::new_of(request, action, Resource::Token(token), effect)
    }

    /// Issues `token`, which is called by its label until it has an id.
    #[must_use]
    pub fn create_token(request: Request, token: TokenRef, effect: Effect) -> Self {
        Self::on_token(request, Action::CreateToken, token, effect)
    }

    /// Replaces all of an agent's tokens by `token`, which is called by its
    /// label until it has an id.
    #[must_use]
    pub fn rotate_token(request: Request, token: TokenRef, effect: Effect) -> Self {
        Self::on_token(request, Action::RotateToken, token, effect)
    }

    /// Revokes `token`.
    #[must_use]
    pub fn revoke_token(request: Request, token: TokenRef, effect: Effect) -> Self {
        Self::on_token(request, Action::RevokeToken, token, effect)
    }
}

fn to_agent(template: &'static str, operation: &Operation) -> SafeText {
    let Resource::Token(token) = operation.resource() else {
        return SafeText::literal("change an access token");
    };
    let tools = if token.all_tools {
        " for every tool"
    } else {
        ""
    };
    let agent = SafeText::quoted_whole(&token.agent.name);
    SafeText::fill(template, &[&agent, &SafeText::literal(tools)])
}

fn revocation(operation: &Operation, id: &SafeText) -> SafeText {
    let Resource::Token(token) = operation.resource() else {
        return SafeText::literal("revoke an access token");
    };
    let agent = SafeText::quoted_whole(&token.agent.name);
    SafeText::fill("revoke token {} of agent {}", &[id, &agent])
}
