//! The README's first example is one that compiles and runs.

const README: &str = include_str!("../../README.md");
const EXAMPLE: &str = include_str!("../examples/embed.rs");

#[test]
fn the_readmes_first_example_is_the_one_that_is_built() {
    let code = EXAMPLE.lines().skip_while(|line| line.starts_with("//!"));
    let code = code.collect::<Vec<_>>().join("\n");
    assert!(
        README.contains(&code),
        "README.md shows another example than examples/embed.rs"
    );
}
