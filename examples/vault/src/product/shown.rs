//! The values of config.yaml that may be shown, logged and kept as they are.
//!
//! A value may be a secret: an API key, a login in a URL, a role. The list of
//! those that are not is closed, so a key that nobody thought of is safe. Of
//! every other value only the length and the start of its SHA-256 are shown.

use super::{ValueKind, key as kind_of};
use crate::hash;

/// The number of hexadecimal digits of a SHA-256 that are shown.
const DIGITS: usize = 16;

/// Keys whose texts are shown. A key that takes a boolean, a number, a
/// duration, a time or one of a few words is shown without being listed.
const SHOWN: [&str; 14] = [
    "vaultDir",
    "defaultAgent",
    "defaultProfile",
    "envWhitelist",
    "vault.path",
    "vault.default_recipients",
    "git.commit_template",
    "mcp.bind",
    "mcp.httpTokenFile",
    "mcp.trusted_proxy_ips",
    "mcp.tls_cert_file",
    "mcp.tls_key_file",
    "scan_patterns",
    "mcp.otlp_endpoint",
];

/// Keys of [`SHOWN`] whose value is a URL, which is shown without a login and
/// a query.
const URLS: [&str; 1] = ["mcp.otlp_endpoint"];

/// Fields of an agent's profile whose texts are shown.
const SHOWN_FIELDS: [&str; 10] = [
    "tier",
    "allowedPaths",
    "allowedExecutables",
    "allowedEnvVars",
    "allowed_tools",
    "redactFields",
    "perToolRedactFields",
    "skillPath",
    "skillVersion",
    "paymentPolicy",
];

/// Whether a baseline keeps the value of `key` as it is, whatever it says, and can
/// put it back. Of every other key it keeps the digest alone.
pub(crate) fn keeps_value(key: &str) -> bool {
    is_shown(key) && !URLS.contains(&key)
}

/// Returns whether a baseline keeps `text`, the value of `key`, as it is: a URL that is all
/// host and path is no secret.
pub(crate) fn keeps_text(key: &str, text: &str) -> bool {
    keeps_value(key) || (URLS.contains(&key) && without_secrets(text) == text)
}

/// The value of `key` as people and logs may see it: as it is for the keys that
/// hold no secret, by its length and the start of its SHA-256 for every other.
#[must_use]
pub fn shown_value(key: &str, value: &str) -> String {
    if !is_shown(key) {
        return digest(value);
    }
    if URLS.contains(&key) {
        return without_secrets(value);
    }
    value.to_owned()
}

/// The words, in small letters, that mark a name as that of a secret wherever they
/// stand in it.
const SECRETIVE: [&str; 9] = [
    "secret",
    "token",
    "password",
    "passwd",
    "passphrase",
    "key",
    "credential",
    "auth",
    "login",
];

/// The value of `key` as the person who is asked about it may see it, where
/// [`shown_value`] only describes it: the product knows no such key, and its
/// name does not say that it is a secret. It is for the prompt alone.
pub(crate) fn seen_value<'v>(key: &str, value: &'v str) -> Option<&'v str> {
    let path: Vec<&str> = key.split('.').collect();
    let name = key.to_lowercase();
    let secretive = SECRETIVE.iter().any(|word| name.contains(word));
    (kind_of(&path).is_none() && !secretive).then_some(value)
}

/// Returns the text that is shown for a value that may be a secret.
pub(crate) fn digest(value: &str) -> String {
    let sha256 = hash::sha256_hex(value.as_bytes());
    let start = sha256.get(..DIGITS).unwrap_or_default();
    format!("{} bytes, SHA-256 {start}", value.len())
}

fn is_shown(key: &str) -> bool {
    let path: Vec<&str> = key.split('.').collect();
    // A name may have dots of its own.
    let path = match path.as_slice() {
        [first @ "agents", _, .., field] => vec![*first, "NAME", *field],
        ["profiles", _, .., "vault"] => return true,
        _ => path,
    };
    let listed = match path.as_slice() {
        ["agents", _, field] => SHOWN_FIELDS.contains(field),
        _ => SHOWN.contains(&key),
    };
    let typed = matches!(
        kind_of(&path),
        Some(
            ValueKind::Bool
                | ValueKind::Int(..)
                | ValueKind::Duration
                | ValueKind::Time
                | ValueKind::OneOf(_)
                | ValueKind::AuthMethod
        )
    );
    listed || typed
}

/// Whether `value` is a URL of which nobody can tell for sure where it leads, so
/// that a person who is asked would see no host.
pub(super) fn hides_its_host(key: &str, value: &str) -> bool {
    URLS.contains(&key) && Url::of(value).is_none()
}

/// A URL without what stands before its host and behind its path.
fn without_secrets(text: &str) -> String {
    let Some(url) = Url::of(text) else {
        return digest(text);
    };
    let clean = format!("{}{}{}", url.scheme, url.host, url.path);
    if clean == text {
        return clean;
    }
    format!("{clean} ({})", digest(text))
}

/// The parts of a URL that are no secret (RFC 3986, section 3).
struct Url<'t> {
    /// The scheme with its `://`; empty where there is none.
    scheme: &'t str,
    /// The host with its port.
    host: &'t str,
    path: &'t str,
}

impl<'t> Url<'t> {
    /// `None` where an `@` stands behind the authority: it may be a login with
    /// a `/`, `?` or `#` in it, and what seems to be the host a part of that. Nor
    /// with a backslash, of which readers make different things.
    fn of(text: &'t str) -> Option<Self> {
        let begins = text.find("://").map_or(0, |at| at.saturating_add(3));
        let (scheme, rest) = text.split_at_checked(begins)?;
        let ends = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(ends)?;
        // Some readers take a backslash for a slash.
        if tail.contains('@') || text.contains('\\') {
            return None;
        }
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let path = tail.split(['?', '#']).next().unwrap_or(tail);
        Some(Self { scheme, host, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_56_a_key_that_is_not_listed_is_shown_by_its_digest() {
        for key in [
            "mcp.perplexity.api_key",
            "nobody.knows",
            "paymentPolicies",
            "agents.codex.dynamicProviders",
            "agents.codex.pre_call_hooks",
            "agents.codex.x-token",
            "security.x",
        ] {
            let shown = shown_value(key, "hunter2");
            assert_eq!(shown, "7 bytes, SHA-256 f52fbd32b2b3b86f", "{key}");
            assert!(!keeps_value(key), "{key}");
        }
        for key in [
            "mcp.port",
            "vault.path",
            "agents.codex.tier",
            "agents.helper.v1.canWrite",
            "agents.helper.v1.allowedPaths",
            "profiles.work.x.vault",
            "useTouchID",
        ] {
            assert_eq!(shown_value(key, "hunter2"), "hunter2", "{key}");
            assert!(keeps_value(key), "{key}");
        }
    }

    #[test]
    fn case_56_what_takes_true_or_false_is_no_secret_whatever_its_name() {
        for key in [
            "security.allow_env_passphrase",
            "security.disable_env_passphrase",
            "mcp.metrics_auth_required",
        ] {
            assert_eq!(shown_value(key, "true"), "true", "{key}");
            assert!(keeps_value(key), "{key}");
        }
        assert!(!keeps_value("security.other_passphrase"));
    }

    #[test]
    fn case_56_the_person_who_is_asked_sees_what_is_no_secret_by_its_name() {
        assert_eq!(seen_value("nobody.knows", "x"), Some("x"));
        for key in [
            "mcp.perplexity.api_key",
            "a.Token",
            "x.passwords",
            "vault.path",
        ] {
            assert_eq!(seen_value(key, "x"), None, "{key}");
        }
    }

    #[test]
    fn case_56_a_url_is_shown_without_its_login_and_its_query() {
        let key = "mcp.otlp_endpoint";
        assert!(!keeps_value(key));
        for plain in ["https://host:4318/v1", "localhost:4317", ""] {
            assert_eq!(shown_value(key, plain), plain);
            assert!(keeps_text(key, plain), "{plain}");
        }
        for (url, start) in [
            ("https://ann:hunter2@host/v1", "https://host/v1 ("),
            ("ann:hunter2@host:4317", "host:4317 ("),
            (
                "https://ann:hunter2@host/v1?key=hunter2",
                "https://host/v1 (",
            ),
            ("https://ann:hun@ter2@host#hunter2", "https://host ("),
            ("https://ann:hun/ter2@host", "25 bytes"),
            (r"https://evil.example\@good.example/", "35 bytes"),
            ("https://host/v1?key=hunter2", "https://host/v1 ("),
            ("https://host#hunter2", "https://host ("),
            ("https://ann:hunter2?@host", "25 bytes"),
            ("https://host?key=hun@ter2", "25 bytes"),
        ] {
            let shown = shown_value(key, url);
            assert!(shown.starts_with(start), "{url}: {shown}");
            assert!(!shown.contains("ter2"), "{url}: {shown}");
            assert!(!keeps_text(key, url), "{url}");
        }
    }
}
