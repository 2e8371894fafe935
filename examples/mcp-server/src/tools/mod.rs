//! The tools, each registered once with what the guard decides on.

mod agents;
mod auth;
mod explain;
mod fields;
mod policies;
mod requests;
mod text;
mod tokens;

use crate::tool::Registration;

/// Every tool.
pub(crate) const ALL: &[Registration] = &[
    Registration::reads::<auth::GetAuthStatus>(),
    Registration::changes::<auth::SetAuthMethod>(),
    Registration::reads::<agents::ListAgents>(),
    Registration::reads::<agents::GetAgent>(),
    Registration::changes::<agents::UpgradeAgent>(),
    Registration::changes::<agents::EditAgentProfile>(),
    Registration::reads::<tokens::ListTokens>(),
    Registration::changes::<tokens::RevokeToken>(),
    Registration::changes::<tokens::RotateToken>(),
    Registration::reads::<policies::ListPolicies>(),
    Registration::reads::<explain::ExplainDecision>(),
    Registration::reads::<requests::GetRequest>(),
];

/// The tool called `name`, to the letter.
pub(crate) fn find(name: &str) -> Option<&'static Registration> {
    ALL.iter().find(|tool| tool.name() == name)
}
