//! A program that is started with an empty list of arguments, without its own name.

use std::process::{Command, Output, Stdio};

/// execve(2) with an empty list. Since Linux 5.18 the kernel puts one empty argument there;
/// before, and elsewhere, the program finds none at all.
const STARTS: &str = "import ctypes, sys
program = sys.argv[1].encode()
variables = [b'LANG=C', b'--help', b'OPENPASS_AGENT=hermes']
none = (ctypes.c_char_p * 1)(None)
environment = (ctypes.c_char_p * (len(variables) + 1))(*variables, None)
ctypes.CDLL(None).execve(program, none, environment)
sys.exit(99)
";

/// Starts `program` so, with variables that would mean something as arguments, and nothing
/// on its stdin.
pub fn with_no_arguments(program: &str) -> Output {
    let mut python = Command::new("python3");
    python.args(["-c", STARTS, program]).stdin(Stdio::null());
    let output = python.output().unwrap();
    assert_ne!(output.status.code(), Some(99), "{program} was not started");
    output
}
