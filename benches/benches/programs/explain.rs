//! The cost of explaining a no, by the number of policies that are in the way.

use std::process::ExitCode;

use openpass_benches::{Bench, Group, Table, duration, programs, rules};

use crate::vaults::Vault;

const ONE: &str = "1 policy in the way";
const MANY: &str = "100 policies in the way";
const COMMAND: [&str; 6] = [
    "policy",
    "explain",
    "agent",
    "upgrade",
    "codex",
    "--tier=admin",
];

pub(crate) fn run() -> ExitCode {
    let Some(mut bench) = Bench::begin("explain") else {
        return ExitCode::SUCCESS;
    };
    let openpass = programs::program(&programs::build(&["openpass-cli"]), "openpass");
    let vaults = [(ONE, 1), (MANY, 100)].map(|(name, count)| {
        let vault = Vault::new(&openpass);
        for (file, text) in rules::in_the_way(count) {
            vault.applies(&file, &text);
        }
        (name, vault)
    });
    let mut group = Group::default();
    for (name, vault) in &vaults {
        group = group.children(*name, || vault.looks(&COMMAND));
    }
    let measured = bench.measure(
        &mut group,
        &[("a no by 100 policies to one by 1", MANY, ONE)],
    );
    bench.say("The processor time of `openpass policy explain` of a change that is denied:");
    let mut table = Table::new(["time", "to one policy"]);
    for name in [ONE, MANY] {
        table.put(name, duration(measured.of(name)));
        table.put(name, format!("{:.2}", measured.ratio(name, ONE)));
    }
    bench.table(&table);
    bench.end()
}
