//! Names that can be shown as they are.

use core::{fmt, str::FromStr};

use unicode_security::MixedScript as _;

use super::{SafeText, shows_as_itself};

/// The name of something new: an agent, a token's label, a policy, a profile.
///
/// An identifier is seen as what it is: [`SafeText`] has nothing to escape in
/// one, but shows many spaces in a row as their count, so no two of them look
/// alike by an invisible character. It is also
/// refused what another reader would take for more than a name:
///
/// - `/`, and a leading `.`: the product names files after agents and tokens;
/// - a leading `-`: a command would read a flag;
/// - `*`: policies read "any";
/// - a space at either end, which nobody sees.
///
/// Letters of several scripts are no error, for honest names mix them too
/// (UTS #39 §5.1). They are pointed out wherever the name is
/// [shown](Self::shown).
///
/// Names that are there already, in files of others, may break these rules:
/// look those up as they are, and show them through [`SafeText::quoted`].
///
/// ```
/// use openpass_auth::Identifier;
///
/// let name: Identifier = "claude-code".parse()?;
/// assert_eq!(name.as_str(), "claude-code");
/// assert!("codex\u{200b}".parse::<Identifier>().is_err());
/// # Ok::<(), openpass_auth::IdentifierError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier(String);

/// The reason why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// The text is empty.
    #[error("a name must not be empty")]
    Empty,
    /// The text is longer than [`Identifier::MAX_BYTES`].
    #[error(
        "a name has at most {} bytes, and this one has {bytes}",
        Identifier::MAX_BYTES
    )]
    TooLong {
        /// The length of the text in bytes, as UTF-8.
        bytes: usize,
    },
    /// The text begins or ends with a space.
    #[error("a name must not begin or end with a space")]
    SpaceAtAnEnd,
    /// The text begins with `-` or `.`.
    #[error(
        "a name must not begin with `{character}`: it could be read as a flag or a hidden file"
    )]
    Begins {
        /// The character.
        character: char,
    },
    /// The text holds a character that no name holds.
    #[error(
        "a name must not hold {}, which is character {position} of this one; type the name instead of pasting it",
        SafeText::quoted(.character.encode_utf8(&mut [0; 4]))
    )]
    Holds {
        /// The first such character.
        character: char,
        /// The position of that character in the name, from 1.
        position: usize,
    },
}

impl Identifier {
    /// The longest, in bytes of UTF-8: file names are made of identifiers, and
    /// end at 255 bytes on every system.
    pub const MAX_BYTES: usize = 128;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in quotes, with a remark when it mixes scripts.
    #[must_use]
    pub fn shown(&self) -> SafeText {
        SafeText::quoted(&self.0)
    }

    /// Whether its letters are of several scripts (UTS #39 §5.1), as in a name
    /// that is made to look like another.
    #[must_use]
    pub fn mixes_scripts(&self) -> bool {
        !self.0.as_str().is_single_script()
    }
}

impl FromStr for Identifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, IdentifierError> {
        if text.len() > Self::MAX_BYTES {
            return Err(IdentifierError::TooLong { bytes: text.len() });
        }
        let first = text.chars().next().ok_or(IdentifierError::Empty)?;
        // First, so that the reason for a blank that nobody sees is itself.
        for (character, position) in text.chars().zip(1..) {
            if !belongs(character) {
                return Err(IdentifierError::Holds {
                    character,
                    position,
                });
            }
        }
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(IdentifierError::SpaceAtAnEnd);
        }
        if matches!(first, '-' | '.') {
            return Err(IdentifierError::Begins { character: first });
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether names may hold `character`.
fn belongs(character: char) -> bool {
    shows_as_itself(character) && !matches!(character, '/' | '*')
}

impl AsRef<str> for Identifier {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> IdentifierError {
        text.parse::<Identifier>().unwrap_err()
    }

    #[test]
    fn an_identifier_is_the_text_that_it_was_made_of() {
        let name: Identifier = "ci-bot".parse().unwrap();
        assert_eq!((name.as_str(), name.as_ref()), ("ci-bot", "ci-bot"));
        assert_eq!(format!("{name:>8}"), "  ci-bot");
    }

    #[test]
    fn names_that_the_product_gives_are_identifiers() {
        let real = [
            "default",
            "claude-code",
            "codex",
            "hermes",
            "openclaw",
            "opencode",
            "ci-bot",
            "upgrade-claude-code-standard",
            "tok-20261123-06cf7652",
            "CI deploy (Köln)",
            "Bob's laptop",
            "日本語",
            "デプロイ用 bot_2",
        ];
        for name in real {
            assert_eq!(name.parse::<Identifier>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn case_22_a_name_that_hides_something_is_no_identifier() {
        let hostile = [
            '\0',
            '\u{1b}',
            '\u{9b}',
            '\r',
            '\n',
            '\t',
            '\u{7f}', // control
            '\u{202e}',
            '\u{2066}',
            '\u{200e}',
            '\u{61c}', // bidi
            '\u{200b}',
            '\u{200d}',
            '\u{feff}',
            '\u{2060}',
            '\u{ad}', // zero-width
            '\u{e0041}',
            '\u{e0101}',
            '\u{fe0f}', // tags, variation selectors
            '\u{3164}',
            '\u{115f}',
            '\u{ffa0}',
            '\u{2800}',
            '\u{fffc}', // blanks
            '\u{a0}',
            '\u{2003}',
            '\u{3000}',
            '\u{2028}', // other spaces
            '\u{301}',
            '\u{e000}',
            '\u{10ffff}', // combining, private, unassigned
            '"',
            '\\',
            '/',
            '*',
        ];
        for character in hostile {
            for name in [format!("co{character}dex"), format!("{character}")] {
                assert!(
                    matches!(refused(&name), IdentifierError::Holds { character: found, .. } if found == character),
                    "{character:?}"
                );
                let message = refused(&name).to_string();
                assert!(
                    message
                        .chars()
                        .all(|shown| shown == ' ' || shown.is_ascii_graphic())
                );
            }
        }
    }

    #[test]
    fn case_22_ten_kilobytes_are_no_identifier() {
        let longest = "x".repeat(Identifier::MAX_BYTES);
        assert!(longest.parse::<Identifier>().is_ok());
        let bytes = 10_000;
        assert_eq!(
            refused(&"x".repeat(bytes)),
            IdentifierError::TooLong { bytes }
        );
        // Bytes are counted, not characters.
        assert!("é".repeat(65).parse::<Identifier>().is_err());
    }

    #[test]
    fn what_would_be_read_as_a_flag_a_path_or_nothing_is_no_identifier() {
        assert_eq!(refused(""), IdentifierError::Empty);
        for name in [" ", " codex", "codex "] {
            assert_eq!(refused(name), IdentifierError::SpaceAtAnEnd);
        }
        for name in ["--yes", "-", ".", "..", ".hidden"] {
            assert!(matches!(refused(name), IdentifierError::Begins { .. }));
        }
        assert!(matches!(
            refused("../identity.age"),
            IdentifierError::Holds {
                character: '/',
                position: 3
            }
        ));
    }

    #[test]
    fn case_22_a_name_of_several_scripts_is_pointed_out() {
        // The second letter is Cyrillic.
        let lookalike: Identifier = "c\u{43e}dex".parse().unwrap();
        assert!(lookalike.mixes_scripts());
        assert!(lookalike.shown().as_str().contains("several scripts"));
        let plain: Identifier = "codex".parse().unwrap();
        assert!(!plain.mixes_scripts());
        assert_eq!(plain.shown().as_str(), "\"codex\"");
    }
}
