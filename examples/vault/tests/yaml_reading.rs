//! What is read, what is not, and what the refusals say.

use std::time::{Duration, Instant};

use openpass_vault::yaml::{Content, Document, Edit, MAX_BYTES, NewValue, YamlError};

/// Longer than this, and it hangs; how fast the machine is does not decide.
const HANGS: Duration = Duration::from_secs(120);

fn refusal(text: &str) -> String {
    let error = Document::parse(text.as_bytes()).err();
    error.map_or_else(String::new, |error| error.to_string())
}

#[test]
fn values_are_read_with_their_types_and_order() {
    let text = "b: 1\na: [x, '1', 1.5, ~, true, yes]\n1: &k {c: !t 2}\nd: *k\n";
    let document = Document::parse(text.as_bytes()).unwrap();
    assert_eq!(document.keys(&[]).unwrap(), ["b", "a", "1", "d"]);
    let list = document.tree().get(&["a"]).unwrap();
    let Content::List(items) = list.content() else {
        panic!("a list");
    };
    let kinds: Vec<_> = items
        .iter()
        .map(|item| (item.kind(), item.as_text()))
        .collect();
    let expected = [
        ("text", Some("x")),
        ("text", Some("1")),
        ("a number with a fraction", None),
        ("nothing", None),
        ("true or false", None),
        ("text", Some("yes")),
    ];
    assert_eq!(kinds, expected);
    let alias = document.tree().get(&["d"]).unwrap();
    let shared = document.tree().get(&["1"]).unwrap();
    assert!(alias.is_alias() && !alias.is_shared());
    assert!(shared.is_shared() && !shared.is_alias());
    assert_eq!((alias.line(), shared.line()), (3, 3));
    // A tag that is not YAML's own leaves a text.
    assert_eq!(
        document.tree().get(&["d", "c"]).unwrap().as_text(),
        Some("2")
    );
}

#[test]
fn getters_read_as_the_product_does_or_refuse() {
    let text = "a: yes\nb: off\nc: [x, ~, 1]\nd: 1_000\ne: ~\nf: {g: 010}\nh: Yes\ni: 'On'\n\
                j: 60.9\nk: 'true'\nl: !!str 1\nm: 1e30\nn: 7\n";
    let document = Document::parse(text.as_bytes()).unwrap();
    for (key, value) in [("a", true), ("b", false), ("h", true), ("i", true)] {
        assert_eq!(document.bool(&[key]), Ok(Some(value)), "{key}");
    }
    assert_eq!(document.bool(&["e"]), Ok(None));
    assert_eq!(document.text_list(&["c"]), Ok(Some(vec!["x", "1"])));
    assert_eq!(document.text_at(&["missing", "too"]), Ok(None));
    assert_eq!(document.text_at(&["n"]), Ok(Some("7")));
    assert_eq!(document.keys(&["e"]), Ok(vec![]));
    for (path, number) in [(&["d"][..], 1000), (&["f", "g"], 8), (&["j"], 60)] {
        assert_eq!(document.int(path), Ok(Some(number)), "{path:?}");
    }
    for (result, message) in [
        (
            document.bool(&["k"]).err(),
            "line 10, column 1: \"k\" must be true or false, not text; correct it by hand",
        ),
        (
            document.bool(&["n"]).err(),
            "line 13, column 1: \"n\" must be true or false, not a whole number; correct it by hand",
        ),
        (
            document.int(&["l"]).err(),
            "line 11, column 1: \"l\" must be a whole number, not text; correct it by hand",
        ),
        (
            document.int(&["m"]).err(),
            "line 12, column 1: \"m\" must be a whole number, not a number with a fraction; \
             correct it by hand",
        ),
        (
            document.text_at(&["c", "x"]).err(),
            "line 3, column 1: \"c.x\" must be keys and values, not a list; correct it by hand",
        ),
    ] {
        assert_eq!(
            result.map(|error| error.to_string()).as_deref(),
            Some(message)
        );
    }
}

#[test]
fn a_merge_key_brings_in_what_is_not_written_out() {
    let text = "one: &one {a: 1, b: 1, c: ~}\ntwo: &two\n  <<: *one\n  b: 2\n  d: 2\n\
                three:\n  <<: [*two, {e: 3, a: 3}]\n  d: 3\n";
    let document = Document::parse(text.as_bytes()).unwrap();
    assert_eq!(document.keys(&["two"]).unwrap(), ["b", "d", "a", "c"]);
    assert_eq!(
        document.keys(&["three"]).unwrap(),
        ["d", "b", "a", "c", "e"]
    );
    for (key, number) in [("a", 1), ("b", 2), ("d", 3), ("e", 3)] {
        assert_eq!(document.int(&["three", key]), Ok(Some(number)), "{key}");
    }
    let wrong = Document::parse(b"a: {<<: 1, b: 2}\n").unwrap();
    assert!(
        wrong
            .keys(&["a"])
            .unwrap_err()
            .to_string()
            .contains("merge")
    );
}

#[test]
fn what_two_parsers_read_differently_is_refused() {
    // YAML 1.1 ends a line, and so a comment, at U+2028 and U+0085; YAML 1.2
    // does not. The product's parser does.
    for (text, line) in [
        ("a: 1\n# c\u{2028}b: 2\n", 1),
        ("a: 1\nb: x\u{85}c: 2\n", 2),
    ] {
        let refused = refusal(text);
        assert!(refused.starts_with(&format!("line {line},")), "{refused}");
        let differs = refused.contains("two parsers read the file differently");
        assert!(differs || refused.contains("not YAML"), "{refused}");
    }
}

#[test]
fn a_file_without_entries_is_an_empty_mapping() {
    for text in ["", "\n", "# c", "\r\n  # c\r\n"] {
        let document = Document::parse(text.as_bytes()).unwrap();
        assert!(document.tree().is_map() && document.tree().entries().is_empty());
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
            "a: &x b\nc:\n  *x : d\n",
            "line 3, column 3: this key is not plain text; write it out without a tag or an alias",
        ),
        (
            "a: 1\n'<<': 2\n",
            "line 2, column 1: this key is not plain text; write it out without a tag or an alias",
        ),
        (
            "a: 1\n<<: {}\n<<: {}\n",
            "line 3, column 1: the key \"<<\" is there twice; remove one of the two by hand",
        ),
        (
            "a: 1\n~: 2\n",
            "line 2, column 1: this key is null; write a key",
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
    assert!(refusal(&laughs).contains("aliases repeat too much"));
    for text in [aliases, long] {
        let start = Instant::now();
        let error = Document::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, YamlError::TooManyValues { .. }), "{error}");
        assert!(start.elapsed() < HANGS);
    }
    let loops = refusal("a: &a [*a]\n");
    assert!(loops.contains("a part of"), "{loops}");
    let mut chain = String::from("a0: &a0 [x]\n");
    for level in 1..200 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(refusal(&chain).contains("nest too deep"));
}

#[test]
fn deep_and_long_files_are_refused_in_bounded_time() {
    let repeated = |part: &str| part.repeat(MAX_BYTES / part.len());
    // Open brackets without end, and as many as are read at all.
    let open = format!("{}{}", "{a: ".repeat(1000), "b,".repeat(500_000));
    for (text, why) in [
        (repeated("["), "too long to be read"),
        (repeated("- {a: "), "too long to be read"),
        (open, "nest too deep"),
        ("[".repeat(30_000), "nest too deep"),
        ("{a: ".repeat(8000), "nest too deep"),
        (repeated("- "), "nest too deep"),
        (repeated("? "), "not plain text"),
    ] {
        let start = Instant::now();
        assert!(refusal(&text).contains(why), "{}", refusal(&text));
        assert!(start.elapsed() < HANGS);
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
    assert!(start.elapsed() < HANGS, "{:?}", start.elapsed());
}
