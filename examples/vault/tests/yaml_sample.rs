//! Edits of a configuration that the real product wrote change the intended
//! lines and no others.

use openpass_vault::yaml::{Content, Document, Edit, NewValue, Tree};

const SAMPLE: &str = openpass_testkit::CONFIG;

/// The lines that went and the lines that came, without those at both ends
/// that stayed.
fn diff<'t>(before: &'t str, after: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let mut old: Vec<&str> = before.split_inclusive('\n').collect();
    let mut new: Vec<&str> = after.split_inclusive('\n').collect();
    while !old.is_empty() && old.first() == new.first() {
        old.remove(0);
        new.remove(0);
    }
    while !old.is_empty() && old.last() == new.last() {
        old.pop();
        new.pop();
    }
    (old, new)
}

/// Every agent's fields, with their values.
fn fields(document: &Document) -> Vec<(String, String, Tree)> {
    let mut fields = Vec::new();
    for agent in document.keys(&["agents"]).unwrap_or_default() {
        for field in document.keys(&["agents", agent]).unwrap_or_default() {
            if let Some(value) = document.tree().get(&["agents", agent, field]) {
                fields.push((agent.to_owned(), field.to_owned(), value.clone()));
            }
        }
    }
    fields
}

#[test]
fn setting_a_field_changes_its_line_alone() {
    let document = Document::parse(SAMPLE.as_bytes()).unwrap();
    let mut count = 0;
    for (agent, field, value) in fields(&document) {
        let path = ["agents", &agent, &field];
        let flag = document.bool(&path).ok().flatten();
        let (new, written) = match value.kind() {
            "true or false" => {
                let value = !flag.unwrap();
                (NewValue::Bool(value), value.to_string())
            }
            "a whole number" => (NewValue::Int(7), "7".to_owned()),
            "text" => (NewValue::Text("~".into()), "'~'".to_owned()),
            _ => continue,
        };
        let edit = Edit::set(["agents", &agent, &field], new);
        let after = document.apply(&[edit]).unwrap();
        let (old, new) = diff(SAMPLE, &after);
        assert_eq!(new, [format!("        {field}: {written}\n")]);
        assert_eq!(old.len(), 1);
        assert!(old[0].starts_with(&format!("        {field}: ")));
        count += 1;
    }
    assert_eq!(count, 75);
}

#[test]
fn a_list_changes_only_the_items_that_differ() {
    let document = Document::parse(SAMPLE.as_bytes()).unwrap();
    let mut count = 0;
    for (agent, field, value) in fields(&document) {
        let Content::List(items) = value.content() else {
            continue;
        };
        let path = ["agents", &agent, &field];
        let texts = document.text_list(&path).unwrap().unwrap();
        assert_eq!(texts.len(), items.len());

        let mut longer: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        longer.push("yes".into());
        let after = document.apply(&[Edit::set(path, NewValue::TextList(longer.clone()))]);
        let after = after.unwrap();
        assert_eq!(
            diff(SAMPLE, &after),
            (vec![], vec!["            - 'yes'\n"])
        );

        longer.pop();
        let gone = longer.remove(0);
        let after = document.apply(&[Edit::set(path, NewValue::TextList(longer.clone()))]);
        let after = after.unwrap();
        let (old, new) = diff(SAMPLE, &after);
        if longer.is_empty() {
            assert_eq!(new, [format!("        {field}: []\n")]);
        } else {
            assert_eq!(new, [""; 0]);
            assert_eq!(old.len(), 1);
            assert!(old[0].contains(&gone));
        }
        count += 1;
    }
    assert_eq!(count, 9);
}

#[test]
fn removing_a_field_removes_its_lines_alone() {
    let document = Document::parse(SAMPLE.as_bytes()).unwrap();
    for (agent, field, value) in fields(&document) {
        let lines = match value.content() {
            Content::List(items) => items.len() + 1,
            _ => 1,
        };
        let edit = Edit::remove(["agents", &agent, &field]);
        let after = document.apply(&[edit]).unwrap();
        let (old, new) = diff(SAMPLE, &after);
        assert_eq!(new, [""; 0], "{agent} {field}");
        assert_eq!(old.len(), lines, "{agent} {field}");
    }
}

#[test]
fn adding_a_field_adds_one_line_at_the_end_of_its_agent() {
    let document = Document::parse(SAMPLE.as_bytes()).unwrap();
    for agent in document.keys(&["agents"]).unwrap() {
        let edit = Edit::set(["agents", agent, "max_reads_per_day"], NewValue::Int(5));
        let after = document.apply(&[edit]).unwrap();
        let added = vec!["        max_reads_per_day: 5\n"];
        assert_eq!(diff(SAMPLE, &after), (vec![], added));
    }
}

#[test]
fn a_whole_agent_is_added_and_removed_without_a_trace() {
    let document = Document::parse(SAMPLE.as_bytes()).unwrap();
    let edits = [
        Edit::set(
            ["agents", "new one", "tier"],
            NewValue::Text("read-only".into()),
        ),
        Edit::set(["agents", "new one", "canWrite"], NewValue::Bool(false)),
        Edit::set(
            ["agents", "new one", "allowed_tools"],
            NewValue::TextList(vec!["get_entry".into()]),
        ),
    ];
    let after = document.apply(&edits).unwrap();
    let added = vec![
        "    'new one':\n",
        "        tier: read-only\n",
        "        canWrite: false\n",
        "        allowed_tools:\n",
        "            - get_entry\n",
    ];
    assert_eq!(diff(SAMPLE, &after), (vec![], added));

    let document = Document::parse(after.as_bytes()).unwrap();
    let back = document
        .apply(&[Edit::remove(["agents", "new one"])])
        .unwrap();
    assert_eq!(back, SAMPLE);
}

#[test]
fn every_agent_can_be_removed_until_none_is_left() {
    let document = Document::parse(SAMPLE.as_bytes()).unwrap();
    let agents = document.keys(&["agents"]).unwrap();
    let edits: Vec<Edit> = agents
        .iter()
        .map(|agent| Edit::remove(["agents", agent]))
        .collect();
    let after = document.apply(&edits).unwrap();
    assert!(after.starts_with("agents: {}\nvault:\n"));
}

#[test]
fn the_same_edits_keep_crlf() {
    let crlf = SAMPLE.replace('\n', "\r\n");
    let lf = Document::parse(SAMPLE.as_bytes()).unwrap();
    let document = Document::parse(crlf.as_bytes()).unwrap();
    for (agent, field, _) in fields(&lf) {
        let add = [
            Edit::remove(["agents", &agent, &field]),
            Edit::set(
                ["agents", &agent, "x"],
                NewValue::TextList(vec!["a".into()]),
            ),
            Edit::set(["new", "y"], NewValue::Int(1)),
        ];
        let after = document.apply(&add).unwrap();
        assert_eq!(after, lf.apply(&add).unwrap().replace('\n', "\r\n"));
    }
}
