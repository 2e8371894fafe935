//! The header of an `identity.age`. No key is derived.

use openpass_auth_passphrase::IdentityVerifier;

use crate::shown::assert_harmless;

pub(crate) fn identity(bytes: &[u8]) {
    match IdentityVerifier::new(bytes) {
        Ok(_) => assert!(bounded(bytes).is_some(), "it asks for work without bounds"),
        Err(error) => assert_harmless(&error.to_string()),
    }
}

/// Whether the header has one stanza, a passphrase's, whose costs are within bounds.
fn bounded(bytes: &[u8]) -> Option<()> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    assert_eq!(lines.next(), Some(b"age-encryption.org/v1".as_slice()));
    let lines = lines.take_while(|line| !line.starts_with(b"---"));
    let mut stanzas = lines.filter_map(|line| line.strip_prefix(b"-> "));
    let stanza = core::str::from_utf8(stanzas.next()?).ok()?;
    assert!(stanzas.next().is_none());
    let words: Vec<&str> = stanza.split(' ').collect();
    match words.as_slice() {
        ["scrypt", _, log_n] => (10..=20_u32).contains(&log_n.parse().ok()?).then_some(()),
        ["argon2id", _, costs] => {
            let costs = costs
                .split(',')
                .map(|cost| cost.split_once('=')?.1.parse().ok());
            let costs: Option<Vec<u32>> = costs.collect();
            let &[passes, memory, lanes] = costs?.as_slice() else {
                return None;
            };
            let memory = (19 * 1024..=1024 * 1024).contains(&memory);
            ((1..=10).contains(&passes) && memory && (1..=16).contains(&lanes)).then_some(())
        }
        _ => None,
    }
}
