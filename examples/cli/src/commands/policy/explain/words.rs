//! The words behind `policy explain`.

use clap::Parser;

use crate::{
    args::{Args, Format},
    commands::policy::args::{Circumstances, Explain, What},
    failure::Failure,
};

/// The words, understood.
pub(crate) struct Explained {
    pub(super) given: Circumstances,
    pub(super) asked: Question,
    /// The format of the result, if the words name one.
    format: Format,
}

/// The command or the operation to explain.
pub(super) enum Question {
    /// A command, as the command line itself has it.
    Command(Box<Args>),
    /// An operation that no command line asks for.
    Sample(What),
}

impl Explained {
    /// The command line that is explained, if it is one.
    pub(crate) fn command(&self) -> Option<&Args> {
        match &self.asked {
            Question::Command(args) => Some(args),
            Question::Sample(_) => None,
        }
    }

    /// Returns the format of the result, if the words name one.
    pub(crate) const fn format(&self) -> Format {
        self.format
    }
}

#[derive(Debug, Parser)]
#[command(name = "openpass policy explain")]
struct Sample {
    #[command(subcommand)]
    what: What,
    #[arg(long, global = true, value_enum, default_value_t)]
    output: Format,
}

#[derive(Debug, Parser)]
#[command(name = "openpass policy explain")]
struct Flags {
    #[command(flatten)]
    given: Circumstances,
}

/// Understands the words; explain's own flags may stand among them, up to `--`.
pub(crate) fn read(explain: &Explain) -> Result<Explained, Failure> {
    let (flags, words) = apart(&explain.words);
    let given = Flags::try_parse_from(flags)
        .map_err(|error| usage(&error))?
        .given;
    let given = joined(explain.given.clone(), given);
    let named = |name: &str| {
        let words = words.iter().cloned();
        core::iter::once(name.to_owned())
            .chain(words)
            .collect::<Vec<_>>()
    };
    let error = match Args::try_parse_from(named("openpass")) {
        Ok(args) => {
            return Ok(Explained {
                given,
                format: args.output,
                asked: Question::Command(Box::new(args)),
            });
        }
        Err(error) => error,
    };
    match Sample::try_parse_from(named("openpass policy explain")) {
        Ok(sample) => Ok(Explained {
            given,
            format: sample.output,
            asked: Question::Sample(sample.what),
        }),
        Err(_) => Err(usage(&error)),
    }
}

fn usage(error: &clap::Error) -> Failure {
    let text = error.to_string();
    let text = text.trim().strip_prefix("error: ").unwrap_or(text.trim());
    Failure::Usage(crate::failure::harmless(text))
}

/// Takes the flags of `policy explain` out of `words`. Returns these flags,
/// with a name before them, and the rest.
fn apart(words: &[String]) -> (Vec<String>, Vec<String>) {
    let mut flags = vec!["openpass policy explain".to_owned()];
    let mut rest = Vec::new();
    let mut words = words.iter().cloned();
    while let Some(word) = words.next() {
        match word.split_once('=').map_or(word.as_str(), |(name, _)| name) {
            "--" => {
                rest.push(word);
                rest.extend(words);
                break;
            }
            "--as" | "--factor" | "--at" => {
                let value = if word.contains('=') {
                    None
                } else {
                    words.next()
                };
                flags.push(word);
                flags.extend(value);
            }
            "--unattended" | "--signed" => flags.push(word),
            _ => rest.push(word),
        }
    }
    (flags, rest)
}

fn joined(first: Circumstances, second: Circumstances) -> Circumstances {
    Circumstances {
        asked_by: second.asked_by.or(first.asked_by),
        factor: second.factor.or(first.factor),
        signed: first.signed || second.signed,
        unattended: first.unattended || second.unattended,
        at: second.at.or(first.at),
    }
}
