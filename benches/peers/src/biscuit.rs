//! biscuit: Datalog. It decides about a token; here the facts come without one, which
//! leaves out the verification of a token's signature.

use std::{fmt::Write as _, time::Duration};

use biscuit_auth::{Authorizer, AuthorizerBuilder, AuthorizerLimits};

use crate::{Own, REAL};

/// The rules, with the facts of the question.
#[derive(Debug)]
pub struct Biscuit(Authorizer);

impl Biscuit {
    /// Prepares the question as it is before anybody has proved anything.
    #[must_use]
    pub fn new(own: Own, count: usize) -> Self {
        assert!(Self::with(own, count, "passphrase").once());
        let mut biscuit = Self::with(own, count, "none");
        assert!(!biscuit.once());
        biscuit
    }

    fn with(own: Own, count: usize, factor: &str) -> Self {
        let limits = AuthorizerLimits {
            max_time: Duration::from_secs(3_600),
            ..AuthorizerLimits::default()
        };
        let builder = AuthorizerBuilder::new().set_limits(limits);
        let code = facts(factor) + rules(own, count).as_str();
        Self(builder.code(code).unwrap().build_unauthenticated().unwrap())
    }

    /// Evaluates once.
    pub fn once(&mut self) -> bool {
        self.0.authorize().is_ok()
    }
}

fn facts(factor: &str) -> String {
    let critical = ["widenAgent", "addAgent", "removeAgent"];
    let mut facts = critical.iter().fold(String::new(), |mut facts, action| {
        writeln!(facts, "critical(\"{action}\");").unwrap();
        facts
    });
    writeln!(
        facts,
        "who(\"owner\"); person(true); operation(\"widenAgent\"); resource(\"codex\"); \
         factor(\"{factor}\"); minute(0);"
    )
    .unwrap();
    facts
}

/// The first policy that matches decides, so that those which forbid come first.
fn rules(own: Own, count: usize) -> String {
    let mut rules = (0..count).fold(String::new(), |mut rules, number| {
        let who = own.agent(number);
        let who = who.map_or_else(String::new, |name| format!("who(\"{name}\"), "));
        let minute = own.minute(number);
        writeln!(
            rules,
            "deny if {who}operation($a), critical($a), minute($m), $m > {minute};"
        )
        .unwrap();
        rules
    });
    let real = REAL.join("\", \"");
    writeln!(
        rules,
        "allow if person(true), operation($a), critical($a), factor($f), [\"{real}\"].contains($f);"
    )
    .unwrap();
    rules
}
