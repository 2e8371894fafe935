//! Random rules and requests, the same on every machine.

use super::{Ask, oracle::Rule};

/// SplitMix64: the same rules on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }

    pub(crate) fn one<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }

    /// One of `all`, one time in `times`.
    pub(crate) fn maybe(&mut self, times: usize, all: &[&str]) -> Option<String> {
        (self.roll(times) == 0).then(|| self.one(all).to_owned())
    }
}

const AGENTS: [&str; 5] = ["a", "b", "claude-code", "*", "**"];
pub(crate) const KINDS: [&str; 8] = [
    "read", "write", "delete", "run", "list", "get", "set", "find",
];
pub(crate) const OUTCOMES: [&str; 4] = ["allow", "deny", "prompt", "require_biometry"];
const SEGMENTS: [&str; 11] = [
    "a", "b", "ab", "prod-1", "*", "a*", "*b", "prod-*", "**", "{a,b}", r"a\*",
];
const REAL: [&str; 9] = ["a", "b", "ab", "prod-1", "a*", "x", ".", "..", "{a,b}"];

fn pattern(dice: &mut Dice) -> String {
    let depth = 1 + dice.roll(3);
    let mut segments: Vec<&str> = (0..depth).map(|_| dice.one(&SEGMENTS)).collect();
    let first = ["", "", "", "/", "~/", "../", "/home/tester/"][dice.roll(7)];
    let last = ["", "", "/**", "/"][dice.roll(4)];
    if dice.roll(12) == 0 {
        return dice
            .one(&["*", "**", "/", "/**", "~", "~/", "~/**", "a/**/"])
            .to_owned();
    }
    // Nobody can tell what a final slash is behind a star below `~/`.
    if first == "~/" && last == "/" {
        segments = vec!["a", "b"];
    }
    format!("{first}{}{last}", segments.join("/"))
}

fn subject(dice: &mut Dice) -> String {
    let depth = dice.roll(5);
    let segments: Vec<&str> = (0..depth).map(|_| dice.one(&REAL)).collect();
    let first = [
        "",
        "",
        "",
        "/",
        "~/",
        "../",
        "/home/tester/",
        "/home/tester2/",
    ][dice.roll(8)];
    let between = ["/", "/", "/", "//"][dice.roll(4)];
    let last = ["", "", "", "/"][dice.roll(4)];
    format!("{first}{}{last}", segments.join(between))
}

pub(crate) fn rule(dice: &mut Dice, name: String) -> Rule {
    let tags = ["prod", "dev", "*"];
    let tools = ["get_entry", "run_command", "*"];
    let some = |dice: &mut Dice, times, all: &[&str]| -> Vec<String> {
        dice.maybe(times, all)
            .into_iter()
            .chain(dice.maybe(times * 2, all))
            .collect()
    };
    let env = some(dice, 4, &["CI", "GIT_BRANCH"]);
    let minute = |dice: &mut Dice| u16::try_from(dice.roll(8) * 180).unwrap();
    Rule {
        name,
        priority: dice.roll(4) as i64 - 1,
        action: dice.one(&OUTCOMES).to_owned(),
        agent_id: dice.maybe(3, &AGENTS),
        path: (dice.roll(3) > 0).then(|| pattern(dice)),
        working_dir: (dice.roll(6) == 0).then(|| pattern(dice)),
        tags: some(dice, 5, &tags),
        time: (dice.roll(5) == 0).then(|| (minute(dice), minute(dice))),
        env_vars: env
            .into_iter()
            .map(|name| (name, dice.one(&["", "true", "main", "*"]).to_owned()))
            .collect(),
        action_type: dice.maybe(3, &KINDS),
        tools: some(dice, 5, &tools),
        max_secrets: (dice.roll(6) == 0).then(|| 1 + dice.roll(4) as i64),
    }
}

pub(crate) fn ask(dice: &mut Dice) -> Ask {
    let minute = dice.roll(8) * 180 + [0, 1, 179][dice.roll(3)];
    let mut env_vars = std::collections::BTreeMap::new();
    for name in ["CI", "GIT_BRANCH", "HOME"] {
        env_vars.extend(
            dice.maybe(2, &["", "true", "main", "*"])
                .map(|v| (name.to_owned(), v)),
        );
    }
    let kind = dice.roll(KINDS.len() + 2);
    Ask {
        agent_id: dice.one(&["a", "b", "claude-code", "", "**"]).to_owned(),
        path: subject(dice),
        tags: dice.maybe(2, &["prod", "dev", "*"]).into_iter().collect(),
        working_dir: subject(dice),
        env_vars,
        action_type: KINDS.get(kind).map_or("generate", |kind| kind).to_owned(),
        tool_name: dice
            .maybe(2, &["get_entry", "run_command", "GET_ENTRY"])
            .unwrap_or_default(),
        now: format!("2024-01-01T{:02}:{:02}:59Z", minute / 60, minute % 60),
        secrets_accessed: u32::try_from(dice.roll(6)).unwrap(),
    }
}
