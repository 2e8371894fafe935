//! The product's reading of one agent's entry, written apart from the store's:
//! by lines, and only for tidy files such as those of the 1,500 rows.

use std::collections::BTreeMap;

/// The powers that are booleans.
pub(crate) const POWERS: [&str; 8] = [
    "canWrite",
    "canRunCommands",
    "canManageConfig",
    "canUseClipboard",
    "canUseAutotype",
    "canReadValues",
    "exposeValueTools",
    "autoUnseal",
];

pub(crate) const QUOTAS: [&str; 3] = [
    "max_reads_per_hour",
    "max_reads_per_day",
    "max_secrets_in_session",
];

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
enum Written {
    Null,
    /// A text, and whether quotes or a tag make it one.
    One(String, bool),
    Many(Vec<Self>),
}

/// A profile as the product has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Oracle {
    pub(crate) tier: Option<String>,
    pub(crate) mode: &'static str,
    /// Whether the file or the tier says so.
    pub(crate) mode_is_written: bool,
    pub(crate) flags: BTreeMap<&'static str, Option<bool>>,
    pub(crate) quotas: BTreeMap<&'static str, Option<i64>>,
    pub(crate) lists: BTreeMap<&'static str, Option<Vec<String>>>,
    /// The powers that are written out as true for the agent itself.
    written: Vec<&'static str>,
}

impl Oracle {
    /// What the product makes of `agent` in `config`; `None` if it refuses.
    pub(crate) fn of(config: &str, agent: &str) -> Option<Self> {
        let (all, own) = entry(config, agent);
        let has = |field: &str| own.contains_key(field);
        let tier = match own.get("tier") {
            Some(Written::One(tier, _)) => Some(tier.clone()),
            _ => None,
        };
        let preset = match tier.as_deref() {
            Some("read-only") => Some((false, false, "deny")),
            Some("standard") => Some((false, true, "prompt")),
            Some("admin") => Some((true, true, "prompt")),
            _ => None,
        };
        let mut flags = BTreeMap::new();
        for flag in POWERS.into_iter().chain(["requireApproval"]) {
            let standard = [
                "canUseClipboard",
                "canUseAutotype",
                "canReadValues",
                "requireApproval",
            ];
            let by_tier =
                preset.map(|(most, some, _)| if standard.contains(&flag) { some } else { most });
            let by_age = flag == "exposeValueTools" && !has("tier") && !has(flag);
            let by_file = all.get(flag).map_or(Some(None), boolean)?;
            flags.insert(flag, by_file.or(if by_age { Some(true) } else { by_tier }));
        }
        let required = flags["requireApproval"] == Some(true);
        let by_flag = if required { "prompt" } else { "none" };
        let mode = match own.get("approvalMode") {
            Some(Written::One(mode, _)) if mode == "deny" => "deny",
            Some(Written::One(mode, _)) if mode == "prompt" => "prompt",
            Some(Written::One(mode, _)) if mode == "none" => "none",
            Some(_) => by_flag,
            None if own
                .get("requireApproval")
                .is_some_and(|flag| *flag != Written::Null) =>
            {
                by_flag
            }
            None => preset.map_or(by_flag, |(.., mode)| mode),
        };
        let mode_is_written = match own.get("approvalMode") {
            Some(Written::One(mode, _)) => !mode.is_empty(),
            Some(_) => false,
            None => {
                let flag = own.get("requireApproval");
                preset.is_some() || flag.is_some_and(|flag| *flag != Written::Null)
            }
        };
        let quotas = QUOTAS.map(|quota| (quota, all.get(quota).and_then(integer)));
        let written = POWERS.into_iter();
        let written = written.filter(|flag| own.get(*flag).and_then(boolean) == Some(Some(true)));
        Some(Self {
            mode,
            mode_is_written,
            quotas: quotas.into(),
            lists: lists(&own, tier.as_deref()),
            written: written.collect(),
            tier,
            flags,
        })
    }

    /// What of `after` gives more power than there is now, or may later.
    pub(crate) fn widened(&self, after: &Self) -> Vec<String> {
        let mut widened = Vec::new();
        for power in POWERS {
            let on = |of: &Self| of.flags[power] == Some(true);
            if on(after) && !on(self) {
                widened.push(power.to_owned());
            }
            if after.written.contains(&power) && !self.written.contains(&power) {
                widened.push(format!("{power} written"));
            }
        }
        let laxity = |of: &Self| {
            ["deny", "prompt", "none"]
                .iter()
                .position(|mode| *mode == of.mode)
        };
        if laxity(after) > laxity(self) {
            widened.push("approvalMode".to_owned());
        }
        // The product bars some tools by this name alone.
        let read_only = |of: &Self| of.tier.as_deref() == Some("read-only");
        if read_only(self) && !read_only(after) {
            widened.push("tier".to_owned());
        }
        for quota in QUOTAS {
            let limit = |of: &Self| {
                of.quotas[quota]
                    .filter(|limit| *limit > 0)
                    .unwrap_or(i64::MAX)
            };
            if limit(after) > limit(self) {
                widened.push(quota.to_owned());
            }
        }
        for list in ["allowedPaths", "allowedExecutables", "allowedEnvVars"] {
            if adds(&self.lists[list], &after.lists[list]) {
                widened.push(list.to_owned());
            }
        }
        if adds(&after.lists["redactFields"], &self.lists["redactFields"]) {
            widened.push("redactFields".to_owned());
        }
        let tools = (&self.lists["allowed_tools"], &after.lists["allowed_tools"]);
        let every = |tools: &Option<Vec<String>>| tools.as_ref().is_none_or(Vec::is_empty);
        if !every(tools.0) && (every(tools.1) || adds(tools.0, tools.1)) {
            widened.push("allowed_tools".to_owned());
        }
        widened
    }
}

fn adds(before: &Option<Vec<String>>, after: &Option<Vec<String>>) -> bool {
    let before = before.as_deref().unwrap_or_default();
    after.iter().flatten().any(|item| !before.contains(item))
}

type Fields = BTreeMap<String, Written>;

/// Every field that reaches the agent, and those of its own mapping.
fn entry(config: &str, agent: &str) -> (Fields, Fields) {
    let line = |line: &&str| line.trim_end().split(':').next() == Some(&format!("    {agent}"));
    let head = config.lines().find(line).unwrap_or_default();
    let shared = fields(config, "x-shared", 4);
    if head.contains('*') {
        return (shared, Fields::new());
    }
    let own = fields(config, &format!("    {agent}"), 8);
    let mut all = if own.contains_key("<<") {
        shared
    } else {
        Fields::new()
    };
    all.extend(own.clone());
    (all, own)
}

/// The fields below the line that begins with `head`, indented by `indent`.
fn fields(config: &str, head: &str, indent: usize) -> Fields {
    let mut lines = config
        .lines()
        .skip_while(|line| line.split(':').next() != Some(head));
    lines.next();
    let deep = |line: &&str| line.len() > indent && line[..indent].trim().is_empty();
    let lines: Vec<&str> = lines.take_while(deep).map(|line| &line[indent..]).collect();
    let mut found = Fields::new();
    for (number, line) in lines.iter().enumerate() {
        let Some((key, value)) = line.split_once(':').filter(|_| !line.starts_with(' ')) else {
            continue;
        };
        let rest = lines[number + 1..].iter();
        let below = rest
            .take_while(|line| line.starts_with(' '))
            .map(|line| line.trim());
        let value = match value.trim() {
            "|-" => Written::One(below.collect(), true),
            "" => match below.map(|item| scalar(&item[2..])).collect::<Vec<_>>() {
                items if items.is_empty() => Written::Null,
                items => Written::Many(items),
            },
            value => match value
                .strip_prefix('[')
                .and_then(|list| list.strip_suffix(']'))
            {
                Some("") => Written::Many(Vec::new()),
                Some(list) => Written::Many(list.split(", ").map(scalar).collect()),
                None => scalar(value),
            },
        };
        found.insert(key.to_owned(), value);
    }
    found
}

fn scalar(text: &str) -> Written {
    let text = text.split(" #").next().unwrap().trim();
    let text = text.strip_prefix("&a ").unwrap_or(text);
    let unquoted = |text: &str| text.trim_matches(['"', '\'']).to_owned();
    if let Some(text) = text.strip_prefix("!!str ") {
        return Written::One(unquoted(text), true);
    }
    if text.starts_with("!!null") {
        return Written::Null;
    }
    if let Some(text) = text.strip_prefix("!!bool ") {
        return Written::One(unquoted(text), false);
    }
    match text {
        "~" | "null" | "Null" | "" => Written::Null,
        text if text.starts_with(['"', '\'']) => Written::One(unquoted(text), true),
        text => Written::One(text.to_owned(), false),
    }
}

/// `None`: the product refuses it.
fn boolean(value: &Written) -> Option<Option<bool>> {
    let Written::One(text, is_text) = value else {
        return (*value == Written::Null).then_some(None);
    };
    let lower = text.to_lowercase();
    let proper = lower == *text || text.to_uppercase() == *text || text[1..] == lower[1..];
    match lower.as_str() {
        "true" | "false" if *is_text => None,
        "true" | "yes" | "on" | "y" if proper => Some(Some(true)),
        "false" | "no" | "off" | "n" if proper => Some(Some(false)),
        _ => None,
    }
}

fn integer(value: &Written) -> Option<i64> {
    let Written::One(text, false) = value else {
        return None;
    };
    let text = text.replace('_', "");
    let octal = text
        .strip_prefix("0o")
        .or_else(|| text.strip_prefix('0').filter(|rest| !rest.is_empty()));
    match (text.strip_prefix("0x"), octal) {
        (Some(hex), _) => i64::from_str_radix(hex, 16).ok(),
        (_, Some(octal)) => i64::from_str_radix(octal, 8).ok(),
        _ => text.split('.').next()?.parse().ok(),
    }
}

fn lists(own: &Fields, tier: Option<&str>) -> BTreeMap<&'static str, Option<Vec<String>>> {
    let texts = |items: &[Written]| {
        let texts = items.iter().filter_map(|item| match item {
            Written::One(text, _) => Some(text.clone()),
            _ => None,
        });
        let texts: Vec<String> = texts.collect();
        (!texts.is_empty()).then_some(texts)
    };
    let programs = "curl git terraform npm node python python3 docker kubectl";
    let programs: Vec<String> = programs.split(' ').map(str::to_owned).collect();
    let by_default = |list| match list {
        "allowedPaths" => Some(Vec::new()),
        "allowedExecutables" if tier == Some("standard") => Some(programs.clone()),
        _ => None,
    };
    let list = |list| match own.get(list) {
        Some(Written::Many(items)) => texts(items),
        _ => by_default(list),
    };
    let names = [
        "allowedPaths",
        "allowedExecutables",
        "allowedEnvVars",
        "allowed_tools",
        "redactFields",
    ];
    names.map(|name| (name, list(name))).into()
}
