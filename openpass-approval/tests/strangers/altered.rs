//! Abuse case 65: whatever was changed after it was written down is refused.

use openpass_approval::{Approver, Recorded, read_key_set, write_key_set};
use proptest::{prelude::*, sample::Index};

use crate::common::{all, approvals};

/// `text` with one byte that is another.
fn altered(text: &str, place: Index, change: u8) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    let place = place.index(bytes.len());
    bytes[place] ^= change;
    bytes
}

fn holds(line: &[u8], approvers: &[Approver]) -> bool {
    Recorded::read(line).is_ok_and(|recorded| recorded.verify(approvers).is_ok())
}

/// What of an approver a signature depends on.
fn signs(approvers: &[Approver]) -> Vec<(String, &'static str)> {
    let signs = |it: &Approver| (it.id().to_string(), it.factor().as_str());
    approvers.iter().map(signs).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    /// Statement, signature or authenticator data: each is a part of the line.
    #[test]
    fn case_65_a_line_with_one_byte_changed_is_refused(
        which in 0..3_usize, place in any::<Index>(), change in 1..=u8::MAX,
    ) {
        let line = serde_json::to_string(&approvals()[which].record()).unwrap();
        prop_assert!(holds(line.as_bytes(), &all()));
        let line = altered(&line, place, change);
        prop_assert!(!holds(&line, &all()), "{}", String::from_utf8_lossy(&line));
    }

    /// What is signed does not cover labels, dates and credentials: these may be changed,
    /// and nothing of what verifies.
    #[test]
    fn case_65_a_key_set_with_one_byte_changed_verifies_by_the_same_keys_or_not_at_all(
        place in any::<Index>(), change in 1..=u8::MAX,
    ) {
        let set = altered(&write_key_set(&all()), place, change);
        if let Ok(read) = read_key_set(&set) {
            prop_assert_eq!(signs(&read), signs(&all()), "{}", String::from_utf8_lossy(&set));
        }
    }

    #[test]
    fn bytes_of_any_kind_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        prop_assert!(Recorded::read(&bytes).is_err());
        prop_assert!(read_key_set(&bytes).is_err());
    }
}
