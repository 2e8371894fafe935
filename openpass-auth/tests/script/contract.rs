//! The person for tests, held to the contract of every authenticator.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use futures_lite::future::block_on;
use openpass_auth::{
    Authenticator, Contained, Factor, Script,
    contract::{self, Clause, Harness, Scenario},
};

#[derive(Default)]
struct Scripts {
    contained: bool,
    made: Mutex<Vec<Script>>,
}

impl Harness for Scripts {
    fn factor(&self) -> Factor {
        Factor::Biometry
    }

    fn authenticator(&self, scenario: Scenario) -> Arc<dyn Authenticator> {
        let own = Factor::Biometry;
        let once_more = |person: Script| match scenario {
            Scenario::AnswersWrongly => person.wrong(own),
            Scenario::Cancels => person.cancels(),
            Scenario::StaysSilent => person.silent(),
            Scenario::AnswersLate => person.yes(own).held(),
            _ => person.yes(own),
        };
        // No clause asks one authenticator more often.
        let person = once_more(once_more(Script::new().declaring(own)));
        self.made.lock().unwrap().push(person.clone());
        if self.contained {
            Arc::new(Contained::new(Arc::new(person)))
        } else {
            Arc::new(person)
        }
    }

    fn prompts_shown(&self) -> usize {
        let made = self.made.lock().unwrap();
        made.iter().map(|person| person.asked().len()).sum()
    }

    fn prompt_is_open(&self) -> bool {
        let made = self.made.lock().unwrap();
        made.iter().any(|person| person.on_show() > 0)
    }

    fn answer_now(&self) {
        // What is not on show is answered by nobody, and a release would wait for
        // the next.
        let made = self.made.lock().unwrap();
        made.iter()
            .filter(|person| person.on_show() > 0)
            .for_each(Script::release);
    }

    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    fn answers_serve_once(&self) -> bool {
        false
    }
}

#[test]
fn contained_it_keeps_the_contract() {
    let scripts = Scripts {
        contained: true,
        ..Scripts::default()
    };
    block_on(contract::run(&scripts)).assert_holds();
}

#[test]
fn by_itself_it_says_a_late_yes_as_it_promises_and_breaks_nothing_else() {
    let report = block_on(contract::run(&Scripts::default()));
    let broken: BTreeSet<Clause> = report.violations().iter().map(|v| v.clause()).collect();
    assert_eq!(broken, BTreeSet::from([Clause::LateYes]), "{report}");
}
