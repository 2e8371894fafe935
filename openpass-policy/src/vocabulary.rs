//! Closed vocabularies: every value has one word, and the word is written once.

use openpass_auth::SafeText;

/// A text that is none of a closed vocabulary's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {text}; choose {}", listed(known))]
#[non_exhaustive]
pub struct UnknownWord {
    /// The thing that the word was to name, such as `tier`.
    pub what: &'static str,
    /// The text, quoted and escaped.
    pub text: SafeText,
    /// Every word that there is.
    pub known: &'static [&'static str],
}

impl UnknownWord {
    pub(crate) fn of(what: &'static str, text: &str, known: &'static [&'static str]) -> Self {
        let text = SafeText::quoted(text);
        Self { what, text, known }
    }
}

/// `a, b or c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Declares an enum, a value and its word a line. The words are those of policy,
/// of files, of logs and of JSON.
macro_rules! vocabulary {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: $what:literal {
            $( $(#[$doc:meta])* $value:ident = $word:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(
            clippy::exhaustive_enums,
            reason = "a new value must break the builds that decide on values"
        )]
        $vis enum $name {
            $( $(#[$doc])* $value, )+
        }

        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$value),+];
            const WORDS: &'static [&'static str] = &[$($word),+];

            /// The value's one word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$value => $word, )+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            /// The value whose word `text` is, to the letter.
            fn from_str(text: &str) -> Result<Self, $crate::UnknownWord> {
                match text {
                    $( $word => Ok(Self::$value), )+
                    _ => Err($crate::UnknownWord::of($what, text, Self::WORDS)),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use vocabulary;
