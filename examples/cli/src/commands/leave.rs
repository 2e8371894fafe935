//! What cannot be asked here, left for a person elsewhere.

use openpass_auth::AuthError;
use openpass_policy::{Principal, Refusal};
use openpass_vault::{Change, Door, Pending};

use crate::failure::{Failure, Waiting};

/// An agent's request that nobody here could be asked about waits for a person
/// at another terminal.
pub(super) fn for_a_person(door: &Door, change: &Change, why: AuthError) -> Failure {
    let request = door.request();
    let Principal::Agent(agent) = &request.principal else {
        return Refusal::NotAuthenticated(why).into();
    };
    let (vault, name) = (door.vault(), agent.name.as_str());
    match Pending::leave(
        vault,
        (name, request.channel),
        change,
        request.reason.clone(),
    ) {
        Ok(code) => Failure::Waits {
            why,
            request: Box::new(Waiting {
                agent: name.to_owned(),
                expires: Pending::read(vault, &code).ok().map(|it| it.expires),
                approve: Pending::command(vault, &code),
                code,
            }),
        },
        Err(problem) => Failure::CannotWait {
            why,
            problem: Box::new(problem),
        },
    }
}
