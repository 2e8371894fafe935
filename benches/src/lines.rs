//! The lines that ratios are held to.

/// A bound of a ratio within one run.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Line {
    /// The benchmark that measures it.
    pub bench: &'static str,
    /// The two things that are compared.
    pub what: &'static str,
    /// Above this, the run fails. It is today's ratio, with room for noise.
    pub allowed: f64,
    /// The ratio to reach.
    pub aim: f64,
}

const fn line(bench: &'static str, what: &'static str, allowed: f64, aim: f64) -> Line {
    Line {
        bench,
        what,
        allowed,
        aim,
    }
}

/// Every line: the benchmark, what is compared, what is allowed, the aim.
#[rustfmt::skip]
pub const LINES: &[Line] = &[
    line("decide", "three-way to plain Cedar, no rules", 2.2, 1.2),
    line("decide", "three-way to plain Cedar, 100 conditions", 1.7, 1.2),
    line("decide", "three-way to plain Cedar, 1,000 conditions", 1.7, 1.2),
    line("decide", "three-way to regorus, 1,000 pinned rules", 1.0, 1.0),
    line("decide", "three-way, 10,000 pinned rules to none", 1.5, 1.5),
    line("decide", "each further factor, to plain Cedar", 0.7, 0.3),
    line("load", "loading the shipped policies, to Cedar", 1.3, 1.3),
    line("load", "loading 1,000 rules, to Cedar", 2.2, 1.3),
    line("approval", "an approval to its EdDSA signature alone", 3.0, 3.0),
    line("approval", "an approval to its ES256 signature alone", 3.0, 3.0),
    line("start", "`agent list`, a full log, to `--version`", 4.0, 3.0),
    line("start", "`guard status`, a full log, to `--version`", 4.5, 4.0),
    line("start", "`policy list`, a full log, to `--version`", 4.0, 4.0),
    line("start", "a dry run, an empty log, to `--version`", 9.0, 4.0),
    line("start", "a dry run, a full log, to `--version`", 10.0, 4.0),
    line("start", "a dry run, 900 policies to none", 28.0, 6.0),
    line("server", "a read to a ping", 20.0, 12.0),
    line("server", "99 of 100 reads, 50 in flight, to 50 reads", 3.0, 3.0),
    line("server", "memory after the reads to before", 1.5, 1.05),
    line("log", "`audit verify` to SHA-256 of the same bytes", 40.0, 2.0),
    line("explain", "a no by 20 policies to one by 1", 2.5, 2.0),
    line("explain", "a no by 100 policies to one by 1", 5.0, 5.0),
];

/// Returns a line.
///
/// # Panics
///
/// Without such a line.
pub(crate) fn line_of(bench: &str, what: &str) -> &'static Line {
    let line = LINES
        .iter()
        .find(|line| line.bench == bench && line.what == what);
    line.unwrap_or_else(|| panic!("{bench} has no line \"{what}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_never_better_than_the_aim() {
        for line in LINES {
            assert!(line.allowed >= line.aim, "{line:?}");
        }
    }
}
