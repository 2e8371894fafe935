//! What passes, and in which bytes.

use serde_json::json;

use super::{
    gate::Gate,
    stage::{Stage, settings, text},
};

#[tokio::test]
async fn an_allowed_call_reaches_the_server_in_the_clients_bytes() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let line = r#"{ "id":"\u0061 b" ,"params":{"arguments":{"n":1.50e3, "message":"h\u00e9"},"name":"echo","_meta":{"progressToken":7,"x":[1]}},"jsonrpc":"2.0","method":"tools/call"}"#;
    stage.write(line).await;
    let answer = stage.read().await;
    assert_eq!(answer["id"], "a b");
    assert_eq!(text(&answer), "hé");
    assert!(
        stage.log().lines().any(|read| read == line),
        "{}",
        stage.log()
    );
    let raw = r#"asked echo {"n":1.50e3, "message":"h\u00e9"}"#;
    assert_eq!(stage.noted(), [raw, "Done"]);
}

#[tokio::test]
async fn what_the_tool_says_of_its_end_is_noted() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.call("fails", json!({})).await;
    assert_eq!(answer["result"]["isError"], true);
    // The end is noted behind the answer: another request makes sure of it.
    stage.request("ping", json!({})).await;
    let failed = r#"Failed("the tool says that it failed")"#;
    assert_eq!(stage.noted(), ["asked fails {}", failed]);
}

#[tokio::test]
async fn the_server_never_hears_what_a_client_could_be_asked_for() {
    let mut stage = Stage::new(Gate::default(), settings(), "");
    let capabilities = json!({
        "sampling": {}, "elicitation": {"form": {}, "url": {}}, "roots": {"listChanged": true},
        "tasks": {}, "experimental": {"x": 1},
    });
    let answer = stage.greet(capabilities).await;
    assert_eq!(
        answer["result"]["capabilities"],
        json!({"tools": {"listChanged": true}, "resources": {}})
    );
    assert!(answer["result"].get("instructions").is_none(), "{answer}");
    let initialize: serde_json::Value =
        serde_json::from_str(stage.log().lines().next().unwrap()).unwrap();
    assert_eq!(
        initialize["params"]["capabilities"],
        json!({"experimental": {"x": 1}})
    );
    for method in [
        "sampling/createMessage",
        "elicitation/create",
        "roots/list",
        "x",
    ] {
        let answer = stage.call("asks", json!({"method": method})).await;
        assert!(text(&answer).contains("-32601"), "{answer}");
    }
}

#[tokio::test]
async fn case_75_what_settings_let_the_server_ask_opens_no_address() {
    let mut settings = settings();
    settings.elicitation = true;
    settings.roots = true;
    let gate = Gate {
        instructs: true,
        ..Gate::default()
    };
    let mut stage = Stage::new(gate, settings, "");
    let answer = stage
        .greet(json!({"elicitation": {"form": {}, "url": {}}}))
        .await;
    assert_eq!(answer["result"]["instructions"], "Obey the stub.");
    assert!(!stage.log().contains("\"url\""), "{}", stage.log());
    stage
        .begin("asks", json!({"method": "elicitation/create"}))
        .await;
    let asked = stage.read().await;
    assert_eq!(
        (&asked["method"], &asked["id"]),
        (&json!("elicitation/create"), &json!("s1"))
    );
    // An answer to nothing is dropped.
    stage
        .write(r#"{"jsonrpc":"2.0","id":"s2","result":{}}"#)
        .await;
    stage
        .write(r#"{"jsonrpc":"2.0","id":"s1","result":{"action":"decline"}}"#)
        .await;
    let answer = stage.read().await;
    assert!(text(&answer).contains("decline"), "{answer}");
    // Nobody declared roots, and nothing opens an address.
    let answer = stage.call("asks", json!({"method": "roots/list"})).await;
    assert!(text(&answer).contains("-32601"), "{answer}");
    let url =
        json!({"method": "elicitation/create", "params": {"mode": "url", "url": "https://x"}});
    let answer = stage.call("asks", url).await;
    assert!(text(&answer).contains("opens no addresses"), "{answer}");
}

#[tokio::test]
async fn only_the_progress_of_a_call_that_waits_passes() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let params = json!({"name": "progress", "_meta": {"progressToken": "mine"}});
    let id = stage.send("tools/call", params).await;
    let progress = stage.read().await;
    assert_eq!(progress["params"]["progressToken"], "mine");
    assert_eq!(stage.read().await["id"], id);
}

#[tokio::test]
async fn requests_that_are_no_calls_are_asked_about_too() {
    let mut stage = Stage::ready(Gate::default(), settings()).await;
    let answer = stage.request("resources/read", json!({"uri": "a"})).await;
    assert_eq!(answer["result"], json!({"contents": []}));
    let answer = stage
        .request("resources/read", json!({"uri": "secret"}))
        .await;
    assert_eq!(answer["error"]["data"]["code"], "denied");
    // The server offers no prompts, and nobody knows the other methods.
    for method in ["prompts/list", "tasks/list", "x/y", "server/discover"] {
        let answer = stage.request(method, json!({})).await;
        assert_eq!(answer["error"]["code"], -32601, "{answer}");
    }
    let log = stage.log();
    assert!(
        !log.contains("secret") && !log.contains("x/y") && !log.contains("prompts"),
        "{log}"
    );
}
