//! The cost of explaining a no, by the number of policies that are in the way.

use std::process::ExitCode;

use openpass_benches::{Bench, Group, Table, duration, programs, rules};

use crate::vaults::Vault;

const COUNTS: [(&str, usize); 3] = [
    ("1 policy in the way", 1),
    ("20 policies in the way", 20),
    ("100 policies in the way", 100),
];
const COMMAND: [&str; 6] = [
    "policy",
    "explain",
    "agent",
    "upgrade",
    "codex",
    "--tier=admin",
];
/// Where 20 policies cost so much more than one, 100 cost minutes.
const STEEP: f64 = 20.0;

pub(crate) fn run() -> ExitCode {
    let Some(mut bench) = Bench::begin("explain") else {
        return ExitCode::SUCCESS;
    };
    let openpass = programs::program(&programs::build(&["openpass-cli"]), "openpass");
    let vaults = COUNTS.map(|(name, count)| {
        let vault = Vault::new(&openpass);
        for (file, text) in rules::in_the_way(count) {
            vault.applies(&file, &text);
        }
        (name, vault)
    });
    let [(one, _), (some, _), (many, _)] = COUNTS;
    let group = |count| {
        let vaults = vaults.iter().take(count);
        vaults.fold(Group::default(), |group, (name, vault)| {
            group.children(*name, || vault.looks(&COMMAND))
        })
    };
    let mut measured = bench.measure(
        &mut group(2),
        &[("a no by 20 policies to one by 1", some, one)],
    );
    let line = "a no by 100 policies to one by 1";
    if measured.ratio(some, one) < STEEP {
        measured = bench.measure(&mut group(3), &[(line, many, one)]);
    } else {
        bench.leave_out(line, "20 policies take so long already");
    }
    bench.say("The processor time of `openpass policy explain` of a change that is denied:");
    let mut table = Table::new(["time", "to one policy"]);
    for (name, _) in COUNTS {
        let (time, ratio) = measured.get(name).map_or_else(
            || ("not measured".to_owned(), String::new()),
            |time| (duration(time), format!("{:.2}", measured.ratio(name, one))),
        );
        table.put(name, time);
        table.put(name, ratio);
    }
    bench.table(&table);
    bench.end()
}
