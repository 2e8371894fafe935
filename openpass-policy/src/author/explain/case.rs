//! A case to decide on: an operation, and what vouches for it.

use super::WhatIf;
use crate::{AuthFactor, Authentication, Channel, Operation, Power, Principal, Request};

/// An operation in some circumstances, and maybe a factor that is given for it, signed or
/// not.
pub(super) struct Case {
    operation: Operation,
    factor: Option<AuthFactor>,
    signed: bool,
}

impl Case {
    pub(super) fn new(operation: &Operation, given: Option<Authentication>) -> Self {
        Self {
            operation: operation.asked_as(operation.request().clone()),
            factor: given.map(Authentication::factor),
            signed: given.is_some_and(Authentication::is_signed),
        }
    }

    pub(super) const fn operation(&self) -> &Operation {
        &self.operation
    }

    pub(super) const fn factor(&self) -> Option<AuthFactor> {
        self.factor
    }

    pub(super) const fn is_signed(&self) -> bool {
        self.signed
    }

    /// Returns the authentication that is given.
    pub(super) fn given(&self) -> Option<Authentication> {
        let with = match self.signed {
            true => Authentication::signed,
            false => Authentication::unsigned,
        };
        self.factor.map(with)
    }

    /// For the operation and each of its parts, whether policies of a user's own decide.
    pub(super) fn own_decide(&self) -> Vec<bool> {
        let all = core::iter::once(&self.operation).chain(self.operation.parts());
        all.map(|it| it.question().is_for_own_policies()).collect()
    }

    /// Returns the case with these changes.
    pub(super) fn with<'c>(&self, changes: impl IntoIterator<Item = &'c WhatIf>) -> Self {
        let mut case = Self {
            operation: self.operation.asked_as(self.operation.request().clone()),
            ..*self
        };
        let mut request = self.operation.request().clone();
        for change in changes {
            case.apply(change, &mut request);
        }
        case.operation = case.operation.asked_as(request);
        case
    }

    fn apply(&mut self, change: &WhatIf, request: &mut Request) {
        match change {
            WhatIf::Factor(factor) => self.factor = Some(*factor),
            WhatIf::Signed => self.signed = true,
            WhatIf::AskedByThePerson => {
                request.principal = Principal::User;
                request.channel = Channel::Cli;
            }
            WhatIf::CanManageConfig => {
                if let Principal::Agent(agent) = &mut request.principal {
                    agent.powers = agent.powers.with(Power::ManageConfig);
                    self.operation.grant_can_manage_config(&agent.name);
                }
            }
            WhatIf::Channel(channel) => request.channel = channel.clone(),
            WhatIf::Attended(attended) => request.attended = *attended,
            WhatIf::StepUp(value) => request.settings.step_up = *value,
            WhatIf::Unattended(value) => request.settings.unattended = *value,
            WhatIf::Sealed(grade) => request.settings.sealed = *grade,
            WhatIf::Time(time) => request.time = Some(*time),
            // It is no circumstance of a case.
            WhatIf::Without(_) => {}
        }
    }
}
