//! casbin: a rule is a row, and all rows have one matcher.

use casbin::{CoreApi as _, DefaultModel, Enforcer, MemoryAdapter, MgmtApi as _};
use futures_lite::future::block_on;

use crate::{Own, REAL};

/// Numbers are text of one length, since a row has only text.
const MODEL: &str = "
[request_definition]
r = sub, obj, act, factor, minute

[policy_definition]
p = sub, act, factor, minute, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (p.sub == \"*\" || r.sub == p.sub) && (p.factor == \"*\" || r.factor == p.factor) && r.minute > p.minute && g(r.act, p.act)
";

/// The enforcer with the rules.
pub struct Casbin(Enforcer);

impl std::fmt::Debug for Casbin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Casbin").finish_non_exhaustive()
    }
}

impl Casbin {
    /// Prepares the rules.
    #[must_use]
    pub fn new(own: Own, count: usize) -> Self {
        let enforcer = block_on(async {
            let model = DefaultModel::from_str(MODEL).await.unwrap();
            let mut enforcer = Enforcer::new(model, MemoryAdapter::default())
                .await
                .unwrap();
            let groups = ["widenAgent", "addAgent", "removeAgent"];
            let groups = groups.map(|action| row([action, "critical"])).to_vec();
            enforcer.add_grouping_policies(groups).await.unwrap();
            let permits = REAL.map(|factor| row(["owner", "critical", factor, "-", "allow"]));
            enforcer.add_policies(permits.to_vec()).await.unwrap();
            let forbids = (0..count).map(|number| {
                let who = own.agent(number).unwrap_or_else(|| "*".to_owned());
                let minute = format!("{:04}", own.minute(number));
                row([&who, "critical", "*", &minute, "deny"])
            });
            // What is the same twice is refused.
            let mut forbids: Vec<_> = forbids.collect();
            forbids.dedup();
            if !forbids.is_empty() {
                enforcer.add_policies(forbids).await.unwrap();
            }
            enforcer
        });
        let casbin = Self(enforcer);
        assert!(!casbin.once("none"));
        assert!(casbin.once("passphrase"));
        casbin
    }

    /// Evaluates once, with `factor`.
    #[must_use]
    pub fn once(&self, factor: &str) -> bool {
        let request = ("owner", "codex", "widenAgent", factor, "0000");
        self.0.enforce(request).unwrap()
    }
}

fn row<const N: usize>(fields: [&str; N]) -> Vec<String> {
    fields.map(str::to_owned).to_vec()
}
