//! The methods that go to the server without a decision, where the host says so.

use rmcp::model::{
    DiscoverResult, InitializeResult, SKILLS_EXTENSION_ID, ServerCapabilities, TASKS_EXTENSION_ID,
};

/// Methods on which no policy decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unguarded {
    /// Requests and notifications of the server's own, which the protocol does not know.
    Custom,
    /// `tasks/get`, `tasks/update`, `tasks/cancel`, and tools that go on as tasks.
    Tasks,
    /// `skills/list`, `skills/get` and `resources/directory/read`.
    Skills,
}

/// The methods that a host lets through.
#[derive(Debug, Default)]
pub(super) struct Through(Vec<Unguarded>);

impl Through {
    pub(super) fn extend(&mut self, methods: impl IntoIterator<Item = Unguarded>) {
        self.0.extend(methods);
    }

    pub(super) fn has(&self, method: Unguarded) -> bool {
        self.0.contains(&method)
    }

    /// The server's capabilities, without the extensions that are not let through.
    pub(super) fn capabilities(&self, mut all: ServerCapabilities) -> ServerCapabilities {
        if let Some(extensions) = &mut all.extensions {
            for (method, id) in [
                (Unguarded::Tasks, TASKS_EXTENSION_ID),
                (Unguarded::Skills, SKILLS_EXTENSION_ID),
            ] {
                if !self.has(method) {
                    drop(extensions.remove(id));
                }
            }
        }
        all
    }

    pub(super) fn greeting(&self, mut greeting: InitializeResult) -> InitializeResult {
        greeting.capabilities = self.capabilities(greeting.capabilities);
        greeting
    }

    pub(super) fn discovery(&self, mut discovery: DiscoverResult) -> DiscoverResult {
        discovery.capabilities = self.capabilities(discovery.capabilities);
        discovery
    }
}
