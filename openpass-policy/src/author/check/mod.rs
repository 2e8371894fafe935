//! A lint, without a solver: it finds what is well-formed and cannot have been meant.

mod choice;
mod compare;
mod conditions;
mod domain;
mod expr;
mod factors;
mod fix;
mod judge;
mod names;
mod permits;
mod ranges;
mod reasons;
mod scope;
mod state;
mod text;
mod value;

use core::fmt;

use serde::Serialize;

use crate::{
    PolicyEngine, PolicyId, PolicyInfo, PolicyLoadError,
    engine::{OwnPolicy, with_room},
};
pub use names::KnownNames;

/// The most findings of one policy that are told.
const MOST_EACH: usize = 16;
/// The most findings that are told at all.
const MOST: usize = 1_000;
/// The most parts of conditions that are looked at, each once for every kind of
/// request.
const STEPS: usize = 3_000_000;

/// Something in a policy that loads and that its author cannot have meant. All its texts
/// are escaped and may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The kind.
    pub kind: FindingKind,
    /// The policy.
    pub policy: PolicyId,
    /// Its file.
    pub file: String,
    /// The line in that file, from 1.
    pub line: usize,
    /// The character in that line, from 1, where it is known.
    pub column: Option<usize>,
    /// The finding, in words.
    pub message: String,
    /// The text to write instead.
    pub fix: String,
}

/// The kind of a finding. Each has a name that stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingKind {
    /// The policy applies to no request that there can be.
    NeverApplies,
    /// A part of its conditions can never be true.
    NeverTrue,
    /// A part of its conditions is always true, and makes another useless.
    AlwaysTrue,
    /// An id holds a `*` or a `?`, which stand for themselves there.
    PatternInId,
    /// A name that the vault does not have.
    UnknownName,
    /// A permit of what is permitted already.
    PermitWithoutEffect,
    /// A stronger proof is refused where a weaker proof is enough.
    RefusesStrongerProof,
    /// It has no `@id`.
    NoId,
    /// It has no `@doc`.
    NoDoc,
    /// There was too much to look at: nothing is said of its conditions.
    NotChecked,
}

impl FindingKind {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverApplies => "never-applies",
            Self::NeverTrue => "never-true",
            Self::AlwaysTrue => "always-true",
            Self::PatternInId => "pattern-in-id",
            Self::UnknownName => "unknown-name",
            Self::PermitWithoutEffect => "permit-without-effect",
            Self::RefusesStrongerProof => "refuses-stronger-proof",
            Self::NoId => "no-id",
            Self::NoDoc => "no-doc",
            Self::NotChecked => "not-checked",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Two lines: what and where, and what to write instead.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            file,
            line,
            message,
            fix,
            ..
        } = self;
        write!(f, "{file}:{line}: {kind}: {message}\n  {fix}")
    }
}

impl PolicyEngine {
    /// Everything in the policies of a user's own that loads and cannot have been meant,
    /// by file and line: conditions that can never hold, ids with a `*`, names that
    /// `known` does not have, permits without effect, and the like.
    ///
    /// Nothing it says is wrong: where it is not certain, it is silent. So silence is no
    /// proof; that takes `verify`. It changes no decision.
    ///
    /// ```
    /// use openpass_policy::{PolicyEngine, PolicySource, author::{FindingKind, KnownNames}};
    ///
    /// let night = r#"@id("night") @doc("Nothing at night.")
    ///     forbid (principal, action, resource)
    ///     when { context.time.minuteOfDay >= 1320 && context.time.minuteOfDay < 360 };"#;
    /// let engine = PolicyEngine::with_policies(&[PolicySource::new("night.cedar", night)])?;
    /// let findings = engine.lint(&KnownNames::default())?;
    /// assert_eq!(findings[0].kind, FindingKind::NeverApplies);
    /// assert!(findings[0].fix.contains("||"));
    /// # Ok::<(), openpass_policy::PolicyLoadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// That no thread can be had to look in.
    pub fn lint(&self, known: &KnownNames) -> Result<Vec<Finding>, PolicyLoadError> {
        with_room(|| findings(self, known))
    }
}

fn findings(engine: &PolicyEngine, known: &KnownNames) -> Result<Vec<Finding>, PolicyLoadError> {
    let (kinds, types) = (engine.kinds(), engine.types()?);
    let permits = permits::shipped(engine);
    let mut steps = STEPS;
    let mut proofs = factors::Proofs::new(engine);
    let mut all = Vec::new();
    for policy in engine.own_policies() {
        let Some(info) = engine.policy(&policy.id) else {
            continue;
        };
        let mut found = Found {
            info,
            findings: Vec::new(),
        };
        if let Some(judged) = conditions::judged(&policy, &kinds, &types, &mut steps) {
            judged.tell(&policy, &mut found);
            let alive: Vec<_> = judged
                .alive
                .iter()
                .filter_map(|it| kinds.get(*it))
                .collect();
            if !policy.may_fail {
                permits::tell(&permits, &alive, &mut found);
            }
        }
        names::tell(&policy, known, &mut found);
        proofs.tell(&policy, &mut found);
        told_what_it_is(&policy, &mut found);
        all.extend(found.findings);
        if all.len() >= MOST {
            break;
        }
    }
    all.truncate(MOST);
    all.sort_by(|a, b| (&a.file, a.line, a.kind).cmp(&(&b.file, b.line, b.kind)));
    Ok(all)
}

/// Whether a policy has an id and says what it is for: both are what people are shown
/// when it decides. An imported rule has a name.
fn told_what_it_is(policy: &OwnPolicy, found: &mut Found<'_>) {
    let annotation = |name: &str| {
        let annotations = policy.json.get("annotations");
        annotations.is_some_and(|it| {
            it.get(name)
                .and_then(|it| it.as_str())
                .is_some_and(|it| !it.is_empty())
        })
    };
    if !annotation("id") {
        found.whole(
            FindingKind::NoId,
            "it has no `@id`: it is named after its file and place, and that name changes when \
             a policy is put before it"
                .to_owned(),
            "write `@id(\"a-short-name\")` above it".to_owned(),
        );
    }
    if !annotation("doc") && !annotation("name") {
        found.whole(
            FindingKind::NoDoc,
            "it has no `@doc`: people who are stopped by it are not told what it is for".to_owned(),
            "write `@doc(\"What it is for.\")` above it".to_owned(),
        );
    }
}

/// The findings about one policy.
struct Found<'a> {
    info: &'a PolicyInfo,
    findings: Vec<Finding>,
}

impl Found<'_> {
    /// A finding about the policy as a whole.
    fn whole(&mut self, kind: FindingKind, message: String, fix: String) {
        let finding = self.finding(kind, message, fix);
        self.push(finding);
    }

    /// A finding about one part of a policy.
    fn at(
        &mut self,
        kind: FindingKind,
        policy: &OwnPolicy,
        part: &serde_json::Value,
        message: String,
        fix: String,
    ) {
        let place = text::place_of(policy, part);
        let mut finding = self.finding(kind, message, fix);
        if let Some((line, column)) = place {
            finding.line = finding.line.saturating_add(line);
            // On its first line, a policy may begin anywhere.
            finding.column = (line > 0).then(|| column.saturating_add(1));
        }
        self.push(finding);
    }

    fn finding(&self, kind: FindingKind, message: String, fix: String) -> Finding {
        Finding {
            kind,
            policy: self.info.id.clone(),
            file: self.info.file.clone(),
            line: self.info.line,
            column: None,
            message,
            fix,
        }
    }

    fn push(&mut self, finding: Finding) {
        if self.findings.len() < MOST_EACH && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
