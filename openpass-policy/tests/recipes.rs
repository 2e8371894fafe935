//! Every recipe of `docs/policy`: it loads, its tests pass, it is proved, and
//! the guide lists it.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};

use openpass_policy::{
    PolicyEngine, PolicySource,
    author::{Coverage, TestSuite},
};

fn docs() -> PathBuf {
    PathBuf::from("../docs/policy")
}

/// Each by its name, with the text of its policy and of its tests: the list that the
/// `openpass` command has in it.
const LIST: &[(&str, &str, &str)] = &include!("../../docs/policy/recipes/list.rs");

/// The recipes' paths without their extensions.
fn recipes() -> Vec<PathBuf> {
    let path = |(name, ..): &(&str, &str, &str)| docs().join("recipes").join(name);
    LIST.iter().map(path).collect()
}

#[test]
fn a12_the_list_of_recipes_has_every_file_of_the_folder() {
    let mut listed = vec!["list.rs".to_owned()];
    for (name, policy, tests) in LIST {
        for (extension, text) in [("cedar", policy), ("yaml", tests)] {
            let file = format!("{name}.{extension}");
            let path = docs().join("recipes").join(&file);
            assert_eq!(std::fs::read_to_string(path).unwrap(), *text, "{file}");
            listed.push(file);
        }
    }
    listed.sort();
    let mut there: Vec<String> = std::fs::read_dir(docs().join("recipes"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    assert_eq!(there, listed);
    assert!(LIST.len() >= 10);
}

fn name(recipe: &Path) -> &str {
    recipe.file_name().unwrap().to_str().unwrap()
}

fn source(recipe: &Path) -> PolicySource {
    let text = std::fs::read_to_string(recipe.with_extension("cedar")).unwrap();
    PolicySource::new(name(recipe), text)
}

#[test]
fn every_recipe_does_what_its_tests_say_and_the_guide_shows_it() {
    let guide = std::fs::read_to_string(docs().join("README.md")).unwrap();
    for recipe in recipes() {
        let engine = PolicyEngine::with_policies(&[source(&recipe)]).unwrap();
        let text = std::fs::read_to_string(recipe.with_extension("yaml")).unwrap();
        let suite: TestSuite = yaml_serde::from_str(&text).unwrap();
        let report = suite.run(&engine);
        assert!(report.is_success(), "{}\n{report}", name(&recipe));
        let coverage = Coverage::of(&engine, [&report]);
        assert!(coverage.is_whole(), "{coverage}");
        // A recipe that its own tests do not notice is not tested.
        let without = suite.run(&PolicyEngine::shipped().unwrap());
        assert!(!without.is_success(), "{}", name(&recipe));
        let file = format!("recipes/{}.cedar", name(&recipe));
        assert!(guide.contains(&file), "{file}");
        let own = engine.policies().find(|policy| !policy.shipped).unwrap();
        assert_eq!(own.id.as_str(), name(&recipe));
        assert!(guide.contains(own.doc.as_deref().unwrap()), "{file}");
    }
}

#[cfg(feature = "verify")]
#[test]
fn every_recipe_and_all_of_them_together_are_proved() {
    let all: Vec<PolicySource> = recipes().iter().map(|recipe| source(recipe)).collect();
    let sets: Vec<&[PolicySource]> = all.chunks(1).chain([all.as_slice()]).collect();
    // Two solvers at a time: a proof is work for one core.
    std::thread::scope(|scope| {
        for half in sets.chunks(sets.len().div_ceil(2)) {
            scope.spawn(move || {
                for set in half {
                    let engine = PolicyEngine::with_policies(set).unwrap();
                    let proof = engine.verify(None).unwrap();
                    assert!(proof.is_proved(), "{set:?}\n{proof}");
                }
            });
        }
    });
}

/// A file of promises, with its recipe: proved with the recipe, refuted without, by an
/// example that the recipe is about.
#[cfg(feature = "verify")]
#[test]
fn a1_no_agent_becomes_an_admin_by_any_field_where_a_recipe_promises_it() {
    let promises = std::fs::read_dir(docs().join("promises")).unwrap();
    let mut count = 0;
    for path in promises.map(|entry| entry.unwrap().path()) {
        let promise = PolicySource::file(&path).unwrap();
        let recipe = docs().join("recipes").join(path.file_stem().unwrap());
        let with = PolicyEngine::with_policies(&[source(&recipe)]).unwrap();
        let proof = with.verification().promises(&promise).prove().unwrap();
        assert!(proof.is_proved(), "{proof}");
        let shipped = PolicyEngine::shipped().unwrap();
        let proof = shipped.verification().promises(&promise).prove().unwrap();
        let promised = proof
            .statements
            .iter()
            .filter(|it| it.id.starts_with("promise."));
        for statement in promised {
            let refuted = matches!(statement.verdict, openpass_policy::Verdict::Refuted(_));
            assert!(refuted, "{statement:?}");
            count += 1;
        }
    }
    assert_eq!(count, 6);
}

#[cfg(feature = "verify")]
#[test]
fn a_promise_that_is_made_twice_or_has_no_name_proves_nothing() {
    let shipped = PolicyEngine::shipped().unwrap();
    let promise = |id: &str| {
        let text = format!("{id} forbid (principal, action, resource) when {{ false }};");
        PolicySource::new("promises.cedar", text)
    };
    let (one, unnamed) = (promise("@id(\"one\")"), promise(""));
    let twice = PolicySource::new("promises.cedar", one.text.repeat(2));
    for files in [vec![&one, &one], vec![&twice], vec![&unnamed]] {
        let proof = files
            .into_iter()
            .fold(shipped.verification(), |it, file| it.promises(file));
        let error = proof.prove().unwrap_err().to_string();
        assert!(error.ends_with("nothing was proved"), "{error}");
    }
}

/// The rule that the guide shows as a mistake.
#[cfg(feature = "verify")]
#[test]
fn the_guides_weak_rule_is_refuted_as_the_guide_says() {
    let guide = std::fs::read_to_string(docs().join("README.md")).unwrap();
    let block = |start: &str| {
        let from = guide.rfind(start).unwrap() + start.len();
        guide
            .get(from..)
            .unwrap()
            .split("\n```")
            .next()
            .unwrap()
            .to_owned()
    };
    let rule = block("```cedar\n");
    let engine = PolicyEngine::with_policies(&[PolicySource::new("office-hours.cedar", rule)]);
    let proof = engine.unwrap().verify(None).unwrap();
    assert!(proof.is_refuted());
    let refuted: Vec<&openpass_policy::Statement> = proof
        .statements
        .iter()
        .filter(|statement| statement.verdict != openpass_policy::Verdict::Proved)
        .collect();
    let ids: Vec<&str> = refuted
        .iter()
        .map(|statement| statement.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "floor.guardrails-with-biometry",
            "floor.guardrails-with-the-passphrase"
        ]
    );
    // The solver may choose another hour; the rest is said in these words.
    let shown = block("```text\n");
    for part in [
        "REFUTED  floor.guardrails-with-biometry",
        "context.channel = OpenPass::Channel::\"cli\"",
        "is forbidden by\n           office-hours at office-hours.cedar:1: Critical changes only",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
        assert!(proof.to_string().contains(part), "{part}\n{proof}");
    }
}

#[cfg(feature = "verify")]
#[test]
fn case_16_a_policy_that_can_fail_is_refuted_with_the_request_that_fails_it() {
    // With tiers from 0 to 2 only the second can overflow.
    let fine =
        "forbid (principal is OpenPass::Agent, action, resource) when { principal.tier + 1 > 9 };";
    let fails = "@id(\"overflow\") forbid (principal is OpenPass::Agent, action, resource)
        when { principal.tier + 9223372036854775806 < 0 };";
    let verdict = |text: &str, statement: &str| {
        let engine = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)]).unwrap();
        let proof = engine.verify(None).unwrap();
        let found = proof.statements.into_iter().find(|it| it.id == statement);
        found.unwrap().verdict
    };
    let proved = verdict(fine, "no-error.own.cedar#policy0");
    assert_eq!(proved, openpass_policy::Verdict::Proved);
    let openpass_policy::Verdict::Refuted(example) = verdict(fails, "no-error.overflow") else {
        panic!("it can overflow");
    };
    assert!(example.says.contains("integer overflow"), "{example}");
    assert!(
        example.request.iter().any(|fact| fact.trim() == "tier = 2"),
        "{example}"
    );
}
