//! The messages between daemon and phone, a line of JSON each, and the codes by which
//! answers are authenticated.

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::Sha256;

/// The longest line, so that nobody fills the memory.
pub const MOST: usize = 64 * 1024;

/// A message from the daemon.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "both ends are here")]
pub enum ToPhone {
    /// Prove who you are, over this nonce.
    Prove(String),
    /// You are who you said.
    Welcome,
    /// A question.
    Ask(Question),
    /// The question of this id is over, no matter who ended it.
    Gone(String),
    /// Something counted for nothing, and why.
    Refused(String),
}

/// A message from the phone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "both ends are here")]
pub enum FromPhone {
    /// The name of the phone's person.
    Hello(String),
    /// The proof of that ([`Key::proof`]).
    Proof(String),
    /// An answer.
    Answer(Answer),
}

/// A question to the person. All of it is escaped text, to be shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "both ends are here")]
pub struct Question {
    /// A nonce: no other question has it.
    pub id: String,
    /// The operation's code, by which the person finds it on the log.
    pub code: String,
    /// The question as a sentence.
    pub statement: String,
    /// The changes, and what there is to know.
    pub lines: Vec<String>,
}

/// The answer of the person.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "both ends are here")]
pub struct Answer {
    /// The question's id.
    pub id: String,
    /// Yes or no.
    pub approve: bool,
    /// The code over the whole question and the answer ([`Key::answer`]).
    pub mac: String,
}

/// The key that one person's phone and the daemon share.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// Reads a key from 64 hex digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        Some(Self(bytes(text.trim())?.try_into().ok()?))
    }

    /// The proof of who `name` is, over the daemon's nonce.
    #[must_use]
    pub fn proof(&self, name: &str, nonce: &str) -> String {
        hex(&self
            .over(&["embed-phone hello 1", name, nonce])
            .finalize()
            .into_bytes())
    }

    /// Whether `proof` is the proof of who `name` is, over the daemon's nonce.
    #[must_use]
    pub fn proves(&self, name: &str, nonce: &str, proof: &str) -> bool {
        let mac = self.over(&["embed-phone hello 1", name, nonce]);
        bytes(proof).is_some_and(|proof| mac.verify_slice(&proof).is_ok())
    }

    /// The answer to `question`.
    #[must_use]
    pub fn answer(&self, question: &Question, approve: bool) -> Answer {
        let mac = self.over_answer(question, approve).finalize().into_bytes();
        let id = question.id.clone();
        Answer {
            id,
            approve,
            mac: hex(&mac),
        }
    }

    /// Whether `answer` was made with this key for all of `question`.
    #[must_use]
    pub fn made(&self, answer: &Answer, question: &Question) -> bool {
        let mac = self.over_answer(question, answer.approve);
        bytes(&answer.mac).is_some_and(|given| mac.verify_slice(&given).is_ok())
    }

    fn over_answer(&self, question: &Question, approve: bool) -> Hmac<Sha256> {
        let verdict = if approve { "approve" } else { "deny" };
        let Question {
            id,
            code,
            statement,
            lines,
        } = question;
        let mut parts = vec!["embed-phone answer 1", verdict, id, code, statement];
        parts.extend(lines.iter().map(String::as_str));
        self.over(&parts)
    }

    /// Each part with its length, so that no two lists are the same bytes.
    fn over(&self, parts: &[&str]) -> Hmac<Sha256> {
        // As RFC 2104 pads a key that is shorter than a block.
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(self.0)
            .for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = "a key is 64 hex digits; make one with `openssl rand -hex 32`";
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom(wrong))
    }
}

/// Text that nobody can foretell.
///
/// # Errors
///
/// That the system gives no random numbers.
pub fn nonce() -> Result<String, getrandom::Error> {
    let mut nonce = [0; 32];
    getrandom::fill(&mut nonce)?;
    Ok(hex(&nonce))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let pairs = digits?;
    let byte = |pair: &[u32]| match pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    };
    pairs.chunks(2).map(byte).collect()
}
