//! Processes that are killed midway, run by the command that `hooks` prints.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Child, Output, Stdio},
};

use rustix::{
    fs::{CWD, FileType, Mode, mknodat},
    process::{Pid, Signal, kill_process},
};
use tempfile::TempDir;

use super::{
    formats::{FORMATS, Format, Hears},
    snippet,
};

/// A run whose judge waits for a person who never comes.
struct Waiting {
    agent: Child,
    /// Open as long as the worker lives, or what it has started.
    worker_lives: BufReader<File>,
    worker: Pid,
    supervisor: Pid,
}

impl Waiting {
    fn starts(format: &Format, folder: &Path, script: &str) -> Self {
        let pipe = folder.join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let mut command = snippet::by(script, "hangs");
        command.env("SCRIPTED_PIPE", &pipe);
        let mut agent = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let request = format.fixture.as_bytes();
        agent.stdin.take().unwrap().write_all(request).unwrap();
        // It opens once the judge does.
        let mut worker_lives = BufReader::new(File::open(&pipe).unwrap());
        let mut line = String::new();
        worker_lives.read_line(&mut line).unwrap();
        let mut numbers = line.split_whitespace();
        let mut number = || Pid::from_raw(numbers.next().unwrap().parse().unwrap()).unwrap();
        let [worker, supervisor] = [number(), number()];
        Self {
            agent,
            worker_lives,
            worker,
            supervisor,
        }
    }

    /// Waits for the end of them all.
    fn ends(mut self) -> Output {
        let output = self.agent.wait_with_output().unwrap();
        self.worker_lives.read_to_end(&mut Vec::new()).unwrap();
        output
    }
}

/// Has each format's hook waiting, does `harm`, and tells what was heard.
fn after(
    harm: impl Fn(&Waiting),
    with: impl Fn(String) -> String,
) -> Vec<(&'static Format, Output)> {
    let all = FORMATS.iter().map(|format| {
        let folder = TempDir::new().unwrap();
        let script = with(snippet::script(format.name, folder.path()));
        let waiting = Waiting::starts(format, folder.path(), &script);
        harm(&waiting);
        (format, waiting.ends())
    });
    all.collect()
}

#[test]
fn a_worker_that_is_killed_is_a_block() {
    for signal in [Signal::KILL, Signal::ABORT, Signal::TERM] {
        let heard = after(
            |waiting| kill_process(waiting.worker, signal).unwrap(),
            |script| script,
        );
        for (format, output) in heard {
            let reason = format.reason(&output);
            assert_eq!(reason, "the process that decides ended without an answer");
            assert_eq!(output.stderr, b"");
        }
    }
}

/// The worker's end is a part of what is waited for: nobody can approve what nobody hears.
#[test]
fn a_deadline_that_passes_is_a_block_and_ends_the_worker() {
    let sooner = |script: String| {
        // symguard's is its own, of less than five seconds.
        let script = script.replace("--timeout 590", "--timeout 1");
        script.replace("--timeout 595", "--timeout 1")
    };
    for (format, output) in after(|_| {}, sooner) {
        let reason = format.reason(&output);
        assert!(reason.starts_with("nobody answered in time"), "{reason}");
        assert_eq!(output.stderr, b"");
    }
}

/// The shell of the settings blocks, and the worker ends with its supervisor.
#[test]
fn a_supervisor_that_is_killed_is_a_block() {
    for signal in [Signal::KILL, Signal::ABORT, Signal::TERM] {
        let heard = after(
            |waiting| kill_process(waiting.supervisor, signal).unwrap(),
            |script| script,
        );
        for (format, output) in heard {
            assert_eq!(
                format.hears(&output),
                Hears::Block,
                "{}: {output:?}",
                format.name
            );
        }
    }
}

/// A worker that is stopped says nothing, and is no reason to wait.
#[test]
fn a_worker_that_is_stopped_is_a_block_at_the_deadline() {
    let sooner = |script: String| script.replace("--timeout 590", "--timeout 1");
    for format in FORMATS
        .iter()
        .filter(|format| format.name.starts_with("claude"))
    {
        let folder = TempDir::new().unwrap();
        let script = sooner(snippet::script(format.name, folder.path()));
        let waiting = Waiting::starts(format, folder.path(), &script);
        kill_process(waiting.worker, Signal::STOP).unwrap();
        let output = waiting.ends();
        assert!(
            format
                .reason(&output)
                .starts_with("nobody answered in time")
        );
    }
}
