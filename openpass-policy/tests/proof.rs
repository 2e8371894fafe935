//! What holds for every possible request. It needs cvc5: without one, these
//! tests fail.
#![cfg(feature = "verify")]
#![expect(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "a fake solver is no vault file")]

use std::path::{Path, PathBuf};

use openpass_policy::{PolicyEngine, PolicySource, Proof, Verdict, VerifyError};

fn with(own: &str) -> Proof {
    let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", own)]).unwrap();
    engine.verify(None).unwrap()
}

/// The statements that are not proved.
fn open(proof: &Proof) -> Vec<&str> {
    let statements = proof.statements.iter();
    statements
        .filter(|statement| statement.verdict != Verdict::Proved)
        .map(|statement| statement.id.as_str())
        .collect()
}

#[test]
fn the_shipped_set_keeps_every_promise() {
    let proof = PolicyEngine::shipped().unwrap().verify(None).unwrap();
    assert!(proof.is_proved(), "{proof}");
    let count = |kind: &str| {
        let statements = proof.statements.iter();
        statements.filter(|it| it.id.starts_with(kind)).count()
    };
    let kinds = [
        "ceiling.",
        "floor.",
        "no-error.",
        "monotone.",
        "matches.",
        "counts.",
    ];
    assert_eq!(kinds.map(count), [20, 7, 16, 10, 16, 16]);
}

#[test]
fn case_17_a_policy_that_permits_everything_breaks_no_ceiling() {
    let proof = with("permit (principal, action, resource);");
    assert!(proof.is_proved(), "{proof}");
}

#[test]
fn the_promises_hold_for_a_hosts_own_operations() {
    let fragment = r#"namespace Backup {
        entity Archive;
        action restore, prune appliesTo {
            principal: [OpenPass::User, OpenPass::Agent],
            resource: [Archive],
            context: { tier: String }
        };
    }"#;
    let engine = PolicyEngine::builder()
        .host(PolicySource::new("backup.cedarschema", fragment))
        .build()
        .unwrap();
    let proof = engine.verify(None).unwrap();
    assert!(proof.is_proved(), "{proof}");
}

/// A host's schema can hold anything: of an entity type without attributes, and of
/// actions in every group, nothing is known but what the guards know of all.
#[test]
fn the_ceilings_hold_for_any_fragment() {
    let groups = ["routine", "config", "critical", "guardrails", "credentials"];
    let taken = "appliesTo { principal: [Anyone], resource: [Anything] };";
    let mut fragment =
        format!("namespace Any {{ entity Anyone; entity Anything; action none {taken}");
    for group in groups {
        fragment += &format!("action {group} in [OpenPass::Action::\"{group}\"] {taken}");
    }
    fragment += "}";
    for is_person in [false, true] {
        let engine = PolicyEngine::builder().host(fragment.as_str());
        let engine = match is_person {
            true => engine.person("Any::Anyone"),
            false => engine,
        };
        let everything = "permit (principal, action, resource);";
        let engine = engine.policies(&[everything.into()]).build().unwrap();
        let proof = engine.verify(None).unwrap();
        let ceilings = proof
            .statements
            .iter()
            .filter(|it| it.id.starts_with("ceiling."));
        assert_eq!(ceilings.clone().count(), 20);
        for ceiling in ceilings {
            assert_eq!(ceiling.verdict, Verdict::Proved, "{proof}");
        }
    }
}

#[test]
fn a_rule_that_takes_less_for_more_proof_is_refuted() {
    let proof = with(
        r#"@id("passphrase-only")
        forbid (principal, action == OpenPass::Action::"createToken", resource)
        when { context.authentication.factor == OpenPass::AuthFactor::"biometry" };"#,
    );
    let stronger = [
        "monotone.none-biometry",
        "monotone.confirm-biometry",
        "monotone.waived-biometry",
        "monotone.passphrase-biometry",
        "monotone.signed-passphrase-signed-biometry",
    ];
    let refuted = open(&proof);
    assert!(
        refuted.iter().all(|id| stronger.contains(id)) && refuted.contains(&stronger[3]),
        "{proof}"
    );
    assert!(proof.to_string().contains("passphrase-only at own.cedar:1"));
}

#[test]
fn a_rule_that_takes_what_is_unsigned_and_refuses_it_signed_is_refuted() {
    let proof = with(
        r#"@id("unsigned-only")
        forbid (principal, action == OpenPass::Action::"createToken", resource)
        when { context.authentication.approver == OpenPass::ApproverKind::"passphrase" };"#,
    );
    assert_eq!(open(&proof), ["monotone.passphrase-signed-passphrase"]);
    assert!(proof.to_string().contains("unsigned-only at own.cedar:1"));
}

#[test]
fn a_factor_that_is_reached_in_another_way_is_not_said_to_be_proved() {
    let proof = with(
        r#"forbid (principal, action, resource)
        when { context.authentication == { factor: OpenPass::AuthFactor::"confirm", approver: OpenPass::ApproverKind::"none" } };"#,
    );
    assert!(!proof.is_proved());
    assert!(open(&proof).iter().all(|id| id.starts_with("monotone.")));
    assert!(proof.statements.iter().any(|statement| {
        matches!(&statement.verdict, Verdict::Unknown { why } if why.contains("other than by its attributes"))
    }));
}

#[test]
fn case_52_no_policy_of_ones_own_takes_repair_away() {
    for (own, open_guardrails) in [
        ("forbid (principal, action, resource);", true),
        (
            "permit (principal, action, resource)
             when { context.time.minuteOfDay + 9223372036854775807 > 0 };",
            false,
        ),
        (
            r#"forbid (principal, action == OpenPass::Action::"restore", resource)
               when { context.attended };"#,
            false,
        ),
    ] {
        let proof = with(own);
        let repair = proof.statements.iter().find(|it| it.id == "floor.repair");
        assert_eq!(repair.unwrap().verdict, Verdict::Proved, "{proof}");
        let guardrails = open(&proof).contains(&"floor.guardrails-with-biometry");
        assert_eq!(guardrails, open_guardrails, "{own}\n{proof}");
    }
    // What speaks of the person's repair alone says nothing.
    let idle = with(
        r#"@id("idle")
        forbid (principal is OpenPass::User, action == OpenPass::Action::"restore", resource)
        when { context.channel == OpenPass::Channel::"cli" };"#,
    );
    assert_eq!(open(&idle), ["matches.idle"]);
}

/// A solver that is a shell script: it reads the questions, and answers the
/// `$n`th by `answer`.
fn fake(name: &str, answer: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let script = format!(
        "#!/bin/sh\nn=0\nwhile read -r line; do case $line in\n\
         *check-sat*) n=$((n + 1)); {answer} ;;\n\
         *get-model*) echo '('; echo ')' ;;\nesac; done\n"
    );
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn case_61_a_solver_that_does_not_refute_what_is_false_proves_nothing() {
    // The first two questions of a run are plain, and could be learned.
    let learned = |then: &str| format!("case $n in 1) echo unsat;; 2) echo sat;; *) {then};; esac");
    let solvers = [
        ("unsat", "echo unsat".to_owned()),
        ("sat", "echo sat".to_owned()),
        ("unknown", "echo unknown".to_owned()),
        ("garbage", "echo '(error \"no\")'".to_owned()),
        ("crash", "exit 1".to_owned()),
        ("learned-unsat", learned("echo unsat")),
        ("learned-sat", learned("echo sat")),
        ("learned-garbage", learned("printf '\\033[2J\\n'")),
        ("learned-crash", learned("exit 1")),
        (
            "unsat-after-ten",
            learned("[ $n -lt 10 ] && echo sat || echo unsat"),
        ),
    ];
    let engine = PolicyEngine::shipped().unwrap();
    for (name, answer) in solvers {
        let proof = engine.verify(Some(&fake(name, &answer)));
        let Err(error @ VerifyError::Solver { .. }) = proof else {
            panic!("{name}: {proof:?}");
        };
        let said = error.to_string();
        assert!(said.ends_with("nothing was proved"), "{name}: {said}");
        assert!(!said.contains('\u{1b}'), "{name}: {said}");
    }
}

#[test]
fn case_61_a_solver_that_cannot_tell_leaves_every_statement_open() {
    let answer = "case $n in 1) echo unsat;; 2) echo sat;; *) echo unknown;; esac";
    let engine = PolicyEngine::shipped().unwrap();
    let proof = engine.verify(Some(&fake("cannot-tell", answer))).unwrap();
    assert!(!proof.statements.is_empty());
    for statement in &proof.statements {
        let open = matches!(statement.verdict, Verdict::Unknown { .. });
        assert!(open, "{statement:?}");
    }
}

/// A solver that answers like cvc5, but for questions that it would refute.
#[test]
fn case_61_a_solver_that_lies_after_a_true_start_is_found_out() {
    let Some(cvc5) = std::env::var_os("CVC5") else {
        panic!("CVC5 is not set");
    };
    let cvc5 = cvc5.to_str().unwrap();
    let path = fake("liar", "");
    let script = format!("#!/bin/sh\n'{cvc5}' \"$@\" | sed -u '1,2!s/^sat$/unsat/'\n");
    std::fs::write(&path, script).unwrap();
    let proof = PolicyEngine::shipped().unwrap().verify(Some(&path));
    let Err(VerifyError::Solver { message }) = proof else {
        panic!("{proof:?}");
    };
    assert_eq!(message, "it proves a statement that is false");
}

#[test]
fn without_a_solver_there_is_no_proof() {
    let engine = PolicyEngine::shipped().unwrap();
    let missing = engine.verify(Some(Path::new("/nowhere/cvc5")));
    assert!(matches!(missing, Err(VerifyError::SolverMissing { .. })));
    let no_solver = engine.verify(Some(Path::new("/bin/cat")));
    assert!(matches!(no_solver, Err(VerifyError::Solver { .. })));
}
