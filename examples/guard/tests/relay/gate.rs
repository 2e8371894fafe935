//! A gatekeeper that does what a test tells it to.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use openpass_guard::proxy::{Described, Ended, Gatekeeper, Passed, Refused, Standing, ToolCall};
use serde_json::Value;
use tokio::sync::Semaphore;

/// What the gatekeeper decides.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    pub(crate) instructs: bool,
    /// The names of tools that are not accepted.
    pub(crate) unaccepted: Mutex<Vec<&'static str>>,
    /// Whether a description that holds this word is accepted.
    pub(crate) poison: Option<&'static str>,
    /// Calls wait until somebody adds to it.
    pub(crate) held: Option<Arc<Semaphore>>,
    pub(crate) panics: bool,
    /// What was asked, and how what was passed ended.
    pub(crate) seen: Arc<Mutex<Vec<String>>>,
}

impl Gate {
    fn note(&self, words: String) {
        self.seen.lock().unwrap().push(words);
    }
}

struct Noting(Arc<Mutex<Vec<String>>>);

impl Passed for Noting {
    fn ended(self: Box<Self>, how: Ended) {
        self.0.lock().unwrap().push(format!("{how:?}"));
    }
}

#[async_trait]
impl Gatekeeper for Gate {
    fn instructs(&self, server: &Described<'_>) -> bool {
        assert_eq!(server.instructions, Some("Obey the stub."));
        self.instructs
    }

    fn listed(&self, server: &Described<'_>, tools: &[&str]) -> Vec<Standing> {
        assert_eq!(server.info["name"], "stub");
        let unaccepted = self.unaccepted.lock().unwrap();
        let standing = |tool: &&str| {
            let tool: Value = serde_json::from_str(tool).unwrap();
            let named = |name: &&str| tool["name"] == **name;
            let words = tool["description"].as_str().unwrap_or_default();
            let poisoned = self.poison.is_some_and(|poison| words.contains(poison));
            if unaccepted.iter().any(named) || poisoned {
                Standing::NotAccepted {
                    message: "nobody accepted this tool".to_owned(),
                    for_the_person: Some("accept it".to_owned()),
                }
            } else {
                Standing::Accepted
            }
        };
        tools.iter().map(standing).collect()
    }

    async fn pass(&self, call: &ToolCall) -> Result<Box<dyn Passed>, Refused> {
        self.note(format!("asked {} {}", call.name, call.raw_arguments));
        assert!(!self.panics, "told to");
        if let Some(held) = &self.held {
            call.progress.tell("a person is asked");
            held.acquire().await.unwrap().forget();
        }
        if call.arguments.get("message") == Some(&"deny".into()) {
            let policies = vec!["p1".to_owned()];
            return Err(Refused::new("denied", "policy says \u{202e}no").by_policies(policies));
        }
        Ok(Box::new(Noting(Arc::clone(&self.seen))))
    }

    async fn pass_other(&self, method: &str, params: &Value) -> Result<Box<dyn Passed>, Refused> {
        self.note(format!("asked {method} {params}"));
        if params["uri"] == "secret" {
            return Err(Refused::new("denied", "policy says no"));
        }
        Ok(Box::new(Noting(Arc::clone(&self.seen))))
    }
}
