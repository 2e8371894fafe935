use super::*;

fn refused(line: &[u8]) -> (i32, Option<RequestId>, String) {
    match heard(&Line::Whole(line.to_vec())) {
        Heard::Refused(id, error) => (error.code.0, id, error.message.into_owned()),
        other => panic!("{other:?}"),
    }
}

const NUMBER: Option<RequestId> = Some(RequestId::Number(7));

#[test]
fn m12_what_is_no_message_is_refused_under_its_id_where_it_has_one() {
    let deep = format!(
        r#"{{"jsonrpc":"2.0","method":"tools/call","params":{}{},"id":7}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    assert_eq!(refused(deep.as_bytes()).0, -32600);
    assert_eq!(refused(deep.as_bytes()).1, NUMBER);
    for (line, code, id) in [
        (&b"{\"id\":7,\"method\":\"\xff\"}"[..], -32700, NUMBER),
        (br#"{"jsonrpc":"2.0","id":7,"method":"#, -32700, NUMBER),
        (b"hello", -32700, None),
        (b"[]", -32600, None),
        (b"7", -32600, None),
        (b"{}", -32600, None),
        (br#"{"id":7,"method":7}"#, -32600, NUMBER),
        (br#"{"id":null,"method":"ping"}"#, -32600, None),
        (br#"{"id":7,"method":"ping"}"#, -32600, NUMBER),
    ] {
        let (found, whose, words) = refused(line);
        assert_eq!((found, whose), (code, id), "{words}");
    }
    let mut long = br#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":""#.to_vec();
    long.extend(vec![b'x'; 2000]);
    match heard(&Line::TooLong(long)) {
        Heard::Refused(id, error) => assert_eq!((id, error.code.0), (NUMBER, -32600)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn m11_params_that_do_not_fit_are_named() {
    for (method, params, named) in [
        ("tools/call", r#"{"arguments":{}}"#, "name"),
        ("tools/call", r#"{"name":"x","arguments":7}"#, "map"),
        ("initialize", r#"{"capabilities":{}}"#, "protocolVersion"),
        ("initialize", r#"7"#, "initialize"),
    ] {
        let line = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}","params":{params}}}"#);
        let (code, id, words) = refused(line.as_bytes());
        assert_eq!((code, id), (-32602, NUMBER), "{words}");
        assert!(words.contains(named), "{words}");
    }
}

#[test]
fn m12_nobody_is_answered_who_did_not_ask() {
    for line in [
        "",
        "  \r",
        r#"{"jsonrpc":"2.0","method":"notifications/odd","params":7}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#,
        r#"{"jsonrpc":"2.0","error":"what"}"#,
    ] {
        let heard = heard(&Line::Whole(line.as_bytes().to_vec()));
        let asked_for = matches!(heard, Heard::Refused(..));
        assert!(!asked_for, "{line}: {heard:?}");
    }
}
