//! Random edits of random files, judged by what shares no code with the
//! editor: another reader's values, and a record of which line is whose.
//!
//! `PROPTEST_CASES=20000` makes it thorough.

#[path = "yaml_fuzz/files.rs"]
mod files;
#[path = "yaml_fuzz/judge.rs"]
mod judge;

use openpass_vault::yaml::{Document, Edit, NewValue, YamlError};
use proptest::{collection::vec, prelude::*, sample::Index};

use files::{File, file};

/// Texts and keys that readers like to take for something else.
fn word() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "", "~", "yes", "1_000", "12:30:00", "0x1", "*a", "&a", "!t", "a: b", "a #b", "- a", "'",
        "\"", "\\", "<<x", "é", "\u{202e}", "\n", "a\nb", "\t", "\u{85}", "\u{feff}", "-", "?",
        "tier", "agents", "a", "b", "standard", "{", "]", ",", "%", "@x", "---", "...", "a\r\nb",
    ]);
    prop_oneof![4 => odd.prop_map(str::to_owned), 1 => ".{0,12}"]
}

fn new_value() -> impl Strategy<Value = NewValue> {
    prop_oneof![
        any::<bool>().prop_map(NewValue::Bool),
        any::<i64>().prop_map(NewValue::Int),
        word().prop_map(NewValue::Text),
        vec(word(), 0..4).prop_map(NewValue::TextList),
    ]
}

/// An edit at a path that may be there, cut short or made longer.
#[derive(Debug, Clone)]
struct Wish {
    path: Index,
    cut: usize,
    more: Vec<String>,
    value: Option<NewValue>,
}

fn wish() -> impl Strategy<Value = Wish> {
    let more = prop_oneof![3 => Just(Vec::new()), 2 => vec(word(), 1..3)];
    let value = prop_oneof![2 => new_value().prop_map(Some), 1 => Just(None)];
    (any::<Index>(), 0_usize..2, more, value).prop_map(|(path, cut, more, value)| Wish {
        path,
        cut,
        more,
        value,
    })
}

impl Wish {
    fn edit(&self, paths: &[Vec<String>]) -> Edit {
        let mut path = match paths {
            [] => Vec::new(),
            paths => self.path.get(paths).clone(),
        };
        path.truncate(path.len().saturating_sub(self.cut));
        path.extend(self.more.iter().cloned());
        match &self.value {
            Some(value) => Edit::set(path, value.clone()),
            None => Edit::remove(path),
        }
    }
}

/// Characters that mean something in YAML, to break files with.
fn damage() -> impl Strategy<Value = Vec<(Index, u8, char)>> {
    let sign = prop::sample::select(
        " \n:-#'\"{}[],&*!|>?%~a1\t\r\u{85}é"
            .chars()
            .collect::<Vec<_>>(),
    );
    vec((any::<Index>(), 0_u8..4, sign), 1..4)
}

fn damaged(text: &str, damage: &[(Index, u8, char)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, how, sign) in damage {
        let at = at.index(letters.len() + 1);
        let rest = letters.split_off(at);
        // The letters up to the end of the line are said twice.
        let line = rest.split_inclusive(|letter| *letter == '\n').next();
        match how {
            0 => {}
            1 => letters.push(*sign),
            2 => letters.extend(line.unwrap_or_default()),
            _ => {
                letters.push(*sign);
                letters.extend(rest.first());
            }
        }
        // The first two lose a letter, the others add some.
        letters.extend(rest.iter().skip(usize::from(*how != 2)));
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn an_edit_of_a_tidy_file_is_exact(file in file(), wish in wish()) {
        let File { text, lines, paths } = &file;
        let document = Document::parse(text.as_bytes()).map_err(|error| {
            TestCaseError::fail(format!("{error}\n{text}"))
        })?;
        let edit = wish.edit(paths);
        match document.apply(std::slice::from_ref(&edit)) {
            Ok(after) => {
                judge::values(text, &after, &edit)?;
                judge::lines(text, lines, &after, &edit)?;
            }
            Err(error) => judge::refusal(document.tree(), &edit, &error, text)?,
        }
    }

    #[test]
    fn an_edit_of_a_damaged_file_is_right_or_refused(
        file in file(),
        damage in damage(),
        wish in wish(),
    ) {
        let text = damaged(&file.text, &damage);
        if let Ok(document) = Document::parse(text.as_bytes()) {
            let edit = wish.edit(&judge::paths(document.tree()));
            match document.apply(std::slice::from_ref(&edit)) {
                Ok(after) => judge::values(&text, &after, &edit)?,
                Err(error) => prop_assert!(
                    matches!(error, YamlError::Unsupported { .. }),
                    "{error}"
                ),
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[ \\n:\\-#'\"{}\\[\\],&*!|>?%~a1]{0,60}") {
        if let Ok(document) = Document::parse(text.as_bytes()) {
            let edit = Edit::set(["a"], NewValue::Bool(true));
            if let Ok(after) = document.apply(std::slice::from_ref(&edit)) {
                judge::values(&text, &after, &edit)?;
            }
        }
    }
}
