//! Agents' profiles in config.yaml: a power is there if another reader finds it written, or
//! the tier gives it.

use openpass_vault::Value as Read;
use yaml_serde::Value;

use crate::place::Place;

thread_local! {
    static PLACE: (Place, Vec<&'static str>) = {
        let place = Place::new();
        place.write("config.yaml", b"");
        let known = place.vault.config().unwrap().built_in_agents();
        (place, known)
    };
}

/// The powers that no tier but `admin` gives.
const POWERS: [&str; 5] = [
    "canWrite",
    "canRunCommands",
    "canManageConfig",
    "exposeValueTools",
    "autoUnseal",
];

pub(crate) fn config(bytes: &[u8]) {
    PLACE.with(|(place, known)| {
        place.write("config.yaml", bytes);
        let Ok(config) = place.vault.config() else {
            return;
        };
        let Ok(written) = yaml_serde::from_slice::<Value>(bytes) else {
            return;
        };
        // Merge keys and an agent that is an alias are read here as the product reads them, and
        // not by the other reader.
        let is_plain = !bytes.contains(&b'*') && !bytes.windows(2).any(|two| two == b"<<");
        // To some names the product gives powers of its own.
        let agents = config.agents().into_iter();
        for profile in agents.filter(|it| !known.contains(&it.name())) {
            let entry = written
                .get("agents")
                .and_then(|all| all.get(profile.name()));
            let own = |field: &str| entry.and_then(|it| it.get(field));
            let tier = own("tier").and_then(Value::as_str);
            for power in POWERS {
                match (own(power), profile.get(power)) {
                    (Some(Value::Bool(own)), read) => assert_eq!(*read, Read::Bool(*own)),
                    // Without a tier, the product gives this one by its age.
                    (None, Read::Bool(true)) if power == "exposeValueTools" && tier.is_none() => {}
                    (None, Read::Bool(true)) => {
                        assert!(tier == Some("admin") || !is_plain, "nobody gave {power}");
                    }
                    _ => {}
                }
            }
        }
    });
}
