//! Case files with the product's own results, as `policy test` runs them: each
//! case brings its YAML rules, which are imported and decided on.

mod ask;
mod report;

use openpass_auth::SafeText;
use openpass_policy::PolicyEngine;
use openpass_policy_yaml::{ImportError, ImportOptions, Imported, YamlSource, data_schema, import};
use serde::Deserialize;

use ask::Ask;
pub(super) use report::Report;
use report::{Case as Reported, Outcome};

/// The product's decision. The rest of its result, such as its log, is left
/// out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Expected {
    action: String,
    rule_name: String,
    matched: bool,
}

/// One case: rules with one question or several, or a file that loads or not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    policies: Vec<String>,
    context: Option<Ask>,
    #[serde(default)]
    steps: Vec<Ask>,
    expected: Option<OneOrMany>,
    policy: Option<String>,
    ok: Option<bool>,
    /// The product's error on the file, in its own words.
    #[serde(rename = "error")]
    _error: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Expected),
    Many(Vec<Expected>),
}

/// Whether a file of tests is one of these: a JSON list. Tests of one's own
/// policies begin otherwise.
pub(super) fn is_one(text: &str) -> bool {
    text.trim_start().starts_with('[')
}

/// Runs the cases of a file that are `wanted` by their name.
pub(super) fn run(text: &str, wanted: impl Fn(&str) -> bool) -> Result<Report, serde_json::Error> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let cases = cases.into_iter().filter(|case| wanted(&case.name));
    Ok(Report::new(cases.map(one).collect()))
}

fn one(case: Case) -> Reported {
    match case {
        Case {
            name,
            policy: Some(policy),
            ok: Some(ok),
            ..
        } => Reported::new(name, loaded(policy, ok)),
        Case {
            name,
            policies,
            context: Some(ask),
            expected: Some(OneOrMany::One(expected)),
            ..
        } => Reported::new(name, decided(&policies, &[ask], &[expected])),
        Case {
            name,
            policies,
            steps,
            expected: Some(OneOrMany::Many(expected)),
            ..
        } if steps.len() == expected.len() && !steps.is_empty() => {
            Reported::new(name, decided(&policies, &steps, &expected))
        }
        Case { name, .. } => {
            let why = "it has neither `policy` with `ok`, nor `context` or `steps` with as many \
                       results in `expected`";
            Reported::new(
                name,
                Outcome::Broken {
                    problem: why.to_owned(),
                },
            )
        }
    }
}

fn loaded(policy: String, ok: bool) -> Outcome {
    match (imported(&[policy]), ok) {
        (Ok(_), true) => Outcome::Passed,
        (Err(error), false) => Outcome::RefusedToo {
            problem: error.to_string(),
        },
        (Err(error), true) => Outcome::Refused {
            problem: error.to_string(),
        },
        (Ok(_), false) => Outcome::Failed {
            expected: "refused".to_owned(),
            got: "imported".to_owned(),
        },
    }
}

fn decided(policies: &[String], asks: &[Ask], expected: &[Expected]) -> Outcome {
    let imported = match imported(policies) {
        Ok(imported) => imported,
        Err(error) => {
            let problem = error.to_string();
            return Outcome::Refused { problem };
        }
    };
    let engine = PolicyEngine::builder()
        .host(data_schema())
        .policies(&[imported.source("case.cedar")])
        .build();
    let engine = match engine {
        Ok(engine) => engine,
        Err(error) => {
            let problem = error.to_string();
            return Outcome::Broken { problem };
        }
    };
    for (ask, expected) in asks.iter().zip(expected) {
        match ask.decided(&engine, &imported) {
            Ok(got) if got.contains(expected) => {}
            Ok(got) => {
                let (expected, got) = (expected.to_string(), one_of(&got));
                return Outcome::Failed { expected, got };
            }
            Err(problem) => return Outcome::Broken { problem },
        }
    }
    Outcome::Passed
}

fn one_of(got: &[Expected]) -> String {
    let more = match got.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(", or one of {more} rules behind it"),
    };
    let first = got.first().map(ToString::to_string);
    first.unwrap_or_default() + &more
}

/// The rules of all files together, which the case does not name.
fn imported(policies: &[String]) -> Result<Imported, ImportError> {
    let named: Vec<(String, &String)> = (0..)
        .zip(policies)
        .map(|(number, text): (u32, _)| (format!("{number:03}.yaml"), text))
        .collect();
    let sources: Vec<YamlSource<'_>> = named
        .iter()
        .map(|(name, text)| YamlSource::new(name, text.as_bytes()))
        .collect();
    import(&sources, ImportOptions::new())
}

impl core::fmt::Display for Expected {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let action = SafeText::escape(&self.action);
        match self.matched {
            true => write!(f, "{action} by {}", SafeText::quoted(&self.rule_name)),
            false => write!(f, "{action}, as no rule matches"),
        }
    }
}
