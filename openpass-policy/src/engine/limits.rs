//! The limits that a file must keep before Cedar's parser sees it.
//!
//! The parser recurses, so that a deep nesting would end the process: a guard
//! that can be crashed by a file cannot be used to remove that file.

use openpass_auth::SafeText;

use super::{PolicySource, encoding};
use crate::policy_error::{PolicyProblem, ProblemKind};

/// The most levels by which brackets may nest.
const BRACKETS: usize = 32;
/// The most words and signs that may nest: what is not in brackets nests by them.
const TOKENS: usize = 2_000;
/// The longest name, in bytes. Cedar looks for the name that is most like an unknown
/// name, which takes long for a long name.
const NAME: usize = 1_000;

/// Everything that is wrong with `source` before it is parsed.
pub(super) fn problems(source: &PolicySource) -> Vec<PolicyProblem> {
    let size = source.text.len();
    if size > PolicySource::MAX_BYTES {
        let message = format!(
            "the file has {size} bytes, and no more than {} are read",
            PolicySource::MAX_BYTES
        );
        let help = "split it into several files";
        return vec![PolicyProblem::whole_file(
            ProblemKind::TooLarge,
            &source.file,
            message,
            help,
        )];
    }
    if let Some(problem) = encoding::wide(&source.file, source.text.as_bytes()) {
        return vec![problem];
    }
    let mut problems = hidden_characters(source);
    problems.extend(too_complex(source));
    problems.extend(long_name(source));
    problems
}

/// Characters that show nothing, or change the order of what is shown: what a
/// person reads must be what is in force.
fn hidden_characters(source: &PolicySource) -> Vec<PolicyProblem> {
    // A carriage return hides what stands before it, but for one that ends a
    // line.
    let ends_line = |offset: usize| {
        source
            .text
            .get(offset + 1..)
            .is_some_and(|rest| rest.starts_with('\n'))
    };
    let is_hidden = |offset, character: char| match character {
        '\n' | '\t' | '"' | '\'' | '\\' => false,
        '\r' => !ends_line(offset),
        _ => {
            let mut bytes = [0; 4];
            let text: &str = character.encode_utf8(&mut bytes);
            SafeText::escape(text).as_str() != text
        }
    };
    let characters = source.text.char_indices();
    characters
        .filter(|(offset, character)| is_hidden(*offset, *character))
        .take(10)
        .map(|(offset, character)| {
            let message = format!("hidden character U+{:04X}", u32::from(character));
            let help = "remove it; inside a string, write it as `\\u{…}`";
            let span = (offset, character.len_utf8());
            PolicyProblem::at(ProblemKind::HiddenCharacter, source, span, message)
                .with_help(help.to_owned())
        })
        .collect()
}

fn too_complex(source: &PolicySource) -> Option<PolicyProblem> {
    let mut nesting = Nesting::default();
    for (offset, token) in Tokens::of(&source.text) {
        nesting.take(token);
        let (what, help) = if nesting.open.len() > BRACKETS {
            (
                format!("brackets nest deeper than {BRACKETS}"),
                "split the policy into several",
            )
        } else if nesting.depth() > TOKENS {
            (
                format!("more than {TOKENS} words and signs nest in one policy"),
                "put parts of a long chain in brackets, or split the policy into several",
            )
        } else {
            continue;
        };
        let problem = PolicyProblem::at(ProblemKind::TooLarge, source, (offset, 1), what);
        return Some(problem.with_help(help.to_owned()));
    }
    None
}

fn long_name(source: &PolicySource) -> Option<PolicyProblem> {
    let mut tokens = Tokens::of(&source.text);
    while let Some((start, first)) = tokens.next() {
        let end = tokens.place().unwrap_or(source.text.len());
        let length = end.saturating_sub(start);
        if is_word(first) && length > NAME {
            let message = format!("a name has {length} bytes, and no more than {NAME} are taken");
            let problem = PolicyProblem::at(ProblemKind::TooLarge, source, (start, 1), message);
            return Some(problem.with_help("write the name that is meant".to_owned()));
        }
    }
    None
}

/// No less than how deep a parser recurses: by the words and signs of each
/// bracket that is open, and by the deepest of those that are closed in it. A
/// comma and a semicolon end what nests.
#[derive(Default)]
struct Nesting {
    here: Level,
    open: Vec<Level>,
    /// The words and signs in front of the brackets that are open.
    around: usize,
}

#[derive(Default)]
struct Level {
    tokens: usize,
    deepest: usize,
}

impl Nesting {
    fn take(&mut self, token: char) {
        self.here.tokens += 1;
        match token {
            '(' | '[' | '{' => {
                let outer = core::mem::take(&mut self.here);
                self.around += outer.tokens;
                self.open.push(outer);
            }
            ')' | ']' | '}' => {
                // What opens nothing does not parse.
                let outer = self.open.pop().unwrap_or_default();
                let inner = core::mem::replace(&mut self.here, outer);
                self.around -= self.here.tokens;
                let depth = inner.tokens + inner.deepest;
                self.here.deepest = self.here.deepest.max(depth);
            }
            ',' | ';' => {
                let depth = self.here.tokens + self.here.deepest;
                self.here = Level::default();
                if token == ',' {
                    self.here.deepest = depth;
                }
            }
            _ => {}
        }
    }

    const fn depth(&self) -> usize {
        self.around + self.here.tokens + self.here.deepest
    }
}

/// The words and signs of a text, each by its place and first character;
/// comments are passed over, a string is one.
pub(super) struct Tokens<'a> {
    rest: core::iter::Peekable<core::str::CharIndices<'a>>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            rest: text.char_indices().peekable(),
        }
    }

    /// Returns the offset at which the words and signs that were not taken yet begin,
    /// or the spaces before them. `None` at the end of the text.
    pub(super) fn place(&mut self) -> Option<usize> {
        self.rest.peek().map(|(offset, _)| *offset)
    }

    fn skip_string(&mut self) {
        while let Some((_, character)) = self.rest.next() {
            match character {
                '\\' => drop(self.rest.next()),
                '"' => return,
                _ => {}
            }
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (offset, character) = self.rest.next()?;
            if character.is_whitespace() {
                continue;
            }
            let comment = character == '/' && self.rest.peek().is_some_and(|(_, c)| *c == '/');
            if comment {
                while self.rest.next().is_some_and(|(_, c)| c != '\n') {}
                continue;
            }
            if character == '"' {
                self.skip_string();
            } else if is_word(character) {
                while self.rest.next_if(|(_, c)| is_word(*c)).is_some() {}
            }
            return Some((offset, character));
        }
    }
}

pub(super) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of a file of this text; empty if there is none.
    fn said(text: &str) -> String {
        let problems = problems(&PolicySource::new("own.cedar", text));
        let all: Vec<String> = problems.iter().map(ToString::to_string).collect();
        all.join("\n")
    }

    fn words(count: usize) -> String {
        "a ".repeat(count)
    }

    /// Expects `text(limit)` to be taken, and one more to be refused for `why`.
    #[track_caller]
    fn ends_at(limit: usize, text: impl Fn(usize) -> String, why: &str) {
        assert_eq!(said(&text(limit)), "");
        assert!(said(&text(limit + 1)).contains(why), "{limit} of {why}");
    }

    #[test]
    fn case_15_each_bound_is_where_it_is_said_to_be() {
        ends_at(PolicySource::MAX_BYTES, |n| "\n".repeat(n), "bytes");
        ends_at(BRACKETS, |n| "[".repeat(n), "brackets");
        ends_at(TOKENS, words, "words and signs");
        ends_at(NAME, |n| "a".repeat(n), "a name");
    }

    #[test]
    fn case_15_what_is_around_inside_or_before_counts_as_nested() {
        let why = "words and signs";
        let half = TOKENS / 2;
        // The brackets are signs too.
        ends_at(half, |n| format!("{}( {}", words(half - 1), words(n)), why);
        ends_at(
            half,
            |n| format!("( {}) {}", words(half - 2), words(n)),
            why,
        );
        ends_at(
            half,
            |n| format!("( a ) ( {}) {}", words(half - 2), words(n - 1)),
            why,
        );
        ends_at(half, |n| format!("{}, {}", words(half - 1), words(n)), why);
        ends_at(
            half,
            |n| format!("a ( b ( {}", words(half - 4) + &words(n)),
            why,
        );
    }

    #[test]
    fn case_15_what_stands_side_by_side_does_not_count_as_nested() {
        let most = words(TOKENS - 1);
        assert_eq!(said(&format!("{most}; {most}; {most}")), "");
        let brackets = "[".repeat(BRACKETS) + &"]".repeat(BRACKETS);
        assert_eq!(said(&format!("{brackets}; {brackets}")), "");
    }

    #[test]
    fn case_15_no_bracket_counts_in_a_string_or_a_comment() {
        let many = "( ".repeat(BRACKETS + 1);
        assert_eq!(said(&format!("\"{many}\"")), "");
        assert_eq!(said(&format!("\"\\\" {many}\"")), "");
        assert_eq!(said(&format!("// {many}\na")), "");
        for counts in [
            format!("\"\" {many}"),
            format!("/ {many}"),
            format!("a//\n{many}"),
        ] {
            assert!(said(&counts).contains("brackets"), "{counts}");
        }
    }

    #[test]
    fn case_18_a_carriage_return_hides_nothing_only_where_a_line_ends() {
        assert_eq!(said("a\r\nb\r\n"), "");
        for hides in ["a\rb\n", "a\r", "a\r\r\n", "a\u{200b}b"] {
            assert!(said(hides).contains("hidden character"), "{hides:?}");
        }
    }
}
