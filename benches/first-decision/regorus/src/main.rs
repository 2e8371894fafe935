use std::error::Error;

use regorus::{Engine, Value};

const POLICY: &str = r#"package flags
default allow := false
allow if { input.who == "ada"; input.action == "read" }"#;

fn main() -> Result<(), Box<dyn Error>> {
    let mut engine = Engine::new();
    engine.add_policy("flags.rego".to_owned(), POLICY.to_owned())?;
    let mut read = |who: &str| -> Result<Value, Box<dyn Error>> {
        let input = format!(r#"{{"who": "{who}", "action": "read", "flag": "dark-mode"}}"#);
        engine.set_input(Value::from_json_str(&input)?);
        Ok(engine.eval_rule("data.flags.allow".to_owned())?)
    };
    assert_eq!(read("ada")?, Value::from(true));
    assert_eq!(read("bob")?, Value::from(false));
    Ok(())
}
