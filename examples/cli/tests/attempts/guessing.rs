//! Guesses through `--passphrase-fd`, as an agent with a shell makes them.

use std::{
    fs,
    io::Write as _,
    process::Child,
    time::{Duration, Instant},
};

use crate::stage::{Ended, RIGHT, Stage};

const LONG_AGO: Duration = Duration::from_secs(48 * 3600);
/// So long is waited for what must come; then the test fails.
const HANGS: Duration = Duration::from_secs(120);
const WRONG: &str = "a wrong passphrase";

/// Whether `told` is `expected`, or a little less on a slow machine.
fn about(told: u64, expected: u64) -> bool {
    (expected.saturating_sub(25)..=expected).contains(&told)
}

#[test]
fn case_11_wrong_passphrases_across_restarts_make_the_delay_grow() {
    let stage = Stage::new();
    for failures in 1..=3 {
        let ended = stage.answer(WRONG);
        assert_eq!(ended.code, 10, "{}", ended.said);
        assert!(
            ended.said.contains("the answer was wrong"),
            "{}",
            ended.said
        );
        assert_eq!(stage.counted("failures"), failures);
    }
    let mut expected = 30;
    for failures in 3..=10 {
        let ended = stage.answer(RIGHT);
        assert_eq!(ended.code, 10, "{}", ended.said);
        assert!(ended.said.contains("locked out"), "{}", ended.said);
        assert!(ended.said.contains("docs/lockout.md"), "{}", ended.said);
        assert!(about(ended.wait(), expected), "{}", ended.said);
        assert_eq!(stage.counted("failures"), failures);
        // As if the wait were over.
        stage.seed(failures as u32, LONG_AGO);
        assert!(stage.answer(WRONG).said.contains("the answer was wrong"));
        expected = (expected * 2).min(3600);
    }
    stage.seed(99, LONG_AGO);
    assert!(stage.answer(WRONG).said.contains("the answer was wrong"));
    assert!(about(stage.answer(RIGHT).wait(), 24 * 3600));
}

#[test]
fn case_11_after_the_wait_the_owner_gets_in_and_the_count_begins_anew() {
    let stage = Stage::new();
    stage.seed(100, Duration::from_secs(24 * 3600 + 1));
    let ended = stage.answer(RIGHT);
    assert_eq!(ended.code, 0, "{}", ended.said);
    assert_eq!(stage.counted("failures"), 0);
}

#[test]
fn case_11_processes_at_the_same_time_guess_no_more_than_one() {
    let stage = Stage::new();
    let guesses: Vec<Child> = (0..8).map(|_| stage.start(WRONG)).collect();
    let ended: Vec<Ended> = guesses
        .into_iter()
        .map(|guess| guess.wait_with_output().unwrap().into())
        .collect();
    let how_many = |what: &str| {
        ended
            .iter()
            .filter(|ended| ended.said.contains(what))
            .count()
    };
    assert_eq!(how_many("the answer was wrong"), 3);
    assert_eq!(how_many("locked out"), 5);
    assert!(ended.iter().all(|ended| ended.code == 10));
    assert_eq!(stage.counted("failures"), 3);
}

/// Kills the command once it has counted the passphrase that it was given.
fn killed_while_verifying(stage: &Stage, passphrase: &str, before: u64) {
    let mut guess = stage.start(passphrase);
    let end = Instant::now() + HANGS;
    while stage.counted("failures") == before {
        assert!(Instant::now() < end, "it never counted");
        std::thread::yield_now();
    }
    guess.kill().unwrap();
    guess.wait().unwrap();
}

#[test]
fn case_11_a_guess_that_is_killed_is_used_up() {
    // Verifying takes far longer than noticing that it is counted.
    let stage = Stage::with_work_factor(18);
    for killed in 0..3 {
        // The right one, which is not counted any more once it is verified.
        killed_while_verifying(&stage, RIGHT, killed);
        assert_eq!(stage.counted("failures"), killed + 1);
    }
    assert!(about(stage.answer(RIGHT).wait(), 30));
}

#[test]
fn case_48_a_command_that_is_killed_before_it_got_a_passphrase_guessed_nothing() {
    let stage = Stage::new();
    for _ in 1..=4 {
        let mut guess = stage.unattended().spawn().unwrap();
        // Half of one comes through the pipe: it waits for the rest.
        let mut pipe = guess.stdin.take().unwrap();
        pipe.write_all(b"half").unwrap();
        let end = Instant::now() + HANGS;
        while rustix::io::ioctl_fionread(&pipe).unwrap() > 0 {
            assert!(Instant::now() < end, "it never read");
            std::thread::yield_now();
        }
        guess.kill().unwrap();
        guess.wait().unwrap();
        drop(pipe);
        assert_eq!(stage.counted("failures"), 0);
    }
    assert_eq!(stage.answer(RIGHT).code, 0);
}

#[test]
fn case_11_a_count_that_cannot_be_read_is_refused_with_what_to_do() {
    let stage = Stage::new();
    let broken: [&dyn Fn(); 4] = [
        &|| fs::write(stage.attempts(), "").unwrap(),
        &|| fs::write(stage.attempts(), "{\"version\":1}").unwrap(),
        &|| fs::write(stage.attempts(), "x".repeat(2 << 20)).unwrap(),
        &|| {
            fs::remove_file(stage.attempts()).unwrap();
            fs::create_dir(stage.attempts()).unwrap();
        },
    ];
    stage.seed(1, LONG_AGO);
    for make in broken {
        make();
        let ended = stage.answer(RIGHT);
        assert_eq!(ended.code, 10, "{}", ended.said);
        assert!(ended.said.contains("nobody is asked"), "{}", ended.said);
        assert!(ended.said.contains("docs/lockout.md"), "{}", ended.said);
    }
    let config = fs::read_to_string(stage.vault().join("config.yaml")).unwrap();
    assert!(!config.contains("tier: admin"));
}
