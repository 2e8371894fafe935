//! Abuse case 65: signatures in odd encodings.

use openpass_approval::{RecordError, Recorded, TouchError};

use crate::common::{SEED, all, approvals, base64url, line, signing_input};

/// What is said of the line with this signature, from the approver in that place.
fn verify(place: usize, signature: &str) -> Result<(), RecordError> {
    let approval = &approvals()[place];
    let own = serde_json::to_value(approval.record()).unwrap();
    let data = own["authenticatorData"].as_str();
    let line = line(&approval.statement().to_string(), signature, data);
    Recorded::read(line.as_bytes())?.verify(&all()).map(|_| ())
}

fn signature(place: usize) -> String {
    let own = serde_json::to_value(approvals()[place].record()).unwrap();
    own["signature"].as_str().unwrap().to_owned()
}

#[test]
fn case_65_base64_in_any_other_spelling_is_refused() {
    for place in 0..3 {
        let own = signature(place);
        assert_eq!(verify(place, &own), Ok(()));
        let mut others = vec![
            format!("{own}="),
            format!("{own}=="),
            format!("{own}\n"),
            format!(" {own}"),
            own.replace(['-', '_'], "/"),
            own.replacen(own.chars().next().unwrap(), "é", 1),
        ];
        // What the last character's spare bits may say.
        let spare = ["", "A", "Q", "g", "w", "B", "R", "h", "x", "_", "-"];
        others.extend(spare.map(|last| format!("{}{last}", &own[..own.len() - 1])));
        for other in others.iter().filter(|other| **other != own) {
            assert!(verify(place, other).is_err(), "{other}");
        }
    }
    let own = signature(0);
    // 64 bytes leave four spare bits: A and B, which are zeros and a one there.
    let spare = format!("{}{}", &own[..85], char::from(own.as_bytes()[85] + 1));
    assert_eq!(verify(0, &spare), Err(RecordError::Form));
}

#[test]
fn case_65_ed25519_signatures_that_are_not_reduced_are_refused() {
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let record = serde_json::to_value(approvals()[0].record()).unwrap();
    let text = record["signature"].as_str().unwrap();
    let mut bytes = {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        Base64UrlUnpadded::decode_vec(text).unwrap()
    };
    let mut carry = 0_u16;
    for (digit, more) in bytes[32..].iter_mut().zip(order) {
        carry += u16::from(*digit) + u16::from(more);
        *digit = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    assert_eq!(verify(0, &base64url(&bytes)), Err(RecordError::Signature));
}

/// R is the point of order one, and S the challenge times the secret key: it holds by
/// RFC 8032's equation. Only a strict verifier refuses it.
#[test]
fn case_65_ed25519_signatures_whose_r_is_of_small_order_are_refused() {
    let signature = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
                     5iJ1dnRPUDbuUH7WjdPuXXlMuCzB-9qx8IylmwyxZCQ";
    let bytes = {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        Base64UrlUnpadded::decode_vec(signature).unwrap()
    };
    let key = ed25519_dalek::SigningKey::from_bytes(&SEED).verifying_key();
    let message = signing_input(&approvals()[0].statement().to_string());
    let parsed = ed25519_dalek::Signature::from_slice(&bytes).unwrap();
    use ed25519_dalek::Verifier as _;
    assert!(key.verify(message.as_bytes(), &parsed).is_ok());
    assert_eq!(verify(0, signature), Err(RecordError::Signature));
}

#[test]
fn case_65_p256_signatures_of_zeros_or_beyond_the_order_are_refused() {
    for bytes in [[0; 64], [0xff; 64]] {
        assert_eq!(verify(1, &base64url(&bytes)), Err(RecordError::Signature));
    }
    let half = [[0xff; 32], [1; 32]].concat();
    assert_eq!(verify(1, &base64url(&half)), Err(RecordError::Signature));
}

/// A P-256 key in DER where r and s are wanted, and the other way round.
#[test]
fn case_65_a_signature_in_the_other_form_is_refused() {
    assert_eq!(verify(1, &signature(2)), Err(RecordError::Form));
    let touch = Err(RecordError::Touch(TouchError::Signature));
    assert_eq!(verify(2, &signature(1)), touch);
}

#[test]
fn case_65_der_in_any_other_spelling_is_refused() {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    let own = Base64UrlUnpadded::decode_vec(&signature(2)).unwrap();
    let (r_len, total) = (usize::from(own[3]), own.len());
    let (r, s) = (own[4..4 + r_len].to_vec(), own[6 + r_len..].to_vec());
    let integer = |it: &[u8]| [&[2, u8::try_from(it.len()).unwrap()], it].concat();
    let sequence = |it: &[u8]| [&[0x30, u8::try_from(it.len()).unwrap()], it].concat();
    let pair = |r: &[u8], s: &[u8]| sequence(&[integer(r), integer(s)].concat());
    assert_eq!(pair(&r, &s), own);
    let long_form = [&[0x30, 0x81, own[1]], &own[2..]].concat();
    let others = [
        pair(&[&[0], r.as_slice()].concat(), &s),
        pair(&r, &[&[0], s.as_slice()].concat()),
        pair(&s, &r),
        pair(&[], &s),
        pair(&[0], &s),
        pair(&r, &[0]),
        long_form,
        [own.as_slice(), &[0]].concat(),
        own[..total - 1].to_vec(),
        [&[0x31], &own[1..]].concat(),
        sequence(&integer(&r)),
        sequence(&[integer(&r), integer(&s), integer(&s)].concat()),
        vec![0x30; 72],
        vec![0xff; 72],
        vec![],
    ];
    for other in others {
        let text = base64url(&other);
        let said = verify(2, &text);
        let is_bounded = matches!(said, Err(RecordError::NotOne)) && text.len() > 128;
        let touch = Err(RecordError::Touch(TouchError::Signature));
        assert!(said == touch || is_bounded, "{other:x?}: {said:?}");
    }
}
