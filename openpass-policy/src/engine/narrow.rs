//! The part that counts of a file that somebody changed and nobody has
//! accepted.

use core::{ops::Range, str::FromStr as _};
use std::collections::BTreeSet;

use cedar_policy::{Effect, Policy, PolicySet};

use super::{
    PolicySource,
    limits::{self, Tokens},
    load, stack,
};
use crate::{PolicyLoadError, PolicyProblem, ProblemKind};

impl PolicySource {
    /// Returns what counts of this file while `approved` is the file that a person
    /// accepted under its name: every forbid of both, and the permits that both have.
    /// With nothing approved, the forbids of this file count.
    ///
    /// Each policy of this file stays on its line. The forbids that only the
    /// approved file has come as a file of their own, under other ids.
    ///
    /// # Errors
    ///
    /// That one of the files does not parse.
    pub fn narrowed(&self, approved: Option<&Self>) -> Result<Vec<Self>, PolicyLoadError> {
        stack::for_loading(|| narrowed(self, approved))
    }

    /// Whether any policy of this file permits something.
    ///
    /// # Errors
    ///
    /// That it does not parse.
    pub fn permits(&self) -> Result<bool, PolicyLoadError> {
        stack::for_loading(|| {
            let rules = rules(self)?;
            Ok(rules.iter().any(|rule| !rule.forbids()))
        })
    }
}

/// One policy of a file.
struct Rule {
    policy: Policy,
    /// The meaning of the policy, apart from how it is written.
    meaning: String,
    /// The place of the policy in the file.
    at: Range<usize>,
}

impl Rule {
    fn forbids(&self) -> bool {
        self.policy.effect() == Effect::Forbid
    }
}

fn narrowed(
    file: &PolicySource,
    approved: Option<&PolicySource>,
) -> Result<Vec<PolicySource>, PolicyLoadError> {
    let (here, before) = (rules(file)?, approved.map(rules).transpose()?);
    let before = before.unwrap_or_default();
    let meanings = |rules: &[Rule]| -> BTreeSet<String> {
        rules.iter().map(|rule| rule.meaning.clone()).collect()
    };
    let (in_here, in_before) = (meanings(&here), meanings(&before));
    let counts = |rule: &&Rule| rule.forbids() || in_before.contains(&rule.meaning);
    let mut sources = Vec::new();
    if here.iter().any(|rule| counts(&rule)) {
        let out = here.iter().filter(|rule| !counts(rule));
        sources.push(PolicySource::new(
            file.file.clone(),
            without(&file.text, out.map(|rule| rule.at.clone())),
        ));
    }
    let gone = before
        .iter()
        .filter(|rule| rule.forbids() && !in_here.contains(&rule.meaning));
    let text = approved.map(|file| file.text.as_str()).unwrap_or_default();
    let gone = gone.map(|rule| unnamed(text.get(rule.at.clone())));
    let gone = gone.collect::<Result<Vec<String>, _>>()?;
    if !gone.is_empty() {
        let name = format!("{} (as approved)", file.file);
        sources.push(PolicySource::new(name, gone.join("\n")));
    }
    Ok(sources)
}

/// Every policy of a file, in its order.
fn rules(source: &PolicySource) -> Result<Vec<Rule>, PolicyLoadError> {
    let problems = limits::problems(source);
    if !problems.is_empty() {
        return Err(PolicyLoadError::new(problems));
    }
    let parsed = PolicySet::from_str(&source.text).map_err(|errors| {
        let problem = |error| PolicyProblem::from_cedar(ProblemKind::Syntax, source, error);
        PolicyLoadError::new(errors.iter().map(|error| problem(error)).collect())
    })?;
    if parsed.templates().next().is_some() {
        return Err(PolicyLoadError::engine("a template cannot be narrowed"));
    }
    let mut from = 0_usize;
    let rules = load::in_order(&parsed).into_iter().map(|policy| {
        // INVARIANT (fail closed): a policy that is not found where it stands
        // cannot be taken out, so nothing of the file counts.
        let text = policy.to_cedar().unwrap_or_default();
        let rest = source.text.get(from..).unwrap_or_default();
        let at = rest.find(&text).filter(|_| !text.is_empty());
        let lost = || PolicyLoadError::engine("a policy is not found in its file");
        let start = from.saturating_add(at.ok_or_else(lost)?);
        from = start.saturating_add(text.len());
        let meaning = policy.to_json().map_err(PolicyLoadError::engine)?;
        Ok(Rule {
            policy: policy.clone(),
            meaning: meaning.to_string(),
            at: start..from,
        })
    });
    rules.collect()
}

/// The text with blanks in these places, so that every line stays where it is.
fn without(text: &str, places: impl Iterator<Item = Range<usize>>) -> String {
    let places: Vec<Range<usize>> = places.collect();
    let kept = text.char_indices().map(|(at, character)| {
        let out = places.iter().any(|place| place.contains(&at));
        if out && character != '\n' {
            ' '
        } else {
            character
        }
    });
    kept.collect()
}

/// The policy without its `@id`, which another may have by now. It stays as it
/// is written: Cedar would leave brackets out, without which too much nests.
fn unnamed(policy: Option<&str>) -> Result<String, PolicyLoadError> {
    let text = policy.ok_or_else(|| PolicyLoadError::engine("a policy has no text"))?;
    let tokens: Vec<(usize, char)> = Tokens::of(text).collect();
    let ids = tokens.windows(5).filter_map(|tokens| match tokens {
        [(start, '@'), (name, _), (_, '('), (_, '"'), (end, ')')] => {
            let rest = text.get(*name..)?.strip_prefix("id")?;
            (!rest.starts_with(limits::is_word)).then(|| *start..end.saturating_add(1))
        }
        _ => None,
    });
    Ok(without(text, ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERMIT: &str = "@id(\"p\")\npermit (principal, action, resource) when { 1 == 1 };\n";
    const FORBID: &str = "// ü\n@id(\"f\") forbid (principal, action, resource)\n  unless { principal is OpenPass::User };\n";

    fn file(text: &str) -> PolicySource {
        PolicySource::new("a.cedar", text)
    }

    #[test]
    fn with_nothing_approved_only_forbids_count_and_stay_on_their_lines() {
        let both = file(&format!("{PERMIT}{FORBID}"));
        let sources = both.narrowed(None).unwrap();
        assert_eq!(sources.len(), 1);
        assert!(!sources[0].text.contains("permit"));
        assert_eq!(sources[0].text.lines().count(), both.text.lines().count());
        assert_eq!(sources[0].text.lines().nth(3), both.text.lines().nth(3));
        assert!(file(PERMIT).narrowed(None).unwrap().is_empty());
        assert!(both.permits().unwrap() && !file(FORBID).permits().unwrap());
    }

    #[test]
    fn a_permit_counts_if_it_was_approved_to_the_meaning() {
        let approved = file(PERMIT);
        let same = PERMIT.replace('\n', " ");
        assert_eq!(file(&same).narrowed(Some(&approved)).unwrap().len(), 1);
        let other = PERMIT.replace("1 == 1", "1 == 2");
        assert!(file(&other).narrowed(Some(&approved)).unwrap().is_empty());
    }

    #[test]
    fn a_forbid_that_was_changed_counts_as_it_was_and_as_it_is() {
        let approved = file(FORBID);
        let changed = file(&FORBID.replace("unless", "when"));
        let sources = changed.narrowed(Some(&approved)).unwrap();
        assert_eq!(sources.len(), 2);
        assert!(sources[1].text.contains("unless"), "{}", sources[1].text);
        crate::PolicyEngine::with_policies(&sources).unwrap();
    }

    #[test]
    fn what_does_not_parse_is_an_error() {
        for text in [
            "permit (",
            "permit (principal == ?principal, action, resource);",
        ] {
            file(text).narrowed(None).unwrap_err();
            file(PERMIT).narrowed(Some(&file(text))).unwrap_err();
        }
    }
}
