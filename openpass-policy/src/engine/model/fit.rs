//! Whether an operation fits the model, and by name what does not.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    EntityShape, Fields, Model, Shape,
    told::{Told, told},
};
use crate::{
    Direction, Entity, Operation, OperationError, OperationProblem, Principal, Resource, Value,
    error::Part,
};

/// The most problems that are told of one operation.
const MOST: usize = 64;
/// The most levels by which values and entities may nest.
const DEEPEST: usize = 32;

impl Model {
    /// Whether `operation`, of a host's own, is whole.
    pub(in crate::engine) fn fits(&self, operation: &Operation) -> Result<(), OperationError> {
        let (told, problems) = told(operation.question());
        let mut found = Found { told, problems };
        let id = operation.action().as_str();
        let (Some(own), Resource::Host(resource)) = (operation.own(), operation.resource()) else {
            return Ok(());
        };
        let Some(action) = self.actions.get(id) else {
            found.push(OperationProblem::UnknownAction {
                action: id.to_owned(),
                known: self.actions.keys().cloned().collect(),
            });
            return found.end();
        };
        let principal = operation.request().principal.id().entity_type;
        found.takes(Part::Principal, &principal, &action.principals, id);
        found.takes(
            Part::Resource,
            resource.entity_type(),
            &action.resources,
            id,
        );
        let context = Named {
            of: format!("the context of {id}"),
            twice: &own.twice,
            without: &own.without,
        };
        self.values(&context, &own.context, &action.context, &mut found, 0);
        if let Principal::Host(entity) = &operation.request().principal {
            self.entity(entity, &mut found, 0);
        }
        self.entity(resource, &mut found, 0);
        let mut changes = operation.changes().iter();
        if action.is_look && changes.any(|change| change.direction == Direction::Widens) {
            found.push(OperationProblem::WidensUnasked {
                action: id.to_owned(),
            });
        }
        if !own.onto && !action.is_look {
            found.push(OperationProblem::NoState);
        }
        found.end()
    }

    fn entity(&self, entity: &Entity, found: &mut Found<'_>, depth: usize) {
        let name = entity.entity_type();
        let Some(shape) = self.entities.get(name) else {
            // OpenPass's own are nobody's to make up.
            found.push(OperationProblem::UnknownType {
                name: name.to_owned(),
                known: self.entities.keys().cloned().collect(),
            });
            return;
        };
        if depth > DEEPEST {
            found.push(OperationProblem::TooDeep);
            return;
        }
        if entity.is_bare() && found.tells(entity) {
            return;
        }
        self.place(entity, shape, found, depth);
        let of = format!("{name}::\"{}\"", entity.id());
        let attributes = Named {
            of: of.clone(),
            twice: entity.given_twice(),
            without: entity.said_without(),
        };
        self.values(
            &attributes,
            entity.attributes(),
            &shape.fields,
            found,
            depth,
        );
        match &shape.tags {
            None => {
                for tag in entity.tags().keys() {
                    let of = of.clone();
                    found.push(OperationProblem::NoTags {
                        of,
                        tag: tag.clone(),
                    });
                }
            }
            Some(_) if entity.tags().is_empty() && !entity.is_said_to_be_untagged() => {
                found.push(OperationProblem::TagsUnsaid { of });
            }
            Some(shape) => {
                for (name, value) in entity.tags() {
                    self.value(&of, name, value, shape, found, depth);
                }
            }
        }
    }

    /// Checks the entity's id against the ids of its type, and what the entity is in
    /// against what it can be in.
    fn place(&self, entity: &Entity, shape: &EntityShape, found: &mut Found<'_>, depth: usize) {
        let of = || format!("{}::\"{}\"", entity.entity_type(), entity.id());
        if let Some(words) = &shape.words
            && !words.contains(entity.id())
        {
            let known = words.iter().cloned().collect();
            found.push(OperationProblem::UnknownId { of: of(), known });
        }
        let is_in = |kind: &&String| {
            let mut parents = entity.parents().iter();
            parents.any(|parent| parent.entity_type() == kind.as_str())
        };
        let unsaid: Vec<String> = shape
            .parents
            .iter()
            .filter(|kind| !is_in(kind))
            .cloned()
            .collect();
        if !unsaid.is_empty() && !entity.is_said_to_be_in_nothing_else() {
            found.push(OperationProblem::ParentsUnsaid {
                of: of(),
                can: unsaid,
            });
        }
        for parent in entity.parents() {
            if shape.parents.contains(parent.entity_type()) {
                self.entity(parent, found, depth + 1);
            } else {
                found.push(OperationProblem::NoSuchParent {
                    of: of(),
                    parent: parent.entity_type().to_owned(),
                    can: shape.parents.iter().cloned().collect(),
                });
            }
        }
    }

    fn values(
        &self,
        named: &Named<'_>,
        given: &BTreeMap<String, Value>,
        declared: &Fields,
        found: &mut Found<'_>,
        depth: usize,
    ) {
        let of = &named.of;
        let known = || -> Vec<String> { declared.keys().cloned().collect() };
        for name in named.twice {
            let (of, name) = (of.clone(), name.clone());
            found.push(OperationProblem::Twice { of, name });
        }
        for (name, value) in given {
            match declared.get(name) {
                Some(field) => self.value(of, name, value, &field.shape, found, depth),
                None => found.push(OperationProblem::UnknownAttribute {
                    of: of.clone(),
                    name: name.clone(),
                    known: known(),
                }),
            }
        }
        for (name, field) in declared {
            if given.contains_key(name) || (!field.required && named.without.contains(name)) {
                continue;
            }
            let (of, name) = (of.clone(), name.clone());
            found.push(match field.required {
                true => OperationProblem::Missing {
                    of,
                    name,
                    kind: field.shape.name(),
                },
                false => OperationProblem::Unsaid { of, name },
            });
        }
    }

    fn value(
        &self,
        of: &str,
        name: &str,
        value: &Value,
        shape: &Shape,
        found: &mut Found<'_>,
        depth: usize,
    ) {
        if depth > DEEPEST {
            return found.push(OperationProblem::TooDeep);
        }
        match (shape, value) {
            (Shape::Bool, Value::Bool(_))
            | (Shape::Long, Value::Long(_))
            | (Shape::Text, Value::Text(_))
            | (Shape::Decimal, Value::Decimal(_))
            | (Shape::Ip, Value::Ip(_))
            | (Shape::Datetime, Value::Datetime(_))
            | (Shape::Duration, Value::Duration(_)) => {}
            (Shape::Entity(wanted), Value::Entity(entity)) if wanted == entity.entity_type() => {
                self.entity(entity, found, depth + 1);
            }
            (Shape::Set(element), Value::Set(values)) => {
                for value in values {
                    self.value(of, name, value, element, found, depth + 1);
                }
            }
            (Shape::Record(fields), Value::Record(given)) => {
                self.record(&format!("{of}.{name}"), given, fields, found, depth + 1);
            }
            (wanted, other) => found.push(OperationProblem::WrongType {
                of: of.to_owned(),
                name: name.to_owned(),
                wanted: wanted.name(),
                given: other.kind().to_owned(),
            }),
        }
    }

    fn record(
        &self,
        of: &str,
        given: &BTreeMap<String, Value>,
        fields: &BTreeMap<String, (Shape, bool)>,
        found: &mut Found<'_>,
        depth: usize,
    ) {
        for (name, value) in given {
            match fields.get(name) {
                Some((shape, _)) => self.value(of, name, value, shape, found, depth),
                None => found.push(OperationProblem::UnknownAttribute {
                    of: of.to_owned(),
                    name: name.clone(),
                    known: fields.keys().cloned().collect(),
                }),
            }
        }
        for (name, (shape, required)) in fields {
            if *required && !given.contains_key(name) {
                found.push(OperationProblem::Missing {
                    of: of.to_owned(),
                    name: name.clone(),
                    kind: shape.name(),
                });
            }
        }
    }
}

/// The owner of some values, the names that were given twice, and those that were said
/// not to be there.
struct Named<'a> {
    of: String,
    twice: &'a [String],
    without: &'a BTreeSet<String>,
}

/// The problems that were found so far.
struct Found<'a> {
    told: Told<'a>,
    problems: Vec<OperationProblem>,
}

impl Found<'_> {
    /// Whether an entity that is only named here is told elsewhere.
    fn tells(&self, entity: &Entity) -> bool {
        let id = (entity.entity_type(), entity.id());
        self.told.get(&id).is_some_and(|told| !told.is_bare())
    }

    fn push(&mut self, problem: OperationProblem) {
        if self.problems.len() < MOST && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn takes(&mut self, part: Part, given: &str, known: &BTreeSet<String>, action: &str) {
        if !known.contains(given) {
            self.push(OperationProblem::NotTaken {
                part,
                given: given.to_owned(),
                action: action.to_owned(),
                known: known.iter().cloned().collect(),
            });
        }
    }

    fn end(self) -> Result<(), OperationError> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(OperationError::new(self.problems))
        }
    }
}

impl Shape {
    fn name(&self) -> String {
        match self {
            Self::Bool => "Bool".to_owned(),
            Self::Long => "Long".to_owned(),
            Self::Text => "String".to_owned(),
            Self::Decimal => "decimal".to_owned(),
            Self::Ip => "ipaddr".to_owned(),
            Self::Datetime => "datetime".to_owned(),
            Self::Duration => "duration".to_owned(),
            Self::Entity(name) => name.clone(),
            Self::Set(element) => format!("Set<{}>", element.name()),
            Self::Record(_) => "record".to_owned(),
        }
    }
}
