//! `--quiet`: nothing but errors and what was asked for.

use crate::sample::Sample;

#[test]
fn c14_a_quiet_change_says_nothing_when_it_is_made_and_what_is_wrong_when_it_is_not() {
    let sample = Sample::new();
    let raise = ["agent", "upgrade", "codex", "--tier", "admin", "--quiet"];
    let made = sample.script(&raise).with(0);
    assert_eq!((made.stdout.as_str(), made.stderr.as_str()), ("", ""));
    let port = ["config", "set", "mcp.port", "8081", "-q"];
    let made = sample.script(&port).with(0);
    assert_eq!((made.stdout.as_str(), made.stderr.as_str()), ("", ""));
    let refused = sample
        .script_with(&["config", "set", "mcp.port", "1", "-q"], "wrong")
        .with(10);
    assert!(refused.stderr.starts_with("Error: "), "{refused:#?}");
    let unknown = ["agent", "show", "nobody", "--quiet"];
    let unknown = sample.run(&unknown).with(2);
    assert!(unknown.stderr.starts_with("Error: "), "{unknown:#?}");
}

#[test]
fn c14_what_was_asked_for_is_printed_when_it_is_quiet() {
    let sample = Sample::new();
    let listed = sample.run(&["agent", "list", "--quiet"]).with(0);
    assert!(listed.stdout.contains("hermes"), "{listed:#?}");
    assert_eq!(sample.run(&["guard", "status", "-q"]).with(0).stderr, "");
    let raise = ["agent", "upgrade", "codex", "--tier", "admin", "-q"];
    let dry = sample.run(&[&raise[..], &["--dry-run"]].concat()).with(0);
    assert!(dry.stderr.contains("canWrite"), "{dry:#?}");
    let json = sample
        .script(&[&raise[..], &["--output", "json"]].concat())
        .with(0);
    assert_eq!(json.json()["outcome"], "done");
    assert_eq!(json.stderr, "");
}
