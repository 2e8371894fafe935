//! The key of a vault, in a file that a passphrase opens.

use std::io::{Read as _, Write as _};

use age::{
    scrypt,
    secrecy::{ExposeSecret as _, SecretString},
    x25519,
};

use crate::Error;

/// More than opening costs at the work factor that [`create`] is given by the command.
const HIGHEST_WORK_FACTOR: u8 = 20;

/// A new identity, encrypted by `passphrase`. Opening it costs 2 to the `work_factor`
/// rounds of scrypt, each of 1 KiB.
///
/// # Errors
///
/// That it cannot be encrypted.
pub fn create(passphrase: &str, work_factor: u8) -> anyhow::Result<Vec<u8>> {
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.to_owned()));
    recipient.set_work_factor(work_factor);
    let recipients = std::iter::once(&recipient as &dyn age::Recipient);
    let encryptor = age::Encryptor::with_recipients(recipients)?;
    let mut writer = encryptor.wrap_output(Vec::new())?;
    let key = x25519::Identity::generate().to_string();
    writer.write_all(key.expose_secret().as_bytes())?;
    writer.write_all(b"\n")?;
    Ok(writer.finish()?)
}

/// Opens `sealed`, and says whose entries it reads: its public key.
///
/// # Errors
///
/// [`Error::Identity`]: another passphrase, or no identity.
pub fn open(sealed: &[u8], passphrase: &str) -> Result<String, Error> {
    let failed = |error: &dyn std::fmt::Display| Error::Identity(error.to_string());
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase.to_owned()));
    identity.set_max_work_factor(HIGHEST_WORK_FACTOR);
    let opened = age::Decryptor::new_buffered(sealed)
        .and_then(|file| file.decrypt(std::iter::once(&identity as &dyn age::Identity)));
    let mut key = String::new();
    let mut opened = opened.map_err(|error| failed(&error))?;
    let read = opened.read_to_string(&mut key);
    read.map_err(|error| failed(&error))?;
    let key = key.trim().parse::<x25519::Identity>();
    let key = key.map_err(|error| failed(&error))?;
    Ok(key.to_public().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passphrase_opens_it_and_no_other_does() {
        let sealed = create("open sesame", 10).unwrap();
        assert!(open(&sealed, "open sesame").unwrap().starts_with("age1"));
        assert!(matches!(open(&sealed, "open"), Err(Error::Identity(_))));
        assert!(open(b"no identity", "open sesame").is_err());
    }
}
