//! Every entity that an operation tells of, once.

use std::collections::BTreeMap;

use crate::{Entity, OperationProblem, Principal, Resource, Value, operation::Question};

/// Entities by type and id.
pub(in crate::engine) type Told<'a> = BTreeMap<(&'a str, &'a str), &'a Entity>;

/// Collects every entity that `question` tells of. An entity that is only named
/// somewhere counts as it is told elsewhere; an entity that is told in two ways is a
/// problem.
pub(in crate::engine) fn told(question: &Question) -> (Told<'_>, Vec<OperationProblem>) {
    let mut walk = Walk::default();
    if let Principal::Host(entity) = &question.request.principal {
        walk.entity(entity);
    }
    if let Resource::Host(entity) = &question.resource {
        walk.entity(entity);
    }
    if let Some(own) = question.own() {
        own.context.values().for_each(|value| walk.value(value));
    }
    (walk.told, walk.problems)
}

#[derive(Default)]
struct Walk<'a> {
    told: Told<'a>,
    problems: Vec<OperationProblem>,
}

impl<'a> Walk<'a> {
    fn entity(&mut self, entity: &'a Entity) {
        let id = (entity.entity_type(), entity.id());
        match self.told.get(&id) {
            Some(other) if entity.is_bare() || *other == entity => {}
            Some(other) if !other.is_bare() => {
                let of = format!("{}::\"{}\"", id.0, id.1);
                self.problems.push(OperationProblem::ToldTwice { of });
            }
            _ => drop(self.told.insert(id, entity)),
        }
        let values = entity.attributes().values().chain(entity.tags().values());
        values.for_each(|value| self.value(value));
        entity.parents().iter().for_each(|one| self.entity(one));
    }

    fn value(&mut self, value: &'a Value) {
        match value {
            Value::Entity(entity) => self.entity(entity),
            Value::Set(values) => values.iter().for_each(|value| self.value(value)),
            Value::Record(fields) => fields.values().for_each(|value| self.value(value)),
            _ => {}
        }
    }
}
