//! A server's tools: what each says of itself, which of them a person has accepted, and
//! what a call of one means to policy.
//!
//! ```
//! use openpass_mcp_guard::tool::{Fragment, Group, Standing, Tool};
//! use openpass_policy::{AgentRef, Channel, GuardSettings, PolicyEngine, PolicySource};
//! use openpass_policy::{Request, Tier};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let tool = Tool::parse(r#"{"name": "write_file", "inputSchema": {"type": "object",
//!     "properties": {"path": {"type": "string"}}, "required": ["path"]}}"#)?;
//!
//! // A person has read it and accepts it.
//! let mut fragment = Fragment::new("Mcp", &["node".to_owned()], None)?;
//! fragment.accept(tool.clone(), Group::Critical)?;
//! let source = PolicySource::new("mcp.cedarschema", fragment.text());
//! let engine = PolicyEngine::builder().host(source).build()?;
//! assert_eq!(fragment.standing(&tool), Standing::Accepted);
//!
//! // An agent calls it.
//! let arguments = tool.arguments_text(r#"{"path": "/home/me/notes"}"#)?;
//! let agent = AgentRef::new("codex", Tier::Standard, true);
//! let request = Request::by_agent(agent, Channel::Mcp, "", GuardSettings::default());
//! let operation = tool.operation("Mcp", "notes", &arguments, request);
//! engine.check(&operation)?;
//! # Ok(())
//! # }
//! ```
//!
//! # What policy sees
//!
//! Policy speaks of arguments as `context.input.path`. The declaration of a tool's
//! arguments comes from its `inputSchema`:
//!
//! | JSON Schema | Cedar |
//! |---|---|
//! | `string` | `String`; the words of an `enum` are checked here |
//! | `integer` | `Long`; a number beyond it is an error |
//! | `number` | `{ text: String, whole?: Long }`: as it was sent, and its value if that is a whole number that fits |
//! | `boolean` | `Bool` |
//! | `array` | `{ items: Set<…>, count: Long }`; the order is told to the person and bound |
//! | `object` with `properties` | a record |
//!
//! Everything else of JSON Schema is *unspecified*: policy sees no value, and sees
//! `context.unspecified` once such an argument is given. Bounds, patterns and formats are
//! the server's to check; policy sees the value whatever they say.
//!
//! Arguments are text to policy. It does not know that two paths are the same file, nor
//! what a server takes an argument for that is not there. A rule about the size of a
//! number compares `whole`, and has to say what holds of a number without it.

mod arguments;
mod cedar;
mod declared;
mod definition;
mod error;
mod fit;
mod fragment;
mod json;
mod keywords;
mod number;
mod operation;
mod pretty;
mod told;

pub use arguments::Arguments;
pub use definition::{Tool, ToolDigest};
pub use error::{ArgumentsError, ArgumentsProblem, FragmentError, ToolError};
pub use fragment::{Fragment, Group, Standing};
