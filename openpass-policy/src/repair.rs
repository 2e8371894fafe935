//! Repair, the closed list of what a person can always do: the actions of
//! [`Group::Repair`](crate::Group::Repair).
//!
//! A policy that loads can forbid everything, or fail whenever it is
//! evaluated, and what forbids everything forbids its own removal. So policies
//! of one's own decide on none of these operations. The shipped policies do,
//! and they ask for a real factor wherever anything gives power.

use crate::{Action, Channel, Principal, Request};

/// Whether policies of one's own do not decide on such an operation.
///
/// INVARIANT (repair): `PolicyEngine` decides on these, and on no others, with
/// the shipped policies alone. An agent, and whatever asks through MCP, gets
/// nothing by it.
pub(crate) fn is_the_persons(request: &Request, action: &Action) -> bool {
    action.is_repair()
        && request.channel == Channel::Cli
        && matches!(request.principal, Principal::User)
}
