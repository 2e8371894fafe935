//! The README's example is the one that is built, and that runs as the front page's.

const EXAMPLE: &str = include_str!("../examples/notes.rs");

#[test]
fn the_readmes_example_is_the_one_that_is_built() {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once("```rust\n").unwrap();
    let (shown, _) = rest.split_once("```\n").unwrap();
    let code = EXAMPLE.lines().skip_while(|line| line.starts_with("//!"));
    let code: String = code.flat_map(|line| [line, "\n"]).collect();
    assert_eq!(shown, code);
}
