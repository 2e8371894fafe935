//! Tools, engines and requests for the tests.

use openpass_mcp_guard::tool::{Fragment, Group, Tool};
use openpass_policy::{
    AgentRef, Channel, GuardSettings, PolicyEngine, PolicySource, Request, Tier,
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
    let mut fragment = Fragment::new("Mcp", &["server".to_owned()], None).unwrap();
    for tool in tools {
        fragment.accept(tool.clone(), Group::Critical).unwrap();
    }
    fragment
}

/// The engine with `fragment` and policies of a person's own.
pub(crate) fn engine(fragment: &Fragment, policies: &[&str]) -> PolicyEngine {
    let source = PolicySource::new("mcp.cedarschema", fragment.text());
    let own: Vec<PolicySource> = policies.iter().map(|it| (*it).into()).collect();
    match PolicyEngine::builder().host(source).policies(&own).build() {
        Ok(engine) => engine,
        Err(error) => panic!("{error}\n{}", fragment.text()),
    }
}

pub(crate) fn request() -> Request {
    let agent = AgentRef::new("codex", Tier::Standard, true);
    Request::by_agent(agent, Channel::Mcp, "", GuardSettings::default())
}
