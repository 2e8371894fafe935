//! Who can decrypt is worth as much as the passphrase.
#![expect(clippy::unwrap_used, reason = "a test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod common;

use openpass_policy::{
    After, AgentRef, AuthFactor, Before, ConfigKeyKind, Direction, Effect, GuardSettings,
    Operation, PolicyEngine, PolicySource, Request, StateDigest, StepUp, Tier, TokenRef,
    Unattended,
};

const OPTED_OUT: GuardSettings = GuardSettings::new(StepUp::Confirm, Unattended::Waive);

fn asked(attended: bool) -> Request {
    if attended {
        Request::by_person("~/.openpass", OPTED_OUT)
    } else {
        Request::by_script("~/.openpass", OPTED_OUT)
    }
}

fn token(all_tools: bool) -> TokenRef {
    TokenRef {
        id: "tok-1".to_owned(),
        agent: AgentRef::new("codex", Tier::Standard, false),
        all_tools,
    }
}

fn engines() -> [PolicyEngine; 2] {
    let everything = PolicySource::new("own.cedar", "permit (principal, action, resource);");
    [
        PolicyEngine::shipped().unwrap(),
        PolicyEngine::with_policies(&[everything]).unwrap(),
    ]
}

type Build = Box<dyn Fn(Request) -> Operation>;

/// The weakest factors that `build` takes under the opt-outs: a y with
/// somebody there, a waiver with nobody there.
fn weak(engine: &PolicyEngine, build: &dyn Fn(Request) -> Operation) -> (bool, bool) {
    let takes = |attended, factor| engine.decide_with(&build(asked(attended)), factor).is_ok();
    (
        takes(true, AuthFactor::Confirm) || takes(true, AuthFactor::None),
        takes(false, AuthFactor::Waived) || takes(false, AuthFactor::None),
    )
}

fn widens() -> openpass_policy::Effect {
    common::effect(Direction::Widens)
}

#[test]
fn case_54_who_can_decrypt_never_goes_through_on_a_y_or_a_waiver() {
    let keys = [
        "security",
        "security.anything",
        "vault.path",
        "vault.default_recipients",
        "vault",
        "vaultDir",
        "profiles.work.vault",
        "defaultProfile",
        "recipients",
        "devices.laptop",
        "Security.x",
        " vault.path",
        "VAULT.PATH",
    ];
    for engine in engines() {
        let mut builds: Vec<(String, Build)> = vec![
            (
                "recipients".to_owned(),
                Box::new(|r| Operation::change_recipients(r, widens())),
            ),
            (
                "devices".to_owned(),
                Box::new(|r| Operation::change_devices(r, widens())),
            ),
            (
                "issue".to_owned(),
                Box::new(|r| Operation::create_token(r, token(true), widens())),
            ),
            (
                "rotate".to_owned(),
                Box::new(|r| Operation::rotate_token(r, token(true), widens())),
            ),
        ];
        for key in keys {
            let set = move |r| {
                Operation::set_config_key(r, key, (Before(None), After(None)), widens()).unwrap()
            };
            builds.push((key.to_owned(), Box::new(set)));
        }
        for (what, build) in &builds {
            assert_eq!(weak(&engine, build), (false, false), "{what}");
            let strong = [AuthFactor::Passphrase, AuthFactor::Biometry];
            let takes = strong.map(|factor| engine.decide_with(&build(asked(true)), factor));
            assert!(takes.iter().all(Result::is_ok), "{what}");
        }
    }
}

#[test]
fn case_54_other_tokens_and_keys_keep_the_opt_outs() {
    for engine in engines() {
        let some = |r| Operation::create_token(r, token(false), widens());
        assert_eq!(weak(&engine, &some), (true, true));
        let rotate = |r| Operation::rotate_token(r, token(false), widens());
        assert_eq!(weak(&engine, &rotate), (true, true));
        for all_tools in [false, true] {
            let revoke = |r| Operation::revoke_token(r, token(all_tools), widens());
            assert_eq!(weak(&engine, &revoke), (true, true));
        }
        for key in ["mcp.bind", "vault.confirm_remove", "securityX", "vaultless"] {
            let set = |r| {
                Operation::set_config_key(r, key, (Before(None), After(None)), widens()).unwrap()
            };
            assert_eq!(weak(&engine, &set), (true, true), "{key}");
        }
    }
    assert_eq!(ConfigKeyKind::of("logging.level"), ConfigKeyKind::Routine);
    assert_eq!(
        ConfigKeyKind::of("vault.authMethod"),
        ConfigKeyKind::AuthMethod
    );
}

#[cfg(feature = "author")]
#[test]
fn case_54_the_matrix_shows_what_the_settings_in_force_take() {
    use openpass_policy::author::{Cell, Matrix};

    let shipped = PolicyEngine::shipped().unwrap();
    let matrix = Matrix::of(&shipped, OPTED_OUT, None);
    let cell = |what: &str, principal: &str| {
        let column = matrix.principals.iter().position(|it| it == principal);
        let row = matrix.rows.iter().find(|row| row.what == what).unwrap();
        *row.cells.get(column.unwrap()).unwrap()
    };
    for (what, person, nobody) in [
        ("raise an agent to admin", Cell::Confirm, Cell::Waived),
        ("issue a token for some tools", Cell::Confirm, Cell::Waived),
        ("issue a token for every tool", Cell::Either, Cell::Either),
        ("replace them, for every tool", Cell::Either, Cell::Either),
        ("change who can decrypt", Cell::Either, Cell::Either),
        ("change the devices", Cell::Either, Cell::Either),
        ("set security.*, vault.path", Cell::Either, Cell::Either),
        ("set mcp.bind", Cell::Confirm, Cell::Waived),
        ("apply a policy file", Cell::Either, Cell::Either),
    ] {
        assert_eq!(cell(what, "person"), person, "{what}");
        assert_eq!(cell(what, "person, nobody there"), nobody, "{what}");
        assert_eq!(cell(what, "person, by MCP"), Cell::Either, "{what}");
    }
    let text = matrix.to_text(false);
    let group = text.split("\n\n").find(|it| it.contains("set mcp.bind"));
    for answer in [
        "y/N          person\n",
        "waived       person, nobody there\n",
    ] {
        assert!(group.unwrap().contains(answer), "{text}");
    }
    assert!(text.contains("y/N: a y, since the settings say step_up: confirm"));
}

#[test]
fn a_key_that_has_an_operation_of_its_own_names_it() {
    for (key, constructor) in [
        ("agents.codex.tier", "Operation::change_agent"),
        ("authMethod", "Operation::set_auth_method"),
    ] {
        let request = Request::by_person("vault", GuardSettings::default());
        let effect = Effect::new(Vec::new(), StateDigest::of(&[]));
        let values = (Before(None), After(Some("admin")));
        let error = Operation::set_config_key(request, key, values, effect).unwrap_err();
        assert!(error.to_string().contains(constructor), "{error}");
    }
}
