//! The frames between the supervisor and its worker: one each way. Neither needs a parser,
//! and nothing that a process prints by accident is a frame.

use core::time::Duration;
use std::io::{self, Read};

use super::{MAX_REQUEST, judge::Verdict};

const REQUEST: &[u8; 8] = b"\x00OPG\xffrq1";
const VERDICT: &[u8; 8] = b"\x00OPG\xffvd1";
const END: &[u8; 8] = b"\x00OPG\xffend";
/// Far from each other, so that no single bit makes a yes of a no.
const ALLOWED: u8 = 0x1e;
const PERSON_SAID_YES: u8 = 0x4b;
const REFUSED: u8 = 0xb5;
/// The longest frame with a verdict. A longer one is none.
pub(super) const MAX_VERDICT: u64 = 256 * 1024;

/// A request for the worker: the time it has, and the bytes.
pub(super) fn request(within: Duration, bytes: &[u8]) -> Vec<u8> {
    let millis = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
    let mut frame = Vec::from(REQUEST);
    frame.extend(millis.to_be_bytes());
    push(&mut frame, bytes);
    frame
}

/// Reads a request, and nothing behind it.
pub(super) fn read_request(from: &mut impl Read) -> io::Result<(Duration, Vec<u8>)> {
    if read_array::<8>(from)? != *REQUEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let within = Duration::from_millis(u64::from_be_bytes(read_array(from)?));
    let length = u64::from(u32::from_be_bytes(read_array(from)?));
    let mut bytes = Vec::new();
    let read = from.take(length).read_to_end(&mut bytes)?;
    match bytes.len() <= MAX_REQUEST && u64::try_from(read) == Ok(length) {
        true => Ok((within, bytes)),
        false => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn read_array<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The frame of a verdict.
pub(super) fn verdict(verdict: &Verdict) -> Vec<u8> {
    let mut frame = Vec::from(VERDICT);
    let (kind, reason, person) = match verdict {
        Verdict::Allowed => (ALLOWED, "", None),
        Verdict::PersonSaidYes => (PERSON_SAID_YES, "", None),
        Verdict::Refused {
            reason,
            for_the_person,
        } => (REFUSED, reason.as_str(), for_the_person.as_deref()),
    };
    frame.push(kind);
    push(&mut frame, reason.as_bytes());
    push(&mut frame, person.unwrap_or_default().as_bytes());
    frame.extend(END);
    frame
}

/// Reads a verdict; `None` unless `frame` is one whole frame and nothing else.
pub(super) fn read_verdict(frame: &[u8]) -> Option<Verdict> {
    let rest = frame.strip_prefix(VERDICT)?;
    let (kind, rest) = rest.split_first()?;
    let (reason, rest) = text(rest)?;
    let (person, rest) = text(rest)?;
    if rest != END {
        return None;
    }
    let says_nothing = reason.is_empty() && person.is_empty();
    match *kind {
        ALLOWED if says_nothing => Some(Verdict::Allowed),
        PERSON_SAID_YES if says_nothing => Some(Verdict::PersonSaidYes),
        REFUSED => Some(Verdict::Refused {
            reason: reason.to_owned(),
            for_the_person: Some(person.to_owned()).filter(|person| !person.is_empty()),
        }),
        _ => None,
    }
}

/// Its length, and the bytes.
fn push(frame: &mut Vec<u8>, bytes: &[u8]) {
    // A text of 4 GiB is never sent: a length that is too small makes an invalid frame.
    let length = u32::try_from(bytes.len()).unwrap_or(0);
    frame.extend(length.to_be_bytes());
    frame.extend(bytes);
}

fn text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (text, rest) = rest.split_at_checked(length)?;
    Some((core::str::from_utf8(text).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::{Verdict, read_request, read_verdict, request, verdict};
    use core::time::Duration;

    fn all() -> [Verdict; 4] {
        let long = "é".repeat(9_000);
        [
            Verdict::Allowed,
            Verdict::PersonSaidYes,
            Verdict::refused("no"),
            Verdict::Refused {
                reason: long.clone(),
                for_the_person: Some(long),
            },
        ]
    }

    #[test]
    fn a_frame_that_is_cut_or_longer_is_no_verdict() {
        for sent in all() {
            let frame = verdict(&sent);
            assert!(u64::try_from(frame.len()).unwrap() <= super::MAX_VERDICT);
            assert!(read_verdict(&frame).is_some());
            for end in 0..frame.len() {
                assert_eq!(read_verdict(&frame[..end]), None, "{end} bytes of {sent:?}");
            }
            assert_eq!(read_verdict(&[&frame[..], b"\n"].concat()), None);
            assert_eq!(read_verdict(&[b"\n", &frame[..]].concat()), None);
        }
    }

    #[test]
    fn no_single_bit_makes_a_yes_of_a_no() {
        let frame = verdict(&Verdict::refused("no"));
        for bit in 0..frame.len() * 8 {
            let mut flipped = frame.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = read_verdict(&flipped);
            assert!(
                matches!(read, None | Some(Verdict::Refused { .. })),
                "bit {bit}: {read:?}"
            );
        }
    }

    #[test]
    fn a_request_ends_where_it_says() {
        let frame = [request(Duration::from_millis(7), b"{}"), b"more".to_vec()].concat();
        let mut left = &frame[..];
        let (within, bytes) = read_request(&mut left).unwrap();
        assert_eq!(
            (within.as_millis(), &bytes[..], left),
            (7, &b"{}"[..], &b"more"[..])
        );
        for end in 0..frame.len() - 4 {
            assert!(read_request(&mut &frame[..end]).is_err());
        }
    }
}
