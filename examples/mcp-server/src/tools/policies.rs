//! The vault's own policies.

use schemars::JsonSchema;
use serde::Serialize;

use crate::tool::{About, Failure, Look, Looked, Nothing, Reads, Site};

/// `list_policies`.
pub(super) struct ListPolicies;

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Policies {
    /// The vault's own files; the guards are shipped and always in force.
    policies: Vec<File>,
    count: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct File {
    name: String,
    /// Its length in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    /// The reason why the file cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// The reason why the file's rules are not enforced here, if it is YAML
    /// that is not imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_enforced: Option<String>,
}

impl Reads for ListPolicies {
    const ABOUT: About = About {
        name: "list_policies",
        title: "List policies",
        description: "List the vault's own policy files. No agent can change one.",
    };
    const LOOK: Look = Look::List;
    type Arguments = Nothing;
    type Answer = Policies;

    fn read(_: Looked, site: &Site, _: &Nothing) -> Result<Policies, Failure> {
        let files = site.vault().policy_files()?.into_iter();
        let policies: Vec<File> = files
            .map(|file| {
                let (size, problem) = match file.size {
                    Ok(size) => (Some(size), None),
                    Err(error) => (None, Some(error.to_string())),
                };
                File {
                    not_enforced: file.unenforced.map(|why| why.to_string()),
                    name: file.name,
                    size,
                    problem,
                }
            })
            .collect();
        Ok(Policies {
            count: policies.len(),
            policies,
        })
    }
}
