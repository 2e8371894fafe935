//! What is read, what is not, and what the refusals say.

use std::time::{Duration, Instant};

use openpass_vault::yaml::{Document, Edit, MAX_BYTES, NewValue, Tree, YamlError};

fn refusal(text: &str) -> String {
    let error = Document::parse(text.as_bytes()).err();
    error.map_or_else(String::new, |error| error.to_string())
}

#[test]
fn values_are_read_with_their_types_and_order() {
    let text = "b: 1\na: [x, '1', 1.5, ~, true, yes]\n1: &k {c: !t 2}\nd: *k\n";
    let document = Document::parse(text.as_bytes()).unwrap();
    assert_eq!(document.keys(&[]).unwrap(), ["b", "a", "1", "d"]);
    let list = vec![
        Tree::Text("x".into()),
        Tree::Text("1".into()),
        Tree::Float(1.5),
        Tree::Null,
        Tree::Bool(true),
        Tree::Text("yes".into()),
    ];
    assert_eq!(document.tree().get(&["a"]), Some(&Tree::List(list)));
    let tagged = document.tree().get(&["d", "c"]);
    assert!(matches!(tagged, Some(Tree::Tagged(_, value)) if **value == Tree::Int(2)));
}

#[test]
fn getters_read_as_the_product_does_or_refuse() {
    let text = "a: yes\nb: off\nc: [x, y]\nd: 1_000\ne: ~\nf: {g: 010}\nh: Yes\n";
    let document = Document::parse(text.as_bytes()).unwrap();
    assert_eq!(document.bool(&["a"]), Ok(Some(true)));
    assert_eq!(document.bool(&["b"]), Ok(Some(false)));
    assert_eq!(document.bool(&["e"]), Ok(None));
    assert_eq!(document.text_list(&["c"]), Ok(Some(vec!["x", "y"])));
    assert_eq!(document.text_at(&["missing", "too"]), Ok(None));
    assert_eq!(document.keys(&["e"]), Ok(vec![]));
    for (result, message) in [
        (
            document.bool(&["h"]).err(),
            "line 7, column 1: \"h\" must be true or false, not text; correct it by hand",
        ),
        (
            document.int(&["f", "g"]).err(),
            "line 6, column 5: \"f.g\" must be a whole number, not text; correct it by hand",
        ),
        (
            document.text_at(&["c", "x"]).err(),
            "line 3, column 1: \"c.x\" must be text, not a list; correct it by hand",
        ),
    ] {
        assert_eq!(
            result.map(|error| error.to_string()).as_deref(),
            Some(message)
        );
    }
    assert!(document.int(&["d"]).is_err());
}

#[test]
fn a_file_without_entries_is_an_empty_mapping() {
    for text in ["", "\n", "# c", "\r\n  # c\r\n"] {
        let document = Document::parse(text.as_bytes()).unwrap();
        assert_eq!(document.tree(), &Tree::Map(vec![]));
    }
}

#[test]
fn refusals_say_where_and_what_to_do() {
    for (text, message) in [
        (
            "a: 1\nb:\n  c: 1\n  \"c\": 2\n",
            "line 4, column 3: the key \"c\" is there twice; remove one of the two by hand",
        ),
        (
            "a: [\n{x: 1, x: 2}]\n",
            "line 2, column 8: the key \"x\" is there twice; remove one of the two by hand",
        ),
        (
            "a: 1\n1: x\n\"1\": y\n",
            "line 3, column 1: the key \"1\" is there twice; remove one of the two by hand",
        ),
        (
            "a: &x {b: 1}\nc:\n  <<: *x\n",
            "line 3, column 3: the merge key \"<<\" is not read; write its entries out by hand",
        ),
        (
            "a: 1\n~: 2\n",
            "line 1, column 1: a key in the mapping that begins here is null; write a key",
        ),
        (
            "# c\n---\na: 1\n--- # next\nb: 1\n",
            "line 4, column 1: a second document begins; leave one document in the file",
        ),
        (
            "- a\n",
            "line 1, column 1: the file must hold keys and values, not a list; correct it by hand",
        ),
        (
            "~\n",
            "line 1, column 1: the file must hold keys and values, not nothing; correct it by hand",
        ),
        (
            "a: 1\nb: é *x\nc: *x\n",
            "line 3, column 4: this is not YAML that can be read (unknown anchor); correct it by hand",
        ),
    ] {
        assert_eq!(refusal(text), message);
    }
    assert!(refusal("a: 1\n b: 2\n").starts_with("line 2, column 3: this is not YAML"));
    assert!(refusal("a: 1\n}\n").starts_with("line 2, column 1: this is not YAML"));
    let at = Document::parse(b"a: 1\nb: \xff\n").unwrap_err().to_string();
    assert_eq!(
        at,
        "line 2, column 4: the file is not UTF-8 text; save it as UTF-8"
    );
}

#[test]
fn text_from_the_file_is_escaped_in_messages() {
    let message = refusal("\"\\e[2J\\u202E\": 1\n\"\\e[2J\\u202E\": 2\n");
    assert!(message.contains(r"\u{1b}[2J\u{202e}"), "{message}");
}

#[test]
fn aliases_cannot_blow_a_file_up() {
    let aliases = format!(
        "a: &a [{}]\nb: [{}]\n",
        "1,".repeat(200_000),
        "*a,".repeat(200_000)
    );
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(500_000),
        "*a,".repeat(100_000)
    );
    let mut laughs = String::from("a0: &a0 [x]\n");
    for level in 1..30 {
        let below = format!("*a{},", level - 1).repeat(9);
        laughs.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    assert!(refusal(&laughs).contains("repetition limit"));
    for text in [aliases, long] {
        let start = Instant::now();
        let error = Document::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, YamlError::TooManyValues { .. }), "{error}");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    let loops = refusal("a: &a [*a]\n");
    assert!(loops.contains("recursion limit"), "{loops}");
}

#[test]
fn deep_and_long_files_are_refused_in_bounded_time() {
    let repeated = |part: &str| part.repeat(MAX_BYTES / part.len());
    // Open brackets without end, and as many as are read at all.
    let open = format!("{}{}", "{a: ".repeat(1000), "b,".repeat(500_000));
    for (text, why) in [
        (repeated("["), "too long to be read"),
        (repeated("- {a: "), "too long to be read"),
        (open, "not YAML"),
        ("[".repeat(30_000), "recursion limit"),
        ("{a: ".repeat(8000), "not YAML"),
        (repeated("- "), "recursion limit"),
        (repeated("? "), "a key of plain text"),
    ] {
        let start = Instant::now();
        assert!(refusal(&text).contains(why), "{}", refusal(&text));
        assert!(start.elapsed() < Duration::from_secs(30));
    }
    assert!(refusal(&"#".repeat(MAX_BYTES + 1)).starts_with("the file has 1048577 bytes"));
    assert_eq!(refusal(&"#".repeat(MAX_BYTES)), "");
}

#[test]
fn a_large_file_is_edited_in_bounded_time() {
    let text: String = (0..20_000)
        .map(|n| format!("k{n}:\n  - x # {n}\n  - 'y'\n"))
        .collect();
    let start = Instant::now();
    let document = Document::parse(text.as_bytes()).unwrap();
    let edit = Edit::set(["k19999"], NewValue::TextList(vec!["x".into(), "z".into()]));
    let after = document.apply(&[edit, Edit::remove(["k0"])]).unwrap();
    assert!(after.ends_with("k19999:\n  - x # 19999\n  - z\n"));
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}
