//! SECURITY.md says which tests stand against which attack.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The cases of the first audit end here.
const LAST: u32 = 63;
const ROOT: &str = "../..";

/// Each row's cases, and the files that it names whole.
fn rows() -> Vec<(BTreeSet<u32>, Vec<PathBuf>)> {
    let page = fs::read_to_string(Path::new(ROOT).join("SECURITY.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let cases = cases_of(cells.next()?)?;
        let files = cells.nth(1)?.trim_end_matches(" |").split([',', ';']);
        let whole = files.map(str::trim).filter(|file| file.contains('/'));
        let paths = whole.map(|file| Path::new(ROOT).join(file)).collect();
        Some((cases, paths))
    });
    rows.collect()
}

/// `28–31` and `51, 52`.
fn cases_of(cell: &str) -> Option<BTreeSet<u32>> {
    let mut cases = BTreeSet::new();
    for part in cell.split(", ") {
        let (first, last) = part.split_once('–').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        cases.extend(first..=last);
    }
    Some(cases)
}

/// Every number that a test's name carries, below `folder`.
fn in_names(folder: &Path, found: &mut BTreeSet<u32>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !name.starts_with('.') && name != "target" {
            in_names(&path, found);
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).unwrap();
            let numbers = text.split("fn case_").skip(1);
            let numbers = numbers.filter_map(|it| it.split('_').next()?.parse::<u32>().ok());
            found.extend(numbers);
        }
    }
}

#[test]
fn every_case_has_a_row_whose_files_are_there() {
    let mut named = (1..=LAST).collect();
    in_names(Path::new(ROOT), &mut named);
    let rows = rows();
    let told: BTreeSet<u32> = rows.iter().flat_map(|(cases, _)| cases).copied().collect();
    let untold: Vec<&u32> = named.difference(&told).collect();
    assert!(untold.is_empty(), "no row for {untold:?}");
    for (cases, files) in rows {
        let missing: Vec<&PathBuf> = files.iter().filter(|file| !is_there(file)).collect();
        assert!(missing.is_empty(), "{cases:?}: {missing:?}");
    }
}

/// A row may go on about the package of the file before.
fn is_there(file: &Path) -> bool {
    let below = file.strip_prefix(ROOT).unwrap();
    let of_a_package = |package: &str| {
        Path::new(ROOT).join(package).join(below).exists()
            || Path::new(ROOT)
                .join(package)
                .join("tests")
                .join(below)
                .exists()
    };
    file.exists()
        || [
            "openpass-auth-macos",
            "openpass-auth-passphrase",
            "openpass-policy",
            "examples/cli",
            "examples/vault",
            "examples/mcp-server",
        ]
        .into_iter()
        .any(of_a_package)
}
