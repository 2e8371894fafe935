//! A UUID as the kernel writes it.

/// The places of the hyphens in a UUID (RFC 9562, section 4).
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
const LENGTH: usize = 36;

/// Reads a UUID that a NUL may end, as sysctl(3) gives it.
///
/// `None` for anything else, and for the UUID of zeros: no start of the machine is told
/// from another by it.
pub(super) fn session_id(text: &[u8]) -> Option<u128> {
    let text = text.strip_suffix(b"\0").unwrap_or(text);
    if text.len() != LENGTH {
        return None;
    }
    let mut id = 0_u128;
    for (at, byte) in text.iter().enumerate() {
        if HYPHENS.contains(&at) {
            if *byte != b'-' {
                return None;
            }
            continue;
        }
        let digit = char::from(*byte).to_digit(16)?;
        id = (id << 4) | u128::from(digit);
    }
    (id != 0).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::session_id;

    #[test]
    fn a_uuid_in_either_case_with_or_without_its_end_is_read() {
        let id = Some(0x0C2A_7E4A_9F00_4B1D_8E77_0123_4567_89AB);
        for text in [
            "0C2A7E4A-9F00-4B1D-8E77-0123456789AB\0",
            "0c2a7e4a-9f00-4b1d-8e77-0123456789ab",
        ] {
            assert_eq!(session_id(text.as_bytes()), id, "{text}");
        }
    }

    #[test]
    fn what_is_no_uuid_tells_no_start_of_the_machine() {
        for text in [
            "",
            "\0",
            "00000000-0000-0000-0000-000000000000\0",
            "0C2A7E4A9F004B1D8E770123456789AB",
            "0C2A7E4A-9F00-4B1D-8E77-0123456789A\0",
            "0C2A7E4A-9F00-4B1D-8E77-0123456789ABC",
            "0C2A7E4A-9F00-4B1D-8E77-0123456789AG",
            "0C2A7E4A-9F00-4B1D-8E77+0123456789AB",
            "+C2A7E4A-9F00-4B1D-8E77-0123456789AB",
            "0C2A7E4A-9F00-4B1D-8E77-0123456789AB\0\0",
        ] {
            assert_eq!(session_id(text.as_bytes()), None, "{text:?}");
        }
    }
}
