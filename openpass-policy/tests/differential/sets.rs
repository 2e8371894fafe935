//! Random sets of policies, as text.

use crate::dice::Dice;

const ACTIONS: [&str; 12] = [
    "critical",
    "config",
    "routine",
    "guardrails",
    "credentials",
    "repair",
    "widenAgent",
    "createToken",
    "setConfigKey",
    "applyPolicy",
    "restore",
    "list",
];
const FACTORS: [&str; 5] = ["none", "confirm", "waived", "passphrase", "biometry"];

/// Terms that cannot be evaluated: their sums are too large, but for some times.
const ERRORS: [&str; 3] = [
    "context.time.minuteOfDay + 9223372036854775807 > 0",
    "context.time.weekday * 9223372036854775807 > 0",
    "9223372036854775807 - (0 - context.time.minuteOfDay) > 0",
];

/// A set that loads: some policies, with comments and annotations between.
pub(crate) fn good(dice: &mut Dice) -> String {
    (0..=dice.roll(6))
        .map(|number| policy(dice, number))
        .collect()
}

/// A set of which one policy must not load, and why.
pub(crate) fn bad(dice: &mut Dice) -> (String, &'static str) {
    let (policy, why) = dice.of(&[
        ("permit (principal == ?principal, action, resource);", "a template"),
        ("@id(\"guard.confirm-is-an-opt-out\") permit (principal, action, resource);", "a guard's id"),
        ("@id(\"default.person\") permit (principal, action, resource);", "a shipped id"),
        ("permit (principal, action, resource) when { context.facter == 1 };", "a misspelt attribute"),
        ("permit (principal, action in OpenPass::Action::\"critcal\", resource);", "a misspelt action"),
        ("forbid (principal, action, resource) when { context.attended == 1 };", "a wrong type"),
        (
            "forbid (principal, action, resource) when { OpenPass::Agent::\"x\".tier > 1 };",
            "an entity that is not there",
        ),
        ("permit (principal, action, resource)", "no end"),
        ("@id(\"twice\") permit (principal, action, resource); @id(\"twice\") forbid (principal, action, resource);", "an id twice"),
    ]);
    (format!("{}{policy}\n", good(dice)), why)
}

fn policy(dice: &mut Dice, number: usize) -> String {
    let effect = dice.of(&["permit", "forbid"]);
    if dice.roll(3) == 0 {
        return everywhere(dice, effect, number);
    }
    let (principal, mut known) = match dice.roll(5) {
        0 => ("principal is OpenPass::Agent", vec![Kind::Asking]),
        1 => (
            "principal == OpenPass::Agent::\"codex\"",
            vec![Kind::Asking],
        ),
        2 => ("principal is OpenPass::User", Vec::new()),
        _ => ("principal", Vec::new()),
    };
    let (action, resource) = match dice.roll(8) {
        0 => {
            known.push(Kind::Profile);
            let actions = [
                "widenAgent",
                "narrowAgent",
                "addAgent",
                "addRestrictedAgent",
                "removeAgent",
            ];
            let actions = actions.map(|it| format!("OpenPass::Action::\"{it}\""));
            (format!("action in [{}]", actions.join(", ")), "resource")
        }
        1 => {
            known.push(Kind::Token);
            let actions =
                "action in [OpenPass::Action::\"createToken\", OpenPass::Action::\"revokeToken\"]";
            (actions.to_owned(), "resource is OpenPass::Token")
        }
        2 => {
            known.push(Kind::Key);
            let actions = "action in [OpenPass::Action::\"setConfigKey\", OpenPass::Action::\"setRoutineConfigKey\"]";
            (actions.to_owned(), "resource")
        }
        3 => ("action".to_owned(), "resource"),
        _ => (
            format!("action in OpenPass::Action::\"{}\"", dice.of(&ACTIONS)),
            "resource",
        ),
    };
    let mut text = match dice.roll(4) {
        0 => format!("// policy {number}: permit (principal, action, resource);\n"),
        1 => "@doc(\"forbid (principal, action, resource);\")\n".to_owned(),
        2 => "@obligation(\"biometry\")\n@name(\"a \\\" name\")\n".to_owned(),
        _ => String::new(),
    };
    text += &format!("@id(\"p{number}\")\n{effect} ({principal}, {action}, {resource})");
    for _ in 0..dice.roll(3) {
        let clause = dice.of(&["when", "unless"]);
        text += &format!("\n{clause} {{ {} }}", condition(dice, &known, 0));
    }
    text + ";\n"
}

/// A policy of few words that applies to much: what it looks at decides often.
fn everywhere(dice: &mut Dice, effect: &str, number: usize) -> String {
    let condition = match dice.roll(4) {
        0 => dice.of(&ERRORS).to_owned(),
        1 => format!("{} && {}", circumstance(dice), dice.of(&ERRORS)),
        2 => condition(dice, &[], 2),
        _ => circumstance(dice),
    };
    format!("@id(\"p{number}\") {effect} (principal, action, resource) when {{ {condition} }};\n")
}

/// A part of the question that a policy's scope makes known.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Asking,
    Profile,
    Token,
    Key,
}

/// Ways to the factor, some of them through names that operators have in the JSON form.
const WAYS: [&str; 4] = [
    "context.authentication.factor",
    "{Var: context.authentication.factor}.Var",
    "{left: {Value: context.authentication}}.left.Value.factor",
    "context[\"authentication\"][\"factor\"]",
];

fn condition(dice: &mut Dice, known: &[Kind], depth: usize) -> String {
    match dice.roll(if depth > 2 { 8 } else { 12 }) {
        0 => "true".to_owned(),
        1 | 2 => format!(
            "{} == OpenPass::AuthFactor::\"{}\"",
            dice.of(&WAYS),
            dice.of(&FACTORS)
        ),
        3 => format!(
            "[OpenPass::AuthFactor::\"biometry\", OpenPass::AuthFactor::\"{}\"].contains({})",
            dice.of(&FACTORS),
            dice.of(&WAYS)
        ),
        4 => format!(
            "context.authentication.approver {} OpenPass::ApproverKind::\"{}\"",
            dice.of(&["==", "!="]),
            dice.of(&["none", "passphrase", "enclave"])
        ),
        5 => circumstance(dice),
        6 => special(dice, known),
        7 => circumstance(dice),
        8 => format!("!({})", condition(dice, known, depth + 1)),
        9 => {
            let sign = dice.of(&["&&", "||"]);
            format!(
                "({}) {sign} ({})",
                condition(dice, known, depth + 1),
                condition(dice, known, depth + 1)
            )
        }
        10 => format!(
            "if {} then {} else {}",
            condition(dice, known, depth + 1),
            condition(dice, known, depth + 1),
            condition(dice, known, depth + 1)
        ),
        _ => special(dice, known),
    }
}

fn circumstance(dice: &mut Dice) -> String {
    match dice.roll(7) {
        0 => "context.attended".to_owned(),
        1 => format!(
            "context.channel == OpenPass::Channel::\"{}\"",
            dice.of(&["cli", "mcp", "other"])
        ),
        2 => format!(
            "context.requester == OpenPass::Requester::\"{}\"",
            dice.of(&["person", "agent"])
        ),
        3 => format!(
            "context.guard.stepUp == OpenPass::StepUp::\"{}\"",
            dice.of(&["biometry", "confirm"])
        ),
        4 => format!(
            "context.guard.sealed != OpenPass::SealGrade::\"{}\"",
            dice.of(&["none", "signed"])
        ),
        5 => format!("context.time.minuteOfDay < {}", dice.roll(1440)),
        _ => format!("context.time.weekday >= {}", 1 + dice.roll(7)),
    }
}

fn special(dice: &mut Dice, known: &[Kind]) -> String {
    let power = dice.of(&["canWrite", "canManageConfig", "canReadValues", "other"]);
    let power = format!("OpenPass::Power::\"{power}\"");
    let agent = |dice: &mut Dice, path: &str| match dice.roll(4) {
        0 => format!("{path}.tier >= {}", dice.roll(3)),
        1 => format!("{path}.canManageConfig"),
        2 => format!(
            "{path}.name like \"{}\"",
            dice.of(&["co*", "*e*s", "codex"])
        ),
        _ => format!("{path}.powers.contains({power})"),
    };
    match known {
        [] => circumstance(dice),
        known => match dice.of(known) {
            Kind::Asking => agent(dice, "principal"),
            Kind::Token if dice.coin() => "resource.allTools".to_owned(),
            Kind::Token => agent(dice, "resource.agent"),
            Kind::Key if dice.coin() => "resource.credential".to_owned(),
            Kind::Key => format!(
                "context.value.after == OpenPass::ConfigValue::\"{}\"",
                dice.of(&["on", "off", "unset", "other"])
            ),
            Kind::Profile => match dice.roll(4) {
                0 => "context.tier.after > context.tier.before".to_owned(),
                1 => format!("context.powers.gained.contains({power})"),
                2 => format!("context.powers.held.contains({power})"),
                _ => agent(dice, "resource.agent"),
            },
        },
    }
}
