//! A grant is bound to every part of the operation.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use futures_lite::future::block_on;
use openpass_auth::{Factor, Line, Scripted};
use openpass_policy::{
    After, AgentRef, AuthMethod, Before, Channel, Direction, Effect, FieldChange, GrantError,
    Guard, GuardSettings, HostAction, HostResource, HostValue, MemorySink, Operation, PolicyEngine,
    Principal, Request, StateDigest, StepUp, Tier, TokenRef, Unattended, WallTime,
};

type Text = Option<&'static str>;

/// Everything that an operation is made of, as plain values: a test changes one
/// of them at a time.
#[derive(Debug, Clone)]
struct Parts {
    asking: Option<(&'static str, Tier, bool)>,
    channel: Channel,
    attended: bool,
    settings: GuardSettings,
    vault: &'static str,
    reason: Text,
    kind: Kind,
    changes: Vec<(&'static str, Text, Text, Direction)>,
    state: &'static [u8],
}

/// The operation's action, its resource and what is its own.
#[derive(Debug, Clone)]
enum Kind {
    ChangeAgent(&'static str, Tier, bool, Tier),
    AddAgent(&'static str, Tier),
    RemoveAgent(&'static str, Tier, bool),
    CreateToken(&'static str, &'static str, bool),
    RotateToken(&'static str, &'static str, bool),
    RevokeToken(&'static str, &'static str, bool),
    SetAuthMethod(AuthMethod, AuthMethod),
    RotatePassphrase,
    ChangeRecipients,
    ChangeDevices,
    ApplyPolicy(&'static str),
    RemovePolicy(&'static str),
    ChangeGuardSettings,
    AcceptDrift,
    Restore,
    ResetGuardSettings,
    SetLogAside,
    RotateLogKey,
    SetConfigKey(&'static str),
    List,
    Show,
    Status,
    Explain,
    DryRun,
    Host(Host),
}

#[derive(Debug, Clone)]
struct Host {
    action: HostAction,
    entity: &'static str,
    id: &'static str,
    attributes: Vec<(&'static str, HostValue)>,
    context: Vec<(&'static str, HostValue)>,
}

impl Parts {
    fn request(&self) -> Request {
        let mut request =
            Request::by_person(self.vault, self.settings).because(self.reason.map(str::to_owned));
        if let Some((name, tier, manages)) = self.asking {
            request.principal = Principal::Agent(AgentRef::new(name, tier, manages));
        }
        request.channel = self.channel;
        request.attended = self.attended;
        request
    }

    fn effect(&self) -> Effect {
        let text = |text: Text| text.map(str::to_owned);
        let changes = self
            .changes
            .iter()
            .map(|&(field, before, after, direction)| {
                FieldChange::new(field, Before(text(before)), After(text(after)), direction)
            });
        Effect::new(changes.collect(), StateDigest::of(&[self.state]))
    }

    fn build(&self) -> Operation {
        let (r, e) = (self.request(), self.effect());
        let agent = |name: &str, tier, manages| AgentRef::new(name, tier, manages);
        let token = |id: &str, agent: &str, all_tools| TokenRef {
            id: id.to_owned(),
            agent_name: agent.to_owned(),
            all_tools,
        };
        match &self.kind {
            &Kind::ChangeAgent(name, tier, manages, after) => {
                Operation::change_agent(r, agent(name, tier, manages), after, e)
            }
            &Kind::AddAgent(name, tier) => Operation::add_agent(r, name, tier, e),
            &Kind::RemoveAgent(name, tier, manages) => {
                Operation::remove_agent(r, agent(name, tier, manages), e)
            }
            Kind::CreateToken(id, name, all) => {
                Operation::create_token(r, token(id, name, *all), e)
            }
            Kind::RotateToken(id, name, all) => {
                Operation::rotate_token(r, token(id, name, *all), e)
            }
            Kind::RevokeToken(id, name, all) => {
                Operation::revoke_token(r, token(id, name, *all), e)
            }
            &Kind::SetAuthMethod(before, after) => {
                Operation::set_auth_method(r, Before(before), After(after), e)
            }
            Kind::RotatePassphrase => Operation::rotate_passphrase(r, e),
            Kind::ChangeRecipients => Operation::change_recipients(r, e),
            Kind::ChangeDevices => Operation::change_devices(r, e),
            Kind::ApplyPolicy(name) => Operation::apply_policy(r, name, e),
            Kind::RemovePolicy(name) => Operation::remove_policy(r, name, e),
            Kind::ChangeGuardSettings => Operation::change_guard_settings(r, e),
            Kind::AcceptDrift => Operation::accept_drift(r, e),
            Kind::Restore => Operation::restore(r, e),
            Kind::ResetGuardSettings => Operation::reset_guard_settings(r, e),
            Kind::SetLogAside => Operation::set_log_aside(r, e),
            Kind::RotateLogKey => Operation::rotate_log_key(r, e),
            Kind::SetConfigKey(key) => Operation::set_config_key(r, key, e).unwrap(),
            Kind::List => Operation::list(r),
            Kind::Show => Operation::show(r),
            Kind::Status => Operation::status(r),
            Kind::Explain => Operation::explain(r),
            Kind::DryRun => Operation::dry_run(r),
            Kind::Host(host) => {
                let resource = HostResource::new(host.entity, host.id);
                let attributes = host.attributes.iter().cloned();
                let resource = attributes.fold(resource, |it, (name, value)| it.with(name, value));
                Operation::host(r, host.action, resource, host.context.clone(), e)
            }
        }
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    fn is_look(&self) -> bool {
        use Kind::{DryRun, Explain, List, Show, Status};
        matches!(self.kind, List | Show | Status | Explain | DryRun)
    }
}

/// Every kind, and beside each those that differ from it by one of its fields.
fn kinds() -> Vec<(Kind, Vec<Kind>)> {
    use Kind::*;
    use Tier::{Admin, Custom, ReadOnly, Standard};
    let token = |kind: fn(&'static str, &'static str, bool) -> Kind| {
        let others = vec![
            kind("other", "codex", false),
            kind("ci", "other", false),
            kind("ci", "codex", true),
            // The same letters, divided otherwise.
            kind("cic", "odex", false),
        ];
        (kind("ci", "codex", false), others)
    };
    let alone = |kind: Kind| (kind, Vec::new());
    let change = ChangeAgent("codex", ReadOnly, false, Standard);
    let changes = vec![
        ChangeAgent("hermes", ReadOnly, false, Standard),
        ChangeAgent("codex", Standard, false, Standard),
        ChangeAgent("codex", ReadOnly, true, Standard),
        ChangeAgent("codex", ReadOnly, false, Admin),
        // What ranks alike is not the same.
        ChangeAgent("codex", ReadOnly, false, Custom),
    ];
    let removals = vec![
        RemoveAgent("hermes", Admin, true),
        RemoveAgent("codex", Custom, true),
        RemoveAgent("codex", Admin, false),
    ];
    let (touch, pass) = (AuthMethod::TouchId, AuthMethod::Passphrase);
    vec![
        (change, changes),
        (
            AddAgent("codex", Admin),
            vec![AddAgent("hermes", Admin), AddAgent("codex", Custom)],
        ),
        (RemoveAgent("codex", Admin, true), removals),
        token(CreateToken),
        token(RotateToken),
        token(RevokeToken),
        (
            SetAuthMethod(pass, touch),
            vec![SetAuthMethod(touch, touch), SetAuthMethod(pass, pass)],
        ),
        alone(RotatePassphrase),
        alone(ChangeRecipients),
        alone(ChangeDevices),
        (ApplyPolicy("a.cedar"), vec![ApplyPolicy("b.cedar")]),
        (RemovePolicy("a.cedar"), vec![RemovePolicy("b.cedar")]),
        alone(ChangeGuardSettings),
        alone(AcceptDrift),
        alone(Restore),
        alone(ResetGuardSettings),
        alone(SetLogAside),
        alone(RotateLogKey),
        (SetConfigKey("mcp.bind"), vec![SetConfigKey("mcp.port")]),
        (
            SetConfigKey("logging.level"),
            vec![SetConfigKey("logging.format")],
        ),
        alone(SetConfigKey("audit.maxBackups")),
        alone(List),
        alone(Show),
        alone(Status),
        alone(Explain),
        alone(DryRun),
        host(),
    ]
}

fn host() -> (Kind, Vec<Kind>) {
    let text = |text: &str| HostValue::Text(text.to_owned());
    let set = |values: &[&str]| {
        HostValue::TextSet(values.iter().map(|value| (*value).to_owned()).collect())
    };
    let base = Host {
        action: HostAction::new("Backup::restore", "restore the backup {}"),
        entity: "Backup::Archive",
        id: "a.tar",
        attributes: vec![
            ("encrypted", HostValue::Bool(true)),
            ("size", HostValue::Long(1)),
        ],
        context: vec![("keep", text("all"))],
    };
    type Edit<'a> = Box<dyn Fn(&mut Host) + 'a>;
    let edits: Vec<Edit<'_>> = vec![
        Box::new(|it| it.action = HostAction::new("Backup::prune", "restore the backup {}")),
        Box::new(|it| it.entity = "Backup::Tape"),
        Box::new(|it| it.id = "b.tar"),
        Box::new(|it| it.attributes[0].0 = "encrypte"),
        Box::new(|it| it.attributes[0].1 = HostValue::Bool(false)),
        Box::new(|it| it.attributes[0].1 = HostValue::Long(1)),
        Box::new(|it| it.attributes[1].1 = HostValue::Long(-1)),
        Box::new(|it| it.attributes.swap(0, 1)),
        Box::new(|it| drop(it.attributes.pop())),
        Box::new(|it| it.attributes.push(("more", HostValue::Bool(true)))),
        Box::new(|it| it.context[0].0 = "kee"),
        Box::new(|it| it.context[0].1 = text("al")),
        Box::new(|it| it.context[0].1 = set(&["all"])),
        Box::new(|it| it.context[0].1 = set(&["al", "l"])),
        Box::new(|it| it.context[0].1 = set(&[])),
        Box::new(|it| it.context.clear()),
        Box::new(|it| it.context.push(("more", text("")))),
    ];
    let edited = edits.iter().map(|edit| {
        let mut other = base.clone();
        edit(&mut other);
        Kind::Host(other)
    });
    let edited = edited.collect();
    (Kind::Host(base), edited)
}

fn base(kind: Kind) -> Parts {
    Parts {
        asking: None,
        channel: Channel::Cli,
        attended: true,
        settings: GuardSettings::default(),
        vault: "~/.openpass",
        reason: Some("why"),
        kind,
        changes: vec![
            ("first", Some("a"), Some("b"), Direction::Narrows),
            ("second", None, Some("c"), Direction::Neutral),
        ],
        state: b"state",
    }
}

/// `parts`, each time with one part changed: who asks, and the circumstances.
fn other_requests(parts: &Parts) -> Vec<Parts> {
    let agent = ("hermes", Tier::Admin, false);
    let by_agent = parts.with(|it| it.asking = Some(agent));
    let mut all: Vec<Parts> = [
        ("other", Tier::Admin, false),
        ("hermes", Tier::Custom, false),
        ("hermes", Tier::Admin, true),
        // A name that looks like a principal.
        ("user", Tier::Admin, false),
    ]
    .map(|agent| parts.with(|it| it.asking = Some(agent)))
    .into();
    all.push(by_agent);
    all.push(parts.with(|it| it.channel = Channel::Mcp));
    all.push(parts.with(|it| it.attended = false));
    for step_up in [StepUp::Passphrase, StepUp::Confirm] {
        all.push(parts.with(|it| it.settings.step_up = step_up));
    }
    for unattended in [Unattended::Refuse, Unattended::Waive] {
        all.push(parts.with(|it| it.settings.unattended = unattended));
    }
    all.push(parts.with(|it| it.vault = "~/other"));
    for reason in [None, Some(""), Some("because")] {
        all.push(parts.with(|it| it.reason = reason));
    }
    all
}

/// `parts`, each time with one part of its effect changed.
fn other_effects(parts: &Parts) -> Vec<Parts> {
    let more = ("third", None, None, Direction::Neutral);
    vec![
        parts.with(|it| it.state = b"stat"),
        parts.with(|it| it.changes[0].0 = "firs"),
        parts.with(|it| it.changes[0].1 = Some("x")),
        parts.with(|it| it.changes[0].1 = None),
        parts.with(|it| it.changes[1].1 = Some("")),
        parts.with(|it| it.changes[0].2 = Some("x")),
        parts.with(|it| it.changes[0].2 = None),
        parts.with(|it| it.changes[1].2 = Some("")),
        parts.with(|it| it.changes[0].3 = Direction::Widens),
        parts.with(|it| it.changes[0].3 = Direction::Neutral),
        parts.with(|it| it.changes[1].3 = Direction::Narrows),
        parts.with(|it| it.changes.swap(0, 1)),
        parts.with(|it| it.changes.truncate(1)),
        parts.with(|it| it.changes.clear()),
        parts.with(|it| it.changes.push(more)),
        // The same letters, divided otherwise.
        parts.with(|it| (it.changes[0].0, it.changes[0].1) = ("firsta", Some(""))),
        parts.with(|it| (it.changes[0].1, it.changes[0].2) = (Some("ab"), Some(""))),
    ]
}

#[test]
fn case_5_every_part_of_an_operation_is_bound() {
    let mut seen: BTreeMap<String, Parts> = BTreeMap::new();
    let mut put = |parts: Parts| {
        let digest = parts.build().digest().to_string();
        if let Some(other) = seen.insert(digest, parts.clone()) {
            panic!("one digest for two operations:\n{other:?}\n{parts:?}");
        }
    };
    for (kind, others) in kinds() {
        let parts = base(kind);
        let agents = parts.with(|it| it.asking = Some(("agent", Tier::Standard, true)));
        other_requests(&parts).into_iter().for_each(&mut put);
        if !parts.is_look() {
            other_effects(&parts).into_iter().for_each(&mut put);
        }
        others.into_iter().for_each(|kind| put(base(kind)));
        put(parts);
        put(agents);
    }
    assert!(seen.len() > 700, "{}", seen.len());
}

#[test]
fn case_5_what_is_added_and_removed_is_bound_and_not_only_its_text() {
    let list = |before: &[&str], after: &[&str]| {
        let owned = |list: &[&str]| Some(list.iter().map(|it| (*it).to_owned()).collect());
        FieldChange::list(
            "allowedPaths",
            Before(owned(before)),
            After(owned(after)),
            Direction::Widens,
        )
    };
    let text = |lines: Vec<Line<String>>| {
        let said = |text: &str| Some(text.to_owned());
        FieldChange::text(
            "own.cedar",
            Before(said("old")),
            After(said("new")),
            lines,
            Direction::Widens,
        )
    };
    let line = |text: &str| text.to_owned();
    let plain = ("a", "a, b, c");
    let changes = [
        FieldChange::new(
            "allowedPaths",
            Before(Some(plain.0.to_owned())),
            After(Some(plain.1.to_owned())),
            Direction::Widens,
        ),
        // All of these read the same as one text.
        list(&["a"], &["a", "b", "c"]),
        list(&["a"], &["a", "b, c"]),
        list(&["a"], &["a, b, c"]),
        text(vec![]),
        text(vec![Line::Added(line("x"))]),
        text(vec![Line::Removed(line("x"))]),
        text(vec![Line::Added(line("y"))]),
        text(vec![Line::Added(line("x")), Line::Added(line("y"))]),
        text(vec![Line::Added(line("y")), Line::Added(line("x"))]),
    ];
    let mut seen = BTreeMap::new();
    for change in changes {
        let request = base(Kind::AcceptDrift).request();
        let effect = Effect::new(vec![change.clone()], StateDigest::of(&[]));
        let digest = Operation::accept_drift(request, effect)
            .digest()
            .to_string();
        assert_eq!(seen.insert(digest, change.clone()), None, "{change:?}");
    }
}

#[test]
fn the_same_parts_give_the_same_digest_and_the_time_is_no_part() {
    for (kind, _) in kinds() {
        let parts = base(kind);
        assert_eq!(parts.build().digest(), parts.build().digest());
    }
    let look = |time| Operation::list(base(Kind::List).request().at(time)).digest();
    assert_eq!(look(None), look(WallTime::new(1, 1)));
}

#[test]
fn a_state_digest_counts_its_parts_and_where_they_end() {
    let of = |parts: &[&[u8]]| StateDigest::of(parts);
    let different = [
        of(&[]),
        of(&[b""]),
        of(&[b"", b""]),
        of(&[b"ab"]),
        of(&[b"a", b"b"]),
        of(&[b"b", b"a"]),
    ];
    for (number, one) in different.iter().enumerate() {
        assert!(different.iter().skip(number + 1).all(|other| one != other));
    }
}

#[test]
fn case_5_no_other_operation_redeems_a_grant() {
    let engine = std::sync::Arc::new(PolicyEngine::shipped().unwrap());
    let parts = base(Kind::ChangeAgent(
        "codex",
        Tier::ReadOnly,
        false,
        Tier::Standard,
    ));
    for other in other_requests(&parts)
        .into_iter()
        .chain(other_effects(&parts))
    {
        let person = std::sync::Arc::new(Scripted::yes(Factor::Passphrase));
        let sink = std::sync::Arc::new(MemorySink::new());
        let guard = Guard::new(engine.clone(), person, sink);
        let grant = block_on(guard.authorize(parts.build())).unwrap();
        // What was approved can be read off the grant.
        assert_eq!(grant.operation().digest(), parts.build().digest());
        let used = grant.redeem(&other.build());
        assert_eq!(used.unwrap_err(), GrantError::OtherOperation, "{other:?}");
    }
}
