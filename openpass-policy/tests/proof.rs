//! What holds for every possible request. It needs cvc5: without one, these
//! tests fail.
#![cfg(feature = "verify")]

use openpass_policy::PolicyEngine;

#[test]
fn the_shipped_set_keeps_every_promise() {
    let proof = PolicyEngine::shipped().unwrap().verify(None).unwrap();
    println!("{proof}");
    assert!(proof.is_proved(), "{proof}");
}
