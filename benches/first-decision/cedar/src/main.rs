use std::error::Error;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, Schema};

const SCHEMA: &str = "namespace Flags {
    entity Person;
    entity Flag;
    action read appliesTo { principal: [Person], resource: [Flag] };
}";
const POLICY: &str =
    r#"permit (principal == Flags::Person::"ada", action == Flags::Action::"read", resource);"#;

fn main() -> Result<(), Box<dyn Error>> {
    let (schema, _) = Schema::from_cedarschema_str(SCHEMA)?;
    let policies: PolicySet = POLICY.parse()?;
    let read = |who: &str| -> Result<Decision, Box<dyn Error>> {
        let who: EntityUid = format!("Flags::Person::\"{who}\"").parse()?;
        let request = Request::new(
            who,
            "Flags::Action::\"read\"".parse()?,
            "Flags::Flag::\"dark-mode\"".parse()?,
            Context::empty(),
            Some(&schema),
        )?;
        let answer = Authorizer::new().is_authorized(&request, &policies, &Entities::empty());
        Ok(answer.decision())
    };
    assert_eq!(read("ada")?, Decision::Allow);
    assert_eq!(read("bob")?, Decision::Deny);
    Ok(())
}
