//! Requests that wait: whatever the file says, an agent asks, and for a known change.

use openpass_policy::Principal;
use openpass_vault::{Pending, PendingState};

use crate::{place::Place, shown::assert_lines_are_harmless};

const CODE: &str = "7QX4-M2P9";
const FILE: &str = "guard/pending/7QX4-M2P9.json";
const MEMBERS: [&str; 11] = [
    "version", "agent", "channel", "change", "reason", "created", "expires", "state", "answer",
    "issued", "claimed",
];

thread_local! {
    static PLACE: Place = Place::new();
}

/// The file, in which `@now` and `@later` stand for the time and a quarter of an hour later.
pub(crate) fn pending(bytes: &[u8]) {
    PLACE.with(|place| {
        let bytes = timed(bytes);
        place.write(FILE, &bytes);
        let pending = match Pending::read(&place.vault, CODE) {
            Ok(pending) => pending,
            Err(error) => return assert_lines_are_harmless(&error.to_string()),
        };
        let written: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let written = written.as_object().unwrap();
        assert!(written.keys().all(|name| MEMBERS.contains(&name.as_str())));
        let text = |name: &str| written.get(name).and_then(|it| it.as_str());
        assert_eq!(text("agent"), Some(pending.agent.as_str()));
        assert!(!pending.agent.is_empty());
        if pending.state == PendingState::Waiting {
            assert!(pending.change.is_some());
            pending.still_waits(&place.vault).unwrap();
        }
        let request = pending.request(&place.vault);
        assert!(
            matches!(request.principal, Principal::Agent(agent) if agent.name == pending.agent)
        );
        if let Some(change) = pending.change {
            drop(place.vault.propose(place.vault.request(), &change));
        }
    });
}

fn timed(bytes: &[u8]) -> Vec<u8> {
    let Ok(text) = core::str::from_utf8(bytes) else {
        return bytes.to_vec();
    };
    let now = jiff::Timestamp::now();
    let later = now + jiff::SignedDuration::from_mins(15);
    let text = text.replace("@now", &now.to_string());
    text.replace("@later", &later.to_string()).into_bytes()
}
