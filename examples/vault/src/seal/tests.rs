use super::*;

const SCOPE: [u8; 16] = [7; 16];

fn approved(part: &str) -> Approved {
    serde_json::from_str(&format!(r#"{{"agents":"{part}","settings":"00"}}"#)).unwrap()
}

fn first() -> Seal {
    let planned = Planned {
        approvers: vec!["passphrase".to_owned()],
        ..Planned::default()
    };
    Seal::following(None, &SCOPE, &approved("11"), planned)
}

#[test]
fn a_seal_is_the_sha_256_of_a_text_that_anybody_can_write() {
    let text = concat!(
        r#"{"approvers":["passphrase"],"#,
        r#""before":"0000000000000000000000000000000000000000000000000000000000000000","#,
        r#""domain":"openpass-seal-1","number":"1","#,
        r#""parts":{"agents":"11","settings":"00"},"recipient":"","#,
        r#""scope":"07070707070707070707070707070707","signed":""}"#
    );
    assert_eq!(
        first().sha256.to_string(),
        hash::sha256_hex(text.as_bytes())
    );
}

#[test]
fn a_seal_fits_one_place_and_one_state() {
    let first = first();
    let second = Seal::following(Some(&first), &SCOPE, &approved("22"), Planned::default());
    assert!(first.fits(None, &SCOPE, &approved("11")));
    assert!(second.fits(Some(&first), &SCOPE, &approved("22")));
    let third = Seal::following(Some(&second), &SCOPE, &approved("33"), Planned::default());
    let wrong = [
        first.fits(None, &SCOPE, &approved("22")),
        first.fits(None, &[8; 16], &approved("11")),
        first.fits(Some(&first), &SCOPE, &approved("11")),
        second.fits(None, &SCOPE, &approved("22")),
        third.fits(Some(&first), &SCOPE, &approved("33")),
    ];
    assert_eq!(wrong, [false; 5]);
    let planned = Planned {
        recipient: Some("age1".to_owned()),
        ..Planned::default()
    };
    let edited = Seal { planned, ..second };
    assert!(!edited.fits(Some(&first), &SCOPE, &approved("22")));
}

#[test]
fn a_seal_has_one_spelling() {
    let seal = first().sha256;
    assert_eq!(seal.to_string().parse(), Ok(seal));
    for text in ["", "00", &seal.to_string().to_uppercase(), &"g".repeat(64)] {
        assert_eq!(text.parse::<SealDigest>(), Err(digest::NotASeal));
    }
}
