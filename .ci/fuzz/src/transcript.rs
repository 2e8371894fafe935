//! The digest of an operation: two operations have one digest if they are the same, and
//! never otherwise.

use std::collections::BTreeMap;

use openpass_policy::{
    After, AgentRef, ApproverKind, ApproverRef, AuthMethod, Before, Channel, Direction, Effect,
    Entity, FieldChange, GuardSettings, Operation, Principal, Request, SealGrade, StateDigest,
    StepUp, Tier, TokenRef, Unattended, Value,
};

use crate::feed::{self, Feed};

/// Two plans and one text. Both operations take their texts from the same letters, one
/// after the other, and cut them where their plans say: what stands on one side of a
/// boundary in the one stands on the other side in the other.
pub(crate) fn transcript(bytes: &[u8]) {
    let mut feed = Feed::of(bytes);
    let plans = [feed.part(), feed.part()];
    let letters = feed::text(feed.rest());
    let [one, other] = plans.map(|plan| Maker::new(plan, &letters).parts());
    let same = one == other;
    let what = format!("{one:?}\n{other:?}");
    let (Some(one), Some(other)) = (one.build(), other.build()) else {
        return;
    };
    assert_eq!(one.digest() == other.digest(), same, "{what}");
    assert_eq!(one.transcript() == other.transcript(), same, "{what}");
}

/// Everything that an operation is made of.
#[derive(Debug, PartialEq)]
struct Parts {
    principal: Principal,
    channel: Channel,
    attended: bool,
    settings: GuardSettings,
    vault: String,
    reason: Option<String>,
    kind: Kind,
    changes: Vec<FieldChange>,
    state: Vec<String>,
}

#[derive(Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
enum Kind {
    Host {
        action: String,
        on: Entity,
        context: BTreeMap<String, Value>,
        phrase: Option<String>,
        facts: Vec<(String, String, bool)>,
    },
    ChangeAgent(AgentRef, Tier),
    RemoveAgent(AgentRef, Tier),
    AddAgent(String, Tier),
    CreateToken(TokenRef),
    RevokeToken(TokenRef),
    AddApprover(ApproverRef),
    ApplyPolicy(String),
    SetAuthMethod(AuthMethod, AuthMethod),
    SetConfigKey(String, Option<&'static str>, Option<&'static str>),
}

impl Parts {
    /// The operation; `None` if there is none of these parts.
    fn build(self) -> Option<Operation> {
        let mut request = Request::by_person(self.vault, self.settings).because(self.reason);
        request.principal = self.principal;
        request.channel = self.channel;
        request.attended = self.attended;
        let state: Vec<&[u8]> = self.state.iter().map(String::as_bytes).collect();
        let state = StateDigest::of(&state);
        let effect = Effect::new(self.changes.clone(), state);
        Some(match self.kind {
            Kind::Host {
                action,
                on,
                context,
                phrase,
                facts,
            } => {
                let mut operation = Operation::new(action).requested(request).on(on).onto(state);
                for change in self.changes {
                    operation = operation.change(change);
                }
                for (name, value) in context {
                    operation = operation.with(name, value);
                }
                for (label, value, whole) in facts {
                    operation = match whole {
                        true => operation.showing(label, value),
                        false => operation.telling(label, value),
                    };
                }
                match phrase {
                    Some(phrase) => operation.saying(phrase),
                    None => operation,
                }
            }
            Kind::ChangeAgent(agent, tier) => Operation::change_agent(request, agent, tier, effect),
            Kind::RemoveAgent(agent, tier) => Operation::remove_agent(request, agent, tier, effect),
            Kind::AddAgent(name, tier) => Operation::add_agent(request, &name, tier, effect),
            Kind::CreateToken(token) => Operation::create_token(request, token, effect),
            Kind::RevokeToken(token) => Operation::revoke_token(request, token, effect),
            Kind::AddApprover(approver) => Operation::add_approver(request, approver, effect),
            Kind::ApplyPolicy(name) => Operation::apply_policy(request, &name, effect),
            Kind::SetAuthMethod(before, after) => {
                Operation::set_auth_method(request, Before(before), After(after), effect)
            }
            Kind::SetConfigKey(key, before, after) => {
                let values = (Before(before), After(after));
                return Operation::set_config_key(request, &key, values, effect).ok();
            }
        })
    }
}

/// Makes the parts by a plan.
struct Maker<'a> {
    plan: Feed<'a>,
    letters: core::str::Chars<'a>,
    depth: u8,
}

impl<'a> Maker<'a> {
    fn new(plan: &'a [u8], letters: &'a str) -> Self {
        Self {
            plan: Feed::of(plan),
            letters: letters.chars(),
            depth: 0,
        }
    }

    fn text(&mut self) -> String {
        let length = usize::from(self.plan.below(5));
        self.letters.by_ref().take(length).collect()
    }

    fn maybe(&mut self) -> Option<String> {
        self.plan.flag().then(|| self.text())
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.plan.below(4)).map(|_| self.text()).collect()
    }

    fn parts(&mut self) -> Parts {
        let settings =
            GuardSettings::new(self.plan.one(&StepUp::ALL), self.plan.one(&Unattended::ALL));
        Parts {
            kind: self.kind(),
            changes: (0..self.plan.below(3)).map(|_| self.change()).collect(),
            state: self.texts(),
            principal: self.principal(),
            channel: match self.plan.below(4) {
                3 => Channel::named(self.text()),
                shipped => self.plan_channel(shipped),
            },
            attended: self.plan.flag(),
            settings: settings.sealed(self.plan.one(&SealGrade::ALL)),
            vault: self.text(),
            reason: self.maybe(),
        }
    }

    fn plan_channel(&self, number: u8) -> Channel {
        let [cli, mcp, other] = Channel::SHIPPED;
        match number {
            0 => cli,
            1 => mcp,
            _ => other,
        }
    }

    fn principal(&mut self) -> Principal {
        match self.plan.below(3) {
            0 => Principal::User,
            1 => Principal::Agent(self.agent()),
            _ => self.entity().into(),
        }
    }

    fn agent(&mut self) -> AgentRef {
        let (name, tier) = (self.text(), self.tier());
        AgentRef::new(name, tier, self.plan.flag())
    }

    fn tier(&mut self) -> Tier {
        self.plan.one(&Tier::ALL)
    }

    fn token(&mut self) -> TokenRef {
        TokenRef {
            id: self.text(),
            agent: self.agent(),
            all_tools: self.plan.flag(),
        }
    }

    fn kind(&mut self) -> Kind {
        match self.plan.below(16) {
            0 => Kind::ChangeAgent(self.agent(), self.tier()),
            1 => Kind::RemoveAgent(self.agent(), self.tier()),
            2 => Kind::AddAgent(self.text(), self.tier()),
            3 => Kind::CreateToken(self.token()),
            4 => Kind::RevokeToken(self.token()),
            5 => Kind::AddApprover(ApproverRef {
                id: self.text(),
                kind: self.plan.one(&ApproverKind::ALL),
            }),
            6 => Kind::ApplyPolicy(self.text()),
            7 => {
                let method = |maker: &mut Self| maker.plan.one(&AuthMethod::ALL);
                Kind::SetAuthMethod(method(self), method(self))
            }
            8 => Kind::SetConfigKey(self.text(), self.setting(), self.setting()),
            _ => Kind::Host {
                action: self.text(),
                on: self.entity(),
                context: self.values(),
                phrase: self.maybe(),
                facts: (0..self.plan.below(3))
                    .map(|_| (self.text(), self.text(), self.plan.flag()))
                    .collect(),
            },
        }
    }

    /// A value of a key that is no address. What the guard has of it is its meaning; the
    /// value itself is bound by the changes.
    fn setting(&mut self) -> Option<&'static str> {
        self.plan
            .one(&[None, Some("true"), Some("false"), Some("other")])
    }

    fn change(&mut self) -> FieldChange {
        let (field, direction) = (self.text(), self.plan.one(&Direction::ALL));
        let change = match self.plan.flag() {
            true => {
                let list = |maker: &mut Self| maker.plan.flag().then(|| maker.texts());
                FieldChange::list(field, Before(list(self)), After(list(self)), direction)
            }
            false => FieldChange::new(field, Before(self.maybe()), After(self.maybe()), direction),
        };
        match self.maybe() {
            Some(seen) => change.seen_as(seen),
            None => change,
        }
    }

    fn entity(&mut self) -> Entity {
        let mut entity = Entity::new(self.text(), self.text());
        for (name, value) in self.values() {
            entity = entity.with(name, value);
        }
        for (name, value) in self.values() {
            entity = entity.tagged(name, value);
        }
        self.depth += 1;
        for _ in 0..self.below_depth() {
            entity = entity.inside(self.entity());
        }
        self.depth -= 1;
        entity
    }

    /// The number of parts below this one: none far down.
    fn below_depth(&mut self) -> u8 {
        match self.depth {
            0..=2 => self.plan.below(3),
            _ => 0,
        }
    }

    fn values(&mut self) -> BTreeMap<String, Value> {
        self.depth += 1;
        let values = (0..self.below_depth())
            .map(|_| (self.text(), self.value()))
            .collect();
        self.depth -= 1;
        values
    }

    fn value(&mut self) -> Value {
        match self.plan.below(10) {
            0 => self.plan.flag().into(),
            1 => i64::from(self.plan.byte()).into(),
            2 => Value::Decimal(self.text()),
            3 => Value::Ip(self.text()),
            4 => Value::Datetime(self.text()),
            5 => Value::Duration(self.text()),
            6 => self.texts().into(),
            7 => Value::Record(self.values()),
            8 => self.entity().into(),
            _ => self.text().into(),
        }
    }
}
