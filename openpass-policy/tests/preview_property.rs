//! Random policies with one change planted in them: the preview shows it, or names the
//! policy. The judge asks both engines about operations drawn far more widely than the
//! preview's samples.
//!
//! `OPENPASS_PREVIEW_ROUNDS=5000` runs that many.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use openpass_policy::{
    After, AgentRef, AuthFactor, AuthMethod, Authentication, Before, Channel, Decision, Direction,
    Effect, FieldChange, GuardSettings, Operation, PolicyEngine, PolicySource, Power, Principal,
    ROUTINE_KEYS, Request, Standing, StateDigest, StepUp, Tier, TokenRef, Unattended, WallTime,
    author::{MatrixDiff, OwnSamples},
};

/// A generator that needs nothing: xorshift.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % most
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn often(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

const NAMES: [&str; 5] = ["hermes", "codex", "ci-1", "ci-2", "ünï"];
const KEYS: [&str; 4] = ["mcp.bind", "mcp.port", "vault.path", "logging.level"];
const FACTORS: [&str; 4] = ["none", "biometry", "passphrase", "confirm"];

const POWERS: [&str; 4] = ["canWrite", "canManageConfig", "actUnasked", "other"];

/// One comparison, of those that policies of this action can make.
fn comparison(draw: &mut Draw, action: &str) -> String {
    let profile = ["widenAgent", "narrowAgent", "addAgent", "removeAgent"].contains(&action);
    let token = ["createToken", "revokeToken"].contains(&action);
    let minute = [0, 1, 359, 360, 540, 1080, 1320, 1439][draw.below(8)];
    let order = draw.of(&["<", "<=", ">", ">=", "=="]);
    let name = draw.of(&NAMES);
    match draw.below(18) {
        17 => {
            let kind = draw.of(&["none", "passphrase", "enclave"]);
            format!("context.authentication.approver == OpenPass::ApproverKind::\"{kind}\"")
        }
        0 | 1 => format!("context.time.minuteOfDay {order} {minute}"),
        2 => format!("context.time.weekday {order} {}", draw.below(8)),
        3 => {
            let channel = draw.of(&["cli", "mcp", "other"]);
            format!("context.channel == OpenPass::Channel::\"{channel}\"")
        }
        4 => "context.attended".to_owned(),
        5 => {
            let word = draw.of(&["biometry", "passphrase", "confirm"]);
            format!("context.guard.stepUp == OpenPass::StepUp::\"{word}\"")
        }
        6 => {
            let word = draw.of(&["passphrase", "refuse", "waive"]);
            format!("context.guard.unattended != OpenPass::Unattended::\"{word}\"")
        }
        7 => {
            let factor = draw.of(&FACTORS);
            format!("context.authentication.factor == OpenPass::AuthFactor::\"{factor}\"")
        }
        8 => format!("principal == OpenPass::Agent::\"{name}\""),
        9 => format!("(principal is OpenPass::Agent && principal.tier {order} 1)"),
        10 => "(principal is OpenPass::Agent && principal.canManageConfig)".to_owned(),
        11 => "(principal is OpenPass::Agent && principal.name like \"ci-*\")".to_owned(),
        12 => {
            let power = draw.of(&POWERS);
            format!(
                "(principal is OpenPass::Agent && principal.powers.contains(OpenPass::Power::\"{power}\"))"
            )
        }
        _ if profile => match draw.below(8) {
            0 => format!("resource.agent == OpenPass::Agent::\"{name}\""),
            1 => format!("context.tier.after {order} {}", draw.below(3)),
            2 => format!("context.tier.before {order} {}", draw.below(3)),
            3 => "resource.agent.canManageConfig".to_owned(),
            4 => "context.powers.gained.isEmpty()".to_owned(),
            5 => "resource.agent.name like \"ci-*\"".to_owned(),
            which => {
                let set = if which == 6 { "held" } else { "gained" };
                let power = draw.of(&POWERS);
                format!("context.powers.{set}.contains(OpenPass::Power::\"{power}\")")
            }
        },
        _ if token => match draw.below(6) {
            4 => format!("resource.agent.tier {order} {}", draw.below(3)),
            5 => "resource.agent.powers.contains(OpenPass::Power::\"canWrite\")".to_owned(),
            0 => "resource.allTools".to_owned(),
            1 => format!("resource.agentName == \"{name}\""),
            2 => "resource.agentName like \"ci-*\"".to_owned(),
            _ => "resource == OpenPass::Token::\"tok-1\"".to_owned(),
        },
        _ if action == "setConfigKey" || action == "setRoutineConfigKey" => match draw.below(4) {
            0 => "resource.credential".to_owned(),
            1 => "resource.name like \"mcp.*\"".to_owned(),
            2 => {
                let value = draw.of(&["on", "loopback", "network", "other", "unset"]);
                format!("context.value.after == OpenPass::ConfigValue::\"{value}\"")
            }
            _ => format!("resource == OpenPass::ConfigKey::\"{}\"", draw.of(&KEYS)),
        },
        _ if action == "setAuthMethod" => {
            let method = draw.of(&["passphrase", "touchid"]);
            format!("context.method.after == OpenPass::AuthMethod::\"{method}\"")
        }
        _ => "principal is OpenPass::User".to_owned(),
    }
}

fn condition(draw: &mut Draw, action: &str) -> String {
    let mut parts = Vec::new();
    for _ in 0..=draw.below(3) {
        let not = if draw.often(4) { "!" } else { "" };
        parts.push(format!("{not}({})", comparison(draw, action)));
    }
    let between = if draw.often(3) { " || " } else { " && " };
    parts.join(between)
}

const ACTIONS: [&str; 10] = [
    "widenAgent",
    "narrowAgent",
    "addAgent",
    "removeAgent",
    "createToken",
    "revokeToken",
    "setConfigKey",
    "setRoutineConfigKey",
    "setAuthMethod",
    "removePolicy",
];

fn policy(draw: &mut Draw, id: &str) -> String {
    let action = draw.of(&ACTIONS);
    let effect = if draw.often(4) { "permit" } else { "forbid" };
    let scope = match draw.below(6) {
        0 => "action in OpenPass::Action::\"config\"".to_owned(),
        1 => "action".to_owned(),
        _ => format!("action == OpenPass::Action::\"{action}\""),
    };
    let looks_wide = scope.ends_with("config\"") || scope == "action";
    let about = if looks_wide { "list" } else { action };
    let principal = match draw.below(6) {
        0 => "principal is OpenPass::Agent".to_owned(),
        1 => "principal is OpenPass::User".to_owned(),
        2 => format!("principal == OpenPass::Agent::\"{}\"", draw.of(&NAMES)),
        _ => "principal".to_owned(),
    };
    let word = if draw.often(2) { "when" } else { "unless" };
    let condition = condition(draw, about);
    format!("@id(\"{id}\") {effect} ({principal}, {scope}, resource) {word} {{ {condition} }};\n")
}

fn engine(policies: &[String]) -> Option<PolicyEngine> {
    let own = PolicySource::new("own.cedar", policies.concat());
    let own = if policies.is_empty() {
        vec![]
    } else {
        vec![own]
    };
    PolicyEngine::with_policies(&own).ok()
}

fn own() -> OwnSamples {
    let agents = vec![
        AgentRef::new("hermes", Tier::Standard, true),
        AgentRef::new("codex", Tier::ReadOnly, false),
    ];
    let token = TokenRef {
        id: "tok-1".to_owned(),
        agent: AgentRef::new("hermes", Tier::Standard, false),
        all_tools: false,
    };
    OwnSamples::new(agents, vec![token])
}

fn effect(direction: Direction) -> Effect {
    let change = FieldChange::new("field", Before(None), After(None), direction);
    Effect::new(vec![change], StateDigest::of(&[]))
}

fn agent(draw: &mut Draw) -> AgentRef {
    let tiers = [Tier::ReadOnly, Tier::Standard, Tier::Admin];
    let names = [
        "hermes", "codex", "ci-1", "ci-2", "ünï", "nobody", "ci-9", "x",
    ];
    let name = draw.of(&names);
    let mut agent = AgentRef::new(name, tiers[draw.below(3)], !draw.often(3));
    if draw.often(3) {
        agent.powers = agent.powers.with(Power::ALL[draw.below(10)]);
    }
    agent
}

fn request(draw: &mut Draw, settings: GuardSettings, target: &AgentRef) -> Request {
    let asker = agent(draw);
    let asker = if asker.name == target.name || draw.often(6) {
        target.clone()
    } else {
        asker
    };
    let mut request = match draw.often(2) {
        true => Request::by_person("", settings),
        false => Request::by_agent(asker, Channel::Mcp, "", settings),
    };
    if draw.often(3) {
        request.channel = [Channel::Cli, Channel::Mcp, Channel::Other][draw.below(3)].clone();
    }
    request.attended = !draw.often(4);
    let minutes = [
        0, 1, 2, 358, 359, 360, 361, 540, 541, 1079, 1080, 1081, 1320, 1438, 1439,
    ];
    let minute = match draw.often(2) {
        true => minutes[draw.below(minutes.len())],
        false => u16::try_from(draw.below(1440)).unwrap(),
    };
    let day = u8::try_from(draw.below(7) + 1).unwrap();
    request.at(WallTime::new(day, minute))
}

/// An agent that is not `asker`: of one name there is one.
fn another(draw: &mut Draw, asker: &AgentRef) -> AgentRef {
    let mut agent = agent(draw);
    if agent.name == asker.name {
        agent.name.push_str("-2");
    }
    agent
}

fn operation(draw: &mut Draw, settings: GuardSettings) -> Operation {
    let target = agent(draw);
    let request = request(draw, settings, &target);
    let tiers = [Tier::ReadOnly, Tier::Standard, Tier::Admin];
    let tier = tiers[draw.below(3)];
    let (widens, narrows) = (effect(Direction::Widens), effect(Direction::Narrows));
    let token = TokenRef {
        id: draw.of(&["tok-1", "tok-2", "ci"]).to_owned(),
        agent: match &request.principal {
            Principal::Agent(asker) if draw.often(3) => asker.clone(),
            Principal::Agent(asker) => another(draw, asker),
            _ => agent(draw),
        },
        all_tools: draw.often(2),
    };
    let texts = [
        None,
        Some("true"),
        Some("127.0.0.1"),
        Some("0.0.0.0"),
        Some("x"),
    ];
    let values = || (Before(None), After(None));
    let set = (Before(texts[draw.below(5)]), After(texts[draw.below(5)]));
    let mut after = Standing::from(tier);
    if draw.often(3) {
        after.powers = after.powers.with(Power::ALL[draw.below(10)]);
    }
    let keys = KEYS.iter().chain(&ROUTINE_KEYS).copied().chain(["a.b"]);
    let keys: Vec<&str> = keys.collect();
    let key = draw.of(&keys);
    let files = ["own.cedar", "x.cedar"];
    let methods = [AuthMethod::Passphrase, AuthMethod::TouchId];
    match draw.below(12) {
        0 | 1 => Operation::change_agent(request, target, after, widens),
        2 => Operation::change_agent(request, target, Tier::ReadOnly, narrows),
        3 => match &request.principal {
            // Nobody adds itself: it is there.
            Principal::Agent(asker) if asker.name == target.name => Operation::list(request),
            _ => Operation::add_agent(request, &target.name, after, narrows),
        },
        4 => Operation::remove_agent(request, target, Standing::NONE, narrows),
        5 => Operation::create_token(request, token, widens),
        6 => Operation::revoke_token(request, token, narrows),
        7 => Operation::set_config_key(request, key, values(), effect(Direction::Neutral)).unwrap(),
        8 => Operation::set_config_key(request, key, set, widens).unwrap(),
        9 => {
            let after = methods[draw.below(2)];
            let before = methods[draw.below(2)];
            Operation::set_auth_method(request, Before(before), After(after), widens)
        }
        10 => Operation::remove_policy(request, draw.of(&files), narrows),
        _ => Operation::list(request),
    }
}

/// The ways to a yes, as bits: what a cell of the matrix says.
fn ways(engine: &PolicyEngine, operation: &Operation) -> u8 {
    let takes = |factor| engine.decide_with(operation, factor).is_ok();
    // One that is taken as it is opens both ways, whatever is said of it where it is signed.
    let takes_each = |factor| match takes(factor) {
        true => 0b10001,
        false => {
            let signed = Authentication::signed(factor);
            u8::from(engine.decide_with(operation, signed).is_ok()) << 4
        }
    };
    let settings = operation.request().settings;
    let confirms = settings.step_up == StepUp::Confirm && takes(AuthFactor::Confirm);
    let waives = settings.unattended == Unattended::Waive && takes(AuthFactor::Waived);
    match engine.decide(operation) {
        Decision::Allow { .. } => 0b11_1111,
        Decision::RequireBiometry { .. } if confirms => 0b11_0111,
        Decision::RequireBiometry { .. } if waives => 0b11_1011,
        Decision::RequireBiometry { .. } => {
            takes_each(AuthFactor::Passphrase) | (takes_each(AuthFactor::Biometry) << 1)
        }
        Decision::Deny(_) => 0,
    }
}

/// What the preview misses, if it misses anything.
fn missed(
    draw: &mut Draw,
    (before, after): (&[String], &[String]),
    settings: GuardSettings,
) -> Option<String> {
    let (old, new) = (engine(before)?, engine(after)?);
    let now = WallTime::new(3, 720);
    let diff = MatrixDiff::between(&old, &new, settings, now, &own());
    let fields = diff.fields();
    for _ in 0..200 {
        // The settings may be others by the time that somebody asks.
        let step_up = [StepUp::Biometry, StepUp::Passphrase, StepUp::Confirm][draw.below(3)];
        let unattended = [
            Unattended::Passphrase,
            Unattended::Refuse,
            Unattended::Waive,
        ][draw.below(3)];
        let others = GuardSettings::new(step_up, unattended);
        let settings = if draw.often(2) { settings } else { others };
        let asked = operation(draw, settings);
        let (was, is) = (ways(&old, &asked), ways(&new, &asked));
        for widens in [true, false] {
            let (from, to) = if widens { (was, is) } else { (is, was) };
            if to & !from == 0 {
                continue;
            }
            let action = asked.action();
            let shown = diff.changes.iter().any(|change| {
                let rank = |cell: openpass_policy::author::Cell| cell_ways(cell);
                let (from, to) = match widens {
                    true => (rank(change.before), rank(change.after)),
                    false => (rank(change.after), rank(change.before)),
                };
                change.action == action.as_str() && to & !from != 0
            });
            let named = diff.unshown.iter().any(|policy| policy.widens == widens)
                && (!widens || fields.iter().any(|it| it.direction == Direction::Widens));
            if !shown && !named {
                return Some(format!(
                    "{action} {was:06b} → {is:06b}\n{asked:?}\n{before:#?}\n{after:#?}\n{}",
                    diff.to_text(false)
                ));
            }
        }
    }
    None
}

fn cell_ways(cell: openpass_policy::author::Cell) -> u8 {
    use openpass_policy::author::Cell;
    match cell {
        Cell::Allow => 0b11_1111,
        Cell::Waived => 0b11_1011,
        Cell::Confirm => 0b11_0111,
        // The circumstances that this test asks in have no such setting.
        Cell::SystemLogin | Cell::Either => 0b11_0011,
        Cell::EitherSigned => 0b11_0000,
        Cell::BiometryOrSigned => 0b11_0010,
        Cell::PassphraseOrSigned => 0b11_0001,
        Cell::Biometry => 0b10_0010,
        Cell::BiometrySigned => 0b10_0000,
        Cell::Passphrase => 0b01_0001,
        Cell::PassphraseSigned => 0b01_0000,
        Cell::Another | Cell::AnotherSigned | Cell::Deny => 0,
    }
}

fn rounds(few: usize) -> usize {
    let many = std::env::var("OPENPASS_PREVIEW_ROUNDS").ok();
    many.and_then(|many| many.parse().ok()).unwrap_or(few)
}

#[test]
fn a2_whatever_changes_is_shown_or_named() {
    for round in 0..rounds(8) {
        let seed = u64::try_from(round).unwrap() + 1;
        let mut draw = Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let kept = draw.below(4);
        let kept: Vec<String> = (0..kept)
            .map(|number| policy(&mut draw, &format!("k{number}")))
            .collect();
        let (one, other) = (policy(&mut draw, "planted"), policy(&mut draw, "planted"));
        let with = |policy: &String| -> Vec<String> {
            kept.iter().cloned().chain([policy.clone()]).collect()
        };
        let (before, after) = match draw.below(3) {
            0 => (kept.clone(), with(&one)),
            1 => (with(&one), kept.clone()),
            _ => (with(&one), with(&other)),
        };
        let settings = match draw.below(3) {
            0 => GuardSettings::new(StepUp::Confirm, Unattended::Waive),
            _ => GuardSettings::default(),
        };
        let missed = missed(&mut draw, (&before, &after), settings);
        assert_eq!(
            missed.as_deref(),
            None,
            "round {round}: {}",
            missed.as_deref().unwrap_or("")
        );
    }
}

/// One literal in each of the dimensions: the effect itself is shown, with the hours
/// where it is of some.
#[test]
fn a2_a_planted_effect_of_a_simple_kind_is_shown() {
    let kinds: [(&str, &str, Option<&str>); 15] = [
        (
            "removeAgent",
            "context.time.minuteOfDay >= 1320",
            Some("22:00 to 23:59"),
        ),
        (
            "removeAgent",
            "context.time.minuteOfDay == 61",
            Some("01:01"),
        ),
        ("removeAgent", "context.time.weekday == 7", Some("sun")),
        ("removeAgent", "context.time.weekday < 3", Some("mon, tue")),
        (
            "removeAgent",
            "context.channel == OpenPass::Channel::\"other\"",
            None,
        ),
        ("removeAgent", "!context.attended", None),
        (
            "removeAgent",
            "context.guard.stepUp == OpenPass::StepUp::\"confirm\"",
            Some("step_up: confirm"),
        ),
        (
            "removeAgent",
            "context.authentication.factor == OpenPass::AuthFactor::\"passphrase\"",
            None,
        ),
        (
            "removeAgent",
            "principal == OpenPass::Agent::\"ci-7\"",
            None,
        ),
        (
            "removeAgent",
            "principal is OpenPass::Agent && principal.tier == 1",
            None,
        ),
        (
            "removeAgent",
            "resource.agent == OpenPass::Agent::\"ci-7\"",
            None,
        ),
        (
            "widenAgent",
            "context.tier.before == 2 && context.tier.after == 1",
            None,
        ),
        ("createToken", "resource.agentName like \"ci-*-prod\"", None),
        (
            "setConfigKey",
            "resource == OpenPass::ConfigKey::\"mcp.odd\"",
            None,
        ),
        (
            "setAuthMethod",
            "context.method.before == context.method.after",
            None,
        ),
    ];
    let mut draw = Draw(77);
    for (action, when, said) in kinds {
        for kept in 0..3 {
            let kept: Vec<String> = (0..kept)
                .map(|number| policy(&mut draw, &format!("k{number}")))
                .filter(|policy| policy.contains("\") permit ("))
                // Some of what is drawn can never hold, and does not load.
                .filter(|policy| engine(core::slice::from_ref(policy)).is_some())
                .collect();
            let planted = format!(
                "@id(\"planted\") forbid (principal, action == OpenPass::Action::\"{action}\", resource) when {{ {when} }};\n"
            );
            let with: Vec<String> = kept.iter().cloned().chain([planted]).collect();
            let (fewer, more) = (engine(&kept).unwrap(), engine(&with).unwrap());
            let settings = GuardSettings::default();
            let now = WallTime::new(3, 720);
            let diff = MatrixDiff::between(&more, &fewer, settings, now, &own());
            let text = diff.to_text(false);
            assert!(
                diff.unshown.is_empty() && !diff.changes.is_empty(),
                "{when}: {text}"
            );
            assert!(
                diff.changes.iter().all(|it| it.action == action),
                "{when}: {text}"
            );
            let widens = diff.fields();
            assert!(
                widens.iter().any(|it| it.direction == Direction::Widens),
                "{text}"
            );
            if let Some(said) = said {
                let says = |it: &Option<String>| it.as_deref().is_some_and(|it| it.contains(said));
                assert!(
                    diff.changes.iter().any(|it| says(&it.when)),
                    "{when}: {text}"
                );
            }
        }
    }
}
