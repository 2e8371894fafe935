//! The schema and the catalogue say the same of every operation.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::SchemaFragment;
use serde_json::Value;

use super::extend::SCHEMA;
use crate::{
    Action, AgentRef, Group, GuardSettings, Operation, Request, Tier, catalogue::unspecific,
};

/// The schema's actions by id: the groups that each names, and the types that it
/// applies to.
fn of_schema() -> BTreeMap<String, (BTreeSet<String>, Vec<String>)> {
    let (fragment, _) = SchemaFragment::from_cedarschema_str(SCHEMA).unwrap();
    let json = fragment.to_json_value().unwrap();
    let texts = |value: &Value, key: &str| -> Vec<String> {
        let all = value.as_array().into_iter().flatten();
        all.map(|one| one.get(key).unwrap_or(one))
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    };
    let actions = json["OpenPass"]["actions"].as_object().unwrap();
    let of = |action: &Value| {
        let groups = texts(&action["memberOf"], "id").into_iter().collect();
        (groups, texts(&action["appliesTo"]["resourceTypes"], "name"))
    };
    let all = actions.iter();
    all.map(|(id, action)| (id.clone(), of(action))).collect()
}

fn request() -> Request {
    Request::by_person("a vault", GuardSettings::default())
}

fn agent() -> AgentRef {
    AgentRef::new("codex", Tier::ReadOnly, false)
}

#[test]
fn each_action_is_in_the_schema_with_the_groups_and_the_type_of_its_operation() {
    let schema = of_schema();
    for action in Action::ALL {
        let row = action.row().unwrap();
        let declared = schema.get(action.as_str());
        let (groups, types) = declared.unwrap_or_else(|| panic!("{action} is not in the schema"));
        let sample = Operation::sample(&action, request(), &agent(), unspecific).unwrap();
        let of_row = row.groups.iter().map(|group| group.to_string()).collect();
        assert_eq!(*groups, of_row, "{action}");
        assert_eq!(*types, [sample.resource().type_name()], "{action}");
    }
}

#[test]
fn each_action_of_the_schema_is_in_the_catalogue_or_a_group_of_it() {
    for (id, (groups, types)) in of_schema() {
        if let Ok(group) = id.parse::<Group>() {
            let parent: BTreeSet<String> = group.parent().iter().map(ToString::to_string).collect();
            assert_eq!(groups, parent, "{group}");
            assert!(types.is_empty(), "{group}");
        } else {
            assert!(Action::named(&id).is_some(), "{id} has no row");
        }
    }
}

#[test]
fn each_row_has_samples_and_each_of_them_is_of_its_action() {
    let agent = agent();
    for action in Action::ALL {
        let row = action.row().unwrap();
        assert!(!row.samples.is_empty(), "{action}");
        let mut on = Vec::new();
        for sample in row.samples {
            let operation = (row.build)(sample.asked(request(), &agent)).unwrap();
            assert_eq!(*operation.action(), action);
            on.push(operation.resource().type_name().to_owned());
        }
        let sample = Operation::sample(&action, request(), &agent, unspecific).unwrap();
        assert_eq!(*sample.action(), action);
        let on_one_type = on.iter().all(|on| on == sample.resource().type_name());
        assert!(on_one_type, "{action}: {on:?}");
    }
}
