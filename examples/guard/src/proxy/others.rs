//! Requests that are no calls of tools.

use serde_json::{Map, Value};

use super::{flights::What, id::Id, relay::Relay};

impl Relay {
    /// Lets the gatekeeper decide about a request of a method that the proxy
    /// knows and the server offers.
    pub(super) fn other(
        &mut self,
        id: Id,
        method: &str,
        params: Map<String, Value>,
        line: Vec<u8>,
    ) {
        let mut flight = self.flight(What::Other, line);
        let meta = params.get("_meta");
        flight.token = meta.and_then(|meta| meta.get("progressToken")).cloned();
        self.flights.begin(id.clone(), flight);
        let (method, params) = (method.to_owned(), Value::Object(params));
        self.ask(&id, None, |gate| async move {
            gate.pass_other(&method, &params).await
        });
    }
}
