//! The zone of the time of day, by which policies decide.

use crate::sample::Sample;

const MINUTES_OF_A_WEEK: i64 = 7 * 24 * 60;

/// The minute of the week that policy is told, with this `TZ`.
fn minute(sample: &Sample, zone: &str) -> i64 {
    let command = ["policy", "explain", "--output", "json", "agent", "list"];
    let told = sample.run_with(&command, &[], &[("TZ", zone)]).json();
    let time = &told["request"]["time"];
    let part = |name: &str| time[name].as_i64().unwrap();
    (part("weekday") - 1) * 24 * 60 + part("minute_of_day")
}

#[test]
fn tz_moves_no_rule_about_the_time_of_day() {
    let sample = Sample::new();
    let first = minute(&sample, "");
    // Each is hours from every other, so that one that counted would show.
    for zone in [
        "Pacific/Kiritimati",
        "Etc/GMT+12",
        "ABC-7",
        ":/etc/localtime",
        "/dev/zero",
    ] {
        let later = minute(&sample, zone) - first;
        // The tests take time, and a week may end meanwhile.
        assert!(later.rem_euclid(MINUTES_OF_A_WEEK) < 60, "{zone}: {later}");
    }
}
