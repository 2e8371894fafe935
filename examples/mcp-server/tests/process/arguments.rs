//! What a client writes into a call.

use serde_json::{Value, json};

use crate::server::{CONFIG, Server};

#[test]
fn case_19_claims_of_a_client_are_refused_or_ignored() {
    let mut server = Server::as_agent("boss");
    let before = server.files();
    for (field, value) in [
        ("approved", json!(true)),
        ("risk", json!("low")),
        ("agent", json!("codex")),
        ("principal", json!("user")),
        ("factor", json!("biometry")),
        ("channel", json!("cli")),
    ] {
        let mut arguments = json!({"method": "passphrase"});
        arguments[field] = value.clone();
        let refused = server.call("set_auth_method", &arguments);
        assert_eq!(refused["code"], "invalid_arguments", "{field}");
        // Beside the arguments the protocol takes anything, and none is heard.
        let mut params = json!({"name": "set_auth_method", "arguments": {"method": "passphrase"}});
        params["_meta"] = json!({field: value});
        params[field] = value;
        let waits = server.ask("tools/call", params);
        let code = &waits["result"]["structuredContent"]["code"];
        assert_eq!(code, "approval_required", "{field}: {waits}");
    }
    assert_eq!(server.files(), before);
}

#[test]
fn case_19_a_client_cannot_be_another_agent() {
    let mut server = Server::as_agent("weak");
    let denied = server.call("upgrade_agent", &json!({"name": "weak", "tier": "admin"}));
    assert_eq!(denied["code"], "denied");
    assert!(denied["request_code"].is_null() && denied["for_the_person"].is_null());
    let you = server.call("list_agents", &json!({}));
    assert_eq!(you["you"], "weak");
}

#[test]
fn case_22_names_are_refused_or_come_back_escaped_and_bounded() {
    let mut server = Server::as_agent("boss");
    for name in [
        "co\u{1b}[2Jdex",
        "co\u{9b}2Jdex",
        "codex\r\nApproved",
        "co\u{202e}dex",
        "co\u{200b}dex",
        "co\u{e0041}dex",
        "co\u{3164}dex",
        "c\u{43e}dex",
    ] {
        for (tool, arguments) in [
            ("get_agent", json!({"name": name})),
            ("upgrade_agent", json!({"name": name, "tier": "admin"})),
            ("upgrade_agent", json!({"name": "codex", "tier": name})),
            (
                "edit_agent_profile",
                json!({"name": "codex", "set": {name: true}}),
            ),
            ("set_auth_method", json!({"method": name})),
            ("rotate_token", json!({"name": name})),
            ("revoke_token", json!({"id": name})),
            ("get_request", json!({"code": name})),
            ("explain_decision", json!({"tool": name})),
        ] {
            let refused = server.call(tool, &arguments);
            let code = refused["code"].as_str().unwrap();
            assert!(
                ["not_found", "invalid_arguments"].contains(&code),
                "{tool}: {refused}"
            );
            let message = refused["message"].as_str().unwrap();
            // Letters of two scripts are shown as they are, and said to be.
            let mixed = message.contains("(letters of several scripts)");
            assert!(
                message
                    .chars()
                    .all(|c| (' '..='~').contains(&c) || (mixed && c.is_alphabetic())),
                "{message:?}"
            );
        }
    }
    let long = server.call("get_agent", &json!({"name": "x".repeat(10_000)}));
    assert_eq!(long["code"], "invalid_arguments");
    assert!(long["message"].as_str().unwrap().len() < 300);
}

#[test]
fn case_22_log_lines_hold_no_raw_text_of_the_client() {
    let mut server = Server::as_agent("boss");
    server.call(
        "get_agent",
        &json!({"name": "co\u{202e}dex\u{1b}[2J\nINFO forged"}),
    );
    for log in server.left() {
        let said = log["fields"]["message"].as_str().unwrap();
        assert!(!said.contains(['\u{202e}', '\u{1b}', '\n']), "{said:?}");
    }
}

#[test]
fn case_25_odd_arguments_get_a_typed_error_or_the_same_decision() {
    let mut server = Server::as_agent("weak");
    for method in [
        json!(null),
        json!(1),
        json!(["passphrase"]),
        json!({}),
        json!(""),
    ] {
        let refused = server.call("set_auth_method", &json!({"method": method}));
        assert_eq!(refused["code"], "invalid_arguments");
    }
    assert_eq!(
        server.call("set_auth_method", &json!({}))["code"],
        "invalid_arguments"
    );
    // Whether it is so already is not for who may not set it.
    for method in ["passphrase", "PassPhrase", "touchid", "TOUCHID"] {
        let answer = server.call("set_auth_method", &json!({"method": method}));
        assert_eq!(answer["code"], "denied", "{method}");
    }
    for alias in [
        "Set_Auth_Method",
        "openpass_set_auth_method",
        "set_auth_method ",
        "",
    ] {
        let params = json!({"name": alias, "arguments": {"method": "passphrase"}});
        let unknown = server.ask("tools/call", params);
        assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    }
}

#[test]
fn case_25_arguments_that_are_no_object_get_an_error_and_the_server_stays_up() {
    let mut server = Server::as_agent("boss");
    for arguments in [json!(7), json!("x"), json!(["x"])] {
        let params = json!({"name": "list_agents", "arguments": arguments});
        let answer = server.ask("tools/call", params);
        assert!(answer["error"]["code"].is_i64(), "{answer}");
    }
    for arguments in [Value::Null, json!({})] {
        assert_eq!(server.call("list_agents", &arguments)["count"], 3);
    }
}

#[test]
fn arguments_that_are_too_long_are_refused_and_a_message_that_is_too_long_ends_nothing_else() {
    let mut server = Server::as_agent("boss");
    let long = json!({"name": "codex", "set": {"allowed_tools": vec!["x".repeat(100); 500]}});
    let refused = server.call("edit_agent_profile", &long);
    assert_eq!(refused["code"], "invalid_arguments");
    let config = server.files();
    let (_, text) = config
        .iter()
        .find(|(path, _)| path.ends_with("config.yaml"))
        .unwrap();
    assert_eq!(text, CONFIG.as_bytes());
}

#[test]
fn strict_values_of_another_type_are_refused_and_nothing_is_left() {
    let mut server = Server::as_agent("boss");
    for (field, value) in [
        ("canWrite", json!("true")),
        ("canWrite", json!(1)),
        ("max_reads_per_hour", json!("7")),
        ("max_reads_per_hour", json!(true)),
        ("max_reads_per_hour", json!(7.5)),
        ("allowedPaths", json!("a,b")),
        ("skillPath", json!(["a"])),
        ("approvalMode", json!(false)),
        ("tier", json!(["admin"])),
    ] {
        let edit = json!({"name": "codex", "set": {field: value}});
        let refused = server.call("edit_agent_profile", &edit);
        assert_eq!(
            refused["code"], "invalid_arguments",
            "{field}: {value} {refused}"
        );
        let message = refused["message"].as_str().unwrap();
        assert!(!message.contains("FieldValue"), "{message}");
    }
    for (tool, arguments) in [
        ("get_request", json!({"code": "A", "wait": "5"})),
        ("list_agents", json!({"x": 1})),
        ("upgrade_agent", json!({"name": "codex", "tier": "root"})),
        ("upgrade_agent", json!({"name": "codex", "tier": "Admin"})),
    ] {
        let refused = server.call(tool, &arguments);
        assert_eq!(refused["code"], "invalid_arguments", "{tool}: {refused}");
    }
    let listed = server.ask("resources/list", json!({}));
    assert_eq!(listed["result"]["resources"], json!([]));
    server.left();
}

#[test]
fn strict_the_products_old_name_of_a_tier_is_read_as_the_product_reads_it() {
    let mut server = Server::as_agent("boss");
    let same = json!({"name": "codex", "tier": "safe"});
    assert_eq!(
        server.call("upgrade_agent", &same)["code"],
        "nothing_to_change"
    );
    let asks = json!({"name": "weak", "tier": "safe"});
    let left = server.call("upgrade_agent", &asks);
    let code = json!({"code": left["request_code"]});
    let changes = server.call("get_request", &code)["changes"].clone();
    let mut changes = changes.as_array().unwrap().iter();
    let tier = changes.find(|change| change["field"] == "tier").unwrap();
    assert_eq!(tier["after"], "read-only", "{tier}");
    server.left();
}
