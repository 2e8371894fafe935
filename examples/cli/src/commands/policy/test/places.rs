//! Where the cases of a file of tests stand, and what such a file may hold.
//!
//! What the cases say is read elsewhere. This reading goes before it, so that no file
//! takes much: it refuses names for parts of the file, which could make a large file
//! of a small one.

use std::collections::BTreeSet;

use granit_parser::{Event, Parser};
use openpass_auth::SafeText;

/// How deep lists and mappings may nest. Tests need eight.
const DEPTH: usize = 32;
/// How many values a file may have.
const VALUES: usize = 400_000;

/// What is wrong with a file, and where: the line and the character, from 1.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) what: String,
}

/// The line and the character, from 1, at which each case begins.
pub(super) fn of(text: &str) -> Result<Vec<(usize, usize)>, Wrong> {
    let mut reading = Reading::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let place = (error.marker().line(), error.marker().col());
            wrong(place, &error.info())
        })?;
        let place = (span.start.line(), span.start.col());
        reading
            .take(&event, place)
            .map_err(|what| wrong(place, &what))?;
    }
    Ok(reading.cases)
}

fn wrong((line, column): (usize, usize), what: &str) -> Wrong {
    Wrong {
        line,
        column: column.saturating_add(1),
        what: what.to_owned(),
    }
}

/// A list or a mapping that has not ended.
enum Open {
    List {
        is_of_cases: bool,
    },
    Map {
        keys: BTreeSet<String>,
        /// The key whose value comes next.
        key: Option<String>,
    },
}

#[derive(Default)]
struct Reading {
    open: Vec<Open>,
    values: usize,
    cases: Vec<(usize, usize)>,
}

impl Reading {
    fn take(&mut self, event: &Event<'_>, place: (usize, usize)) -> Result<(), String> {
        match event {
            Event::DocumentStart(..) if self.values > 0 => {
                Err("a second YAML document begins here; put it into a file of its own".to_owned())
            }
            Event::Scalar(text, ..) => self.value(place, Some(text)).map(drop),
            Event::SequenceStart(..) => {
                let of = self.value(place, None)?;
                let is_of_cases = self.open.len() == 1 && of.as_deref() == Some("tests");
                self.open(Open::List { is_of_cases })
            }
            Event::MappingStart(..) => {
                self.value(place, None)?;
                self.open(Open::Map {
                    keys: BTreeSet::new(),
                    key: None,
                })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                Ok(())
            }
            Event::Alias(..) | Event::UnresolvedAlias(..) => Err(
                "an alias (`*name`) is not read here; write the value out, or put several into \
                 a list"
                    .to_owned(),
            ),
            _ => Ok(()),
        }
    }

    fn open(&mut self, open: Open) -> Result<(), String> {
        if self.open.len() >= DEPTH {
            return Err(format!("lists and mappings nest deeper than {DEPTH}"));
        }
        self.open.push(open);
        Ok(())
    }

    /// Takes a value that begins here, and returns the key that it is of.
    fn value(
        &mut self,
        place: (usize, usize),
        text: Option<&str>,
    ) -> Result<Option<String>, String> {
        self.values = self.values.saturating_add(1);
        if self.values > VALUES {
            return Err(format!(
                "the file has more than {VALUES} values; split it into several"
            ));
        }
        match self.open.last_mut() {
            Some(Open::List { is_of_cases: true }) => {
                let (line, column) = place;
                self.cases.push((line, column.saturating_add(1)));
                Ok(None)
            }
            Some(Open::Map { keys, key }) => match (key.take(), text) {
                (Some(key), _) => Ok(Some(key)),
                (None, None) => Err("a key is a list or a mapping".to_owned()),
                (None, Some(text)) if !keys.insert(text.to_owned()) => Err(format!(
                    "the key {} is there already; keep one of the two",
                    SafeText::quoted(text)
                )),
                (None, Some(text)) => {
                    *key = Some(text.to_owned());
                    Ok(None)
                }
            },
            _ => Ok(None),
        }
    }
}
