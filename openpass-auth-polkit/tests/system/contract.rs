//! The contract suite of openpass-auth, by Debian's polkitd.

use std::sync::Arc;

use futures_lite::future::block_on;
use openpass_auth::{
    Authenticator, Factor,
    contract::{self, Harness, Scenario},
};

use crate::{
    control::{number, tell},
    polkit,
    real::agent,
};

struct AtADesktop;

#[test]
#[ignore = "real: .ci/polkit.sh"]
fn real_the_authenticator_keeps_the_contract() {
    let _agent = agent("nothing");
    block_on(contract::run(&AtADesktop)).assert_holds();
}

impl Harness for AtADesktop {
    fn factor(&self) -> Factor {
        Factor::SystemLogin
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        // A dialog that was taken down as it came up is none of the next question's.
        tell("catch-up");
        tell(match scenario {
            Scenario::Approves => "does approve",
            Scenario::AnswersWrongly => "does wrong",
            Scenario::Cancels => "does cancel",
            _ => "does nothing",
        });
        Arc::new(polkit("org.openpass.test.asks"))
    }

    fn prompts_shown(&self) -> usize {
        number("shown")
    }

    fn prompt_is_open(&self) -> bool {
        number("open") > 0
    }

    fn answer_now(&self) {
        tell("answer");
    }

    // The password is the system's: none of it comes here.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    fn answers_serve_once(&self) -> bool {
        false
    }
}
