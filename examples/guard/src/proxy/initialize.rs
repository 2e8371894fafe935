//! The start of a session: what each side hears of the other.

use serde_json::{Map, Value, json};

use super::{
    answers,
    end::{End, ProxyError},
    flights::What,
    id::Id,
    message::INVALID_REQUEST,
    raw::without,
    relay::{Phase, Relay, Server},
    strict::read_strictly,
};

/// The client's capabilities that let a server ask for something, each by a setting.
const ASKING: [&str; 3] = ["sampling", "elicitation", "roots"];

/// The capabilities of a server that the proxy passes on to the client.
const OFFERS: [&str; 5] = ["tools", "prompts", "resources", "completions", "logging"];
/// The largest number of characters of a server's name or version.
const MOST_NAME: usize = 128;

/// The parts of a capability that are true or false; no text.
fn flags(capability: &Value) -> Value {
    let members = capability.as_object().into_iter().flatten();
    let flags = members.filter(|(name, is)| FLAGS.contains(&name.as_str()) && is.is_boolean());
    Value::Object(flags.map(|(name, is)| (name.clone(), is.clone())).collect())
}

/// The names of such parts.
const FLAGS: [&str; 2] = ["listChanged", "subscribe"];

impl Relay {
    /// Passes `initialize` on, without the capabilities that are not let through.
    pub(super) fn greet(&mut self, id: Id, mut params: Map<String, Value>, line: Vec<u8>) {
        let mut capabilities = match params.remove("capabilities") {
            Some(Value::Object(capabilities)) => capabilities,
            _ => Map::new(),
        };
        // A line that was read is UTF-8.
        let line = String::from_utf8(line).unwrap_or_default();
        let mut left = Vec::new();
        for name in ASKING
            .into_iter()
            .filter(|name| !self.lets(name))
            .chain(["tasks"])
        {
            capabilities.remove(name);
            left.push(vec!["params", "capabilities", name]);
        }
        // Nothing opens an address for the server.
        left.push(vec!["params", "capabilities", "elicitation", "url"]);
        let shortened = left
            .iter()
            .try_fold(line, |line, path| without(&line, path));
        let Some(line) = shortened else {
            let words =
                "an object of the message has more than 1024 members; send those of the protocol";
            return self.fail(&id, INVALID_REQUEST, words);
        };
        self.phase = Phase::Greeting(capabilities);
        self.forward(id, What::Initialize, line.into_bytes());
    }

    fn lets(&self, capability: &str) -> bool {
        match capability {
            "sampling" => self.settings.sampling,
            "elicitation" => self.settings.elicitation,
            "roots" => self.settings.roots,
            _ => false,
        }
    }

    /// Whether the server was told that the client has this capability.
    pub(super) fn client_told(&self, capability: &str) -> bool {
        match &self.phase {
            Phase::Ready(server) => server.of_client.contains_key(capability),
            _ => false,
        }
    }

    /// Passes the answer to `initialize` on, without the server's instructions
    /// unless they are accepted.
    pub(super) fn greeted(&mut self, line: Vec<u8>) {
        let of_client = match core::mem::replace(&mut self.phase, Phase::New) {
            Phase::Greeting(capabilities) => capabilities,
            _ => Map::new(),
        };
        let read = read_strictly(&line);
        let Ok(mut message) = read else {
            return self.ends(End::Broken(ProxyError::ServerGarbled));
        };
        if message.get("error").is_some() {
            return self.ends(End::Broken(ProxyError::ServerRefused));
        }
        let Some(id) = message.get("id").and_then(Id::of) else {
            return self.ends(End::Broken(ProxyError::ServerGarbled));
        };
        let Some(result) = message.get_mut("result").and_then(Value::as_object_mut) else {
            return self.ends(End::Broken(ProxyError::ServerGarbled));
        };
        let version = result.get("protocolVersion").and_then(Value::as_str);
        let version: String = version
            .unwrap_or_default()
            .chars()
            .take(MOST_NAME)
            .collect();
        let server = Server::said(result, of_client, self.settings.others);
        let instructs = server.instructions.is_some() && self.instructs(&server);
        let text = answers::greeting(&id, &server.greeting(&version, instructs));
        self.phase = Phase::Ready(Box::new(server));
        self.client.put(text);
    }

    /// A gatekeeper that panics accepts nothing.
    fn instructs(&self, server: &Server) -> bool {
        let ask = || self.gate.instructs(&server.described());
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(ask)).unwrap_or(false)
    }
}

impl Server {
    fn said(result: &mut Map<String, Value>, of_client: Map<String, Value>, others: bool) -> Self {
        let mut capabilities = match result.remove("capabilities") {
            Some(Value::Object(capabilities)) => capabilities,
            _ => Map::new(),
        };
        capabilities
            .retain(|name, _| name == "tools" || (others && OFFERS.contains(&name.as_str())));
        Self {
            info: result.remove("serverInfo").unwrap_or_default(),
            instructions: match result.remove("instructions") {
                Some(Value::String(words)) => Some(words),
                _ => None,
            },
            capabilities,
            of_client,
            initialized: false,
        }
    }

    /// Returns the server's greeting for the client: its name and version, what it offers, and
    /// its instructions where they are accepted.
    ///
    /// INVARIANT (case 74): no other text of the server is in it. A model may be shown all of
    /// a greeting, and nobody has accepted the rest.
    fn greeting(&self, version: &str, instructs: bool) -> Value {
        let named = |name: &str| match self.info.get(name) {
            Some(Value::String(text)) => {
                Value::from(text.chars().take(MOST_NAME).collect::<String>())
            }
            _ => Value::from(""),
        };
        let offered = self.capabilities.iter();
        let offered: Map<String, Value> = offered
            .map(|(name, what)| (name.clone(), flags(what)))
            .collect();
        let mut greeting = json!({
            "protocolVersion": version,
            "capabilities": offered,
            "serverInfo": {"name": named("name"), "version": named("version")},
        });
        let instructions = self.instructions.as_deref().filter(|_| instructs);
        if let (Some(words), Some(members)) = (instructions, greeting.as_object_mut()) {
            members.insert("instructions".to_owned(), Value::from(words));
        }
        greeting
    }

    /// Whether the server has the capability that this method belongs to, and
    /// the proxy passes the method.
    pub(super) fn offers(&self, method: &str) -> bool {
        let capability = match method {
            "tools/list" | "tools/call" => "tools",
            "prompts/list" | "prompts/get" => "prompts",
            "resources/list"
            | "resources/templates/list"
            | "resources/read"
            | "resources/subscribe"
            | "resources/unsubscribe" => "resources",
            "completion/complete" => "completions",
            "logging/setLevel" => "logging",
            _ => return false,
        };
        self.capabilities.contains_key(capability)
    }
}
