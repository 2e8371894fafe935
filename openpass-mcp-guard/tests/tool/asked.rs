//! What a person is asked about a call.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use openpass_auth::{
    AuthError, Authenticator, Challenge, Detail, Evidence, Factor, FactorSet, Unavailable,
};
use openpass_policy::{Guard, MemorySink};
use serde_json::json;

use crate::world::{engine, fragment, request, tool};

/// Keeps every line of the question, and says no.
#[derive(Debug, Default, Clone)]
struct Reads(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl Authenticator for Reads {
    fn name(&self) -> &'static str {
        "reads"
    }
    fn factors(&self) -> FactorSet {
        FactorSet::from_iter(Factor::ALL)
    }
    fn available(&self) -> Result<(), Unavailable> {
        Ok(())
    }
    async fn authenticate(&self, challenge: &Challenge) -> Result<Evidence, AuthError> {
        let mut lines = self.0.lock().unwrap();
        lines.push(challenge.statement().to_string());
        for detail in challenge.details() {
            match detail {
                Detail::Fact { label, value } => lines.push(format!("{label}: {value}")),
                Detail::Change(it) => lines.push(format!("{}: {}", it.field, it.after)),
                Detail::NotShown { .. } => {}
            }
        }
        Err(AuthError::TimedOut)
    }
}

#[test]
fn a_person_reads_the_tool_the_server_and_every_argument() {
    let tool = tool("write_file", json!({ "type": "object" }));
    let arguments = r#"{"path":"/w/a","edits":[{"a b":"x\ny"},1.0],"reason given":"\u202e"}"#;
    let arguments = tool.arguments_text(arguments).unwrap();
    let operation = tool.operation("Mcp", "notes", &arguments, request());
    let engine = engine(&fragment(&[tool]), &[]);
    let reads = Reads::default();
    let guard = Guard::new(engine, reads.clone(), MemorySink::default());
    assert!(futures_lite::future::block_on(guard.authorize(operation)).is_err());
    let lines = reads.0.lock().unwrap().join("\n");
    for line in [
        r#"call the tool write_file of "notes""#,
        "unspecified: true",
        "input.path: /w/a",
        r#"input.edits[0]["a b"]: x\u{a}y"#,
        "input.edits[1]: 1.0",
        r#"input["reason given"]: \u{202e}"#,
    ] {
        assert!(lines.contains(line), "{line}\n{lines}");
    }
}

#[test]
fn nothing_of_a_long_argument_is_cut() {
    let tool = tool("write_file", json!({ "type": "object" }));
    let long = format!("{}the end", "x".repeat(5000));
    let arguments = json!({ "content": long }).to_string();
    let arguments = tool.arguments_text(&arguments).unwrap();
    let operation = tool.operation("Mcp", "notes", &arguments, request());
    let engine = engine(&fragment(&[tool]), &[]);
    let reads = Reads::default();
    let guard = Guard::new(engine, reads.clone(), MemorySink::default());
    assert!(futures_lite::future::block_on(guard.authorize(operation)).is_err());
    let lines = reads.0.lock().unwrap().join("\n");
    assert!(lines.contains(&format!("input.content: {long}")), "{lines}");
}
