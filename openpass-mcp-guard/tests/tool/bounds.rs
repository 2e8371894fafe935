//! What is too long, too wide or too deep.

use openpass_mcp_guard::tool::{Arguments, ArgumentsProblem as Problem, Tool, ToolError};
use serde_json::{Value, json};

use crate::world::{assert_fits, assert_refused, fragment, taking};

#[test]
fn what_is_wide_is_declared_as_long_as_an_engine_takes_it() {
    let list = json!({ "type": "array", "items": { "type": "number" } });
    let kinds = [
        (json!({ "type": "string" }), "\"a\"", 359),
        (json!({ "type": "number" }), "1", 119),
        (list.clone(), "[1,2]", 69),
        (
            json!({ "type": "object", "properties": { "a": list } }),
            "{\"a\":[]}",
            56,
        ),
    ];
    for (schema, value, most) in kinds {
        for (count, is_seen) in [(most, true), (most + 1, false)] {
            let members = (0..count).map(|number| (format!("m {number}"), schema.clone()));
            let tool = taking(Value::Object(members.collect()));
            assert_eq!(tool.unspecified().is_empty(), is_seen, "{schema} {count}");
            assert_fits(&tool, &format!("{{\"m 0\":{value},\"m 55\":{value}}}"));
        }
    }
}

#[test]
fn what_is_deep_is_declared_or_unspecified() {
    let long = taking(json!({ "n".repeat(129): { "type": "string" } }));
    assert_eq!(long.unspecified().len(), 1);
    for levels in 1..14 {
        let (mut schema, mut value) = (json!({ "type": "string" }), json!("v"));
        for level in 0..levels {
            (schema, value) = match level % 2 {
                0 => (json!({ "type": "array", "items": schema }), json!([value])),
                _ => {
                    let properties = json!({ "a": schema });
                    let schema = json!({ "type": "object", "properties": properties });
                    (schema, json!({ "a": value }))
                }
            };
        }
        let tool = taking(json!({ "x": schema }));
        let arguments = json!({ "x": value }).to_string();
        assert_eq!(tool.unspecified().is_empty(), levels <= 7, "{levels}");
        assert_eq!(
            tool.arguments_text(&arguments).unwrap().is_unspecified(),
            levels > 7
        );
        assert_fits(&tool, &arguments);
    }
}

#[test]
fn a_description_that_is_no_tool_is_refused() {
    let long = format!(
        r#"{{"name":"a","description":"{}"}}"#,
        "x".repeat(Tool::MAX_BYTES)
    );
    assert!(matches!(
        Tool::parse(&long),
        Err(ToolError::TooLarge { .. })
    ));
    let wide = format!(r#"{{"name":"a"{}}}"#, " ".repeat(6 * Tool::MAX_BYTES));
    assert!(matches!(
        Tool::parse(&wide),
        Err(ToolError::TooLarge { .. })
    ));
    let deep = |levels| {
        format!(
            r#"{{"name":"a","x":{}{}}}"#,
            "[".repeat(levels),
            "]".repeat(levels)
        )
    };
    assert!(Tool::parse(&deep(31)).is_ok());
    assert!(matches!(Tool::parse(&deep(32)), Err(ToolError::TooDeep)));
    assert!(matches!(
        Tool::parse(&deep(100_000)),
        Err(ToolError::TooDeep)
    ));
    for text in ["null", "[]", "1", "\"a\""] {
        assert!(
            matches!(Tool::parse(text), Err(ToolError::NotAnObject)),
            "{text}"
        );
    }
    for text in [
        "{}",
        r#"{"name":null}"#,
        r#"{"name":1}"#,
        r#"{"name":["a"]}"#,
    ] {
        assert!(
            matches!(Tool::parse(text), Err(ToolError::NoName)),
            "{text}"
        );
    }
    for text in [
        "",
        "{",
        r#"{"name":"a","name":"a"}"#,
        r#"{"name":"a"}x"#,
        r#"{"name":"\ud800"}"#,
    ] {
        assert!(
            matches!(Tool::parse(text), Err(ToolError::Json(_))),
            "{text}"
        );
    }
    // A title that is no text is kept as it is.
    let odd = Tool::parse(r#"{"name":"a","title":null,"description":[1]}"#).unwrap();
    assert_eq!((odd.title(), odd.description()), (None, None));
    let fragment = fragment(std::slice::from_ref(&odd));
    let read = openpass_mcp_guard::tool::Fragment::parse(&fragment.text()).unwrap();
    assert_eq!(read.tool("a").unwrap().0, &odd);
}

#[test]
fn what_is_too_deep_or_too_long_is_refused_at_once() {
    let tool = taking(json!({ "a": {} }));
    let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    tool.arguments_text(&deep(31)).unwrap();
    for levels in [32, 33, 200, 500_000] {
        assert_refused(&tool, &deep(levels), "(all of them)", &Problem::TooDeep);
    }
    let long = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
    tool.arguments_text(&long(Arguments::MAX_BYTES)).unwrap();
    let bytes = Arguments::MAX_BYTES + 1;
    assert_refused(
        &tool,
        &long(bytes),
        "(all of them)",
        &Problem::TooLarge { bytes },
    );
    // A long name is told once for each value below it.
    let names = format!(
        "{{\"a\":{{\"{}\":[{}1]}}}}",
        "n".repeat(300_000),
        "1,".repeat(300_000)
    );
    assert_refused(&tool, &names, "(all of them)", &Problem::TooMany);
}

#[test]
fn arguments_of_any_shape_are_read_in_a_time_that_goes_with_their_length() {
    let any = taking(json!({ "x": {} }));
    let words = json!({ "type": "string", "enum": (0..6_000).map(|it| format!("w{it}")).collect::<Vec<_>>() });
    let member = json!({ "type": "object", "additionalProperties": true });
    let list = |of: &Value| taking(json!({ "x": { "type": "array", "items": of } }));
    let numbers = format!("{{\"x\":[{}0]}}", "0,".repeat(500_000));
    assert_eq!(any.arguments_text(&numbers).unwrap().told().len(), 500_001);
    let worded = format!("{{\"x\":[{}\"w5999\"]}}", "\"w5999\",".repeat(100_000));
    assert!(list(&words).arguments_text(&worded).is_ok());
    let objects = format!("{{\"x\":[{}{{}}]}}", "{},".repeat(300_000));
    assert!(list(&member).arguments_text(&objects).is_ok());
    let members: Vec<String> = (0..80_000).map(|it| format!("\"{it}\":1")).collect();
    let wide = format!("{{\"x\":{{{}}}}}", members.join(","));
    assert_eq!(any.arguments_text(&wide).unwrap().told().len(), 80_000);
}
