//! Started with an empty list of arguments.

use openpass_testkit::with_no_arguments;

use crate::support::code;

#[test]
fn without_even_its_own_name_the_command_takes_no_variable_for_an_argument() {
    let output = with_no_arguments(env!("CARGO_BIN_EXE_openpass"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code::USAGE), "{said}");
    assert!(said.contains("Usage"), "{said}");
    assert_eq!(output.stdout, b"", "no help was asked for");
}
