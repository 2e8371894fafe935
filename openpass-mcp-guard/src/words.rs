//! The words that the model is told, and the words that are for the person alone.

/// A refusal in words.
///
/// A model that is told a command may run it. So the words for the model name tools and
/// arguments, and commands are in a text of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Words {
    /// The words for the model: what happened, and what to do next.
    pub message: String,
    /// The words or the command for the person, and not for the model.
    pub for_the_person: Option<String>,
}

impl Words {
    /// Words for the model alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            for_the_person: None,
        }
    }

    /// Adds words for the person.
    #[must_use]
    pub fn and_for_the_person(mut self, words: impl Into<String>) -> Self {
        self.for_the_person = Some(words.into());
        self
    }

    /// Splits words in which a command may be: those up to the clause with the first
    /// command are for the model, and the whole is for the person. `command` is how
    /// every command begins, such as `` `openpass  ``; `otherwise` is what the model is
    /// told where nothing comes before the command.
    #[must_use]
    pub fn split(whole: &str, command: &str, otherwise: &str) -> Self {
        let Some(at) = whole.find(command) else {
            return Self::new(whole);
        };
        let before = whole.get(..at).unwrap_or_default();
        let end = ["; ", ": ", ". "]
            .iter()
            .filter_map(|end| before.rfind(end))
            .max();
        let said = end.and_then(|end| before.get(..end)).unwrap_or_default();
        let said = match said.trim() {
            "" => otherwise,
            said => said,
        };
        Self::new(format!("{said}. Show the person `for_the_person`")).and_for_the_person(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(whole: &str) -> Words {
        Words::split(whole, "`openpass ", "the person has to see to it")
    }

    #[test]
    fn m13_a_command_is_for_the_person_alone() {
        let whole = "policies/a.cedar: it is not UTF-8; correct it with `openpass policy apply`";
        let words = split(whole);
        assert_eq!(
            words.message,
            "policies/a.cedar: it is not UTF-8. Show the person `for_the_person`"
        );
        assert_eq!(words.for_the_person.as_deref(), Some(whole));
        let plain = split("the vault is locked");
        assert_eq!(plain.message, "the vault is locked");
        assert_eq!(plain.for_the_person, None);
    }

    #[test]
    fn m13_what_is_only_a_command_is_not_told_to_the_model() {
        let words = split("`openpass approve 7`");
        assert_eq!(
            words.message,
            "the person has to see to it. Show the person `for_the_person`"
        );
    }
}
