//! Operations that nobody asked for: samples, and those of tests.

use super::words::Words;
use crate::{
    Action, After, AgentRef, ApproverKind, ApproverRef, AuthMethod, Before, Direction, Effect,
    FieldChange, Operation, Powers, Request, Standing, StateDigest, Tier, TokenRef,
};

/// The parts from which an operation is built where no store works it out.
pub(crate) struct SampleParts<'a> {
    pub(crate) request: Request,
    /// The id of what it is on, for what has more than one of its kind.
    pub(crate) id: &'a str,
    /// The agent that it is on, as its profile is.
    pub(crate) agent: Option<AgentRef>,
    /// The token that it is on.
    pub(crate) token: Option<TokenRef>,
    /// The approver that it is on.
    pub(crate) approver: Option<ApproverRef>,
    /// The tier after.
    pub(crate) tier: Option<Tier>,
    /// The auth method after; before, it is the other.
    pub(crate) method: Option<AuthMethod>,
    /// The powers that an agent gains beside those of the tier after.
    pub(crate) powers: Option<Powers>,
    /// The value of a key of config.yaml after; before, there is none.
    pub(crate) value: Option<&'a str>,
    /// An effect that goes this way.
    pub(crate) effect: fn(Direction) -> Effect,
}

impl SampleParts<'_> {
    pub(super) fn widens(&self) -> Effect {
        (self.effect)(Direction::Widens)
    }

    pub(super) fn narrows(&self) -> Effect {
        (self.effect)(Direction::Narrows)
    }

    /// The agent that there must be.
    pub(super) fn known_agent(&self) -> Result<AgentRef, String> {
        let missing = || format!("there is no agent `{}` in entities.agents", self.id);
        self.agent.clone().ok_or_else(missing)
    }

    /// Returns what the agent may do after the change, from `before`.
    pub(super) fn standing(&self, before: Standing) -> Standing {
        let mut after = self.tier.map_or(before, Standing::from);
        for power in self.powers.into_iter().flat_map(Powers::iter) {
            after.powers = after.powers.with(power);
        }
        after
    }

    /// The token that there must be.
    pub(super) fn known_token(&self) -> Result<TokenRef, String> {
        let missing = || format!("there is no token `{}` in entities.tokens", self.id);
        self.token.clone().ok_or_else(missing)
    }

    /// The approver that there must be.
    pub(super) fn known_approver(&self) -> Result<ApproverRef, String> {
        let missing = || format!("there is no approver `{}` in entities.approvers", self.id);
        self.approver.clone().ok_or_else(missing)
    }
}

/// One row of a matrix, and the operation of a host's tests.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// The words for the sample in a matrix.
    pub(crate) words: Words,
    id: &'static str,
    tier: Option<Tier>,
    method: Option<AuthMethod>,
    value: Option<&'static str>,
    all_tools: bool,
    kind: ApproverKind,
}

impl Sample {
    /// A sample that does `what`.
    pub(super) const fn that(what: &'static str) -> Self {
        Self {
            words: Words::that(what),
            id: "",
            tier: None,
            method: None,
            value: None,
            all_tools: false,
            kind: ApproverKind::None,
        }
    }

    pub(super) const fn for_each_agent(mut self, what: &'static str) -> Self {
        self.words = self.words.for_each_agent(what);
        self
    }

    pub(super) const fn for_each_token(mut self, what: &'static str) -> Self {
        self.words = self.words.for_each_token(what);
        self
    }

    pub(super) const fn on(mut self, id: &'static str) -> Self {
        self.id = id;
        self
    }

    pub(super) const fn to_tier(mut self, tier: Tier) -> Self {
        self.tier = Some(tier);
        self
    }

    pub(super) const fn to_method(mut self, method: AuthMethod) -> Self {
        self.method = Some(method);
        self
    }

    pub(super) const fn to_value(mut self, value: &'static str) -> Self {
        self.value = Some(value);
        self
    }

    pub(super) const fn for_every_tool(mut self) -> Self {
        self.all_tools = true;
        self
    }

    pub(super) const fn of_kind(mut self, kind: ApproverKind) -> Self {
        self.kind = kind;
        self
    }

    /// The value of a key of config.yaml after.
    #[cfg(feature = "author")]
    pub(crate) const fn value(&self) -> Option<&'static str> {
        self.value
    }

    /// Returns the parts of the sample's operation, on `agent` or on a token that the
    /// sample makes up.
    pub(crate) fn asked(&self, request: Request, agent: &AgentRef) -> SampleParts<'_> {
        SampleParts {
            request,
            id: self.id,
            agent: Some(agent.clone()),
            token: Some(TokenRef {
                id: "ci".to_owned(),
                agent: agent.clone(),
                all_tools: self.all_tools,
            }),
            approver: Some(ApproverRef {
                id: self.id.to_owned(),
                kind: self.kind,
            }),
            tier: self.tier,
            method: self.method,
            powers: None,
            value: self.value,
            effect: unspecific,
        }
    }
}

/// A field of no name goes this way.
pub(crate) fn unspecific(direction: Direction) -> Effect {
    let change = FieldChange::new("field", Before(None), After(None), direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}

impl Operation {
    /// Builds an operation of `action` for tests of policies and hosts: of those that a
    /// matrix shows, the one with the most power. It is on `agent` where it is on an
    /// agent. Its effect is what `effect` gives for the direction that the action has.
    /// An effect that widens where the action does not may make it another action.
    /// `None` for a host's own actions.
    #[must_use]
    pub fn sample(
        action: &Action,
        request: Request,
        agent: &AgentRef,
        effect: fn(Direction) -> Effect,
    ) -> Option<Self> {
        let row = action.row()?;
        let mut asked = row.samples.last()?.asked(request, agent);
        asked.effect = effect;
        (row.build)(asked).ok()
    }
}
