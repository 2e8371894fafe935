//! The limits of what deriving a key may cost, in memory and time.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::VerifyError;

/// scrypt work factors: 10 is 1 MiB and a few milliseconds, 20 is 1 GiB and
/// about 6 s. The product writes 18.
#[cfg(feature = "identity")]
pub(crate) const SCRYPT_LOG_N: (u64, u64) = (10, 20);

/// Argon2id memory in KiB: 19 MiB is the least that OWASP's password storage
/// cheat sheet names; 1 GiB is what scrypt at its bound takes.
const MEMORY_KIB: (u64, u64) = (19 * 1024, 1024 * 1024);
const PASSES: (u64, u64) = (1, 10);
const LANES: (u64, u64) = (1, 16);

/// Argon2id parameters inside the bounds, version 1.3 (RFC 9106).
// INVARIANT: `new` has seen them, so nothing outside the bounds is ever run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Argon2idCost {
    passes: u32,
    memory_kib: u32,
    lanes: u32,
}

impl Argon2idCost {
    pub(crate) fn new(passes: u32, memory_kib: u32, lanes: u32) -> Result<Self, VerifyError> {
        within("argon2id memory in KiB", memory_kib.into(), MEMORY_KIB)?;
        within("argon2id passes", passes.into(), PASSES)?;
        within("argon2id lanes", lanes.into(), LANES)?;
        Ok(Self {
            passes,
            memory_kib,
            lanes,
        })
    }

    /// Derives a key of 32 bytes.
    ///
    /// The passphrase is hashed before it meets the big memory; that memory is
    /// large enough for the allocator to hand back to the system, which clears
    /// it before anybody else sees it.
    pub(crate) fn derive(
        self,
        passphrase: &[u8],
        salt: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, VerifyError> {
        let failed = |_| VerifyError::Broken("not enough memory to verify the passphrase");
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(failed)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, salt, key.as_mut_slice())
            .map_err(failed)?;
        Ok(key)
    }
}

/// Refuses what lies outside `bounds`, both of which are allowed themselves.
pub(crate) const fn within(
    parameter: &'static str,
    found: u64,
    bounds: (u64, u64),
) -> Result<(), VerifyError> {
    let (least, most) = bounds;
    if found < least {
        return Err(VerifyError::CostTooLow {
            parameter,
            found,
            bound: least,
        });
    }
    if found > most {
        return Err(VerifyError::CostTooHigh {
            parameter,
            found,
            bound: most,
        });
    }
    Ok(())
}

/// A decimal number as its own canonical text: no sign, no leading zero.
pub(crate) fn canonical(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_38_costs_outside_the_bounds_are_refused_before_any_work() {
        let too_high = |cost: Result<_, _>| matches!(cost, Err(VerifyError::CostTooHigh { .. }));
        let too_low = |cost: Result<_, _>| matches!(cost, Err(VerifyError::CostTooLow { .. }));
        assert!(too_high(Argon2idCost::new(3, 4 * 1024 * 1024, 4)));
        assert!(too_high(Argon2idCost::new(11, 65536, 4)));
        assert!(too_high(Argon2idCost::new(3, 65536, 17)));
        assert!(too_low(Argon2idCost::new(3, 8, 1)));
        assert!(too_low(Argon2idCost::new(0, 65536, 4)));
        assert!(too_low(Argon2idCost::new(3, 65536, 0)));
    }

    #[test]
    fn the_bounds_themselves_are_allowed() {
        assert!(Argon2idCost::new(10, 1024 * 1024, 16).is_ok());
        assert!(Argon2idCost::new(1, 19 * 1024, 1).is_ok());
    }

    #[test]
    fn only_canonical_numbers_are_numbers() {
        assert_eq!(canonical("65536"), Some(65536));
        for text in ["", "+3", "03", " 3", "3 ", "-1", "0x3", "4294967296", "٣"] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
