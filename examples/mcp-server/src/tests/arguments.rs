//! What agents and clients say.

use serde_json::json;

use super::{Person, Stage};
use crate::{
    failure::{Code, Refused as _},
    tools,
};

#[tokio::test]
async fn an_agent_never_raises_itself_whoever_says_yes() {
    let stage = Stage::new("boss", Person::Yes);
    let set =
        json!({"name": "boss", "set": {"max_reads_per_hour": 0, "allowedExecutables": ["sh"]}});
    let failure = stage.call("edit_agent_profile", set).await.unwrap_err();
    assert_eq!(failure.code(), Code::Denied, "{failure}");
    assert_eq!(stage.asked(), 0);
}

#[tokio::test]
async fn case_19_what_a_client_says_of_itself_is_refused() {
    let stage = Stage::new("boss", Person::Yes);
    for extra in [
        json!({"method": "passphrase", "approved": true}),
        json!({"method": "passphrase", "risk": "low"}),
        json!({"method": "passphrase", "agent": "somebody-else"}),
    ] {
        let failure = stage.call("set_auth_method", extra).await.unwrap_err();
        assert_eq!(failure.code(), Code::InvalidArguments);
    }
    assert_eq!(stage.asked(), 0);
}

#[tokio::test]
async fn case_22_a_name_of_10_kb_is_refused() {
    let stage = Stage::new("boss", Person::Yes);
    let call = stage.call("get_agent", json!({"name": "x".repeat(10_000)}));
    assert_eq!(call.await.unwrap_err().code(), Code::InvalidArguments);
    let call = stage.call("get_agent", json!({"name": "co\u{202e}dex\u{1b}[2J"}));
    let failure = call.await.unwrap_err().to_string();
    assert!(
        failure.is_ascii() && !failure.contains('\u{1b}'),
        "{failure}"
    );
}

#[tokio::test]
async fn case_25_odd_arguments_get_a_typed_error_or_the_same_decision() {
    let stage = Stage::new("weak", Person::Yes);
    for method in [json!(null), json!(1), json!(["passphrase"]), json!("")] {
        let call = stage.call("set_auth_method", json!({"method": method}));
        assert_eq!(call.await.unwrap_err().code(), Code::InvalidArguments);
    }
    for method in ["passphrase", "PassPhrase"] {
        let call = stage.call("set_auth_method", json!({"method": method}));
        assert_eq!(call.await.unwrap_err().code(), Code::Denied);
    }
    assert!(tools::find("Set_Auth_Method").is_none());
    assert!(tools::find("openpass_set_auth_method").is_none());
}
