//! Questions as plain words, and the operation that each is to our engine.

use openpass_policy::{
    After, AgentRef, ApproverRef, AuthMethod, Before, Channel, Direction, Effect, FieldChange,
    GuardSettings, Operation, Powers, Principal, Request, Standing, StateDigest, Tier, TokenRef,
    WallTime,
};

use crate::dice::Dice;

type Word = &'static str;

/// An agent: its name, its tier, and the powers that it holds.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) name: Word,
    pub(crate) tier: Word,
    pub(crate) powers: Vec<Word>,
}

#[derive(Debug)]
pub(crate) struct Ask {
    /// Without one the person asks.
    pub(crate) agent: Option<Agent>,
    pub(crate) channel: Word,
    pub(crate) attended: bool,
    pub(crate) step_up: Word,
    pub(crate) unattended: Word,
    pub(crate) sealed: Word,
    pub(crate) minute: u16,
    pub(crate) weekday: u8,
    /// Whether the one field that changes, which is no power's, gives power.
    pub(crate) widens: bool,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    /// The agent before, and its tier and powers after.
    ChangeAgent(Agent, Agent),
    RemoveAgent(Agent, Agent),
    AddAgent(Agent),
    /// The action, the id, the agent, whether it is for every tool.
    Token(Word, Word, Agent, bool),
    SetAuthMethod(Word, Word),
    /// The action, the id, the kind.
    Approver(Word, Word, Word),
    /// The action, the file.
    PolicyFile(Word, Word),
    Key(Key, Value, Value),
    /// An action on something of which there is one.
    Plain(Word),
}

/// A key of config.yaml and what it is: `routine`, `credential`, `audit` or `other`.
pub(crate) type Key = (Word, Word);

/// A value as it is written, and what policy learns of it.
pub(crate) type Value = (Option<Word>, Word);

const POWERS: [Word; 10] = [
    "canWrite",
    "canRunCommands",
    "canManageConfig",
    "canUseClipboard",
    "canUseAutotype",
    "canReadValues",
    "exposeValueTools",
    "autoUnseal",
    "exposePaymentValues",
    "actUnasked",
];
const KEYS: [Key; 6] = [
    ("logging.level", "routine"),
    ("clipboard.auto_clear_duration", "routine"),
    ("vault.path", "credential"),
    ("security.level", "credential"),
    ("audit.enabled", "audit"),
    ("git.auto_push", "other"),
];
const VALUES: [Value; 4] = [
    (None, "unset"),
    (Some("true"), "on"),
    (Some("false"), "off"),
    (Some("30"), "other"),
];
pub(crate) const PLAIN: [(Word, Word); 16] = [
    ("rotatePassphrase", "Identity"),
    ("changeRecipients", "Recipients"),
    ("changeDevices", "Devices"),
    ("changeGuardSettings", "GuardSettings"),
    ("acceptDrift", "GuardSettings"),
    ("sealState", "GuardSettings"),
    ("restore", "Vault"),
    ("resetGuardSettings", "GuardSettings"),
    ("setLogAside", "GuardLog"),
    ("rotateLogKey", "GuardLog"),
    ("list", "Vault"),
    ("show", "Vault"),
    ("status", "Vault"),
    ("explain", "Vault"),
    ("dryRun", "Vault"),
    ("restore", "Vault"),
];

fn agent(dice: &mut Dice, name: Word) -> Agent {
    Agent {
        name,
        tier: dice.of(&["read-only", "standard", "admin"]),
        powers: dice.some(&POWERS),
    }
}

impl Ask {
    pub(crate) fn by_chance(dice: &mut Dice) -> Self {
        let asking = dice.coin().then(|| agent(dice, "codex"));
        // An agent that asks for itself is what it is.
        let about = |dice: &mut Dice| match (&asking, dice.coin()) {
            (Some(asking), true) => asking.clone(),
            (None, true) => agent(dice, "codex"),
            _ => agent(dice, "hermes"),
        };
        let what = match dice.roll(9) {
            0 => What::ChangeAgent(about(dice), agent(dice, "")),
            1 => What::RemoveAgent(about(dice), agent(dice, "")),
            2 => What::AddAgent(agent(dice, "new-bot")),
            3 => {
                let action = dice.of(&["createToken", "rotateToken", "revokeToken"]);
                What::Token(action, dice.of(&["t1", "t2"]), about(dice), dice.coin())
            }
            4 => {
                let methods = ["passphrase", "touchid"];
                What::SetAuthMethod(dice.of(&methods), dice.of(&methods))
            }
            5 => {
                let all = [
                    "addApprover",
                    "replaceApprover",
                    "removeApprover",
                    "renewApprover",
                ];
                let kinds = ["passphrase", "enclave", "security-key", "device"];
                What::Approver(dice.of(&all), "a1", dice.of(&kinds))
            }
            6 => {
                let action = dice.of(&["applyPolicy", "removePolicy"]);
                What::PolicyFile(action, dice.of(&["a.cedar", "b.cedar"]))
            }
            7 => What::Key(dice.of(&KEYS), dice.of(&VALUES), dice.of(&VALUES)),
            _ => What::Plain(dice.of(&PLAIN).0),
        };
        Self {
            what,
            agent: asking,
            channel: dice.of(&["cli", "mcp", "other"]),
            attended: dice.coin(),
            step_up: dice.of(&["biometry", "passphrase", "system-login", "confirm"]),
            unattended: dice.of(&["passphrase", "refuse", "waive"]),
            sealed: dice.of(&["none", "logged", "signed"]),
            minute: u16::try_from(dice.roll(1440)).unwrap(),
            weekday: u8::try_from(1 + dice.roll(7)).unwrap(),
            widens: dice.coin(),
        }
    }

    pub(crate) fn operation(&self) -> Operation {
        let settings = GuardSettings::new(word(self.step_up), word(self.unattended));
        let settings = settings.sealed(word(self.sealed));
        let mut r = Request::by_person("v", settings).at(WallTime::new(self.weekday, self.minute));
        if let Some(agent) = &self.agent {
            r.principal = Principal::Agent(agent.as_ref());
        }
        r.channel = Channel::named(self.channel);
        r.attended = self.attended;
        let direction = match self.widens {
            true => Direction::Widens,
            false => Direction::Narrows,
        };
        let values = (Before(Some("a".to_owned())), After(Some("b".to_owned())));
        let change = FieldChange::new("somePaths", values.0, values.1, direction);
        let e = Effect::new(vec![change], StateDigest::of(&[b"now"]));
        match &self.what {
            What::ChangeAgent(before, after) => {
                Operation::change_agent(r, before.as_ref(), after.standing(), e)
            }
            What::RemoveAgent(before, after) => {
                Operation::remove_agent(r, before.as_ref(), after.standing(), e)
            }
            What::AddAgent(after) => Operation::add_agent(r, after.name, after.standing(), e),
            What::Token(action, id, agent, all_tools) => {
                let token = TokenRef {
                    id: (*id).to_owned(),
                    agent: agent.as_ref(),
                    all_tools: *all_tools,
                };
                match *action {
                    "createToken" => Operation::create_token(r, token, e),
                    "rotateToken" => Operation::rotate_token(r, token, e),
                    _ => Operation::revoke_token(r, token, e),
                }
            }
            What::SetAuthMethod(before, after) => {
                let (before, after): (AuthMethod, AuthMethod) = (word(before), word(after));
                Operation::set_auth_method(r, Before(before), After(after), e)
            }
            What::Approver(action, id, kind) => {
                let approver = ApproverRef {
                    id: (*id).to_owned(),
                    kind: word(kind),
                };
                match *action {
                    "addApprover" => Operation::add_approver(r, approver, e),
                    "replaceApprover" => Operation::replace_approver(r, approver, e),
                    "removeApprover" => Operation::remove_approver(r, approver, e),
                    _ => Operation::renew_approver(r, approver, e),
                }
            }
            What::PolicyFile("applyPolicy", name) => Operation::apply_policy(r, name, e),
            What::PolicyFile(_, name) => Operation::remove_policy(r, name, e),
            What::Key((key, _), (before, _), (after, _)) => {
                Operation::set_config_key(r, key, (Before(*before), After(*after)), e).unwrap()
            }
            What::Plain(action) => plain(action, r, e),
        }
    }
}

fn plain(action: &str, r: Request, e: Effect) -> Operation {
    match action {
        "rotatePassphrase" => Operation::rotate_passphrase(r, e),
        "changeRecipients" => Operation::change_recipients(r, e),
        "changeDevices" => Operation::change_devices(r, e),
        "changeGuardSettings" => Operation::change_guard_settings(r, e),
        "acceptDrift" => Operation::accept_drift(r, e),
        "sealState" => Operation::seal_state(r, e),
        "restore" => Operation::restore(r, e),
        "resetGuardSettings" => Operation::reset_guard_settings(r, e),
        "setLogAside" => Operation::set_log_aside(r, e),
        "rotateLogKey" => Operation::rotate_log_key(r, e),
        "list" => Operation::list(r),
        "show" => Operation::show(r),
        "status" => Operation::status(r),
        "explain" => Operation::explain(r),
        _ => Operation::dry_run(r),
    }
}

impl Agent {
    fn standing(&self) -> Standing {
        let powers: Powers = self.powers.iter().map(|power| word(power)).collect();
        Standing::new(word::<Tier>(self.tier), powers)
    }

    fn as_ref(&self) -> AgentRef {
        AgentRef::with_standing(self.name, self.standing())
    }
}

fn word<T: core::str::FromStr<Err: core::fmt::Debug>>(word: &str) -> T {
    word.parse().unwrap()
}
