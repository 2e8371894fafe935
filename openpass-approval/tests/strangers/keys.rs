//! Abuse case 65: bytes that are no key, or a second way to write one.

use openpass_approval::{Approver, ApproverError, KeyError, KeyId, PublicKey};
use openpass_auth::Factor;

use crate::common::{enclave, passphrase, security_key};

/// 2^255 - 19 plus `more`, little-endian.
fn beyond(more: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed + more;
    bytes[31] = 0x7f;
    bytes
}

fn hex(text: &str) -> [u8; 32] {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    core::array::from_fn(|place| digit(2 * place))
}

/// The y of the points of small order, each with either sign (there are eight points).
fn small_order() -> Vec<[u8; 32]> {
    let ys = [
        hex("0000000000000000000000000000000000000000000000000000000000000000"),
        hex("0100000000000000000000000000000000000000000000000000000000000000"),
        hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ];
    let signed = |mut y: [u8; 32]| {
        y[31] |= 0x80;
        y
    };
    ys.into_iter().flat_map(|y| [y, signed(y)]).collect()
}

#[test]
fn case_65_ed25519_keys_of_small_order_are_no_keys() {
    let points = small_order();
    for bytes in &points {
        assert_eq!(
            PublicKey::ed25519(bytes),
            Err(KeyError::NotAPoint),
            "{bytes:x?}"
        );
    }
    // They are points: no other check could have refused them.
    let are_points = |bytes: &&[u8; 32]| ed25519_dalek::VerifyingKey::from_bytes(bytes).is_ok();
    assert!(points.iter().filter(are_points).count() >= 8);
}

#[test]
fn case_65_ed25519_keys_that_are_not_reduced_are_no_keys() {
    let mut of_large_order = 0;
    for more in 0..19 {
        for sign in [0, 0x80] {
            let mut bytes = beyond(more);
            bytes[31] |= sign;
            assert_eq!(PublicKey::ed25519(&bytes), Err(KeyError::NotAPoint));
            let point = ed25519_dalek::VerifyingKey::from_bytes(&bytes);
            of_large_order += usize::from(point.is_ok_and(|point| !point.is_weak()));
        }
    }
    // Of these, being reduced is all that was wrong.
    assert!(of_large_order > 0);
}

#[test]
fn ed25519_keys_just_below_the_prime_are_keys_where_they_are_points() {
    // By which byte the y is smaller, where all others are as large as they can be.
    for (place, largest) in [(0, 0xed), (1, 0xff), (30, 0xff), (31, 0x7f)] {
        let keys = (2..64_u8).filter(|less| {
            let mut bytes = [0xff; 32];
            bytes[31] = 0x7f;
            bytes[place] = largest - less;
            PublicKey::ed25519(&bytes).is_ok()
        });
        // Half of all y belong to a point.
        assert!((16..48).contains(&keys.count()), "{place}");
    }
}

#[test]
fn case_65_p256_keys_that_are_no_points_or_not_reduced_are_no_keys() {
    let prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    let b = hex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
    // x = 0 is on the curve where y is a root of b.
    let root = hex("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4");
    assert!(PublicKey::p256(&[0; 32], &root).is_ok());
    let no_points = [
        ([0; 32], [0; 32]),
        ([0; 32], b),
        (prime, root),
        ([0xff; 32], root),
        ([0; 32], [0xff; 32]),
        (root, [0; 32]),
        ([1; 32], [1; 32]),
    ];
    for (x, y) in no_points {
        assert_eq!(PublicKey::p256(&x, &y), Err(KeyError::NotAPoint), "{x:x?}");
    }
}

#[test]
fn a_keys_id_is_its_rfc_7638_thumbprint() {
    // RFC 8037, appendix A.3.
    let key = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let id = PublicKey::ed25519(&key).unwrap().id();
    assert_eq!(id.as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(id.to_string(), id.as_str());
    let ids = [
        passphrase().public(),
        enclave().public(),
        security_key().key.public(),
    ];
    let shown = ids.each_ref().map(|key| format!("{key:?}"));
    assert_eq!(shown[0], format!("PublicKey(EdDSA {})", ids[0].id()));
    assert_eq!(shown[1], format!("PublicKey(ES256 {})", ids[1].id()));
    assert_ne!(ids[1].id(), ids[2].id());
}

#[test]
fn case_65_an_id_has_one_form() {
    let id = passphrase().public().id();
    assert_eq!(KeyId::read(id.as_str()), Some(id.clone()));
    let text = id.as_str();
    // 43 characters are 258 bits: the last two are zeros in one spelling of four.
    let zeros = "A".repeat(43);
    assert!(KeyId::read(&zeros).is_some());
    for last in ["B", "C", "D"] {
        assert_eq!(KeyId::read(&format!("{}{last}", &zeros[1..])), None);
    }
    for odd in [
        "",
        &text[1..],
        &format!("{text}="),
        &format!("{text}A"),
        &format!(" {}", &text[1..]),
    ] {
        assert_eq!(KeyId::read(odd), None, "{odd}");
    }
    assert_eq!(KeyId::read(&format!("+{}", &zeros[1..])), None);
    assert_eq!(KeyId::read(&format!("/{}", &zeros[1..])), None);
    assert_eq!(KeyId::read(&format!("\n{}", &zeros[1..])), None);
    assert_eq!(KeyId::read(&"A".repeat(1 << 20)), None);
}

#[test]
fn an_approver_is_of_a_kind_that_fits_its_key() {
    let new = |factor, key, credential| Approver::new(factor, key, "", "", credential).map(|_| ());
    let (typed, touched) = (passphrase().public(), enclave().public());
    for factor in Factor::ALL {
        let credential = (factor == Factor::SecurityKey).then(|| vec![9]);
        let fits = |good: bool| good.then_some(()).ok_or(ApproverError::Factor);
        let of_ed25519 = matches!(factor, Factor::Passphrase | Factor::Device);
        let of_p256 = matches!(
            factor,
            Factor::Biometry | Factor::SecurityKey | Factor::Device
        );
        assert_eq!(
            new(factor, typed.clone(), credential.clone()),
            fits(of_ed25519)
        );
        assert_eq!(new(factor, touched.clone(), credential), fits(of_p256));
    }
}

#[test]
fn an_approvers_label_and_credential_are_bounded() {
    let key = || enclave().public();
    let security_key = |id| Approver::new(Factor::SecurityKey, key(), "", "", id);
    assert!(security_key(Some(vec![0; 1023])).is_ok());
    for id in [None, Some(vec![]), Some(vec![0; 1024])] {
        assert_eq!(security_key(id), Err(ApproverError::Credential));
    }
    for id in [vec![], vec![0]] {
        let mac = Approver::new(Factor::Biometry, key(), "", "", Some(id));
        assert_eq!(mac, Err(ApproverError::Credential));
    }
    let labelled =
        |label: &str, since: &str| Approver::new(Factor::Biometry, key(), label, since, None);
    assert!(labelled(&"é".repeat(32), &"0".repeat(64)).is_ok());
    for text in ["a\nb", "\u{1b}[2J", &"a".repeat(65), &"a".repeat(1 << 20)] {
        assert_eq!(labelled(text, ""), Err(ApproverError::Label));
        assert_eq!(labelled("", text), Err(ApproverError::Label));
    }
}
