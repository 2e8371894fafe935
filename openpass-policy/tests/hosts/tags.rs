//! Tags of a host's things.

use openpass_policy::{Decision, Denial, Entity, Guard, MemorySink};

use crate::{
    flags::{ada, engine, environment, set},
    people::Reads,
};

const FROZEN: &str = r#"@id("frozen") forbid (principal, action, resource is Flags::Flag)
    when { resource.hasTag("frozen") && resource.getTag("frozen") == "yes" };"#;

fn flag() -> Entity {
    Entity::new("Flags::Flag", "dark-mode").inside(environment("prod"))
}

#[test]
fn a_policy_on_a_tag_holds_for_what_has_it() {
    let engine = engine(FROZEN);
    let frozen = engine.decide(&set(ada(), flag().tagged("frozen", "yes")));
    let Decision::Deny(Denial::Forbidden { policies }) = frozen else {
        panic!("{frozen:?}");
    };
    assert!(policies.iter().any(|id| id.as_str() == "frozen"));
    for other in [
        flag().tagged("frozen", "no"),
        flag().tagged("owner", "yes"),
        flag().untagged(),
    ] {
        let decision = engine.decide(&set(ada(), other));
        assert!(matches!(decision, Decision::RequireBiometry { .. }));
    }
}

#[test]
fn tags_that_nobody_spoke_of_are_refused() {
    let engine = engine(FROZEN);
    let error = engine.check(&set(ada(), flag())).unwrap_err().to_string();
    assert!(
        error.starts_with(r#"nobody said which tags Flags::Flag::"dark-mode" has"#),
        "{error}"
    );
    assert!(matches!(
        engine.decide(&set(ada(), flag())),
        Decision::Deny(Denial::InvalidRequest { .. })
    ));
}

#[test]
fn a_tag_of_another_type_or_on_what_has_none_is_refused_by_name() {
    let engine = engine(FROZEN);
    let wrong = [
        (
            set(ada(), flag().tagged("frozen", true)),
            r#"frozen of Flags::Flag::"dark-mode" is String, and not Bool"#,
        ),
        (
            set(ada(), flag().tagged("frozen", "yes").tagged("frozen", "no")),
            r#"frozen of Flags::Flag::"dark-mode" is given twice"#,
        ),
        (
            set(ada().tagged("frozen", "no"), flag().untagged()),
            r#"Flags::Person::"ada" can have no tag, and frozen is one"#,
        ),
    ];
    for (operation, what) in wrong {
        let error = engine.check(&operation).unwrap_err().to_string();
        assert_eq!(error, what);
    }
}

#[test]
fn a_question_shows_the_tags_that_a_policy_looks_at() {
    let reads = Reads::default();
    let guard = Guard::new(engine(FROZEN), reads.clone(), MemorySink::new());
    let tagged = flag().tagged("frozen", "not").tagged("colour", "blue");
    drop(guard.authorize_blocking(set(ada(), tagged)).unwrap());
    let question = reads.questions().pop().unwrap();
    assert!(
        question.contains("frozen") && question.contains("not"),
        "{question}"
    );
    assert!(!question.contains("colour"), "{question}");
}

/// Which tag a policy looks at may depend on the request: then it is all of them.
#[test]
fn a_question_shows_every_tag_where_a_policy_computes_which() {
    let computed = r#"forbid (principal, action, resource is Flags::Flag)
        when { resource.hasTag(if context.attended then "colour" else "frozen") &&
               resource.getTag(if context.attended then "colour" else "frozen") == "red" };"#;
    let reads = Reads::default();
    let guard = Guard::new(engine(computed), reads.clone(), MemorySink::new());
    drop(
        guard
            .authorize_blocking(set(ada(), flag().tagged("colour", "blue")))
            .unwrap(),
    );
    let question = reads.questions().pop().unwrap();
    assert!(
        question.contains("colour") && question.contains("blue"),
        "{question}"
    );
}
