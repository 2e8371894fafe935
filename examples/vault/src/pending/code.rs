//! Codes that a person can read out and type.

use std::path::Path;

use crate::VaultError;

/// Crockford's base 32: no letter that looks like a digit.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ENDING: &str = ".json";

/// A new code: 40 random bits in two groups.
pub(crate) fn fresh() -> Result<String, VaultError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| VaultError::NoRandomness(std::io::Error::other(error)))?;
    let digits = bytes
        .iter()
        .filter_map(|byte| DIGITS.get(usize::from(byte % 32)));
    let code: String = digits.map(|digit| char::from(*digit)).collect();
    Ok(grouped(&code))
}

/// The code that a person typed, in its one form.
pub(crate) fn parse(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|c| *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let known = code.bytes().all(|byte| DIGITS.contains(&byte));
    (code.len() == 8 && known).then(|| grouped(&code))
}

/// The file of a code.
pub(crate) fn file_name(code: &str) -> String {
    format!("{code}{ENDING}")
}

/// The code of a file.
pub(crate) fn of_file(name: &str) -> Option<String> {
    let code = name.strip_suffix(ENDING)?;
    parse(code).filter(|parsed| parsed == code)
}

/// The codes of the files in `dir`, in order; none where there is no such folder.
pub(crate) fn all_in(dir: &Path) -> Result<Vec<String>, VaultError> {
    let entries = match std::fs::read_dir(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|error| VaultError::unreadable(dir, error))?,
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let mut codes: Vec<String> = names.filter_map(|name| of_file(name.to_str()?)).collect();
    codes.sort();
    Ok(codes)
}

fn grouped(code: &str) -> String {
    let (first, second) = code.split_at_checked(4).unwrap_or((code, ""));
    format!("{first}-{second}")
}
