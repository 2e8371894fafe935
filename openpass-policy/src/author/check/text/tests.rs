use cedar_policy::Policy;

use super::written;

#[test]
fn a_part_is_written_as_cedar_has_it_whatever_its_author_calls_things() {
    for part in [
        r#"{"left": 1, "right": context.a}.right == 1"#,
        "principal has a.b",
        "principal is Team::User in Team::Group::\"g\"",
        "{\"Var\": [1, 2]}.Var.contains(1)",
    ] {
        let text = format!("permit (principal, action, resource) when {{ {part} }};");
        let json = Policy::parse(None, text).unwrap().to_json().unwrap();
        assert_eq!(written(json.pointer("/conditions/0/body").unwrap()), part);
    }
}
