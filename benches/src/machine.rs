//! The machine of a run, without a path or a name of the machine.

use std::{env, fs, process::Command};

/// Describes the run in one paragraph.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "Measured on {day} on {cores} cores of {model}, with {memory} GB of memory, {kernel}, \
         {rustc}, at {commit}{without}.",
        without = match env::var_os("CARGO_PROFILE_RELEASE_LTO") {
            Some(_) => ", without the optimisation over all crates",
            None => "",
        },
        day = output("date", &["-u", "+%Y-%m-%d"]),
        model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "a processor".to_owned()),
        memory = memory(),
        kernel = output("uname", &["-s", "-r"]),
        rustc = version(&output("rustc", &["--version"])),
        commit = output("git", &["rev-parse", "--short", "HEAD"]),
    )
}

fn memory() -> u64 {
    let total = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let kib: u64 = total.trim_end_matches(" kB").parse().unwrap_or_default();
    kib.div_ceil(1024 * 1024)
}

/// Without the commit of the compiler.
fn version(rustc: &str) -> String {
    rustc.split(" (").next().unwrap_or(rustc).to_owned()
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
