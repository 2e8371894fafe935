//! Many rules of every kind of condition.

use openpass_policy_yaml::{ImportOptions, Imported};

use super::{
    Ask, import_all,
    oracle::Rule,
    random::{Dice, KINDS, OUTCOMES, rule},
};

/// A rule with the one condition of its kind, and a request that rules of that
/// kind tell from others; both from the same many values.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    rule: fn(&mut Rule, usize),
    pub(crate) ask: fn(&mut Ask, usize, &mut Dice),
}

pub(crate) const ALL: [Kind; 12] = [
    Kind {
        name: "agent_id",
        rule: |rule, n| rule.agent_id = Some(format!("agent-{n}")),
        ask: |ask, n, _| ask.agent_id = format!("agent-{n}"),
    },
    Kind {
        name: "path of one agent",
        rule: |rule, n| {
            rule.agent_id = Some("codex".to_owned());
            rule.path = Some(format!("team/{n}/**"));
        },
        ask: |ask, n, _| {
            ask.agent_id = "codex".to_owned();
            ask.path = format!("team/{n}/db");
        },
    },
    Kind {
        name: "path with a star",
        rule: |rule, n| rule.path = Some(format!("*/{n}-*")),
        ask: |ask, n, dice| ask.path = format!("x/{n}-{}", dice.roll(20)),
    },
    Kind {
        name: "path below home",
        rule: |rule, n| rule.path = Some(format!("~/{n}/**")),
        ask: |ask, n, _| ask.path = format!("/home/tester/{n}/x"),
    },
    Kind {
        name: "tags",
        rule: |rule, n| rule.tags = vec![format!("tag-{n}")],
        ask: |ask, n, dice| {
            let other = dice.roll(600);
            ask.tags = [format!("tag-{n}"), format!("tag-{other}")].into();
        },
    },
    Kind {
        name: "working_dir",
        rule: |rule, n| rule.working_dir = Some(format!("*/{n}-*")),
        ask: |ask, n, dice| ask.working_dir = format!("x/{n}-{}", dice.roll(20)),
    },
    Kind {
        name: "time_of_day",
        rule: |rule, n| {
            let start = u16::try_from(n * 7 % 1440).unwrap();
            rule.time = Some((start, (start + 5 + start % 90) % 1440));
        },
        ask: |_, _, _| {},
    },
    Kind {
        name: "env_vars",
        rule: |rule, n| {
            rule.env_vars.insert(format!("VAR_{n}"), "*".to_owned());
        },
        ask: |ask, n, dice| {
            for n in [n, dice.roll(600)] {
                ask.env_vars.insert(format!("VAR_{n}"), String::new());
            }
        },
    },
    Kind {
        name: "action",
        rule: |rule, n| {
            rule.action_type = Some(KINDS[n % KINDS.len()].to_owned());
            rule.tags = vec![format!("tag-{}", n / KINDS.len())];
        },
        ask: |ask, n, dice| {
            ask.tags = [
                format!("tag-{}", n / KINDS.len()),
                format!("tag-{}", dice.roll(70)),
            ]
            .into();
        },
    },
    Kind {
        name: "allowed_tools",
        rule: |rule, n| rule.tools = vec![format!("tool_{n}"), format!("tool_{}", n + 1)],
        ask: |ask, n, dice| {
            if dice.roll(10) > 0 {
                ask.tool_name = format!("tool_{n}");
            }
        },
    },
    Kind {
        name: "max_secrets",
        rule: |rule, n| {
            rule.max_secrets = Some(1 + (n * 37 % 500) as i64);
            rule.tags = vec![format!("tag-{}", n % 50)];
        },
        ask: |ask, n, dice| {
            ask.secrets_accessed = u32::try_from(dice.roll(600)).unwrap();
            ask.tags = [format!("tag-{}", n % 50), format!("tag-{}", dice.roll(50))].into();
        },
    },
    Kind {
        name: "everything at random",
        rule: |_, _| {},
        ask: |_, _, _| {},
    },
];

impl Kind {
    pub(crate) fn rules(&self, dice: &mut Dice, count: usize) -> Vec<Rule> {
        let mut rules: Vec<Rule> = (0..count)
            .map(|number| match self.name {
                "everything at random" => rule(dice, format!("rule {number}")),
                _ => Rule {
                    name: format!("rule {number}"),
                    action: dice.one(&OUTCOMES).to_owned(),
                    ..Rule::default()
                },
            })
            .collect();
        for (number, rule) in rules.iter_mut().enumerate() {
            (self.rule)(rule, number);
            // What lets everything through would leave the others unreached.
            let some = Rule {
                priority: 0,
                name: String::new(),
                action: String::new(),
                ..rule.clone()
            };
            if some.yaml() == Rule::default().yaml() {
                rule.tags = vec!["dev".to_owned()];
            }
        }
        rules
    }
}

pub(crate) fn of_name(name: &str) -> &'static Kind {
    ALL.iter().find(|kind| kind.name == name).unwrap()
}

pub(crate) fn imported(rules: &[Rule], options: ImportOptions) -> Imported {
    import_all(&files(rules), options).unwrap_or_else(|error| panic!("{error}"))
}

fn files(rules: &[Rule]) -> Vec<String> {
    let text = |rules: &[Rule]| -> String { rules.iter().map(Rule::yaml).collect() };
    let files = rules.chunks(250).map(text);
    files
        .map(|rules| format!("version: '1'\nrules:\n{rules}"))
        .collect()
}
