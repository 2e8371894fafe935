//! A decision, beside its peers, with ever more rules of one's own.
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use std::{hint::black_box, process::ExitCode};

use openpass_auth::Factor;
use openpass_benches::{Bench, Group, Measured, Table, duration, number, plot::Plot};
use openpass_benches_peers::{
    Own, biscuit::Biscuit, casbin::Casbin, cedar::Cedar, ours, rego::Rego,
};
use openpass_policy::{AuthFactor, PolicyEngine};

const THREE_WAY: &str = "the engine, three-way";
const ONE: &str = "the engine, one factor";
const CEDAR: &str = "plain Cedar, once";
const REGORUS: &str = "regorus, all three at once";
const CASBIN: &str = "casbin, once";
const BISCUIT: &str = "biscuit, once";

fn main() -> ExitCode {
    let Some(mut bench) = Bench::begin("decide") else {
        return ExitCode::SUCCESS;
    };
    pinned(&mut bench);
    conditions(&mut bench);
    hypotheticals(&mut bench);
    bench.end()
}

fn pinned(bench: &mut Bench) {
    bench.say("Rules of one's own that are each about another agent, by their number:");
    let counts: &[usize] = match bench.whole() {
        true => &[0, 10, 100, 1_000, 10_000],
        false => &[0, 1_000, 10_000],
    };
    let mut table = Table::new(counts.iter().map(|count| number(*count)));
    let title = "A decision, by the number of rules that are each about another agent";
    let mut plot = Plot::new("decide-pinned", title, "rules of one's own");
    let mut at_first = None;
    for &count in counts {
        let ratios: &[(&str, &str, &str)] = match count {
            0 => &[("three-way to plain Cedar, no rules", THREE_WAY, CEDAR)],
            1_000 => &[(
                "three-way to regorus, 1,000 pinned rules",
                THREE_WAY,
                REGORUS,
            )],
            _ => &[],
        };
        let measured = beside(bench, Own::Pinned, count, ratios);
        put(&mut table, &mut plot, count, &measured);
        let ours = measured.get(THREE_WAY);
        at_first = at_first.or(ours);
        let grown = "three-way, 10,000 pinned rules to none";
        match (count, ours, at_first) {
            (10_000, Some(ours), Some(first)) => {
                bench.hold(grown, ours.as_secs_f64() / first.as_secs_f64());
            }
            (10_000, ..) => bench.leave_out(grown, "the engine refuses to load so many"),
            _ => {}
        }
    }
    bench.table(&table);
    bench.plot(plot);
}

fn conditions(bench: &mut Bench) {
    bench.say("Rules about anybody, each with a condition that has to be looked at:");
    let counts: &[usize] = match bench.whole() {
        true => &[10, 100, 1_000],
        false => &[100, 1_000],
    };
    let mut table = Table::new(counts.iter().map(|count| number(*count)));
    let title = "A decision, by the number of rules with a condition to look at";
    let mut plot = Plot::new("decide-conditions", title, "rules of one's own");
    for &count in counts {
        let ratios: &[(&str, &str, &str)] = match count {
            100 => &[("three-way to plain Cedar, 100 conditions", THREE_WAY, CEDAR)],
            1_000 => &[(
                "three-way to plain Cedar, 1,000 conditions",
                THREE_WAY,
                CEDAR,
            )],
            _ => &[],
        };
        let measured = beside(bench, Own::Conditions, count, ratios);
        put(&mut table, &mut plot, count, &measured);
    }
    bench.table(&table);
    bench.plot(plot);
}

/// Measures the engine and its peers, the engine where it loads so many rules.
fn beside(
    bench: &mut Bench,
    own: Own,
    count: usize,
    ratios: &[(&'static str, &str, &str)],
) -> Measured {
    let engine = ours::engine(own, count);
    let operation = ours::operation();
    let cedar = Cedar::new(own, count);
    let mut group = Group::default();
    match &engine {
        Ok(engine) => {
            group = group
                .row(THREE_WAY, || engine.decide(black_box(&operation)))
                .row(ONE, || {
                    engine.decide_with(black_box(&operation), AuthFactor::None)
                });
        }
        Err(error) => println!("{count} rules do not load: {error}"),
    }
    group = group.row(CEDAR, || cedar.once());
    if bench.whole() || ratios.iter().any(|(.., other)| *other == REGORUS) {
        let mut rego = Rego::new(own, count);
        group = group.row(REGORUS, move || rego.decide());
    }
    if bench.whole() {
        let casbin = Casbin::new(own, count);
        let mut biscuit = Biscuit::new(own, count);
        group = group
            .row(CASBIN, move || casbin.once("none"))
            .row(BISCUIT, move || biscuit.once());
    }
    bench.measure(&mut group, ratios)
}

fn put(table: &mut Table, plot: &mut Plot, count: usize, measured: &Measured) {
    for name in [THREE_WAY, ONE, CEDAR, REGORUS, CASBIN, BISCUIT] {
        let cell = measured.get(name).map_or_else(
            || {
                if [THREE_WAY, ONE].contains(&name) {
                    "not loaded"
                } else {
                    ""
                }
                .to_owned()
            },
            |time| {
                plot.point(name, count, time);
                format!("{} ({:.2})", duration(time), measured.ratio(name, CEDAR))
            },
        );
        table.put(name, cell);
    }
}

/// The cost of each further factor that can be asked for.
fn hypotheticals(bench: &mut Bench) {
    bench.say("The same question with no rules, by how many factors can be asked for:");
    let all = [Factor::Passphrase, Factor::Biometry, Factor::SecurityKey];
    let engines: Vec<PolicyEngine> = (1..=all.len())
        .map(|count| {
            let factors = all.into_iter().take(count);
            PolicyEngine::builder().factors(factors).build().unwrap()
        })
        .collect();
    let operation = ours::operation();
    let cedar = Cedar::new(Own::Pinned, 0);
    let mut group = Group::default();
    let names = ["1 factor", "2 factors", "3 factors"];
    for (name, engine) in names.into_iter().zip(&engines) {
        let operation = &operation;
        group = group.row(name, move || engine.decide(black_box(operation)));
    }
    group = group.row(CEDAR, || cedar.once());
    let measured = bench.measure(&mut group, &[]);
    let mut table = Table::new(names);
    for name in names {
        let (time, ratio) = (duration(measured.of(name)), measured.ratio(name, CEDAR));
        table.put(THREE_WAY, format!("{time} ({ratio:.2})"));
    }
    bench.table(&table);
    let (one, three) = (
        measured.ratio("1 factor", CEDAR),
        measured.ratio("3 factors", CEDAR),
    );
    bench.hold("each further factor, to plain Cedar", (three - one) / 2.0);
}
