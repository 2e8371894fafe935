//! Single edits, easy and tricky, and what becomes of the text.

use openpass_vault::yaml::{Document, Edit, NewValue, Obstacle, YamlError};

fn text(text: &str) -> NewValue {
    NewValue::Text(text.to_owned())
}

fn list(items: &[&str]) -> NewValue {
    NewValue::TextList(items.iter().map(|item| (*item).to_owned()).collect())
}

fn set(path: &str, value: NewValue) -> Edit {
    Edit::set(path.split('.'), value)
}

fn remove(path: &str) -> Edit {
    Edit::remove(path.split('.'))
}

fn edited(before: &str, edit: Edit) -> Result<String, YamlError> {
    Document::parse(before.as_bytes())?.apply(&[edit])
}

/// Why an edit is refused.
fn obstacle(before: &str, edit: Edit) -> Option<Obstacle> {
    match edited(before, edit) {
        Err(YamlError::Unsupported { why, .. }) => Some(why),
        _ => None,
    }
}

#[test]
fn a_scalar_is_replaced_and_its_comment_stays() {
    for (before, after) in [
        ("a: x # c\n", "a: new # c\n"),
        ("a:   'it''s'\t# c\n", "a:   new\t# c\n"),
        ("a: \"x # y\" # c\n", "a: new # c\n"),
        ("a:\n  x\n# c\n", "a:\n  new\n# c\n"),
        ("a: x\n  y\n  z\nb: 1\n", "a: new\nb: 1\n"),
        ("a: |\n  x\n\n  y\n\nb: 1\n", "a: new\n\nb: 1\n"),
        ("a: |+\n  x\n\nb: 1\n", "a: new\nb: 1\n"),
        ("a: |+\r\n  x\r\n\r\nb: 1", "a: new\r\nb: 1"),
        ("a: # c\nb: 1\n", "a: new # c\nb: 1\n"),
        ("a: ~", "a: new"),
        ("a:", "a: new"),
        ("{a: x, b: 1}\n", "{a: new, b: 1}\n"),
        ("{\"a\":1, b: 1}\n", "{\"a\":new, b: 1}\n"),
        ("--- # d\na: 1\n...\n", "--- # d\na: new\n...\n"),
    ] {
        assert_eq!(edited(before, set("a", text("new"))).as_deref(), Ok(after));
    }
}

#[test]
fn a_list_is_replaced() {
    for (before, after) in [
        (
            "a:\n- x # 1\n# 2\n- y\nb: 1\n",
            "a:\n- x # 1\n# 2\n- new\nb: 1\n",
        ),
        (
            "a: # c\n    - 'x'\n    - y # 2",
            "a: # c\n    - 'x'\n    - new",
        ),
        ("a: [x, # c\n  y]\n", "a: [x, new]\n"),
        ("a: []\n", "a: [x, new]\n"),
        ("a: x\n", "a: [x, new]\n"),
        ("a:\n", "a:\n    - x\n    - new\n"),
        ("a: # c\nb:\n- 1\n", "a: # c\n- x\n- new\nb:\n- 1\n"),
        ("b: 1", "b: 1\na:\n    - x\n    - new"),
        ("{b: 1}\n", "{b: 1, a: [x, new]}\n"),
    ] {
        let edit = set("a", list(&["x", "new"]));
        assert_eq!(edited(before, edit).as_deref(), Ok(after));
    }
}

#[test]
fn a_list_is_emptied() {
    for (before, after) in [
        ("a: # c\n  - x\n  - y\n# d\n", "a: [] # c\n# d\n"),
        ("a: [x]\n", "a: []\n"),
        ("b: 1\n", "b: 1\na: []\n"),
    ] {
        assert_eq!(edited(before, set("a", list(&[]))).as_deref(), Ok(after));
    }
}

#[test]
fn a_missing_entry_is_added_in_the_style_of_the_file() {
    let added = [
        ("", "agents:\n    x:\n        tier: new\n"),
        ("# c", "# c\nagents:\n    x:\n        tier: new"),
        (
            "b: 1\n# c\n",
            "b: 1\nagents:\n    x:\n        tier: new\n# c\n",
        ),
        (
            "agents:\n# c\n",
            "agents:\n    x:\n        tier: new\n# c\n",
        ),
        ("agents: {} # c\n", "agents: {x: {tier: new}} # c\n"),
        ("agents: ~ # c\n", "agents: {x: {tier: new}} # c\n"),
        ("agents: {y: {}}\n", "agents: {y: {}, x: {tier: new}}\n"),
        (
            "agents:\n  y:\n    tier: z\n\n  # c\nb: 1\n",
            "agents:\n  y:\n    tier: z\n  x:\n    tier: new\n\n  # c\nb: 1\n",
        ),
        (
            "agents:\n  x:\n    n: |+\n      l\n\nb: 1\n",
            "agents:\n  x:\n    n: |+\n      l\n\n    tier: new\nb: 1\n",
        ),
        (
            "agents:\r\n x: # c\r\nb: 1\r\n",
            "agents:\r\n x: # c\r\n  tier: new\r\nb: 1\r\n",
        ),
        (
            "---\nb: 1\n...\n",
            "---\nb: 1\nagents:\n    x:\n        tier: new\n...\n",
        ),
    ];
    for (before, after) in added {
        let edit = set("agents.x.tier", text("new"));
        assert_eq!(edited(before, edit).as_deref(), Ok(after));
    }
}

#[test]
fn an_entry_is_removed() {
    for (before, after) in [
        ("# c\na: x # d\n\nb: 1\n", "# c\n\nb: 1\n"),
        (
            "a:\n  # c\n  x: 1\n  y: [1,\n    2]\n# d\nb: 1",
            "# d\nb: 1",
        ),
        ("b: 1\na: 2", "b: 1\n"),
        ("{a: 1, b: 2}\n", "{b: 2}\n"),
        ("{b: 2, a: 1}\n", "{b: 2}\n"),
        ("# c\na: 1\n", "# c\n"),
        ("--- # c\na: 1\n", "--- # c\n"),
    ] {
        assert_eq!(edited(before, remove("a")).as_deref(), Ok(after));
    }
}

#[test]
fn the_last_entry_of_a_mapping_leaves_an_empty_mapping() {
    for (before, after) in [
        (
            "a: # c\n  # d\n  b: 1 # e\nf: 1\n",
            "a: {} # c\n  # d\nf: 1\n",
        ),
        ("a: {b: 1}\n", "a: {}\n"),
    ] {
        assert_eq!(edited(before, remove("a.b")).as_deref(), Ok(after));
    }
}

#[test]
fn an_edit_that_changes_no_value_changes_no_byte() {
    for (before, edit) in [
        ("a: 'x'\n", set("a", text("x"))),
        ("a: *b\n", remove("c")),
        ("a: 0x10\n", set("a", NewValue::Int(16))),
        ("a: [ x,y ]\n", set("a", list(&["x", "y"]))),
        ("a: &x\n  b: 1\n", remove("a.c.d")),
    ] {
        let before = before.replace("*b", "1");
        assert_eq!(edited(&before, edit).as_ref(), Ok(&before));
    }
}

#[test]
fn a_type_change_is_a_change() {
    let after = edited("a: yes\n", set("a", NewValue::Bool(true)));
    assert_eq!(after.as_deref(), Ok("a: true\n"));
    let after = edited("a: 1\n", set("a", text("1")));
    assert_eq!(after.as_deref(), Ok("a: '1'\n"));
}

#[test]
fn edits_near_anchors_aliases_and_tags_are_refused() {
    let anchored = "a: &x\n  b: 1\nc: *x\nd: &y 1\ne: *y\nf: !t\n  g: 1\nh: !t 1\n";
    for (path, why) in [
        ("a.b", Obstacle::Anchor),
        ("a.new", Obstacle::Anchor),
        ("c.b", Obstacle::Alias),
        ("c.new", Obstacle::Alias),
        ("d", Obstacle::Anchor),
        ("e", Obstacle::Alias),
        ("f.g", Obstacle::Tag),
        ("h", Obstacle::Tag),
    ] {
        assert_eq!(
            obstacle(anchored, set(path, text("new"))),
            Some(why),
            "{path}"
        );
    }
    assert_eq!(obstacle(anchored, remove("a")), Some(Obstacle::Anchor));
    assert_eq!(obstacle(anchored, remove("c.b")), Some(Obstacle::Alias));
    // Beside them, and of an alias that nothing else hangs on, edits are fine.
    let after = edited(anchored, set("new", NewValue::Int(1)));
    assert_eq!(after, Ok(format!("{anchored}new: 1\n")));
    let after = edited(anchored, remove("e"));
    assert_eq!(after, Ok(anchored.replace("e: *y\n", "")));
}

#[test]
fn an_anchor_that_nothing_uses_is_in_nobodys_way() {
    let before = "a: &x\n  b: &y 1\nc: &z [d]\n";
    for (path, value, from, to) in [
        ("a.b", NewValue::Int(2), "&y 1", "&y 2"),
        ("a.new", NewValue::Int(2), "&y 1", "&y 1\n  new: 2"),
        ("c", list(&["d", "e"]), "&z [d]", "&z [d, e]"),
    ] {
        let after = edited(before, set(path, value));
        assert_eq!(after, Ok(before.replace(from, to)), "{path}");
    }
    let after = edited(before, remove("a"));
    assert_eq!(after.as_deref(), Ok("c: &z [d]\n"));
}

#[test]
fn around_a_merge_key_edits_are_made_and_through_it_they_are_refused() {
    let before = "s: &s\n  b: 1\n  c: {d: 1}\na:\n  <<: *s\n  e: 1\nf: 1\n";
    for (path, from, to) in [
        ("f", "f: 1", "f: 2"),
        ("a.e", "e: 1", "e: 2"),
        // A key of its own counts before one that is merged.
        ("a.b", "  e: 1", "  e: 1\n  b: 2"),
    ] {
        let after = edited(before, set(path, NewValue::Int(2)));
        assert_eq!(after, Ok(before.replace(from, to)), "{path}");
    }
    for (path, why) in [
        ("a.c.d", Obstacle::MergeKey),
        ("a.c.new", Obstacle::MergeKey),
        ("s.b", Obstacle::Anchor),
    ] {
        assert_eq!(
            obstacle(before, set(path, NewValue::Int(2))),
            Some(why),
            "{path}"
        );
    }
}

#[test]
fn edits_that_are_not_safe_are_refused() {
    for (before, edit, why) in [
        ("a: 1\n", Edit::remove([""; 0]), Obstacle::EmptyPath),
        ("a: 1\n", set("a.b", text("x")), Obstacle::NotAMapping),
        ("a: [1]\n", remove("a.b"), Obstacle::NotAMapping),
        ("a:\n  b: 1\n", set("a", text("x")), Obstacle::OtherKind),
        ("a:\n  - b\n", set("a", text("x")), Obstacle::OtherKind),
        ("? a\n: 1\n", remove("a"), Obstacle::Layout),
        ("{a, b: 1}\n", set("a", text("x")), Obstacle::Layout),
        ("{a: 1, # c\n b: 1}\n", remove("a"), Obstacle::Comment),
        (
            "a: 1 # \u{2028}\n",
            set("a", text("x")),
            Obstacle::LineBreak,
        ),
        ("a: 1\rb: 2\n", set("a", text("x")), Obstacle::LineBreak),
        (
            "k: |+\n  x\n\na: 1\n\n",
            remove("a"),
            Obstacle::ValuesDiffer,
        ),
        ("k: 1\n", set("<<", text("x")), Obstacle::MergeKey),
        ("k: 1\n", set("a.<<.b", text("x")), Obstacle::MergeKey),
    ] {
        assert_eq!(obstacle(before, edit), Some(why), "{before}");
    }
}

#[test]
fn a_refused_edit_says_where_and_what_to_do() {
    let before = "x: 1\na: &k\n  b: 1\nc: *k\n";
    let error = edited(before, set("a.b", text("y"))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2, column 1: \"a.b\" was not changed, since an anchor marks a value that may be \
         used elsewhere too; change it by hand"
    );
}

#[test]
fn one_refused_edit_refuses_them_all() {
    let before = "a: 1\nb: &x 2\nc: *x\n";
    let document = Document::parse(before.as_bytes()).unwrap();
    let edits = [set("a", NewValue::Int(2)), set("b", NewValue::Int(3))];
    assert!(document.apply(&edits).is_err());
    assert_eq!(document.text(), before);
}
