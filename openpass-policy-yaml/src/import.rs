//! From files to one Cedar text.

use std::collections::BTreeSet;

use openpass_policy::PolicySource;

use crate::{
    ImportError, Problem,
    compile::{Compiled, Domain, RulePolicy, Who},
    order, origin,
    problem::Complaint,
    quote,
    rules::{self, FileRules, Rule},
};

/// One file of OpenPass's YAML rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct YamlSource<'a> {
    /// The file's bare name. Files are read in the order of their names.
    pub file: &'a str,
    /// The file's bytes.
    pub bytes: &'a [u8],
}

impl<'a> YamlSource<'a> {
    /// The most bytes that one file may have. A host that reads files need read
    /// no more than one byte further.
    pub const MAX_BYTES: usize = 256 * 1024;
    /// The most files that are imported together.
    pub const MAX_FILES: usize = 100;
    /// The most rules that all files may have together.
    pub const MAX_RULES: usize = 500;
    /// The most bytes that the policies may have.
    pub const MAX_POLICY_BYTES: usize = PolicySource::MAX_BYTES;

    /// A file.
    #[must_use]
    pub const fn new(file: &'a str, bytes: &'a [u8]) -> Self {
        Self { file, bytes }
    }
}

/// The options of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportOptions {
    /// Replace a rule that Cedar cannot say exactly by a stricter one, and say
    /// so in the notes.
    pub allow_narrower: bool,
    /// Bind persons, too, by the rules that name no agent.
    pub persons_too: bool,
}

impl ImportOptions {
    /// Exactly, and for agents alone.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            allow_narrower: false,
            persons_too: false,
        }
    }

    /// Sets whether a rule that cannot be expressed becomes a stricter one,
    /// instead of an error.
    #[must_use]
    pub const fn allow_narrower(mut self, yes: bool) -> Self {
        self.allow_narrower = yes;
        self
    }

    /// Sets whether the rules that name no agent bind persons too.
    #[must_use]
    pub const fn persons_too(mut self, yes: bool) -> Self {
        self.persons_too = yes;
        self
    }
}

/// The result of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// One Cedar text for all files, to be applied under one name. It needs
    /// [`DATA_SCHEMA`](crate::DATA_SCHEMA).
    pub text: String,
    /// The notes that a person should read before applying the text: which rules are
    /// narrower, never reached or not as they look. Each is one line, safe to show.
    pub notes: Vec<String>,
    /// The environment variables that rules name. `Data::Context` needs to hold them.
    pub environment: BTreeSet<String>,
    /// The number of rules.
    pub rules: usize,
    /// The policies, each with the rule that it is from. A rule that is never reached
    /// is among them, and in the text as a comment.
    pub policies: Vec<RulePolicy>,
}

/// Imports rules: exactly as OpenPass reads them, or not at all.
///
/// All files that count together are imported together: OpenPass orders the
/// rules of all files by priority, and so one file's rules say nothing on their
/// own. It reads no file and keeps nothing.
///
/// # Errors
///
/// Everything that OpenPass would refuse, everything that it would read
/// otherwise than it looks, and everything that Cedar cannot say exactly.
pub fn import(files: &[YamlSource<'_>], options: ImportOptions) -> Result<Imported, ImportError> {
    let mut files = files.to_vec();
    files.sort_by_key(|file| file.file);
    let mut problems = check_files(&files)?;
    let (read, rules) = read(&files, &mut problems)?;
    let mut compiled = Compiled::default();
    let people: &[Who] = match options.persons_too {
        true => &[Who::Agent, Who::Person],
        false => &[Who::Agent],
    };
    for who in people {
        for domain in [Domain::Data, Domain::Config] {
            compiled.add(&rules, domain, *who, options.allow_narrower);
        }
    }
    problems.append(&mut compiled.problems);
    if !problems.is_empty() {
        return Err(ImportError::new(in_order(problems)));
    }
    let environment = environment(&rules);
    let text = text(&files, &read, &compiled, &environment);
    if !compiled.is_within_limits() || text.len() > YamlSource::MAX_POLICY_BYTES {
        return Err(ImportError::new(vec![whole(&files, too_long())]));
    }
    let mut notes: Vec<String> = read.into_iter().flat_map(|file| file.notes).collect();
    notes.extend(compiled.notes);
    Ok(Imported {
        text,
        notes,
        environment,
        rules: rules.len(),
        policies: compiled.ids,
    })
}

impl Imported {
    /// The text as a file of policies.
    #[must_use]
    pub fn source(&self, file: &str) -> PolicySource {
        PolicySource::new(file, self.text.clone())
    }
}

/// Each problem once, by file and line.
fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    problems.dedup();
    problems
}

/// Reads all rules, in the order in which they are tried, and adds to `problems` what
/// is wrong with the files. The rules of a file with problems are among them, so that
/// what cannot be said of them is told at once.
fn read(
    files: &[YamlSource<'_>],
    problems: &mut Vec<Problem>,
) -> Result<(Vec<FileRules>, Vec<Rule>), ImportError> {
    let mut read = Vec::new();
    let mut rules: Vec<Rule> = Vec::new();
    for file in files {
        match rules::read(file) {
            Ok(mut file) => {
                rules.append(&mut file.rules);
                read.push(file);
            }
            Err(mut unread) => {
                problems.append(&mut unread.problems);
                rules.append(&mut unread.rules);
            }
        }
    }
    if rules.len() > YamlSource::MAX_RULES {
        problems.push(whole(files, too_many_rules(rules.len())));
        return Err(ImportError::new(in_order(core::mem::take(problems))));
    }
    order::exchange_sort(&mut rules, |rule| rule.priority);
    Ok((read, rules))
}

/// Returns the problems of the files' names. If the number of files is 0 or above the
/// limit, that is an error.
fn check_files(files: &[YamlSource<'_>]) -> Result<Vec<Problem>, ImportError> {
    if files.is_empty() || files.len() > YamlSource::MAX_FILES {
        let complaint = Complaint::new(
            format!("there are {} files to import", files.len()),
            "reads every file of the folder",
            format!("import from 1 to {} files together", YamlSource::MAX_FILES),
        );
        return Err(ImportError::new(vec![whole(files, complaint)]));
    }
    let unfit = files.iter().filter(|file| !fits_an_id(file.file));
    let mut problems: Vec<Problem> = unfit.map(|file| no_id().at(file.file, 0, None)).collect();
    let twice = files.iter().zip(files.iter().skip(1));
    let twice = twice.filter(|(one, next)| one.file == next.file);
    problems.extend(twice.map(|(file, _)| given_twice().at(file.file, 0, None)));
    Ok(problems)
}

fn given_twice() -> Complaint {
    Complaint::new(
        "this name is given twice",
        "reads the files of one folder, where names are unique",
        "import each file once, under a name of its own",
    )
}

/// Whether the ids of policies, which hold the file's name, can hold `name`.
fn fits_an_id(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=36).contains(&name.len()) && name.bytes().all(plain)
}

fn no_id() -> Complaint {
    Complaint::new(
        "the file's name cannot be a part of policy ids",
        "reads files of any name",
        "rename the file: up to 36 of a-z, A-Z, 0-9, `.`, `_` and `-`",
    )
}

fn environment(rules: &[Rule]) -> BTreeSet<String> {
    let all = rules.iter().flat_map(|rule| &rule.conditions.environment);
    all.map(|(name, _)| name.clone()).collect()
}

fn text(
    files: &[YamlSource<'_>],
    read: &[FileRules],
    compiled: &Compiled,
    environment: &BTreeSet<String>,
) -> String {
    let mut parts = vec![origin::header(files, environment)];
    let mut push = |lines: &[String]| {
        let lines: Vec<String> = lines.iter().map(|line| quote::comment(line)).collect();
        if !lines.is_empty() {
            parts.push(lines.join("\n"));
        }
    };
    for file in read {
        let description = file.description.iter().map(|text| format!(" {text}"));
        push(&description.collect::<Vec<_>>());
        push(&file.header);
    }
    parts.extend(compiled.policies.iter().cloned());
    for file in read {
        let lines: Vec<String> = file
            .footer
            .iter()
            .map(|line| quote::comment(line))
            .collect();
        if !lines.is_empty() {
            parts.push(lines.join("\n"));
        }
    }
    parts.join("\n\n") + "\n"
}

fn whole(files: &[YamlSource<'_>], complaint: Complaint) -> Problem {
    let names: Vec<&str> = files.iter().map(|file| file.file).collect();
    complaint.at(&names.join(", "), 0, None)
}

fn too_many_rules(count: usize) -> Complaint {
    Complaint::new(
        format!(
            "there are {count} rules, and no more than {} are taken",
            YamlSource::MAX_RULES
        ),
        "takes any number of rules",
        "remove the rules that are not needed, or write policies in Cedar",
    )
}

fn too_long() -> Complaint {
    Complaint::new(
        format!(
            "the policies would have more than {} bytes, which is too much",
            YamlSource::MAX_POLICY_BYTES
        ),
        "takes any number of rules",
        "put rules that differ in a tag, a tool or a variable into one, with a list; or \
         write policies in Cedar",
    )
}
