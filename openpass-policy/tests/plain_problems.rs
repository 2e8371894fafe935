//! What a host without the feature `author` has to say of a policy that does not
//! load: every problem with its place, as plain text.

use openpass_policy::{PolicyEngine, PolicyProblem, PolicySource};

fn line(problem: &PolicyProblem) -> String {
    let place = match (problem.line, problem.column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        _ => String::new(),
    };
    let help = problem.help.iter().map(|help| format!(" ({help})"));
    let help: String = help.collect();
    format!("  {}{place}: {}{help}", problem.file, problem.message)
}

#[test]
fn case_18_every_problem_is_said_with_file_line_and_column_as_plain_text() {
    let mut placed = 0;
    for file in std::fs::read_dir("tests/broken").unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let error = PolicyEngine::with_policies(&[PolicySource::new(name, text)]).unwrap_err();
        let said = error.to_string();
        let lines: Vec<&str> = said.lines().skip(1).collect();
        let expected: Vec<String> = error.problems().iter().map(line).collect();
        assert_eq!(lines, expected);
        placed += expected
            .iter()
            .filter(|line| line.contains(":1:") || line.contains(":2:"))
            .count();
        assert!(said.contains(name), "{said}");
    }
    assert!(placed > 0);
}

#[test]
fn case_18_a_place_is_the_line_and_the_character_in_it_also_behind_long_characters() {
    let text =
        "// ü\npermit (principal, action, resource)\n  when { \"ü\" == \"ü\" && context.x };";
    let error = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)]);
    let said = error.unwrap_err().to_string();
    assert!(said.contains("\n  own.cedar:3:32: "), "{said}");
}

/// What it says to write is no head with brackets in brackets.
#[test]
fn a8_several_principals_in_a_head_stand_in_a_condition() {
    let list = r#"[OpenPass::Agent::"a", OpenPass::Agent::"b"]"#;
    let text = format!("forbid (principal in {list}, action, resource);");
    let error = PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)]);
    let said = error.unwrap_err().to_string();
    let condition = format!("when {{ {list}.contains(principal) }}");
    let help = format!(
        "(write `principal is OpenPass::Agent` there, and after the head write `{condition}`)"
    );
    assert!(said.contains(&help), "{said}");
    let mended = format!("forbid (principal is OpenPass::Agent, action, resource) {condition};");
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", mended)]).unwrap();
}
