//! The file's text: one JSON document, read strictly.

use std::{collections::BTreeMap, io};

use openpass_auth::{Attempts, Tally};
use serde::{Deserialize, Serialize};

use crate::moment::Time;

/// The greatest length of a file of attempts, in bytes.
const MAX_BYTES: usize = 128 * 1024;
/// The one version there is.
const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    version: u8,
    failures: Counted,
    declines: Counted,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    agents: BTreeMap<String, Counted>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    failures_of_agents: BTreeMap<String, Counted>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    count: u32,
    last: Option<Time>,
    cleared: u64,
}

/// Reads the file's text, or says what is wrong with it.
pub(super) fn parse(bytes: &[u8]) -> Result<Attempts, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!(
            "it has {} bytes, and no more than {MAX_BYTES} are read",
            bytes.len()
        ));
    }
    let record: Record = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if record.version != VERSION {
        return Err(format!("version {} is not known", record.version));
    }
    Ok(Attempts {
        failures: tally(record.failures)?,
        declines: tally(record.declines)?,
        agents: agents(record.agents)?,
        failures_of_agents: agents(record.failures_of_agents)?,
    })
}

/// The file's text for `attempts`.
pub(super) fn text(attempts: &Attempts) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(&Record {
        version: VERSION,
        failures: counted(&attempts.failures),
        declines: counted(&attempts.declines),
        agents: counted_apart(&attempts.agents),
        failures_of_agents: counted_apart(&attempts.failures_of_agents),
    })?;
    text.push(b'\n');
    Ok(text)
}

fn counted_apart(agents: &BTreeMap<String, Tally>) -> BTreeMap<String, Counted> {
    let agents = agents.iter();
    agents
        .map(|(name, tally)| (name.clone(), counted(tally)))
        .collect()
}

/// Refuses more agents, or longer names, than are counted apart.
fn agents(counted: BTreeMap<String, Counted>) -> Result<BTreeMap<String, Tally>, String> {
    let long = |name: &String| name.len() > Attempts::LONGEST_NAME;
    // One more for those that have no tally of their own.
    if counted.len() > Attempts::MOST_AGENTS + 1 || counted.keys().any(long) {
        return Err("it counts too many agents, or an agent whose name is too long".to_owned());
    }
    let agents = counted.into_iter();
    agents
        .map(|(name, counted)| Ok((name, tally(counted)?)))
        .collect()
}

fn tally(counted: Counted) -> Result<Tally, String> {
    let last = counted.last.as_ref().map(Time::moment).transpose()?;
    // A count without a time would be a wait without a beginning.
    if (counted.count > 0) != last.is_some() {
        return Err("a count has no time, or a time has no count".to_owned());
    }
    Ok(Tally {
        count: counted.count,
        last,
        cleared: counted.cleared,
    })
}

fn counted(tally: &Tally) -> Counted {
    Counted {
        count: tally.count,
        last: tally.last.map(Time::from),
        cleared: tally.cleared,
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use openpass_auth::{Moment, SinceBoot};
    use proptest::prelude::*;

    use super::*;

    fn tallies() -> impl Strategy<Value = Tally> {
        let duration =
            || (any::<u64>(), 0_u32..1_000_000_000).prop_map(|(s, n)| Duration::new(s, n));
        let boot = (any::<u128>(), duration()).prop_map(|(id, elapsed)| SinceBoot { id, elapsed });
        let last =
            (duration(), prop::option::of(boot)).prop_map(|(wall, boot)| Moment { wall, boot });
        (1_u32.., prop::option::of(last), any::<u64>()).prop_map(|(count, last, cleared)| Tally {
            count: if last.is_some() { count } else { 0 },
            last,
            cleared,
        })
    }

    proptest! {
        #[test]
        fn attempts_come_back_to_the_nanosecond(
            failures in tallies(),
            declines in tallies(),
            agents in prop::collection::btree_map("\\PC{0,16}", tallies(), 0..65),
            failures_of_agents in prop::collection::btree_map("\\PC{0,16}", tallies(), 0..65),
        ) {
            let attempts = Attempts { failures, declines, agents, failures_of_agents };
            let text = text(&attempts).unwrap();
            prop_assert!(text.len() <= MAX_BYTES);
            prop_assert_eq!(parse(&text), Ok(attempts));
        }

        #[test]
        fn whatever_is_in_the_file_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(parse(&bytes).is_err());
        }

        #[test]
        fn a_file_that_was_cut_short_is_refused(failures in tallies(), at in any::<prop::sample::Index>()) {
            let attempts = Attempts { failures, ..Attempts::default() };
            let text = text(&attempts).unwrap();
            // Without its newline it is whole.
            let cut = &text[..at.index(text.len() - 1)];
            prop_assert!(parse(cut).is_err());
        }
    }

    #[test]
    fn what_this_version_would_not_write_is_refused() {
        let good = r#"{"version":1,"failures":{"count":0,"last":null,"cleared":0},"declines":{"count":0,"last":null,"cleared":0}}"#;
        assert_eq!(parse(good.as_bytes()), Ok(Attempts::default()));
        let broken = [
            good.replace("\"version\":1", "\"version\":2"),
            good.replace("\"version\":1,", ""),
            good.replace("\"count\":0", "\"count\":-1"),
            good.replace("\"count\":0", "\"count\":5"),
            good.replace("\"count\":0", "\"count\":4294967296"),
            good.replace("\"cleared\":0}}", "\"cleared\":0},\"unlimited\":true}"),
            good.replace(
                "\"failures\"",
                "\"failures\":{\"count\":0,\"last\":null,\"cleared\":0},\"failures\"",
            ),
            good.replacen("null", r#"{"wall":{"secs":1,"nanos":0},"boot":null}"#, 1),
            format!("{good}{good}"),
            format!("{good}{}", " ".repeat(MAX_BYTES)),
            "{}".to_owned(),
        ];
        for text in broken {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
