//! One sample operation, part by part.

use openpass_auth::SafeText;

use crate::{
    Action, AgentRef, ApproverKind, ApproverRef, AuthMethod, Channel, Direction, GuardSettings,
    Operation, Powers, Principal, Request, Tier, TokenRef, WallTime,
    catalogue::{Each, Sample, unspecific},
};

/// The requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    Person,
    Agent(AgentRef),
    /// The agent that the operation is about.
    Itself,
}

/// One sample operation: each part can be set by itself.
#[derive(Clone)]
pub(super) struct Point {
    pub(super) action: Action,
    /// The sample of the catalogue that it comes from.
    pub(super) from: &'static Sample,
    pub(super) who: Who,
    pub(super) channel: Channel,
    pub(super) attended: bool,
    pub(super) settings: GuardSettings,
    pub(super) time: Option<WallTime>,
    /// The id of what has more than one of its kind, and is no agent or token.
    pub(super) id: String,
    /// The agent that it is about.
    pub(super) target: AgentRef,
    /// The token that it is about.
    pub(super) token: TokenRef,
    /// The kind of the approver that it is about.
    pub(super) kind: ApproverKind,
    /// The tier after.
    pub(super) tier: Option<Tier>,
    /// The powers that the agent gains beside those of its tier after.
    pub(super) gained: Powers,
    /// The value of a key of config.yaml before and after.
    pub(super) value: (Option<&'static str>, Option<&'static str>),
    /// The auth method before and after.
    pub(super) method: (AuthMethod, AuthMethod),
}

impl Point {
    /// The catalogue's sample `from`, about `target`, by the person at the command
    /// line.
    pub(super) fn of(
        action: &Action,
        from: &'static Sample,
        target: &AgentRef,
        settings: GuardSettings,
    ) -> Self {
        let asked = from.asked(Request::by_person("", settings), target);
        let after = asked.method.unwrap_or(AuthMethod::Passphrase);
        let token = asked.token.unwrap_or_else(|| TokenRef {
            id: String::new(),
            agent: target.clone(),
            all_tools: false,
        });
        Self {
            action: action.clone(),
            from,
            who: Who::Person,
            channel: Channel::Cli,
            attended: true,
            settings,
            time: None,
            id: asked.id.to_owned(),
            target: target.clone(),
            token,
            kind: asked.approver.map_or(ApproverKind::None, |it| it.kind),
            tier: asked.tier,
            gained: Powers::NONE,
            value: (None, from.value()),
            method: (after.other(), after),
        }
    }

    /// The operation, if there is one of this action that is so.
    pub(super) fn operation(&self) -> Option<Operation> {
        let request = self.request();
        let built = match &self.action {
            Action::SetAuthMethod => Some(Operation::set_auth_method(
                request,
                crate::Before(self.method.0),
                crate::After(self.method.1),
                unspecific(Direction::Widens),
            )),
            Action::SetConfigKey | Action::SetRoutineConfigKey => {
                let effect = unspecific(match self.action {
                    Action::SetConfigKey => Direction::Widens,
                    _ => Direction::Neutral,
                });
                let values = (crate::Before(self.value.0), crate::After(self.value.1));
                Operation::set_config_key(request, &self.id, values, effect).ok()
            }
            action => {
                let mut asked = self.from.asked(request, &self.target);
                asked.id = &self.id;
                asked.token = Some(self.token.clone());
                asked.approver = Some(ApproverRef {
                    id: self.id.clone(),
                    kind: self.kind,
                });
                asked.tier = self.tier;
                asked.powers = Some(self.gained);
                action.row().and_then(|row| (row.build)(asked).ok())
            }
        };
        built.filter(|operation| *operation.action() == self.action)
    }

    fn request(&self) -> Request {
        let principal = match &self.who {
            Who::Person => Principal::User,
            Who::Agent(agent) => Principal::Agent(agent.clone()),
            Who::Itself => Principal::Agent(self.itself()),
        };
        let request = Request {
            principal,
            channel: self.channel.clone(),
            attended: self.attended,
            ..Request::by_person("", self.settings)
        };
        request.at(self.time)
    }

    /// The agent that it is about, as it is before.
    fn itself(&self) -> AgentRef {
        match self.action {
            // There is none yet.
            Action::AddAgent | Action::AddRestrictedAgent => {
                AgentRef::new(&self.target.name, Tier::ReadOnly, false)
            }
            _ => self.target.clone(),
        }
    }

    /// Says in words what the operation does. If `named`, the names of things stand in
    /// the place of a sample's. Escaped.
    pub(super) fn words(&self, named: bool) -> String {
        let quoted = |text: &str| SafeText::quoted(text);
        let name = quoted(&self.target.name);
        let text = match (&self.action, self.sample().words.each) {
            (Action::SetConfigKey | Action::SetRoutineConfigKey, _) if named => {
                SafeText::fill("set {}", &[&quoted(&self.id)])
            }
            (Action::ApplyPolicy, _) if named => {
                SafeText::fill("apply the policy file {}", &[&quoted(&self.id)])
            }
            (Action::RemovePolicy, _) if named => {
                SafeText::fill("remove the policy file {}", &[&quoted(&self.id)])
            }
            (Action::AddAgent | Action::AddRestrictedAgent, _) if named => {
                let tier = self.tier.unwrap_or(Tier::ReadOnly);
                SafeText::fill("add {} as {}", &[&name, &SafeText::literal(tier.as_str())])
            }
            (Action::CreateToken | Action::RotateToken, Each::Agent(what)) if named => {
                SafeText::fill(what, &[&quoted(&self.token.agent.name)])
            }
            (_, Each::Agent(what)) if named => SafeText::fill(what, &[&name]),
            (_, Each::Token(what)) if named => {
                let names = [&quoted(&self.token.id), &quoted(&self.token.agent.name)];
                SafeText::fill(what, &names)
            }
            (_, _) => SafeText::literal(self.sample().words.what),
        };
        text.to_string()
    }

    /// The sample of its action that it is most like.
    fn sample(&self) -> &'static Sample {
        let samples = self.action.row().map(|row| row.samples).unwrap_or_default();
        let alike = samples.iter().find(|sample| {
            let own = Self::of(&self.action, sample, &self.target, self.settings);
            own.tier == self.tier
                && own.method == self.method
                && own.kind == self.kind
                && own.token.all_tools == self.token.all_tools
                && own.id == self.id
        });
        let almost = samples.iter().find(|sample| {
            let own = Self::of(&self.action, sample, &self.target, self.settings);
            own.tier == self.tier && own.token.all_tools == self.token.all_tools
        });
        alike.or(almost).unwrap_or(self.from)
    }
}

mod points;
pub(super) use points::Points;
