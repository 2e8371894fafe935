//! The codes that the person's app shows.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

pub(crate) const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// The code of now, which counts for half a minute more: no slow machine is in time for
/// nothing.
pub(crate) fn of_now() -> String {
    let secret = Secret::try_from_base32(KEY).unwrap();
    let totp = Builder::new().with_secret(secret).with_digits(6);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    totp.build().unwrap().generate(now.as_secs()).to_string()
}
