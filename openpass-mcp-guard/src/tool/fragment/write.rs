//! The text of a fragment.

use super::{Fragment, Group};
use crate::tool::{
    Tool, cedar,
    declared::{Kind, Record},
    json::{Json, Members},
    pretty::pretty,
};

/// The first lines of every fragment.
pub(super) const HEAD: &str = "\
// The tools of an MCP server that a person has accepted, each as the server described it.
// A line that begins with `|` goes on with the text above it.
namespace ";
/// The entity types of every fragment, which stand behind the server's own lines.
pub(super) const TYPES: &str = "  entity Server;
  entity Client;
";
/// The end of a declaration of an action.
pub(super) const END: &str = "\n  };\n";

/// The members of a tool that stand on lines of their own, each as an annotation. All
/// others stand together as JSON.
pub(super) const APART: [&str; 2] = ["title", "description"];

impl Fragment {
    /// The fragment in Cedar's schema syntax. The same tools give the same text.
    ///
    /// A person reads it before they approve it: what a server says is in strings, none
    /// of which ends early, and characters that hide stand as their numbers.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{HEAD}{} {{\n", self.namespace());
        let command = self.command().iter().cloned().map(Json::Text).collect();
        annotate(&mut out, "command", &pretty(&Json::Array(command)));
        if let Some(instructions) = self.instructions() {
            annotate(&mut out, "instructions", instructions);
        }
        out.push_str(TYPES);
        for (tool, group) in self.tools() {
            action(&mut out, tool, group);
        }
        out.push_str("}\n");
        out
    }
}

fn action(out: &mut String, tool: &Tool, group: Group) {
    out.push('\n');
    for name in APART {
        if let Some(text) = tool.json().member(name).and_then(Json::text) {
            annotate(out, name, text);
        }
    }
    annotate(out, "tool", &pretty(&rest(tool)));
    let input = match tool.kind() {
        Kind::Record(record) => cedar::record(record, "      "),
        _ => cedar::record(&Record::default(), "      "),
    };
    out.push_str(&format!(
        r#"  action {name} in [OpenPass::Action::"{group}"] appliesTo {{
    principal: [OpenPass::Agent, Client],
    resource: [Server],
    context: {{
      "input": {input},
      "unspecified": Bool,
    }},{END}"#,
        name = cedar::string(tool.name()),
        group = group.as_str(),
    ));
}

/// The members of a tool that do not stand on lines of their own.
fn rest(tool: &Tool) -> Json {
    let none = Members::new();
    let members = match tool.json() {
        Json::Object(members) => members,
        _ => &none,
    };
    let apart = |name: &str, value: &Json| {
        name == "name" || (APART.contains(&name) && value.text().is_some())
    };
    let rest = members.iter().filter(|(name, value)| !apart(name, value));
    Json::Object(rest.cloned().collect())
}

fn annotate(out: &mut String, name: &str, text: &str) {
    out.push_str(&format!("  @{name}({})\n", cedar::lines(text)));
}
