//! The server's tools, as its last whole listing has them.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Value, value::RawValue};
use tokio::time::Instant;

use super::{gatekeeper::Standing, id::Id};

/// The largest number of tools of a server, and of the pages that list them.
const MOST_TOOLS: usize = 1024;
const MOST_PAGES: usize = 64;
/// The largest size of a listing, in bytes.
const MOST_BYTES: usize = 8 << 20;
/// The largest number of times in a row that a listing begins again because the server
/// changed it.
const MOST_CHANGES: usize = 16;

/// One tool.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) name: String,
    /// The server's own JSON.
    pub(super) raw: Arc<str>,
    /// Whether the tool's results have a declared shape.
    shaped: bool,
}

impl Tool {
    pub(super) const fn is_shaped(&self) -> bool {
        self.shaped
    }

    pub(super) fn same(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

/// A whole listing, and which of it the client may see.
#[derive(Debug, Default)]
pub(super) struct Tools {
    pub(super) all: Vec<Arc<Tool>>,
    standings: HashMap<String, Standing>,
}

impl Tools {
    /// A listing with the standings of its tools in the same order. A name
    /// that two tools have stands for neither.
    pub(super) fn new(all: Vec<Arc<Tool>>, standings: Vec<Standing>) -> Self {
        let mut by_name = HashMap::new();
        // INVARIANT: what has no standing of its own is not accepted.
        if standings.len() == all.len() {
            for (tool, standing) in all.iter().zip(standings) {
                let twice = all.iter().filter(|other| other.name == tool.name).count() > 1;
                if !twice {
                    by_name.insert(tool.name.clone(), standing);
                }
            }
        }
        Self {
            all,
            standings: by_name,
        }
    }

    /// The accepted tools in the server's own JSON, with commas between them.
    pub(super) fn shown(&self) -> String {
        let accepted = self
            .all
            .iter()
            .filter(|tool| self.accepted(&tool.name).is_ok());
        let texts: Vec<_> = accepted.map(|tool| &*tool.raw).collect();
        texts.join(",")
    }

    /// The tool of this name, if a person accepted it.
    ///
    /// # Errors
    ///
    /// Its standing, if the server has it.
    pub(super) fn accepted(&self, name: &str) -> Result<Arc<Tool>, Option<&Standing>> {
        let standing = self.standings.get(name);
        let tool = self.all.iter().find(|tool| tool.name == name);
        match (standing, tool) {
            (Some(Standing::Accepted), Some(tool)) => Ok(Arc::clone(tool)),
            _ => Err(standing),
        }
    }
}

/// A listing on its way.
#[derive(Debug)]
pub(super) struct Fetch {
    /// The id of the request for the next page.
    pub(super) id: Id,
    pub(super) deadline: Instant,
    pub(super) tools: Vec<Arc<Tool>>,
    pages: usize,
    bytes: usize,
    /// Whether the server said that its tools changed since.
    pub(super) stale: bool,
    /// The number of times that the listing began again.
    pub(super) again: usize,
}

impl Fetch {
    pub(super) fn new(id: Id, deadline: Instant, again: usize) -> Self {
        Self {
            id,
            deadline,
            tools: Vec::new(),
            pages: 0,
            bytes: 0,
            stale: false,
            again,
        }
    }

    /// Adds a page: the tools in their own texts, and the same tools read.
    ///
    /// # Errors
    ///
    /// Why the listing cannot be whole.
    pub(super) fn add(&mut self, raw: Vec<Box<RawValue>>, read: Vec<Value>) -> Result<(), String> {
        self.pages = self.pages.saturating_add(1);
        if raw.len() != read.len() {
            return Err("the server's tools cannot be read".to_owned());
        }
        for (raw, value) in raw.into_iter().zip(read) {
            self.bytes = self.bytes.saturating_add(raw.get().len());
            let Some(name) = value.get("name").and_then(Value::as_str) else {
                return Err("the server has a tool without a name".to_owned());
            };
            self.tools.push(Arc::new(Tool {
                name: name.to_owned(),
                raw: raw.get().into(),
                shaped: value.get("outputSchema").is_some(),
            }));
        }
        let (tools, bytes) = (self.tools.len(), self.bytes);
        if self.pages > MOST_PAGES || tools > MOST_TOOLS || bytes > MOST_BYTES {
            return Err("the server has too many tools, or too long ones".to_owned());
        }
        Ok(())
    }

    /// Whether the server changes its tools faster than they can be listed.
    pub(super) fn never_settles(&self) -> bool {
        self.again >= MOST_CHANGES
    }
}
