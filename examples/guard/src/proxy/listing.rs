//! Lists the server's tools.

use std::{panic::AssertUnwindSafe, sync::Arc};

use serde_json::{Value, value::RawValue};
use tokio::time::Instant;

use super::{
    answers,
    flights::{Stage, What},
    gatekeeper::{Refused, Standing},
    id::Id,
    raw::RawObject,
    relay::{Phase, Relay},
    strict::read_strictly,
    tools::{Fetch, Tool, Tools},
};

impl Relay {
    /// Lists the server's tools, unless a listing is on its way.
    pub(super) fn fetch_tools(&mut self) {
        if self.fetch.is_none() {
            self.fetch_again(0);
        }
    }

    fn fetch_again(&mut self, again: usize) {
        let (id, deadline) = (self.own_id(), self.list_deadline());
        self.server.put(answers::list_tools(&id, None));
        self.fetch = Some(Fetch::new(id, deadline, again));
    }

    fn own_id(&mut self) -> Id {
        Id::own(self.number())
    }

    fn list_deadline(&self) -> Instant {
        let time = self.settings.list_time;
        self.after(time).unwrap_or_else(Instant::now)
    }

    /// The server says that its tools changed: calls wait for a new listing.
    pub(super) fn tools_changed(&mut self) {
        match &mut self.fetch {
            Some(fetch) => fetch.stale = true,
            None if self.tools.is_some() => self.fetch_again(0),
            // Nothing was listed that could have changed.
            None => {}
        }
    }

    /// Takes a page of the listing.
    pub(super) fn page(&mut self, line: &[u8]) {
        let Some(mut fetch) = self.fetch.take() else {
            return;
        };
        let next = match page_of(line).and_then(|page| {
            fetch.add(page.raw, page.read)?;
            Ok(page.next)
        }) {
            Ok(next) => next,
            Err(words) => return self.listing_failed(&words),
        };
        match next {
            Some(cursor) => {
                fetch.id = self.own_id();
                fetch.deadline = self.list_deadline();
                self.server
                    .put(answers::list_tools(&fetch.id, Some(&cursor)));
                self.fetch = Some(fetch);
            }
            None if fetch.stale && fetch.never_settles() => {
                self.listing_failed("the server changes its tools faster than they can be listed");
            }
            None if fetch.stale => self.fetch_again(fetch.again.saturating_add(1)),
            None => self.listed(fetch.tools),
        }
    }

    fn listed(&mut self, all: Vec<Arc<Tool>>) {
        let standings = self.standings(&all);
        self.tools = Some(Tools::new(all, standings));
        let shown = self.tools.as_ref().map(Tools::shown).unwrap_or_default();
        let asks = |what: &What| matches!(what, What::ListTools);
        for id in self.flights.ids(|flight| asks(&flight.what)) {
            self.flights.remove(&id);
            self.client.put(answers::tools(&id, &shown));
            self.shown = Some(shown.clone());
        }
        self.tell_of_changes(shown);
        for id in self.waiting() {
            self.ask_if_listed(&id);
            self.send_if_unchanged(&id);
        }
    }

    /// The calls that wait for a listing.
    fn waiting(&self) -> Vec<Id> {
        let waits = |stage: &Stage| matches!(stage, Stage::Listing | Stage::Passed(..));
        self.flights.ids(|flight| waits(&flight.stage))
    }

    /// Lets the gatekeeper judge the last listing again.
    pub(super) fn judge_again(&mut self) {
        let Some(tools) = self.tools.take() else {
            return;
        };
        let standings = self.standings(&tools.all);
        let tools = Tools::new(tools.all, standings);
        let shown = tools.shown();
        self.tools = Some(tools);
        self.tell_of_changes(shown);
    }

    /// Tells a client that has seen other tools.
    fn tell_of_changes(&mut self, shown: String) {
        if self.shown.as_ref().is_some_and(|before| *before != shown) {
            self.client.put(answers::list_changed());
            self.shown = Some(shown);
        }
    }

    /// A gatekeeper that panics accepts nothing.
    fn standings(&self, all: &[Arc<Tool>]) -> Vec<Standing> {
        let Phase::Ready(server) = &self.phase else {
            return Vec::new();
        };
        let values: Vec<&str> = all.iter().map(|tool| &*tool.raw).collect();
        let judge = || self.gate.listed(&server.described(), &values);
        std::panic::catch_unwind(AssertUnwindSafe(judge)).unwrap_or_default()
    }

    /// Refuses what waits for a listing that cannot be had.
    pub(super) fn listing_failed(&mut self, words: &str) {
        self.fetch = None;
        self.tools = None;
        let words = format!("the server's tools cannot be listed: {words}");
        let refused = Refused::new("listing_failed", words);
        for id in self.waiting() {
            self.drop_refused(&id, &refused);
        }
    }
}

/// One page of a listing.
struct Page {
    raw: Vec<Box<RawValue>>,
    read: Vec<Value>,
    next: Option<String>,
}

fn page_of(line: &[u8]) -> Result<Page, String> {
    let result = RawObject::at(line, &["result"]).ok_or("it answered with an error")?;
    let unreadable = "its answer cannot be read";
    let tools = result.get("tools").ok_or(unreadable)?;
    let raw = serde_json::from_str(tools.get()).map_err(|_| unreadable)?;
    // A tool that two readers could read differently is none.
    let Ok(Value::Array(read)) = read_strictly(tools.get().as_bytes()) else {
        return Err(unreadable.to_owned());
    };
    let next = match result.get("nextCursor").map(|raw| raw.get()) {
        None | Some("null") => None,
        Some(text) => serde_json::from_str(text).map_err(|_| unreadable)?,
    };
    Ok(Page { raw, read, next })
}
