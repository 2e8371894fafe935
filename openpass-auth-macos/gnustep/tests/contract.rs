//! The suite that every authenticator runs, on the real binding.

mod common;

use std::sync::Arc;

use common::{DOMAIN, leaves_no_trace, stage_with};
use futures_lite::future::block_on;
use openpass_auth::{
    Authenticator, Factor,
    contract::{self, Harness, Scenario},
};
use openpass_auth_macos::BiometricAuthenticator;
use openpass_auth_macos_gnustep::{Answers, Script, Stage};

struct OnGnustep {
    stage: Stage,
    finger: BiometricAuthenticator,
}

impl Harness for OnGnustep {
    fn factor(&self) -> Factor {
        Factor::Biometry
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        self.stage.change(Script {
            answers: match scenario {
                Scenario::Approves => Answers::Elsewhere(true, None),
                Scenario::AnswersWrongly => Answers::Elsewhere(false, Some((DOMAIN, -1))),
                Scenario::Cancels => Answers::Elsewhere(false, Some((DOMAIN, -2))),
                _ => Answers::Nothing,
            },
            ..Script::default()
        });
        Arc::new(self.finger.clone())
    }

    fn prompts_shown(&self) -> usize {
        self.stage.reasons().len()
    }

    fn prompt_is_open(&self) -> bool {
        self.stage.open() > 0
    }

    fn answer_now(&self) {
        // The block of a dialog that was taken down has had its answer.
        self.stage.says_yes_now();
    }

    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    fn answers_serve_once(&self) -> bool {
        false
    }
}

#[test]
fn it_keeps_the_contract_of_authenticators() {
    let (stage, finger) = stage_with(Script::default());
    let harness = OnGnustep { stage, finger };
    block_on(contract::run(&harness)).assert_holds();
    leaves_no_trace(&harness.stage);
}
