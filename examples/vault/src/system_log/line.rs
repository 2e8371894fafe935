//! The one line that is sent.

use core::fmt;

use crate::Head;

const FIRST: &str = "seal";

/// `seal VAULT NUMBER SEAL`.
pub(super) struct Line {
    /// The vault's id, in hex.
    pub(super) vault: String,
    pub(super) head: Head,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FIRST} {} {}", self.vault, self.head)
    }
}

#[cfg(any(unix, test))]
impl Line {
    /// The line that `text` is, to the letter.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut next = || words.next();
        let line = match (next()?, next()?, next()?, next()?, next()) {
            (FIRST, vault, number, seal, None) => Self {
                vault: vault.to_owned(),
                head: Head {
                    number: number.parse().ok()?,
                    seal: seal.parse().ok()?,
                },
            },
            _ => return None,
        };
        (line.to_string() == text).then_some(line)
    }

    /// The head of the vault with this id, if `text` is a line of it.
    pub(super) fn head_of(vault: &str, text: &str) -> Option<Head> {
        let line = Self::read(text)?;
        (line.vault == vault).then_some(line.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_back_as_it_was_sent_and_in_no_other_form() {
        let seal = "ab".repeat(32);
        let text = format!("seal 07 12 {seal}");
        let head = Line::head_of("07", &text).map(|head| head.to_string());
        assert_eq!(head, Some(format!("12 {seal}")));
        let others = [
            format!("seal 08 12 {seal}"),
            format!("seal 07 012 {seal}"),
            format!("seal 07 +12 {seal}"),
            format!("seal 07 12 {seal} and more"),
            format!("seal  07 12 {seal}"),
            "seal 07 12 ab".to_owned(),
            String::new(),
        ];
        for other in others {
            assert!(Line::head_of("07", &other).is_none(), "{other}");
        }
    }
}
