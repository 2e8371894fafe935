//! Every small operation: no two of them have one digest, and the same one has always the
//! same.
//!
//! The texts are such that a transcript which runs them together, or leaves one out, has
//! two operations alike: none, the empty one, a letter, and that letter twice.

use std::collections::HashMap;

use openpass_policy::{
    After, AgentRef, ApproverKind, ApproverRef, AuthMethod, Before, Channel, Direction, Effect,
    Entity, FieldChange, GuardSettings, Operation, OperationDigest, Principal, Request, SealGrade,
    StateDigest, StepUp, Tier, TokenRef, Unattended, Value,
};

const TEXTS: [&str; 3] = ["", "a", "aa"];
const OPTIONAL: [Option<&str>; 4] = [None, Some(""), Some("a"), Some("aa")];

/// The digests so far, each with what was digested.
#[derive(Default)]
struct Seen(HashMap<OperationDigest, String>);

impl Seen {
    /// Works `make` out twice.
    fn put(&mut self, what: String, make: impl Fn() -> Operation) {
        let digest = make().digest();
        assert_eq!(make().digest(), digest, "{what}");
        if let Some(other) = self.0.insert(digest, what.clone()) {
            assert_eq!(other, what, "one digest for both");
        }
    }

    fn are(&self, number: usize) {
        assert_eq!(self.0.len(), number);
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn request() -> Request {
    Request::by_person("a", GuardSettings::default())
}

fn no_effect() -> Effect {
    Effect::new(Vec::new(), StateDigest::of(&[]))
}

type Change = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Direction,
);

fn changes() -> Vec<Change> {
    let mut all = Vec::new();
    for field in TEXTS {
        for before in OPTIONAL {
            for after in OPTIONAL {
                all.extend(Direction::ALL.map(|direction| (field, before, after, direction)));
            }
        }
    }
    all
}

fn field(&(field, before, after, direction): &Change) -> FieldChange {
    FieldChange::new(field, Before(owned(before)), After(owned(after)), direction)
}

#[test]
fn no_two_lists_of_changes_have_one_digest() {
    let mut seen = Seen::default();
    let mut put = |changes: &[&Change], state: &[&[u8]]| {
        seen.put(format!("{changes:?} {state:?}"), || {
            let fields = changes.iter().map(|change| field(change)).collect();
            Operation::accept_drift(request(), Effect::new(fields, StateDigest::of(state)))
        });
    };
    let all = changes();
    let states: [&[&[u8]]; 7] = [
        &[],
        &[b""],
        &[b"a"],
        &[b"aa"],
        &[b"a", b""],
        &[b"", b"a"],
        &[b"a", b"a"],
    ];
    for state in states {
        put(&[], state);
        for one in &all {
            put(&[one], state);
        }
    }
    for first in &all {
        for second in &all {
            put(&[first, second], &[]);
        }
    }
    seen.are(7 * (1 + 144) + 144 * 144);
}

#[test]
fn what_only_a_prompt_shows_is_bound() {
    let mut seen = Seen::default();
    for change in changes() {
        for shown in OPTIONAL {
            seen.put(format!("{change:?} {shown:?}"), || {
                let plain = field(&change);
                let field = match shown {
                    Some(shown) => plain.seen_as(shown),
                    None => plain,
                };
                Operation::accept_drift(request(), Effect::new(vec![field], StateDigest::of(&[])))
            });
        }
    }
    seen.are(144 * 4);
}

fn principals() -> Vec<Principal> {
    let mut all = vec![Principal::User];
    for name in ["", "a", "aa", "user"] {
        for tier in Tier::ALL {
            let agent = |manages| Principal::Agent(AgentRef::new(name, tier, manages));
            all.extend([false, true].map(agent));
        }
    }
    all
}

fn requests() -> Vec<Request> {
    let mut all = Vec::new();
    let channels = Channel::SHIPPED
        .into_iter()
        .chain(["a", "aa"].map(Channel::named));
    for channel in channels {
        for principal in principals() {
            for vault in TEXTS {
                for reason in OPTIONAL {
                    for attended in [false, true] {
                        let mut request = Request::by_person(vault, GuardSettings::default())
                            .because(owned(reason));
                        request.principal = principal.clone();
                        (request.channel, request.attended) = (channel.clone(), attended);
                        all.push(request);
                    }
                }
            }
        }
    }
    all
}

#[test]
fn no_two_requests_have_one_digest() {
    let mut seen = Seen::default();
    for request in requests() {
        seen.put(format!("{request:?}"), || Operation::list(request.clone()));
    }
    let by_default = 5 * 33 * 3 * 4 * 2;
    seen.are(by_default);
    let mut more = 0;
    for step_up in StepUp::ALL {
        for unattended in Unattended::ALL {
            for sealed in SealGrade::ALL {
                let settings = GuardSettings::new(step_up, unattended).sealed(sealed);
                for vault in TEXTS {
                    let request = Request::by_person(vault, settings);
                    seen.put(format!("{request:?}"), || Operation::list(request.clone()));
                    more += usize::from(settings != GuardSettings::default());
                }
            }
        }
    }
    seen.are(by_default + more);
}

fn token(id: &str, agent: &str, all_tools: bool) -> TokenRef {
    TokenRef {
        id: id.to_owned(),
        agent: AgentRef::new(agent, Tier::Standard, false),
        all_tools,
    }
}

/// What changes an agent, a token, an approver, a policy or a setting.
#[test]
fn no_two_actions_on_small_resources_have_one_digest() {
    let mut seen = Seen::default();
    for id in TEXTS {
        for other in TEXTS {
            for all_tools in [false, true] {
                let makes: [fn(Request, TokenRef, Effect) -> Operation; 3] = [
                    Operation::create_token,
                    Operation::rotate_token,
                    Operation::revoke_token,
                ];
                for (number, make) in makes.into_iter().enumerate() {
                    seen.put(
                        format!("token {number} {id:?} {other:?} {all_tools}"),
                        || make(request(), token(id, other, all_tools), no_effect()),
                    );
                }
            }
        }
        for kind in ApproverKind::ALL {
            let makes: [fn(Request, ApproverRef, Effect) -> Operation; 4] = [
                Operation::add_approver,
                Operation::replace_approver,
                Operation::remove_approver,
                Operation::renew_approver,
            ];
            for (number, make) in makes.into_iter().enumerate() {
                seen.put(format!("approver {number} {id:?} {kind:?}"), || {
                    let id = id.to_owned();
                    make(request(), ApproverRef { id, kind }, no_effect())
                });
            }
        }
        let makes: [fn(Request, &str, Effect) -> Operation; 2] =
            [Operation::apply_policy, Operation::remove_policy];
        for (number, make) in makes.into_iter().enumerate() {
            seen.put(format!("policy {number} {id:?}"), || {
                make(request(), id, no_effect())
            });
        }
        for tier in Tier::ALL {
            for manages in [false, true] {
                for after in Tier::ALL {
                    seen.put(format!("agent {id:?} {tier} {manages} {after}"), || {
                        let agent = AgentRef::new(id, tier, manages);
                        Operation::change_agent(request(), agent, after, no_effect())
                    });
                }
            }
        }
    }
    for key in ["mcp.bind", "mcp.port", "logging.level"] {
        for before in OPTIONAL {
            for after in OPTIONAL {
                seen.put(format!("key {key} {before:?} {after:?}"), || {
                    let values = (Before(before), After(after));
                    // The values are in the effect, and nowhere else.
                    let change = field(&(key, before, after, Direction::Widens));
                    let effect = Effect::new(vec![change], StateDigest::of(&[]));
                    Operation::set_config_key(request(), key, values, effect).unwrap()
                });
            }
        }
    }
    for before in AuthMethod::ALL {
        for after in AuthMethod::ALL {
            seen.put(format!("method {before} {after}"), || {
                Operation::set_auth_method(request(), Before(before), After(after), no_effect())
            });
        }
    }
    let of_id = 3 * 2 * 3 + 4 * ApproverKind::ALL.len() + 2 + 4 * 2 * 4;
    seen.are(3 * of_id + 3 * 16 + 4);
}

/// Lists of parts, of up to three, of which each may hold others.
#[test]
fn no_two_lists_of_parts_have_one_digest() {
    type Make = fn() -> Operation;
    let makes: [(&str, Make); 3] = [
        ("passphrase", || {
            Operation::rotate_passphrase(request(), no_effect())
        }),
        ("recipients", || {
            Operation::change_recipients(request(), no_effect())
        }),
        ("devices", || {
            Operation::change_devices(request(), no_effect())
        }),
    ];
    let mut lists: Vec<Vec<usize>> = vec![Vec::new()];
    for length in 0..3 {
        let longer: Vec<Vec<usize>> = lists
            .iter()
            .filter(|list| list.len() == length)
            .flat_map(|list| (0..3).map(move |next| [list.as_slice(), &[next]].concat()))
            .collect();
        lists.extend(longer);
    }
    let mut seen = Seen::default();
    for list in &lists {
        let names: Vec<&str> = list.iter().map(|part| makes[*part].0).collect();
        seen.put(format!("{names:?}"), || {
            let parts: Vec<Operation> = list.iter().map(|part| makes[*part].1()).collect();
            Operation::accept_drift(request(), no_effect()).coming_to(parts)
        });
    }
    seen.are(1 + 3 + 9 + 27);
}

fn values() -> Vec<Value> {
    let set = |texts: &[&str]| texts.iter().copied().collect::<Value>();
    vec![
        Value::Bool(true),
        Value::Bool(false),
        Value::Long(0),
        Value::Long(1),
        "".into(),
        "a".into(),
        "aa".into(),
        set(&[]),
        set(&[""]),
        set(&["a"]),
        set(&["a", "aa"]),
        Value::record([("a", "".into())]),
        Value::record([("", "a".into())]),
        Value::record([("a", "a".into())]),
        Entity::new("A::B", "a").into(),
        Entity::new("A::B", "aa").into(),
    ]
}

/// A host's own operations: an attribute, a tag or a fact of the context, and a line that
/// is told.
#[test]
fn no_two_operations_of_a_host_have_one_digest() {
    let mut seen = Seen::default();
    let mut number = 0;
    for id in TEXTS {
        for name in ["a", "aa"] {
            for value in values() {
                for place in 0..3 {
                    for told in [None, Some(("", "a")), Some(("a", "")), Some(("a", "a"))] {
                        let what = format!("{id:?} {name:?} {value:?} {place} {told:?}");
                        number += 1;
                        seen.put(what, || {
                            let resource = Entity::new("A::B", id);
                            let value = value.clone();
                            let resource = match place {
                                0 => resource.with(name, value.clone()),
                                1 => resource.tagged(name, value.clone()),
                                _ => resource,
                            };
                            let operation =
                                Operation::new("A::act").by(Principal::User).on(resource);
                            let operation = match place {
                                2 => operation.with(name, value),
                                _ => operation,
                            };
                            match told {
                                Some((label, text)) => operation.telling(label, text),
                                None => operation,
                            }
                        });
                    }
                }
            }
        }
    }
    seen.are(number);
}
