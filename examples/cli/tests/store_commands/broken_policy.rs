//! A policy file that does not load: of which file it is said, and how often.

use std::{fs, path::PathBuf};

use crate::sample::{Ended, Sample};

const SYNTAX: &str = "forbid (principal, action, resource)\n";
const UNFIT: &str = "forbid (principal, action, resource) when { context.atended };\n";
const FAILS: &str = "@id(\"sum\") forbid (principal is OpenPass::Agent, action, resource)\n\
     when { principal.tier + 9223372036854775807 > 0 };\n";
const GOOD: &str = "@id(\"mine\") forbid (principal, action == OpenPass::Action::\"createToken\", \
     resource);\n";

/// A file outside the vault.
fn given(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("night.cedar");
    fs::write(&path, bytes).unwrap();
    path
}

fn applied(sample: &Sample, bytes: &[u8]) -> (Ended, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = given(&folder, bytes);
    let path = path.to_str().unwrap();
    (sample.script(&["policy", "apply", path]), path.to_owned())
}

#[test]
fn a9_a_broken_file_is_told_of_by_its_own_name_and_nothing_is_applied() {
    let sample = Sample::new();
    let before = sample.files();
    let wide: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, what) in [
        (SYNTAX.as_bytes(), "there is no `;` after it"),
        (UNFIT.as_bytes(), "write `context.attended`"),
        (FAILS.as_bytes(), "cannot be evaluated"),
        (b"", "there is no policy in it"),
        (b"// f\xfcr alle\n", "in Latin-1 is `\u{fc}`"),
        (&wide, "UTF-16"),
    ] {
        let (ended, path) = applied(&sample, bytes);
        let ended = ended.with(6).saying(what).saying(&path);
        let ended = ended.saying("nothing was applied");
        for wrong in ["policies/night.cedar", "policy remove", "policy apply`"] {
            assert!(!ended.stderr.contains(wrong), "{wrong} in {ended:#?}");
        }
        assert!(sample.changed(&before).is_empty(), "{what}");
    }
}

#[test]
fn a9_broken_files_of_the_vault_are_told_of_beside_the_one_that_was_given() {
    let sample = Sample::new();
    sample.write("policies/other.cedar", SYNTAX);
    let (ended, path) = applied(&sample, UNFIT.as_bytes());
    let ended = ended.with(6).saying(&format!("{path} does not load"));
    let ended = ended.saying("Warning: policies/");
    let warned = ended.stderr.split("Error:").next().unwrap_or_default();
    assert!(warned.contains("policies/other.cedar:1:"), "{ended:#?}");
    assert!(!warned.contains("night.cedar"), "{ended:#?}");

    let folder = tempfile::tempdir().unwrap();
    let good = given(&folder, GOOD.as_bytes());
    let ended = sample.run(&["policy", "apply", good.to_str().unwrap(), "--dry-run"]);
    drop(ended.with(0).saying("policies/other.cedar:1:"));
}

#[test]
fn a14_programs_read_each_problem_as_one_line_and_people_below_its_line() {
    let what = "there is no `;` after it";
    let sample = Sample::new();
    let folder = tempfile::tempdir().unwrap();
    let path = given(&folder, SYNTAX.as_bytes());
    let path = path.to_str().unwrap();
    let matrix = ["policy", "matrix", "--diff"];
    sample.write("other/night.cedar", SYNTAX);
    let other = sample.dir().join("other");
    for command in [
        &["policy", "apply", path][..],
        &[&matrix[..], &[other.to_str().unwrap()]].concat(),
    ] {
        let piped = sample.run(command).with(6);
        assert_eq!(piped.stderr.matches(what).count(), 1, "{piped:#?}");
        assert!(piped.stderr.contains("night.cedar:1:37: "), "{piped:#?}");
        assert!(!piped.stderr.contains('╭'), "{piped:#?}");

        let seen = sample.person(command).leaves().with(6).screen;
        assert_eq!(seen.matches(what).count(), 1, "{seen}");
        assert!(
            seen.contains('╭') && seen.contains("night.cedar:1:37]"),
            "{seen}"
        );

        let json = sample
            .run(&[command, &["--output", "json"]].concat())
            .with(6);
        assert_eq!(json.stdout.matches(what).count(), 1, "{json:#?}");
        assert_eq!(json.stderr.matches(what).count(), 1, "{json:#?}");
        let said = json.json();
        assert!(said["error"].as_str().unwrap().contains(what), "{said}");
    }
}
