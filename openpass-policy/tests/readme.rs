//! The first example of every crate's README is one that compiles and runs. That of
//! the repository's own is run by `.ci/readme-example.sh`.
#![expect(clippy::unwrap_used, reason = "a test")]

const EXAMPLE: &str = include_str!("../examples/embed.rs");

/// The first example of a README.
fn example(readme: &str) -> &str {
    let (_, rest) = readme.split_once("```rust\n").unwrap();
    rest.split_once("```\n").unwrap().0
}

#[test]
fn the_readmes_example_of_the_guard_is_the_one_that_is_built() {
    let code = EXAMPLE.lines().skip_while(|line| line.starts_with("//!"));
    let code: String = code.flat_map(|line| [line, "\n"]).collect();
    assert_eq!(example(include_str!("../README.md")), code);
}

/// Front pages are built with the documentation's tests.
#[test]
fn the_example_of_every_other_crates_readme_is_its_front_pages() {
    for (name, readme, front_page) in [
        (
            "openpass-approval",
            include_str!("../../openpass-approval/README.md"),
            include_str!("../../openpass-approval/src/lib.rs"),
        ),
        (
            "openpass-auth",
            include_str!("../../openpass-auth/README.md"),
            include_str!("../../openpass-auth/src/lib.rs"),
        ),
        (
            "openpass-auth-macos",
            include_str!("../../openpass-auth-macos/README.md"),
            include_str!("../../openpass-auth-macos/src/lib.rs"),
        ),
        (
            "openpass-auth-passphrase",
            include_str!("../../openpass-auth-passphrase/README.md"),
            include_str!("../../openpass-auth-passphrase/src/lib.rs"),
        ),
        (
            "openpass-policy-yaml",
            include_str!("../../openpass-policy-yaml/README.md"),
            include_str!("../../openpass-policy-yaml/src/lib.rs"),
        ),
    ] {
        let lines = front_page
            .lines()
            .map_while(|line| line.strip_prefix("//!"));
        let text: String = lines
            .flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"])
            .collect();
        assert!(text.contains(example(readme)), "{name}");
    }
}
