//! Tools, engines and requests for the tests.

use openpass_mcp_guard::tool::{
    ArgumentsError, ArgumentsProblem as Problem, Fragment, Group, Tool,
};
use openpass_policy::{
    AgentRef, Channel, Decision, GuardSettings, Operation, PolicyEngine, PolicySource, Request,
    Tier,
};
use serde_json::{Value, json};

/// The tool `name` whose arguments are declared by `schema`.
pub(crate) fn tool(name: &str, schema: Value) -> Tool {
    Tool::read(&json!({ "name": name, "inputSchema": schema })).unwrap()
}

/// A tool that takes an object with these members, none of which it needs.
pub(crate) fn taking(properties: Value) -> Tool {
    tool("act", json!({ "type": "object", "properties": properties }))
}

pub(crate) fn fragment(tools: &[Tool]) -> Fragment {
    named("Mcp", tools)
}

pub(crate) fn named(namespace: &str, tools: &[Tool]) -> Fragment {
    let mut fragment = Fragment::new(namespace, &["server".to_owned()], None).unwrap();
    for tool in tools {
        fragment.accept(tool.clone(), Group::Critical).unwrap();
    }
    fragment
}

/// The engine with `fragment` and policies of a person's own.
pub(crate) fn engine(fragment: &Fragment, policies: &[&str]) -> PolicyEngine {
    engine_of(std::slice::from_ref(fragment), policies)
}

pub(crate) fn engine_of(fragments: &[Fragment], policies: &[&str]) -> PolicyEngine {
    let own: Vec<PolicySource> = policies.iter().map(|it| (*it).into()).collect();
    let mut builder = PolicyEngine::builder().policies(&own);
    for fragment in fragments {
        let file = format!("{}.cedarschema", fragment.namespace());
        builder = builder.host(PolicySource::new(file, fragment.text()));
    }
    match builder.build() {
        Ok(engine) => engine,
        Err(error) => panic!("{error}"),
    }
}

pub(crate) fn request() -> Request {
    let agent = AgentRef::new("codex", Tier::Standard, true);
    Request::by_agent(agent, Channel::Mcp, "", GuardSettings::default())
}

/// The engine takes the operation, Cedar's own check included, and asks a person.
#[track_caller]
pub(crate) fn assert_asks(engine: &PolicyEngine, operation: &Operation) {
    engine.check(operation).unwrap();
    let decision = engine.decide(operation);
    assert!(
        matches!(decision, Decision::RequireBiometry { .. }),
        "{decision:?}"
    );
}

/// A call that fits the fragment of the tool alone.
#[track_caller]
pub(crate) fn assert_fits(tool: &Tool, arguments: &str) {
    let arguments = tool.arguments_text(arguments).unwrap();
    let operation = tool.operation("Mcp", "it", &arguments, request());
    let engine = engine(&fragment(std::slice::from_ref(tool)), &[]);
    assert_asks(&engine, &operation);
}

pub(crate) fn refused(tool: &Tool, text: &str) -> ArgumentsError {
    match tool.arguments_text(text) {
        Err(error) => error,
        Ok(_) => panic!("it is taken: {text}"),
    }
}

/// The error says where it is and what to do.
pub(crate) fn assert_refused(tool: &Tool, text: &str, at: &str, wanted: &Problem) {
    let error = refused(tool, text);
    assert_eq!(&error.problem, wanted, "{text}: {error}");
    assert_eq!(error.at.as_str(), at, "{text}");
    assert!(error.to_string().contains("; "), "{error}");
}
