//! A search for the texts that the person types.

use core::fmt::{Debug, Display};
use std::error::Error;

use super::call::Outcome;

/// Any part of a longer secret counts if it has this many bytes.
const PART: usize = 8;

/// The secrets that no text may hold, in the forms in which text may hold them.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn new(secrets: Vec<String>) -> Self {
        let mut needles: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        needles.retain(|needle| !needle.is_empty());
        needles.sort_unstable();
        needles.dedup();
        Self(needles)
    }

    /// Whether `text` holds a secret.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let text = plain(text);
        self.0.iter().any(|needle| text.contains(needle))
    }

    /// Whether the `Debug` text of `value` holds a secret.
    pub(super) fn are_in_debug(&self, value: &(impl Debug + ?Sized)) -> bool {
        self.are_in(&format!("{value:?}")) || self.are_in(&format!("{value:#?}"))
    }

    fn are_in_error(&self, error: &(impl Error + ?Sized)) -> bool {
        self.are_in_debug(error) || self.are_in(&shown(error))
    }

    /// Returns the part of `outcome` that holds a secret.
    pub(super) fn place_in(&self, outcome: &Outcome) -> Option<&'static str> {
        match outcome {
            Ok(evidence) => {
                let named = evidence.reference().is_some_and(|name| self.are_in(name));
                (named || self.are_in_debug(evidence)).then_some("the evidence")
            }
            Err(error) if self.are_in_error(error) => Some("the error"),
            Err(error) => self
                .are_in_sources_of(error)
                .then_some("a source of the error"),
        }
    }

    fn are_in_sources_of(&self, error: &dyn Error) -> bool {
        let mut source = error.source();
        while let Some(error) = source {
            if self.are_in_error(error) {
                return true;
            }
            source = error.source();
        }
        false
    }
}

fn shown(value: &(impl Display + ?Sized)) -> String {
    format!("{value} {value:#}")
}

/// Without white space, since `{:#?}` puts each byte of a list on its own line,
/// and without capitals: hexadecimal has both.
fn plain(text: &str) -> String {
    let visible = text.chars().filter(|c| !c.is_whitespace());
    visible.flat_map(char::to_lowercase).collect()
}

/// `secret` as it is, as it is escaped, as bytes, in base64 and reversed.
fn forms(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let mut forms = vec![
        plain(&secret.escape_debug().to_string()),
        plain(&secret.chars().rev().collect::<String>()),
    ];
    for part in parts(secret) {
        forms.push(plain(part));
        forms.push(hexadecimal(part.as_bytes()));
        forms.push(decimal(part.as_bytes()));
    }
    // Base64 of text with the secret anywhere in it has one of these.
    for skipped in 0..3 {
        let whole = bytes.get(skipped..).unwrap_or_default();
        forms.push(base64(whole, b"+/").to_lowercase());
        forms.push(base64(whole, b"-_").to_lowercase());
    }
    forms
}

/// Every part of [`PART`] bytes, to the end of a character, or all of it where it
/// is shorter.
fn parts(secret: &str) -> Vec<&str> {
    let parts: Vec<&str> = secret
        .char_indices()
        .filter_map(|(start, _)| {
            let end = (start + PART..=secret.len()).find(|end| secret.is_char_boundary(*end))?;
            secret.get(start..end)
        })
        .collect();
    if parts.is_empty() {
        return vec![secret];
    }
    parts
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As `{:?}` lists bytes.
fn decimal(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(u8::to_string).collect();
    bytes.join(",")
}

/// RFC 4648 §4 and §5, of whole groups of three bytes: no padding, and nothing
/// that depends on what comes after.
fn base64(bytes: &[u8], last: &[u8; 2]) -> String {
    let alphabet: Vec<u8> = (b'A'..=b'Z')
        .chain(b'a'..=b'z')
        .chain(b'0'..=b'9')
        .chain(*last)
        .collect();
    let sextets = bytes.chunks_exact(3).flat_map(|group| {
        let bits = group
            .iter()
            .fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte));
        [bits >> 18, bits >> 12, bits >> 6, bits].map(|bits| bits & 0x3f)
    });
    let letters = sextets.filter_map(|sextet| alphabet.get(sextet));
    letters.map(|letter| char::from(*letter)).collect()
}
