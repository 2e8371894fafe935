//! Runs one target: under libFuzzer, or once on each of the files that are named.
//!
//!     cargo run -p openpass-fuzz -- TARGET FILE...
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
mod fuzzed {
    use std::sync::LazyLock;

    /// The target that `OPENPASS_FUZZ_TARGET` names.
    static TARGET: LazyLock<openpass_fuzz::Target> = LazyLock::new(|| {
        std::env::var("OPENPASS_FUZZ_TARGET")
            .ok()
            .and_then(|name| openpass_fuzz::target(&name))
            .unwrap_or_else(|| std::process::exit(2))
    });

    libfuzzer_sys::fuzz_target!(|bytes: &[u8]| TARGET(bytes));
}

#[cfg(not(fuzzing))]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let target = openpass_fuzz::target(&name).ok_or("name a target and files")?;
    for file in words {
        target(&std::fs::read(file)?);
    }
    Ok(())
}
