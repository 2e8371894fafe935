//! The errors of a security key, each cause apart.

use crate::PinError;

/// The reason why a security key gave no answer. Each says what helps.
///
/// Codes are those of CTAP 2.1 §8.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No key is plugged in.
    #[error("no security key is plugged in; plug one in, then ask again")]
    NoKey,
    /// No approver is a security key.
    #[error("no security key is an approver here; enrol one first")]
    NoneEnrolled,
    /// Several keys could answer.
    #[error("several security keys are plugged in; leave one in, then ask again")]
    Several,
    /// Keys are plugged in, and none of them is an approver.
    #[error(
        "the security key that is plugged in is not an approver; plug in an approver's key, then ask again"
    )]
    NotAnApprover,
    /// This user may not open the device.
    #[error("{}", no_access())]
    NoAccess,
    /// The key is an older one: U2F, which cannot verify the person who touches it.
    #[error(
        "the security key is too old: it does not support FIDO2, so it cannot verify who touches it"
    )]
    NotFido2,
    /// The key verifies nobody: no PIN is set, and no finger (0x35).
    #[error(
        "the security key has no PIN; set one, for instance with `fido2-token -S` or the maker's own program, then ask again"
    )]
    NoPin,
    /// The PIN was wrong (0x31).
    #[error("the PIN of the security key was wrong{}", Tries(*.tries))]
    PinWrong {
        /// The number of tries that the key has left, where the key says so.
        tries: Option<u8>,
    },
    /// The text that was typed can be no PIN. The key was not asked.
    #[error("{0}; the security key was not asked, and has as many tries as before")]
    NoSuchPin(#[from] PinError),
    /// The PIN was wrong too often (0x32).
    #[error(
        "the security key is blocked after too many wrong PINs; only a reset helps, which makes it forget everything: approve with another approver, and enrol the key again"
    )]
    PinBlocked,
    /// The PIN was wrong several times in a row (0x34).
    #[error(
        "the security key takes no PIN after several wrong ones in a row; unplug it and plug it in again, then ask again"
    )]
    PinAuthBlocked,
    /// The key has to be given a new PIN first (0x37).
    #[error(
        "the security key wants a new PIN; change it, for instance with `fido2-token -C` or the maker's own program, then ask again"
    )]
    PinExpired,
    /// The key did not recognise the finger (0x3F).
    #[error("the security key did not recognise the finger")]
    NotVerified,
    /// The key takes no finger any more, and has no PIN (0x3C).
    #[error(
        "the security key takes no finger after too many wrong ones; if it has a PIN, the PIN makes it take fingers again"
    )]
    VerificationBlocked,
    /// The key was unplugged meanwhile.
    #[error("the security key was removed before it answered; plug it in, then ask again")]
    Removed,
    /// Nobody touched the key for as long as it waits (0x2F, 0x3A).
    #[error("nobody touched the security key in time")]
    NotTouched,
    /// The person declined on the key itself (0x27).
    #[error("it was declined on the security key")]
    Declined,
    /// The key does not have the credential (0x2E, 0x22).
    #[error("the security key is not an approver; plug in an approver's key, then ask again")]
    NoCredential,
    /// The key is an approver already (0x19).
    #[error("the security key is an approver already")]
    Enrolled,
    /// The key was told to stop waiting (0x2D).
    #[error("the security key was told to stop waiting")]
    Cancelled,
    /// Another program uses the key (0x06).
    #[error("another program uses the security key; end it, then ask again")]
    Busy,
    /// The answer could not be counted, so the key was not asked or its answer is none.
    #[error("the attempt could not be recorded, so no answer counts")]
    NotCounted,
    /// The key, or what speaks with it, broke.
    #[error(
        "the security key does not answer as it should; unplug it and plug it in again, then ask again"
    )]
    Broken,
    /// Any other error that the key reports.
    #[error(
        "the security key answered with error {code:#04x} of CTAP; unplug it and plug it in again, then ask again"
    )]
    Other {
        /// The status.
        code: u8,
    },
}

/// The number of tries that are left, in words.
struct Tries(Option<u8>);

impl core::fmt::Display for Tries {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(1) => f.write_str("; it has 1 try left, and then only a reset helps"),
            Some(tries) => write!(f, "; it has {tries} tries left"),
        }
    }
}

const fn no_access() -> &'static str {
    if cfg!(target_os = "linux") {
        "this user may not open the security key (/dev/hidraw*); install the udev rules for security keys (Debian: libfido2-1, or libu2f-udev), plug it in again, then ask again"
    } else {
        "the security key cannot be opened; end other programs that use it, then ask again"
    }
}
