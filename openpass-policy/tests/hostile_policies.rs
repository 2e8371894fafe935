//! Broken policies of somebody who wants the messages long, slow, or the loader ended.
#![expect(clippy::disallowed_methods, reason = "the files are no vault's")]
#![expect(clippy::unwrap_used, reason = "a test")]

use openpass_policy::{PolicyEngine, PolicyLoadError, PolicySource, ProblemKind};

/// How long a message and its help are together, in bytes: each is cut at 600 characters.
const LONGEST: usize = 2_000;

fn error(text: impl Into<String>) -> PolicyLoadError {
    PolicyEngine::with_policies(&[PolicySource::new("own.cedar", text)]).unwrap_err()
}

#[test]
fn a8_names_of_64_kib_are_cut_in_every_message() {
    let long = "a".repeat(64 << 10);
    for policy in [
        format!("forbid (principal, action == OpenPass::Action::\"{long}\", resource);"),
        format!("forbid (principal is {long}, action, resource);"),
        format!("forbid (principal, action, resource) when {{ context.{long} }};"),
        format!(
            "forbid (principal, action, resource) \
             when {{ context.channel == OpenPass::Channel::\"{long}\" }};"
        ),
        format!("forbid (principal, action, resource) when {{ context.channel == \"{long}\" }};"),
        format!("{long} (principal, action, resource);"),
        format!("forbid (principal, action, resource) {long} {{ true }};"),
        format!("forbid (principal, action, resource) when {{ {long} }};"),
        format!("forbid (principal, action, resource) when {{ context.attended.{long}(1) }};"),
        format!("forbid (principal, action, resource) when {{ ({long} }};"),
        format!("# {long}\nforbid (principal, action, resource);"),
        format!("forbid (principal == \"{long}\", action, resource);"),
        format!("@id(\"{long}\") forbid (principal, action, resource);"),
        format!("forbid (principal, action == OpenPass::Action::“{long}”, resource);"),
    ] {
        for problem in error(policy).problems() {
            let help = problem.help.as_deref().unwrap_or_default();
            let length = problem.message.len() + help.len();
            assert!(length < LONGEST, "{length}");
        }
    }
}

#[test]
fn a8_thousands_of_problems_are_a_hundred_and_a_number() {
    let many: String = (0..300)
        .map(|number| {
            format!("forbid (principal, action, resource) when {{ context.atended{number} }};\n")
        })
        .collect();
    let error = error(many);
    let (last, shown) = error.problems().split_last().unwrap();
    assert_eq!(shown.len(), 100);
    assert_eq!(last.kind, ProblemKind::More);
    assert!(last.message.contains("200 more problems"), "{last}");
    let taken = "@id(\"one\") permit (principal, action, resource);\n".repeat(300);
    let error = self::error(taken);
    assert_eq!(error.problems().len(), 101);
    assert!(error.to_string().contains("199 more problems"), "{error}");
    let wrong = "forbid (principal, action) when { true };\n".repeat(300);
    let error = self::error(wrong);
    assert!(error.problems().len() <= 101);
    assert_eq!(error.problems().last().unwrap().kind, ProblemKind::More);
}

/// `text` without a part of it, at many places.
fn damaged(text: &str) -> Vec<String> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let damage = |at: usize| {
        let (before, behind) = text.split_at(at);
        let rest: String = behind.chars().skip(1).collect();
        [
            before.to_owned(),
            behind.to_owned(),
            format!("{before}{rest}"),
        ]
    };
    places.into_iter().step_by(13).flat_map(damage).collect()
}

#[test]
fn a8_no_part_of_a_broken_policy_ends_the_loader() {
    let mut all = Vec::new();
    for file in std::fs::read_dir("tests/broken").unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        // One id is in force once, and the others would not be looked at.
        let lines = text.lines().filter(|line| !line.starts_with("@id"));
        all.extend(damaged(&lines.collect::<Vec<_>>().join("\n")));
    }
    for some in all.chunks(40) {
        let sources = some.iter().enumerate();
        let sources = sources.map(|(at, text)| PolicySource::new(format!("{at}.cedar"), text));
        let sources: Vec<PolicySource> = sources.collect();
        let error = PolicyEngine::with_policies(&sources).unwrap_err();
        let faults = error.problems().iter();
        let fault = faults.into_iter().find(|it| it.kind == ProblemKind::Engine);
        assert!(fault.is_none(), "{error}");
    }
}

fn bytes(bytes: Vec<u8>) -> String {
    let error = PolicySource::from_bytes("own.cedar", bytes).unwrap_err();
    let problem = error.problems().first().unwrap();
    assert_eq!(problem.kind, ProblemKind::Unreadable);
    problem.to_string()
}

#[test]
fn a8_a_file_in_another_encoding_is_told_which_and_what_to_do() {
    let policy = "// Für alle.\nforbid (principal, action, resource);\n";
    let little: Vec<u8> = policy.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = policy.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (mark, text) in [(&[0xff, 0xfe], little), (&[0xfe, 0xff], big)] {
        for bytes in [[mark.as_slice(), &text].concat(), text] {
            let said = self::bytes(bytes);
            assert!(said.contains("UTF-16"), "{said}");
            assert!(said.contains("iconv -f UTF-16 -t UTF-8"), "{said}");
        }
    }
    let latin: Vec<u8> = policy
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let said = bytes(latin.clone());
    assert!(said.starts_with("own.cedar:1:5: the byte 0xfc"), "{said}");
    assert!(
        said.contains("`ü`") && said.contains("iconv -f LATIN1"),
        "{said}"
    );

    let folder = std::env::temp_dir().join(format!("openpass-latin-{}", std::process::id()));
    std::fs::write(&folder, &latin).unwrap();
    let read = PolicySource::file(&folder).unwrap_err().to_string();
    std::fs::remove_file(&folder).unwrap();
    assert!(read.contains("the byte 0xfc"), "{read}");

    let marked = [b"\xef\xbb\xbf".as_slice(), policy.as_bytes()].concat();
    assert_eq!(
        PolicySource::from_bytes("own.cedar", marked).unwrap().text,
        policy
    );
}
