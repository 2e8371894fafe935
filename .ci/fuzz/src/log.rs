//! The guard's log: it is whole if its lines are those that were written, in their order.

use openpass_policy::Tier;
use openpass_vault::{Change, FieldEdit, GuardLog};

use crate::place::Place;

const FILE: &str = "guard/log.jsonl";

struct Genuine {
    place: Place,
    /// The file as it was written.
    text: Vec<u8>,
}

thread_local! {
    static GENUINE: Genuine = genuine();
}

fn genuine() -> Genuine {
    let place = Place::new();
    let agent = || "codex".to_owned();
    let tier = |tier| Change::SetTier {
        agent: agent(),
        tier,
    };
    place.make(&tier(Tier::Standard));
    place.make(&Change::EditAgent {
        agent: agent(),
        edits: vec![FieldEdit {
            field: "canWrite".to_owned(),
            value: "true".to_owned(),
        }],
    });
    place.make(&tier(Tier::ReadOnly));
    let text = place.read(FILE);
    let found = GuardLog::of(&place.vault).verify().unwrap();
    assert!(found.is_whole() && found.genuine > 6, "{found:?}");
    Genuine { place, text }
}

/// The file, in which a line `@N` stands for the Nth line that was written.
pub(crate) fn log(bytes: &[u8]) {
    GENUINE.with(|Genuine { place, text }| {
        let written: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let file: Vec<u8> = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .flat_map(|line| named(line, &written).unwrap_or(line).to_vec())
            .collect();
        place.write(FILE, &file);
        let log = GuardLog::of(&place.vault);
        let found = log.verify().unwrap();
        let same = file == *text;
        if same {
            assert!(found.is_whole(), "{found:?}");
        }
        // Behind what was written there may be what a power cut leaves: half a line, and
        // lines with zeros where a block was never written.
        let broken_off = file.strip_prefix(text.as_slice()).is_some_and(|behind| {
            let mut lines = behind.split_inclusive(|byte| *byte == b'\n');
            lines.all(|line| !line.ends_with(b"\n") || line.contains(&0))
        });
        assert!(!found.is_whole() || same || broken_off, "{found:?}");
        let genuine = usize::try_from(found.genuine).unwrap();
        assert!(genuine <= written.len(), "{found:?}");
        drop(log.lines());
    });
}

fn named<'l>(line: &[u8], written: &[&'l [u8]]) -> Option<&'l [u8]> {
    let number = line.strip_prefix(b"@")?.trim_ascii_end();
    let number: usize = core::str::from_utf8(number).ok()?.parse().ok()?;
    written.get(number).copied()
}
