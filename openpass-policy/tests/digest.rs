//! A grant is bound to every part of the operation.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;

use futures_lite::future::block_on;
use openpass_auth::{Factor, Line, Script};
use openpass_policy::{
    After, AgentRef, ApproverKind, ApproverRef, AuthMethod, Before, Channel, Direction, Effect,
    Entity, FieldChange, GrantError, Guard, GuardSettings, MemorySink, Operation, PolicyEngine,
    Power, Powers, Principal, Request, SealGrade, Standing, StateDigest, StepUp, Tier, TokenRef,
    Unattended, Value, WallTime,
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
#[expect(clippy::large_enum_variant, reason = "a test")]
enum Kind {
    ChangeAgent(&'static str, Tier, bool, Tier),
    AddAgent(&'static str, Tier),
    ChangePowers(Powers, Powers),
    RemoveAgent(&'static str, Tier, bool, Standing),
    CreateToken(&'static str, &'static str, bool),
    RotateToken(&'static str, &'static str, bool),
    RevokeToken(&'static str, &'static str, bool),
    SetAuthMethod(AuthMethod, AuthMethod),
    RotatePassphrase,
    ChangeRecipients,
    ChangeDevices,
    AddApprover(&'static str, ApproverKind),
    ReplaceApprover(&'static str, ApproverKind),
    RemoveApprover(&'static str, ApproverKind),
    RenewApprover(&'static str, ApproverKind),
    ApplyPolicy(&'static str),
    RemovePolicy(&'static str),
    ChangeGuardSettings,
    AcceptDrift,
    Restore,
    ResetGuardSettings,
    SetLogAside,
    RotateLogKey,
    SealState,
    SetConfigKey(&'static str, Text, Text),
    List,
    Show,
    Status,
    Explain,
    DryRun,
    Host(Host),
}

#[derive(Debug, Clone)]
struct Host {
    action: &'static str,
    /// Who asks, where it is no principal of OpenPass's.
    principal: Option<Entity>,
    entity: &'static str,
    id: &'static str,
    attributes: Vec<(&'static str, Value)>,
    parents: Vec<Entity>,
    tags: Vec<(&'static str, Value)>,
    context: Vec<(&'static str, Value)>,
    phrase: Text,
    facts: Vec<(&'static str, &'static str)>,
}

impl Host {
    fn build(&self, request: Request) -> Operation {
        let resource = Entity::new(self.entity, self.id);
        let attributes = self.attributes.iter().cloned();
        let resource = attributes.fold(resource, |it, (name, value)| it.with(name, value));
        let resource = self.parents.iter().cloned().fold(resource, Entity::inside);
        let tags = self.tags.iter().cloned();
        let resource = tags.fold(resource, |it, (name, value)| it.tagged(name, value));
        let principal = self.principal.clone().map(Principal::from);
        let operation = Operation::new(self.action)
            .by(principal.unwrap_or(request.principal))
            .on(resource)
            .through(request.channel)
            .under(request.settings);
        let context = self.context.iter().cloned();
        let operation = context.fold(operation, |it, (name, value)| it.with(name, value));
        let facts = self.facts.iter().copied();
        let operation = facts.fold(operation, |it, (label, value)| it.telling(label, value));
        let operation = match self.phrase {
            Some(phrase) => operation.saying(phrase),
            None => operation,
        };
        let operation = match request.reason {
            Some(reason) => operation.because(reason),
            None => operation,
        };
        if request.attended {
            operation
        } else {
            operation.unattended()
        }
    }
}

impl Parts {
    fn request(&self) -> Request {
        let mut request =
            Request::by_person(self.vault, self.settings).because(self.reason.map(str::to_owned));
        if let Some((name, tier, manages)) = self.asking {
            request.principal = Principal::Agent(AgentRef::new(name, tier, manages));
        }
        request.channel = self.channel.clone();
        request.attended = self.attended;
        request
    }

    fn shown(&self) -> Vec<FieldChange> {
        let text = |text: Text| text.map(str::to_owned);
        let changes = self.changes.iter();
        changes
            .map(|&(field, before, after, direction)| {
                FieldChange::new(field, Before(text(before)), After(text(after)), direction)
            })
            .collect()
    }

    fn effect(&self) -> Effect {
        Effect::new(self.shown(), StateDigest::of(&[self.state]))
    }

    fn build(&self) -> Operation {
        let (r, e) = (self.request(), self.effect());
        let agent = |name: &str, tier, manages| AgentRef::new(name, tier, manages);
        let token = |id: &str, agent: &str, all_tools| TokenRef {
            id: id.to_owned(),
            agent: AgentRef::new(agent, Tier::Standard, false),
            all_tools,
        };
        let approver = |id: &str, kind| ApproverRef {
            id: id.to_owned(),
            kind,
        };
        match &self.kind {
            &Kind::AddApprover(id, kind) => Operation::add_approver(r, approver(id, kind), e),
            &Kind::ReplaceApprover(id, kind) => {
                Operation::replace_approver(r, approver(id, kind), e)
            }
            &Kind::RemoveApprover(id, kind) => Operation::remove_approver(r, approver(id, kind), e),
            &Kind::RenewApprover(id, kind) => Operation::renew_approver(r, approver(id, kind), e),
            &Kind::ChangeAgent(name, tier, manages, after) => {
                Operation::change_agent(r, agent(name, tier, manages), after, e)
            }
            &Kind::ChangePowers(before, after) => {
                let standing = |powers| Standing::new(Tier::Standard, powers);
                let agent = AgentRef::with_standing("codex", standing(before));
                Operation::change_agent(r, agent, standing(after), e)
            }
            &Kind::AddAgent(name, tier) => Operation::add_agent(r, name, tier, e),
            &Kind::RemoveAgent(name, tier, manages, after) => {
                Operation::remove_agent(r, agent(name, tier, manages), after, e)
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
            Kind::SealState => Operation::seal_state(r, e),
            &Kind::SetConfigKey(key, before, after) => {
                Operation::set_config_key(r, key, (Before(before), After(after)), e).unwrap()
            }
            Kind::List => Operation::list(r),
            Kind::Show => Operation::show(r),
            Kind::Status => Operation::status(r),
            Kind::Explain => Operation::explain(r),
            Kind::DryRun => Operation::dry_run(r),
            Kind::Host(host) => {
                let operation = host.build(r);
                let operation = self.shown().into_iter().fold(operation, Operation::change);
                operation.onto(StateDigest::of(&[self.state]))
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
    let approver = |kind: fn(&'static str, ApproverKind) -> Kind| {
        let others = vec![
            kind("AbCd", ApproverKind::SecurityKey),
            kind("AbC", ApproverKind::Passphrase),
        ];
        (kind("AbC", ApproverKind::SecurityKey), others)
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
    let (none, standard) = (Powers::NONE, Powers::of_tier(Standard));
    let powers = vec![
        ChangePowers(standard, standard.with(Power::Write)),
        ChangePowers(none.with(Power::ReadValues), standard),
        ChangePowers(none, none),
    ];
    let removals = vec![
        RemoveAgent("hermes", Admin, true, Standing::NONE),
        RemoveAgent("codex", Custom, true, Standing::NONE),
        RemoveAgent("codex", Admin, false, Standing::NONE),
        RemoveAgent("codex", Admin, true, Standing::UNKNOWN),
    ];
    let (touch, pass) = (AuthMethod::TouchId, AuthMethod::Passphrase);
    vec![
        (change, changes),
        (ChangePowers(none, standard), powers),
        (
            AddAgent("codex", Admin),
            vec![AddAgent("hermes", Admin), AddAgent("codex", Custom)],
        ),
        (RemoveAgent("codex", Admin, true, Standing::NONE), removals),
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
        approver(AddApprover),
        approver(ReplaceApprover),
        approver(RemoveApprover),
        approver(RenewApprover),
        (ApplyPolicy("a.cedar"), vec![ApplyPolicy("b.cedar")]),
        (RemovePolicy("a.cedar"), vec![RemovePolicy("b.cedar")]),
        alone(ChangeGuardSettings),
        alone(AcceptDrift),
        alone(Restore),
        alone(ResetGuardSettings),
        alone(SetLogAside),
        alone(RotateLogKey),
        alone(SealState),
        (
            SetConfigKey("mcp.bind", None, Some("::")),
            vec![
                SetConfigKey("mcp.port", None, Some("::")),
                SetConfigKey("mcp.bind", Some("::"), Some("::")),
                SetConfigKey("mcp.bind", None, Some("::1")),
            ],
        ),
        (
            SetConfigKey("logging.level", None, None),
            vec![SetConfigKey("logging.format", None, None)],
        ),
        alone(SetConfigKey("audit.maxBackups", None, None)),
        alone(List),
        alone(Show),
        alone(Status),
        alone(Explain),
        alone(DryRun),
        host(),
    ]
}

fn host() -> (Kind, Vec<Kind>) {
    let set = |values: &[&str]| values.iter().copied().collect::<Value>();
    let within = |id: &str| Entity::new("Backup::Shelf", id);
    let ada = || Entity::new("Backup::Person", "ada").with("oncall", true);
    let base = Host {
        action: "Backup::restore",
        principal: None,
        entity: "Backup::Archive",
        id: "a.tar",
        attributes: vec![("encrypted", Value::Bool(true)), ("size", Value::Long(1))],
        parents: vec![within("a"), within("b")],
        tags: vec![("kept", "yes".into())],
        context: vec![("keep", "all".into())],
        phrase: Some("restore the backup {}"),
        facts: vec![("host", "db-3")],
    };
    type Edit<'a> = Box<dyn Fn(&mut Host) + 'a>;
    let edits: Vec<Edit<'_>> = vec![
        Box::new(|it| it.action = "Backup::prune"),
        Box::new(|it| it.principal = Some(ada())),
        Box::new(|it| it.principal = Some(ada().within("Backup::Team", "payments"))),
        Box::new(|it| it.principal = Some(ada().with("oncall", false))),
        Box::new(|it| it.principal = Some(Entity::new("Backup::Person", "eve"))),
        Box::new(|it| it.principal = Some(Entity::new("Backup::Robot", "ada"))),
        Box::new(|it| it.principal = Some(Entity::new("OpenPass::User", "owner"))),
        Box::new(|it| it.entity = "Backup::Tape"),
        Box::new(|it| it.id = "b.tar"),
        Box::new(|it| it.attributes[0].0 = "encrypte"),
        Box::new(|it| it.attributes[0].1 = Value::Bool(false)),
        Box::new(|it| it.attributes[0].1 = Value::Long(1)),
        Box::new(|it| it.attributes[1].1 = Value::Long(-1)),
        Box::new(|it| drop(it.attributes.pop())),
        Box::new(|it| it.attributes.push(("more", Value::Bool(true)))),
        Box::new(|it| it.parents.swap(0, 1)),
        Box::new(|it| drop(it.parents.pop())),
        Box::new(|it| it.parents[1] = within("c")),
        Box::new(|it| it.parents[1] = within("b").within("Backup::Room", "b")),
        Box::new(|it| it.parents[1] = within("b").with("full", true)),
        Box::new(|it| it.tags.clear()),
        Box::new(|it| it.tags[0].0 = "kep"),
        Box::new(|it| it.tags[0].1 = "no".into()),
        // The same, as an attribute.
        Box::new(|it| it.attributes.append(&mut it.tags)),
        Box::new(|it| it.context[0].0 = "kee"),
        Box::new(|it| it.context[0].1 = "al".into()),
        Box::new(|it| it.context[0].1 = set(&["all"])),
        Box::new(|it| it.context[0].1 = set(&["al", "l"])),
        Box::new(|it| it.context[0].1 = set(&[])),
        Box::new(|it| it.context[0].1 = Value::Decimal("all".to_owned())),
        Box::new(|it| it.context[0].1 = Value::Ip("all".to_owned())),
        Box::new(|it| it.context[0].1 = Value::Datetime("all".to_owned())),
        Box::new(|it| it.context[0].1 = Value::Duration("all".to_owned())),
        Box::new(|it| it.context[0].1 = Value::record([("all", "".into())])),
        Box::new(|it| it.context[0].1 = Value::record([("al", "l".into())])),
        Box::new(|it| it.context[0].1 = within("all").into()),
        Box::new(|it| it.context[0].1 = within("all").with("full", true).into()),
        Box::new(|it| it.context.clear()),
        Box::new(|it| it.context.push(("more", "".into()))),
        Box::new(|it| it.phrase = None),
        Box::new(|it| it.phrase = Some("")),
        Box::new(|it| it.phrase = Some("look at the backup {}")),
        Box::new(|it| it.facts.clear()),
        Box::new(|it| it.facts[0].1 = "db-4"),
        Box::new(|it| it.facts.push(("host", "db-3"))),
        // The same letters, divided otherwise.
        Box::new(|it| it.facts[0] = ("hostd", "b-3")),
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
    for grade in [SealGrade::Logged, SealGrade::Signed] {
        all.push(parts.with(|it| it.settings.sealed = grade));
    }
    // A host's own operation has no vault: where it has something of the kind, that is
    // its resource, or a parent of it.
    if !matches!(parts.kind, Kind::Host(_)) {
        all.push(parts.with(|it| it.vault = "~/other"));
    }
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
        let person = std::sync::Arc::new(Script::new().yes(Factor::Passphrase));
        let sink = std::sync::Arc::new(MemorySink::new());
        let guard = Guard::new(engine.clone(), person, sink);
        let grant = block_on(guard.authorize(parts.build())).unwrap();
        // What was approved can be read off the grant.
        assert_eq!(grant.operation().digest(), parts.build().digest());
        let used = grant.redeem(&guard.issuer(), &other.build());
        assert_eq!(used.unwrap_err(), GrantError::OtherOperation, "{other:?}");
    }
}

#[test]
fn the_order_of_attributes_tags_and_context_means_nothing() {
    let (Kind::Host(mut host), _) = host() else {
        panic!("a host's");
    };
    host.tags.push(("more", "tag".into()));
    host.context.push(("more", "context".into()));
    let one = base(Kind::Host(host.clone())).build().digest();
    host.attributes.reverse();
    host.tags.reverse();
    host.context.reverse();
    assert_eq!(base(Kind::Host(host)).build().digest(), one);
}

#[test]
fn case_5_that_nobody_named_the_state_is_bound() {
    let build = || {
        Operation::new("Backup::restore")
            .by(Principal::User)
            .on(Entity::new("Backup::Archive", "a.tar"))
    };
    let empty = build().onto(StateDigest::of(&[]));
    assert_ne!(build().digest(), empty.digest());
}
