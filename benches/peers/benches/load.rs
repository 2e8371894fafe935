//! Loading policies, beside Cedar's reading of the schema, parse and strict validation of
//! the same texts.

use std::{hint::black_box, process::ExitCode};

use openpass_benches::{Bench, Group, Table, duration, number, plot::Plot};
use openpass_benches_peers::{Own, cedar, ours};
use openpass_policy::PolicyEngine;

const ENGINE: &str = "the engine";
const CEDAR: &str = "Cedar's parse and strict validation";

fn main() -> ExitCode {
    let Some(mut bench) = Bench::begin("load") else {
        return ExitCode::SUCCESS;
    };
    let counts: &[usize] = match bench.whole() {
        true => &[0, 10, 100, 1_000, 10_000],
        false => &[0, 1_000],
    };
    let mut table = Table::new(counts.iter().map(|count| number(*count)));
    let title = "Loading, by the number of rules of one's own";
    let mut plot = Plot::new("load", title, "rules of one's own");
    for &count in counts {
        let (sources, text) = (
            ours::sources(Own::Pinned, count),
            cedar::text(Own::Pinned, count),
        );
        let loads = PolicyEngine::with_policies(&sources);
        let mut group = Group::default();
        match &loads {
            Ok(_) => {
                group = group.row(ENGINE, || PolicyEngine::with_policies(black_box(&sources)));
            }
            Err(error) => println!("{count} rules do not load: {error}"),
        }
        group = group.row(CEDAR, || cedar::loaded(black_box(&text)));
        let ratios: &[(&str, &str, &str)] = match count {
            0 => &[("loading the shipped policies, to Cedar", ENGINE, CEDAR)],
            1_000 => &[("loading 1,000 rules, to Cedar", ENGINE, CEDAR)],
            _ => &[],
        };
        let measured = bench.measure(&mut group, ratios);
        for name in [ENGINE, CEDAR] {
            let cell = measured.get(name).map_or_else(
                || "refused".to_owned(),
                |time| {
                    plot.point(name, count, time);
                    format!("{} ({:.2})", duration(time), measured.ratio(name, CEDAR))
                },
            );
            table.put(name, cell);
        }
    }
    bench.table(&table);
    bench.plot(plot);
    bench.end()
}
