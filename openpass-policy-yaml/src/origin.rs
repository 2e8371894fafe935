//! Finds the YAML files that policies come from, and those that are not
//! enforced.

use std::collections::BTreeSet;

use openpass_policy::PolicySource;
use sha2::{Digest as _, Sha256};

use crate::{YamlSource, quote};

const MARK: &str = "// imported-from: sha256 ";

/// The first lines of imported policies.
pub(crate) fn header(files: &[YamlSource<'_>], environment: &BTreeSet<String>) -> String {
    let mut lines = vec![
        "// Imported from OpenPass's YAML rules. The first rule that matches, by".to_owned(),
        "// priority, decides; what no rule matches is denied. Change the YAML and".to_owned(),
        "// import it again, or change this text and remove the YAML.".to_owned(),
    ];
    for file in files {
        let digest = digest(file.bytes);
        lines.push(format!("{MARK}{digest} {}", quote::literal(file.file)));
    }
    if !environment.is_empty() {
        let names: Vec<String> = environment
            .iter()
            .map(|name| quote::literal(name))
            .collect();
        lines.push(format!("// environment: {}", names.join(", ")));
    }
    lines.join("\n")
}

fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The reason why a YAML file's rules are not enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNot {
    /// No policy that is in force was imported from the file.
    NotImported,
    /// The file has changed since it was imported.
    Changed,
}

impl core::fmt::Display for WhyNot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::NotImported => "not imported",
            Self::Changed => "changed since it was imported",
        })
    }
}

/// A YAML file whose rules are not enforced.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unenforced {
    /// The file's name, safe to show.
    pub file: String,
    /// The reason.
    pub why: WhyNot,
}

impl core::fmt::Display for Unenforced {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "the rules in {} are not enforced here: {}; import it with `openpass policy import \
             FILE.yaml… --apply`, or remove it",
            self.file, self.why
        )
    }
}

/// The files among `files` whose rules are not enforced by the policies in
/// force. A host calls it at start and where it lists policies, with every
/// YAML file of the policy folder; under a setting that refuses to run with
/// rules that are not enforced, it refuses unless this is empty.
///
/// It believes what `in_force` says of its own origin: those files must be
/// ones that the guard let through. A file that cannot be read is passed with
/// no bytes, and is then not enforced.
#[must_use]
pub fn unenforced(files: &[YamlSource<'_>], in_force: &[PolicySource]) -> Vec<Unenforced> {
    let origins: Vec<(&str, &str)> = in_force.iter().flat_map(origins).collect();
    let mut found = Vec::new();
    for file in files {
        let name = quote::literal(file.file);
        let digest = digest(file.bytes);
        let why = match origins.iter().any(|origin| *origin == (&digest, &name)) {
            true => continue,
            false if origins.iter().any(|(_, other)| *other == name) => WhyNot::Changed,
            false => WhyNot::NotImported,
        };
        let file = quote::shown(file.file);
        found.push(Unenforced { file, why });
    }
    found
}

/// The digest and the quoted name of each file that policies come from. They
/// stand in the first lines, before anything that a YAML file can say.
fn origins(policies: &PolicySource) -> impl Iterator<Item = (&str, &str)> {
    let header = policies.text.lines().take_while(|line| !line.is_empty());
    header
        .filter_map(|line| line.strip_prefix(MARK))
        .filter_map(|origin| origin.split_once(' '))
}
