//! The cost of a start of the built command, beside `openpass --version`: with an empty log
//! and a full one, and with 900 policies of one's own.

use std::{path::Path, process::ExitCode};

use openpass_benches::{Bench, Group, Table, duration, programs, rules};

use crate::vaults::Vault;

const VERSION: &str = "`openpass --version`";
const COMMANDS: [(&str, &[&str]); 4] = [
    ("`agent list`", &["agent", "list"]),
    ("`guard status`", &["guard", "status"]),
    ("`policy list`", &["policy", "list"]),
    (
        "a dry run",
        &["agent", "upgrade", "codex", "--tier", "admin", "--dry-run"],
    ),
];
const OWN: usize = 900;

pub(crate) fn run() -> ExitCode {
    let Some(mut bench) = Bench::begin("start") else {
        return ExitCode::SUCCESS;
    };
    let openpass = programs::program(&programs::build(&["openpass-cli"]), "openpass");
    let vaults = vaults(&openpass);
    let mut group = Group::default().children(VERSION, || {
        vaults
            .iter()
            .take(1)
            .for_each(|(_, vault)| vault.looks(&["--version"]));
    });
    for (of, vault) in &vaults {
        for (name, arguments) in COMMANDS {
            group = group.children(format!("{name}, {of}"), move || vault.looks(arguments));
        }
    }
    let measured = bench.measure(
        &mut group,
        &[
            (
                "`agent list`, a full log, to `--version`",
                "`agent list`, a full log",
                VERSION,
            ),
            (
                "`guard status`, a full log, to `--version`",
                "`guard status`, a full log",
                VERSION,
            ),
            (
                "`policy list`, a full log, to `--version`",
                "`policy list`, a full log",
                VERSION,
            ),
            (
                "a dry run, an empty log, to `--version`",
                "a dry run, an empty log",
                VERSION,
            ),
            (
                "a dry run, a full log, to `--version`",
                "a dry run, a full log",
                VERSION,
            ),
            (
                "a dry run, 900 policies to none",
                "a dry run, 900 policies",
                "a dry run, an empty log",
            ),
        ],
    );
    bench.say(
        "The processor time of one start, and how many times that of `openpass --version` it is:",
    );
    let mut table = Table::new(vaults.iter().map(|(of, _)| of.clone()));
    for _ in &vaults {
        table.put(
            VERSION,
            format!("{} (1.00)", duration(measured.of(VERSION))),
        );
    }
    for (name, _) in COMMANDS {
        for (of, _) in &vaults {
            let row = format!("{name}, {of}");
            let (time, ratio) = (duration(measured.of(&row)), measured.ratio(&row, VERSION));
            table.put(name, format!("{time} ({ratio:.2})"));
        }
    }
    bench.table(&table);
    bench.end()
}

fn vaults(openpass: &Path) -> [(String, Vault); 3] {
    let empty = Vault::new(openpass);
    let full = Vault::new(openpass);
    full.fill_the_log();
    let many = Vault::new(openpass);
    for (file, text) in rules::pinned(OWN) {
        many.applies(&file, &text);
    }
    [
        ("an empty log".to_owned(), empty),
        ("a full log".to_owned(), full),
        (format!("{OWN} policies"), many),
    ]
}
