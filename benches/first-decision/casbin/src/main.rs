use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi, Result};

const MODEL: &str = "
[request_definition]
r = sub, obj, act

[policy_definition]
p = sub, obj, act

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let model = DefaultModel::from_str(MODEL).await?;
    let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
    let policy = ["ada", "dark-mode", "read"].map(str::to_owned).to_vec();
    enforcer.add_policy(policy).await?;
    assert!(enforcer.enforce(("ada", "dark-mode", "read"))?);
    assert!(!enforcer.enforce(("bob", "dark-mode", "read"))?);
    Ok(())
}
