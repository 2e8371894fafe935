//! The meaning of a value of config.yaml, if the key has a closed set of
//! meanings.

use std::net::IpAddr;

use crate::vocabulary::vocabulary;

vocabulary! {
    /// The meaning of a key's value to policy. Of most values policy learns no more
    /// than that there is one: they may be anything, secrets too.
    pub enum ConfigValue: "meaning of a value" {
        /// There is none.
        Unset = "unset",
        /// `true`.
        On = "on",
        /// `false`.
        Off = "off",
        /// An address that this machine alone reaches.
        Loopback = "loopback",
        /// An address that others may reach, or one of which nobody can tell.
        Network = "network",
        /// Anything else.
        Other = "other",
    }
}

/// The keys whose value is where a program listens, or what it talks to.
const ADDRESSES: [&str; 2] = ["mcp.bind", "mcp.otlp_endpoint"];

impl ConfigValue {
    /// The meaning of `value` for `key`.
    ///
    /// INVARIANT (fail closed): an address is only one of this machine if every program
    /// takes it for one. A name but `localhost` may be anything.
    #[must_use]
    pub fn of(key: &str, value: Option<&str>) -> Self {
        let Some(value) = value else {
            return Self::Unset;
        };
        match value {
            _ if ADDRESSES.contains(&key) && is_loopback(host_of(value)) => Self::Loopback,
            _ if ADDRESSES.contains(&key) => Self::Network,
            "true" => Self::On,
            "false" => Self::Off,
            _ => Self::Other,
        }
    }
}

/// Returns the host of an address or a URL; an empty text if the address could be read
/// in two ways.
fn host_of(address: &str) -> &str {
    let behind = ["http://", "https://"];
    let behind = behind
        .into_iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let authority = behind.map_or(address, |rest| {
        rest.split(['/', '?', '#']).next().unwrap_or_default()
    });
    if authority.contains(['@', '\\', '%']) {
        return "";
    }
    if let Some(inner) = authority.strip_prefix('[') {
        let (host, port) = inner.split_once(']').unwrap_or_default();
        return if is_port(port) { host } else { "" };
    }
    match authority.split_once(':') {
        // More than one colon is an address of version 6.
        Some((host, port)) if !port.contains(':') => match port.parse::<u16>() {
            Ok(_) => host,
            Err(_) => "",
        },
        _ => authority,
    }
}

fn is_port(text: &str) -> bool {
    let digits = text.strip_prefix(':').unwrap_or("0");
    (text.is_empty() || text.starts_with(':')) && digits.parse::<u16>().is_ok()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_an_address_is_of_this_machine_only_if_nobody_reads_it_otherwise() {
        use ConfigValue::{Loopback, Network};
        for (value, meaning) in [
            ("127.0.0.1", Loopback),
            ("127.8.9.1", Loopback),
            ("::1", Loopback),
            ("[::1]:8080", Loopback),
            ("localhost", Loopback),
            ("localhost:8080", Loopback),
            ("http://127.0.0.1:4317/v1/traces", Loopback),
            ("https://[::1]", Loopback),
            ("0.0.0.0", Network),
            ("::", Network),
            ("", Network),
            ("127.1", Network),
            ("2130706433", Network),
            ("0177.0.0.1", Network),
            ("localhost.example", Network),
            ("http://127.0.0.1@example.com/", Network),
            ("http://127.0.0.1\\@example.com/", Network),
            ("http://localhost:x", Network),
            ("ftp://localhost/", Network),
            ("http://example.com/?127.0.0.1", Network),
            ("[::1", Network),
            ("[::1]x", Network),
            ("::ffff:127.0.0.1", Network),
            ("127.0.0.1 ", Network),
        ] {
            assert_eq!(ConfigValue::of("mcp.bind", Some(value)), meaning, "{value}");
        }
    }

    #[test]
    fn of_other_keys_policy_learns_no_more_than_yes_or_no() {
        let of = |value| ConfigValue::of("git.auto_push", value);
        assert_eq!(of(Some("true")), ConfigValue::On);
        assert_eq!(of(Some("false")), ConfigValue::Off);
        assert_eq!(of(Some("127.0.0.1")), ConfigValue::Other);
        assert_eq!(of(None), ConfigValue::Unset);
    }
}
