//! The type of every value of a request, by the whole schema: for the tools of people
//! who write policy.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{ActionShape, EntityShape, Model, Shape, whole};
use crate::engine::kinds::{RequestKind, uid};

/// The types of OpenPass's own and of a host's.
#[derive(Debug, Default)]
pub(crate) struct Types {
    entities: BTreeMap<String, EntityShape>,
    /// The contexts, by action.
    contexts: BTreeMap<String, Shape>,
}

/// The type of what stands at a path, such as `principal.tier`.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) shape: Shape,
    /// The entity type that has the last attribute of the path.
    pub(crate) owner: Option<String>,
}

impl Types {
    /// The types that `fragments` declare, each a schema's JSON form.
    pub(in crate::engine) fn of(fragments: &[Value]) -> Result<Self, String> {
        let Model { entities, actions } = whole(fragments)?;
        let context = |(name, action): (String, ActionShape)| {
            let action_uid = match name.rsplit_once("::") {
                Some((namespace, id)) => uid(&format!("{namespace}::Action"), id),
                None => uid("Action", &name),
            };
            let fields = action.context.into_iter();
            let fields = fields.map(|(name, field)| (name, (field.shape, field.required)));
            (action_uid, Shape::Record(fields.collect()))
        };
        Ok(Self {
            entities,
            contexts: actions.into_iter().map(context).collect(),
        })
    }

    /// The ids that an entity type has, where they are a closed list.
    pub(crate) fn words(&self, entity: &str) -> Option<&BTreeSet<String>> {
        self.entities.get(entity)?.words.as_ref()
    }

    /// Returns the type of what stands at a path of a request of this kind. `None`
    /// where there is no saying.
    pub(crate) fn place(&self, kind: &RequestKind, path: &[&str]) -> Option<Place> {
        let (variable, attributes) = path.split_first()?;
        let mut place = Place {
            shape: match *variable {
                "principal" => Shape::Entity(kind.principal.clone()),
                "resource" => Shape::Entity(kind.resource.clone()),
                "context" => self.contexts.get(&kind.action)?.clone(),
                _ => return None,
            },
            owner: None,
        };
        for attribute in attributes {
            let (shape, _, owner) = self.attribute(&place.shape, attribute)?;
            place = Place { shape, owner };
        }
        Some(place)
    }

    /// An attribute of such a value: what it is, whether it is always there, and which
    /// entity type has it.
    fn attribute(&self, of: &Shape, name: &str) -> Option<(Shape, bool, Option<String>)> {
        match of {
            Shape::Entity(entity) => {
                let field = self.entities.get(entity)?.fields.get(name)?;
                Some((field.shape.clone(), field.required, Some(entity.clone())))
            }
            Shape::Record(fields) => {
                let (shape, required) = fields.get(name)?;
                Some((shape.clone(), *required, None))
            }
            _ => None,
        }
    }

    /// Whether a value of this shape has the attribute: `None` where it may.
    pub(crate) fn has(&self, of: &Shape, name: &str) -> Option<bool> {
        match of {
            Shape::Entity(entity) => self.entities.get(entity).map(|_| ())?,
            Shape::Record(_) => {}
            _ => return None,
        }
        match self.attribute(of, name) {
            None => Some(false),
            Some((_, true, _)) => Some(true),
            Some(_) => None,
        }
    }
}
