//! A user's own policies beside the guards.
#![expect(clippy::unwrap_used, reason = "a test")]

mod common;

use openpass_auth::Factor;
use openpass_policy::{
    Action, AuthFactor, Authentication, Decision, Denial, GuardSettings, Operation, PolicyEngine,
    PolicyLoadError, PolicySource, ProblemKind, WallTime,
};

fn with(text: &str) -> Result<PolicyEngine, PolicyLoadError> {
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)])
}

/// All that people are shown of an error.
fn everything_shown(error: &PolicyLoadError) -> String {
    let shown = error.to_string();
    #[cfg(feature = "author")]
    let shown = shown + &error.report();
    shown
}

fn kinds(engine: Result<PolicyEngine, PolicyLoadError>) -> Vec<ProblemKind> {
    let error = engine.unwrap_err();
    error
        .problems()
        .iter()
        .map(|problem| problem.kind)
        .collect()
}

#[test]
fn case_16_a_forbid_that_errors_at_run_time_denies() {
    // Valid, and it overflows: Cedar would skip it and allow.
    let overflow = format!(
        "forbid (principal is OpenPass::Agent, action, resource)
         when {{ principal.tier + {} > 0 }};",
        i64::MAX
    );
    let engine = with(&overflow).unwrap();
    let request = common::by_agent(common::agent("claude", true), GuardSettings::default());
    let target = common::agent("codex", false);
    let operation = common::operation(Action::WidenAgent, request, &target);
    assert!(matches!(
        engine.decide(&operation),
        Decision::Deny(Denial::PolicyErrors { .. })
    ));
    let denial = engine
        .decide_with(&operation, AuthFactor::Biometry)
        .unwrap_err();
    assert!(matches!(denial, Denial::PolicyErrors { .. }));
}

#[test]
fn case_17_a_policy_that_permits_everything_overrides_no_guard() {
    let shipped = PolicyEngine::shipped().unwrap();
    let engine = with("permit (principal, action, resource);").unwrap();
    let target = common::agent("codex", false);
    for action in Action::ALL {
        for can_manage in [false, true] {
            let agent = common::agent("claude", can_manage);
            let request = common::by_agent(agent, GuardSettings::default());
            let operation = common::operation(&action, request, &target);
            for given in Authentication::all() {
                let shipped = shipped.decide_with(&operation, given);
                let permissive = engine.decide_with(&operation, given);
                if matches!(shipped, Err(Denial::Forbidden { .. })) {
                    assert!(permissive.is_err(), "{action} {given}");
                }
            }
        }
    }
}

#[test]
fn case_18_what_does_not_fit_the_schema_does_not_load() {
    let broken = [
        (
            "a misspelt attribute",
            "permit (principal, action, resource) when { context.authentication.facter == OpenPass::AuthFactor::\"biometry\" };",
        ),
        (
            "a misspelt action",
            "permit (principal, action == OpenPass::Action::\"widenAgents\", resource);",
        ),
        (
            "a misspelt factor",
            "permit (principal, action, resource) when { context.authentication.factor == OpenPass::AuthFactor::\"biometrics\" };",
        ),
        (
            "a string for a factor",
            "permit (principal, action, resource) when { context.authentication.factor == \"biometry\" };",
        ),
    ];
    for (what, text) in broken {
        assert!(
            matches!(kinds(with(text)).as_slice(), [ProblemKind::DoesNotFit]),
            "{what}"
        );
    }
    let taken = "@id(\"guard.agents-need-a-person\") permit (principal, action, resource);";
    assert_eq!(kinds(with(taken)), [ProblemKind::Id]);
    let template = "permit (principal == ?principal, action, resource);";
    assert_eq!(kinds(with(template)), [ProblemKind::Template]);
    assert!(kinds(with("permit (")).contains(&ProblemKind::Syntax));
}

#[test]
fn case_15_what_is_too_large_empty_or_no_text_of_cedar_is_refused_before_it_is_parsed() {
    let enormous = "// ".to_owned() + &"x".repeat(100 * 1024 * 1024);
    assert_eq!(kinds(with(&enormous)), [ProblemKind::TooLarge]);
    assert_eq!(kinds(with("")), [ProblemKind::Empty]);
    assert_eq!(kinds(with("// later\n")), [ProblemKind::Empty]);
    assert_eq!(kinds(with("\u{1}\u{2}")), [ProblemKind::HiddenCharacter; 2]);

    let policy = "permit (principal, action, resource);\n";
    let many = vec![PolicySource::new("own.cedar", policy); 101];
    let error = PolicyEngine::with_policies(&many);
    assert_eq!(kinds(error), [ProblemKind::TooLarge]);
    let long: Vec<PolicySource> = (0..99)
        .map(|number| PolicySource::new(format!("{number}.cedar"), "//\n".repeat(30_000)))
        .collect();
    let error = PolicyEngine::with_policies(&long);
    assert_eq!(kinds(error), [ProblemKind::TooLarge]);
    assert_eq!(kinds(with(&policy.repeat(10_001))), [ProblemKind::TooLarge]);
}

#[test]
fn case_15_as_much_as_may_be_is_not_too_much() {
    // Comments alone are refused as empty, a file each, and not as too much.
    let comments = |files: usize, bytes: usize| {
        let file = |number| PolicySource::new(format!("{number}.cedar"), "\n".repeat(bytes));
        kinds(PolicyEngine::with_policies(
            &(0..files).map(file).collect::<Vec<_>>(),
        ))
    };
    let (files, bytes) = (PolicySource::MAX_FILES, PolicySource::MAX_BYTES);
    assert_eq!(comments(files, 1), vec![ProblemKind::Empty; files]);
    assert_eq!(comments(files + 1, 1), [ProblemKind::TooLarge]);
    let most = PolicySource::MAX_TOTAL_BYTES / bytes;
    assert_eq!(comments(most, bytes), vec![ProblemKind::Empty; most]);
    // One that is too long by itself does not count, and is refused by itself.
    assert_eq!(comments(most + 1, bytes), [ProblemKind::TooLarge]);
    assert_eq!(
        comments(most + 1, bytes + 1),
        vec![ProblemKind::TooLarge; most + 1]
    );
}

#[test]
fn case_15_a_policy_that_nests_deeply_cannot_bring_the_program_down() {
    let deep = [
        "(".repeat(20_000) + "true" + &")".repeat(20_000),
        "[".repeat(20_000) + &"]".repeat(20_000),
        "1".to_owned() + &"+1".repeat(20_000) + " == 1",
        "true".to_owned() + &" && true".repeat(900),
        "if true then true else ".repeat(390) + "true",
        "context".to_owned() + &".a".repeat(900),
    ];
    for condition in deep {
        let policy = format!("permit (principal, action, resource) when {{ {condition} }};");
        assert_eq!(kinds(with(&policy)), [ProblemKind::TooLarge]);
    }
}

/// Runs `what` where a server runs requests: on a thread of 2 MiB.
fn on_a_small_stack<T: Send>(what: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        thread.spawn_scoped(scope, what).unwrap().join().unwrap()
    })
}

/// Shapes of conditions that nest by `depth`.
const DEEP: [fn(usize) -> String; 6] = [
    |depth| "(".repeat(depth) + "true" + &")".repeat(depth),
    |depth| "if true then true else ".repeat(depth) + "true",
    |depth| "if ".repeat(depth) + "true" + &" then true else true".repeat(depth),
    |depth| "true".to_owned() + &" && context.attended".repeat(depth),
    |depth| "1".to_owned() + &" + 1".repeat(depth) + " > 0",
    |depth| "[".repeat(depth) + "1" + &"]".repeat(depth) + ".isEmpty()",
];

fn forbids_when(condition: &str) -> String {
    format!("forbid (principal, action, resource) when {{ {condition} }};")
}

#[test]
fn case_15_what_would_overflow_the_parsers_stack_is_refused_on_a_small_one_too() {
    for shape in DEEP {
        for depth in [300, 3_000] {
            let policy = forbids_when(&shape(depth));
            let refused = on_a_small_stack(|| kinds(with(&policy)));
            assert_eq!(refused, [ProblemKind::TooLarge], "{depth}: {}", shape(1));
        }
    }
}

#[test]
fn case_15_what_the_text_alone_does_not_refuse_is_parsed_without_an_overflow() {
    // As much as may stand in one policy, and too deep for one.
    let nearly = [
        "true".to_owned() + &" && true".repeat(650),
        "1".to_owned() + &"+1".repeat(980) + " == 1",
        "if true then true else ".repeat(390) + "true",
        "context".to_owned() + &".a".repeat(980),
    ];
    for condition in nearly {
        let refused = on_a_small_stack(|| with(&forbids_when(&condition)).unwrap_err());
        let said = refused.to_string();
        assert!(said.contains("and no more than 256 are taken"), "{said}");
    }
}

#[test]
fn case_15_the_deepest_policy_that_loads_is_decided_on_a_small_stack() {
    let operation = listing();
    for shape in DEEP {
        let engine = deepest(|depth| with(&forbids_when(&shape(depth))).ok());
        let decision = on_a_small_stack(|| {
            let engine = engine;
            engine.decide(&operation)
        });
        assert!(
            !matches!(decision, Decision::Deny(Denial::PolicyErrors { .. })),
            "{}",
            shape(1)
        );
    }
}

/// What loads at a depth whose next is refused.
fn deepest(loads: impl Fn(usize) -> Option<PolicyEngine>) -> PolicyEngine {
    let (mut good, mut bad) = (1_usize, 300);
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        match loads(middle) {
            Some(_) => good = middle,
            None => bad = middle,
        }
    }
    loads(good).unwrap()
}

fn listing() -> Operation {
    Operation::list(common::by_person(GuardSettings::default()))
}

/// Of a chain, each condition is a level, and so is the last one's own attribute.
fn chain(levels: usize) -> String {
    let conditions = vec!["context.attended"; levels - 1];
    forbids_when(&conditions.join(" && "))
}

#[test]
fn case_15_a_policy_at_the_limit_is_decided_and_one_just_above_is_refused() {
    let decided = on_a_small_stack(|| with(&chain(256)).unwrap().decide(&listing()));
    assert!(matches!(decided, Decision::Deny(Denial::Forbidden { .. })));
    let error = with(&chain(257)).unwrap_err().to_string();
    let said = "the conditions nest 257 operators deep, and no more than 256 are taken";
    assert!(error.contains(said), "{error}");
    assert!(
        error.contains("put parts of a long chain in brackets"),
        "{error}"
    );
}

#[test]
fn case_15_a_chain_of_a_hundred_conditions_is_accepted_and_decided_rightly() {
    on_a_small_stack(|| {
        for (last, forbids) in [("context.attended", true), ("!context.attended", false)] {
            let conditions = "context.attended && ".repeat(100) + last;
            let engine = with(&forbids_when(&conditions)).unwrap();
            #[cfg(feature = "author")]
            {
                let explained = engine.explain(&listing(), None).to_string();
                assert_eq!(explained.contains("own.cedar"), forbids);
            }
            let decision = engine.decide(&listing());
            assert_eq!(matches!(decision, Decision::Deny(_)), forbids);
            assert_eq!(
                engine
                    .decide_with(&listing(), AuthFactor::Biometry)
                    .is_err(),
                forbids
            );
        }
    });
}

#[test]
fn case_15_what_is_long_but_nests_little_is_accepted() {
    let blocks = vec![format!("({})", vec!["context.attended"; 60].join(" || ")); 30];
    let engine = with(&forbids_when(&blocks.join(" && "))).unwrap();
    assert!(matches!(engine.decide(&listing()), Decision::Deny(_)));
}

#[test]
fn case_18_an_id_is_a_plain_word_and_never_one_that_looks_shipped() {
    let ids = [
        "guard.mine",
        "default.mine",
        "Guard.mine",
        "DEFAULT.person",
        r"\u{1b}[2Jguard.x",
        r"\u{202e}mine",
        r"two\nlines",
        "with space",
        "gu\u{430}rd.mine",
        "",
    ];
    for id in ids {
        let policy = format!("@id(\"{id}\") permit (principal, action, resource);");
        let error = with(&policy).unwrap_err();
        assert!(
            error
                .problems()
                .iter()
                .all(|problem| problem.kind == ProblemKind::Id),
            "{id}: {error}"
        );
        let shown = everything_shown(&error);
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{id}");
    }
    let long = format!(
        "@id(\"{}\") permit (principal, action, resource);",
        "x".repeat(65)
    );
    assert_eq!(kinds(with(&long)), [ProblemKind::Id]);
    // A file's name is no one's word either.
    let file = PolicySource::new("guard.cedar", "permit (principal, action, resource);");
    assert_eq!(
        kinds(PolicyEngine::with_policies(&[file])),
        [ProblemKind::Id]
    );
    let doc = r#"@doc("\u{1b}[2J\u{202e}safe") permit (principal, action, resource);"#;
    let engine = with(doc).unwrap();
    let mut docs = engine.policies().filter_map(|policy| policy.doc.clone());
    assert!(docs.all(|doc| !doc.contains(['\u{1b}', '\u{202e}'])));
}

#[test]
fn case_18_the_same_id_in_two_files_is_refused_with_both_places() {
    let text = "@id(\"mine\") permit (principal, action, resource);";
    let files = ["a.cedar", "b.cedar"].map(|file| PolicySource::new(file, text));
    let error = PolicyEngine::with_policies(&files).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("b.cedar:1:1: the policy id `mine` is taken by a.cedar:1"),
        "{said}"
    );
}

#[test]
fn every_problem_of_every_file_is_named_at_once() {
    let error = PolicyEngine::with_policies(&[
        PolicySource::new(
            "a.cedar",
            "permit (principal, action, resource) when { context.x };",
        ),
        PolicySource::new("b.cedar", "permit (principal, action, resource)"),
        PolicySource::new("c.cedar", "permit (principal, action, resource);"),
        PolicySource::new("d\u{1b}[2J.cedar", ""),
    ])
    .unwrap_err();
    let files: Vec<&str> = error.problems().iter().map(|p| p.file.as_str()).collect();
    assert_eq!(files, ["a.cedar", "b.cedar", r"d\u{1b}[2J.cedar"]);
    assert_eq!(
        (error.problems()[0].line, error.problems()[0].column),
        (Some(1), Some(53))
    );
    assert!(!everything_shown(&error).contains('\u{1b}'));
}

#[test]
fn a_policy_that_asks_for_the_time_denies_where_no_time_is_told() {
    // Whichever way the rule is written.
    for rule in [
        "forbid (principal, action, resource) when { context.time.minuteOfDay > 1080 };",
        "forbid (principal, action, resource) unless { context.time.minuteOfDay < 1080 };",
        // A member of a record can have the name that Cedar's JSON form has for a variable.
        "forbid (principal, action, resource) when { {Var: context.time.minuteOfDay}.Var > 1080 };",
    ] {
        let engine = with(rule).unwrap();
        assert_eq!(engine.looking_at_the_time().len(), 1, "{rule}");
        let request = common::by_person(GuardSettings::default());
        let look = |time| Operation::list(request.clone().at(time));
        assert!(matches!(
            engine.decide(&look(None)),
            Decision::Deny(Denial::NoTime { .. })
        ));
        let morning = look(WallTime::new(1, 9 * 60));
        let night = look(WallTime::new(1, 23 * 60));
        assert!(matches!(engine.decide(&morning), Decision::Allow { .. }));
        assert!(matches!(
            engine.decide(&night),
            Decision::Deny(Denial::Forbidden { .. })
        ));
        assert_eq!(morning.digest(), night.digest());
    }
}

#[test]
fn every_policy_in_force_says_where_it_is_from() {
    let text = "\n\n@id(\"own\")\n@doc(\"why\")\npermit (principal, action, resource);\n\
                permit (principal, action, resource);";
    let engine = with(text).unwrap();
    let places: Vec<(String, usize)> = engine
        .policies()
        .filter(|policy| !policy.shipped)
        .map(|policy| (policy.id.to_string(), policy.line))
        .collect();
    assert_eq!(
        places,
        [("own".to_owned(), 3), ("own.cedar#policy1".to_owned(), 6)]
    );
    let guards = engine.policies().filter(|policy| policy.forbids);
    assert!(
        guards
            .into_iter()
            .all(|guard| guard.line > 1 && guard.doc.is_some())
    );
}

#[test]
fn a_rule_of_ones_own_can_ask_for_biometry_alone() {
    let engine = with(
        r#"@id("biometry-for-admin")
        forbid (principal, action == OpenPass::Action::"widenAgent", resource)
        when { context.tier.after >= 2 }
        unless { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#,
    )
    .unwrap();
    let request = common::by_person(GuardSettings::default());
    let operation = common::operation(Action::WidenAgent, request, &common::agent("codex", false));
    let Decision::RequireBiometry {
        accepts, policies, ..
    } = engine.decide(&operation)
    else {
        panic!("{:?}", engine.decide(&operation));
    };
    assert_eq!(accepts.to_string(), "biometry");
    assert!(
        policies
            .iter()
            .any(|id| id.as_str() == "biometry-for-admin")
    );
}

#[test]
fn case_15_a_deep_forbid_that_was_taken_away_outside_the_guard_still_counts() {
    let chains = [
        "context.attended && ".repeat(200) + "context.attended",
        "if !context.attended then false else ".repeat(200) + "true",
        "1".to_owned() + &" + 1".repeat(200) + " > 0",
    ];
    let now = PolicySource::new(
        "own.cedar",
        "@id(\"it\") forbid (principal is OpenPass::Agent, action, resource);",
    );
    for condition in chains {
        let before = "@doc(\"@id(1)\") @id // x\n(\"it\") ".to_owned();
        let approved = PolicySource::new("own.cedar", before + &forbids_when(&condition));
        with(&approved.text).unwrap();
        let narrowed = on_a_small_stack(|| now.narrowed(Some(&approved)).unwrap());
        let engine = PolicyEngine::with_policies(&narrowed).unwrap();
        assert!(matches!(engine.decide(&listing()), Decision::Deny(_)));
    }
}

#[test]
fn ten_thousand_policies_load_and_the_one_that_forbids_is_found() {
    let rule = |number: usize| {
        format!("forbid (principal == OpenPass::Agent::\"agent-{number}\", action, resource);\n")
    };
    let files: Vec<PolicySource> = (0..10)
        .map(|file| {
            let rules = (0..1_000).map(|number| rule(file * 1_000 + number));
            PolicySource::new(format!("{file}.cedar"), rules.collect::<String>())
        })
        .collect();
    let engine = PolicyEngine::with_policies(&files).unwrap();
    let asked_by = |name: &str| {
        let agent = common::agent(name, true);
        let request = common::by_agent(agent.clone(), GuardSettings::default());
        engine.decide(&common::operation(&Action::List, request, &agent))
    };
    let Decision::Deny(Denial::Forbidden { policies }) = asked_by("agent-7001") else {
        panic!("agent-7001 may look");
    };
    assert_eq!(policies[0].as_str(), "7.cedar#policy1");
    assert!(matches!(asked_by("agent-10000"), Decision::Allow { .. }));
}

#[test]
fn a_policy_may_look_at_the_factor_by_a_record_of_its_own() {
    for way in [
        "{Var: context.authentication.factor}.Var",
        "{left: {Value: context.authentication}}.left.Value.factor",
    ] {
        let rule = format!(
            "forbid (principal, action in OpenPass::Action::\"critical\", resource)
             when {{ {way} == OpenPass::AuthFactor::\"none\" ||
                     {way} == OpenPass::AuthFactor::\"passphrase\" }};"
        );
        let engine = with(&rule).unwrap();
        let request = common::by_person(GuardSettings::default());
        let target = common::agent("codex", false);
        let operation = common::operation(Action::WidenAgent, request, &target);
        let decision = engine.decide(&operation);
        let Decision::RequireBiometry { accepts, .. } = decision else {
            panic!("{way}: {decision:?}");
        };
        assert_eq!(
            accepts.iter().collect::<Vec<_>>(),
            [Factor::Biometry],
            "{way}"
        );
    }
}

#[test]
fn case_41_an_agent_that_says_it_is_more_than_its_own_profile_is_denied() {
    let engine = PolicyEngine::shipped().unwrap();
    let profile = common::agent("codex", false);
    let asks = |agent| common::by_agent(agent, GuardSettings::default());
    for action in [Action::WidenAgent, Action::CreateToken] {
        let more = common::agent("codex", true);
        let decision = engine.decide(&common::operation(&action, asks(more), &profile));
        let Decision::Deny(denial @ Denial::InvalidRequest { .. }) = decision else {
            panic!("{action}: {decision:?}");
        };
        assert!(denial.to_string().contains("its own profile"), "{denial}");
        let same = engine.decide(&common::operation(&action, asks(profile.clone()), &profile));
        let refused = matches!(same, Decision::Deny(Denial::InvalidRequest { .. }));
        assert!(!refused, "{action}: {same:?}");
    }
}

#[test]
fn a_policy_reads_the_changed_agent_for_every_requester() {
    let forbid = "forbid (principal, action == OpenPass::Action::\"widenAgent\", resource)
                  when { resource.agent.tier > 0 };";
    let engine = with(forbid).unwrap();
    let other = common::agent("claude", true);
    let (low, high) = (
        openpass_policy::AgentRef::new("codex", openpass_policy::Tier::ReadOnly, false),
        common::agent("codex", false),
    );
    let settings = GuardSettings::default();
    for request in [
        common::by_person(settings),
        common::by_agent(other, settings),
    ] {
        let decide = |target| {
            engine.decide(&common::operation(
                Action::WidenAgent,
                request.clone(),
                target,
            ))
        };
        let forbidden = decide(&high);
        let is_ours = |policies: &[openpass_policy::PolicyId]| {
            policies.iter().all(|it| !it.as_str().starts_with("guard."))
        };
        assert!(
            matches!(&forbidden, Decision::Deny(Denial::Forbidden { policies }) if is_ours(policies)),
            "{forbidden:?}"
        );
        let asked = decide(&low);
        assert!(
            matches!(asked, Decision::RequireBiometry { .. }),
            "{asked:?}"
        );
    }
}

#[test]
fn an_engine_says_how_many_policies_it_has_and_none_of_their_text() {
    let engine = with("// not for a log\nforbid (principal, action, resource);").unwrap();
    let debug = format!("{engine:?}");
    let count = engine.policies().count();
    assert!(
        debug.contains(&format!("policies: {count}")) && !debug.contains("not for a log"),
        "{debug}"
    );
}
