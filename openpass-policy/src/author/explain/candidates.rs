//! The circumstances that a search may change.

use super::{Case, WhatIf};
use crate::{
    AuthFactor, Channel, PolicyEngine, Principal, SealGrade, StepUp, Unattended, WallTime,
};

/// Every circumstance that may be changed, in the order in which they are told.
pub(super) fn candidates(engine: &PolicyEngine, case: &Case) -> Vec<WhatIf> {
    let request = case.operation().request();
    let mut all = Vec::new();
    if let Some(factor) = case.factor() {
        let others = AuthFactor::ALL.into_iter().rev();
        let others = others.filter(|other| *other != factor && engine.can_have(*other));
        all.extend(others.map(WhatIf::Factor));
        if !case.is_signed() {
            all.push(WhatIf::Signed);
        }
    }
    if let Principal::Agent(agent) = &request.principal {
        if !agent.can_manage_config() {
            all.push(WhatIf::CanManageConfig);
        }
        all.push(WhatIf::AskedByThePerson);
    }
    all.push(WhatIf::Channel(match request.channel {
        Channel::Cli => Channel::Mcp,
        Channel::Mcp | Channel::Other | Channel::Host(_) => Channel::Cli,
    }));
    all.push(WhatIf::Attended(!request.attended));
    all.extend(others(StepUp::ALL, request.settings.step_up).map(WhatIf::StepUp));
    all.extend(others(Unattended::ALL, request.settings.unattended).map(WhatIf::Unattended));
    if engine.looks_at("sealed") {
        all.extend(others(SealGrade::ALL, request.settings.sealed).map(WhatIf::Sealed));
    }
    if engine.needs_time() {
        // One moment of each kind of day, and of each end of the week.
        let moments = [(1, 10), (1, 22), (6, 10), (6, 22)].into_iter();
        let moments = moments.filter_map(|(day, hour)| WallTime::new(day, hour * 60));
        all.extend(moments.map(WhatIf::Time));
    }
    all
}

/// The values of `all` but one.
fn others<T: Copy + PartialEq, const N: usize>(all: [T; N], now: T) -> impl Iterator<Item = T> {
    all.into_iter().filter(move |value| *value != now)
}
