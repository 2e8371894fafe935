//! The names that a policy can use: the types, actions, attributes and ids of OpenPass
//! and of a host.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use cedar_policy::{Entities, EntityUid, Schema};

use crate::engine::{
    EngineBuilder, extend,
    model::{Fields, Model, Shape, whole},
};

/// The most attributes that are looked at to find one.
const LOOKED_INTO: usize = 400;
/// The most levels below a variable at which an attribute is looked for.
const DEEPEST: usize = 4;

/// All of that, read when the first message needs it.
pub(in crate::engine) struct Names<'a> {
    parts: &'a EngineBuilder,
    schema: &'a Schema,
    known: OnceCell<Known>,
}

impl<'a> Names<'a> {
    pub(in crate::engine) const fn new(parts: &'a EngineBuilder, schema: &'a Schema) -> Self {
        Self {
            parts,
            schema,
            known: OnceCell::new(),
        }
    }

    pub(super) fn get(&self) -> &Known {
        self.known
            .get_or_init(|| Known::of(self.parts, self.schema))
    }
}

/// All that policies can name.
pub(super) struct Known {
    /// Entity types, but for those of actions.
    pub(super) types: BTreeSet<String>,
    pub(super) actions: BTreeMap<String, Applies>,
    /// The actions that are groups of others, by name.
    pub(super) groups: BTreeSet<String>,
    model: Model,
    /// The part of every context that the guard fills in.
    common: Fields,
    entities: Option<Entities>,
}

/// The principals and resources that an action applies to. The action is no group of
/// others.
pub(super) struct Applies {
    uid: EntityUid,
    pub(super) principals: BTreeSet<String>,
    pub(super) resources: BTreeSet<String>,
}

/// One of the three things of an operation that have attributes.
pub(super) enum Owner<'a> {
    /// The context of an action, by the action's name.
    Context(&'a str),
    /// An entity type, by name.
    Entity(&'a str),
}

impl Known {
    fn of(parts: &EngineBuilder, schema: &Schema) -> Self {
        let model = whole(&extend::written_out(parts)).unwrap_or_default();
        let is_action = |name: &str| name == "Action" || name.ends_with("::Action");
        let types = schema.entity_types().map(ToString::to_string);
        let mut actions = BTreeMap::new();
        let mut groups = BTreeSet::new();
        for uid in schema.actions() {
            let names = |all: Option<Vec<String>>| all.unwrap_or_default().into_iter().collect();
            let principals = schema.principals_for_action(uid);
            let principals: BTreeSet<String> =
                names(principals.map(|all| all.map(ToString::to_string).collect()));
            let resources = schema.resources_for_action(uid);
            let resources = names(resources.map(|all| all.map(ToString::to_string).collect()));
            if principals.is_empty() {
                groups.insert(uid.to_string());
                continue;
            }
            let applies = Applies {
                uid: uid.clone(),
                principals,
                resources,
            };
            actions.insert(uid.to_string(), applies);
        }
        let common = model.actions.get("OpenPass::createToken");
        let common = common.map(|action| action.context.clone());
        Self {
            types: types.filter(|name| !is_action(name)).collect(),
            actions,
            groups,
            common: common.unwrap_or_default(),
            model,
            entities: schema.action_entities().ok(),
        }
    }

    /// The ids of a type that has a closed list of them.
    pub(super) fn ids(&self, entity_type: &str) -> Option<&BTreeSet<String>> {
        self.model.entities.get(entity_type)?.words.as_ref()
    }

    /// The names of all actions, the groups too.
    pub(super) fn all_actions(&self) -> impl Iterator<Item = &str> {
        let one = self.actions.keys();
        one.chain(&self.groups).map(String::as_str)
    }

    /// Whether an action is in another, or is it.
    pub(super) fn is_in(&self, action: &str, group: &EntityUid) -> bool {
        let Some(applies) = self.actions.get(action) else {
            return false;
        };
        let entities = self.entities.as_ref();
        applies.uid == *group || entities.is_some_and(|all| all.is_ancestor_of(group, &applies.uid))
    }

    /// The principal types, or the resource types, of all actions.
    pub(super) fn types_of(&self, variable: &str) -> BTreeSet<&str> {
        let all = self.actions.values().flat_map(|applies| match variable {
            "principal" => applies.principals.iter(),
            _ => applies.resources.iter(),
        });
        all.map(String::as_str).collect()
    }

    /// The attributes that are found by `path` from `owner`.
    pub(super) fn attributes(&self, owner: &Owner<'_>, path: &[&str]) -> BTreeMap<&str, &Shape> {
        let mut fields = self.of_owner(owner);
        for name in path {
            fields = match fields.get(name) {
                Some(shape) => self.within(shape),
                None => return BTreeMap::new(),
            };
        }
        fields
    }

    fn of_owner(&self, owner: &Owner<'_>) -> BTreeMap<&str, &Shape> {
        match owner {
            Owner::Entity(name) => self
                .model
                .entities
                .get(*name)
                .map_or_else(BTreeMap::new, |entity| shapes(&entity.fields)),
            Owner::Context(action) => {
                let mut all = shapes(&self.common);
                let own = self.model.actions.get(&model_name(action));
                all.extend(own.into_iter().flat_map(|own| shapes(&own.context)));
                all
            }
        }
    }

    fn within<'a>(&'a self, shape: &'a Shape) -> BTreeMap<&'a str, &'a Shape> {
        match shape {
            Shape::Record(fields) => fields
                .iter()
                .map(|(name, (shape, _))| (name.as_str(), shape))
                .collect(),
            Shape::Entity(name) => self.of_owner(&Owner::Entity(name)),
            _ => BTreeMap::new(),
        }
    }

    /// The shortest path below `owner` to an attribute for which `is` holds.
    pub(super) fn path_to(&self, owner: &Owner<'_>, is: impl Fn(&str) -> bool) -> Option<String> {
        let mut level = vec![(String::new(), self.of_owner(owner))];
        let mut looked = 0;
        for _ in 0..DEEPEST {
            let mut next = Vec::new();
            let mut found = Vec::new();
            for (path, fields) in level {
                for (name, shape) in fields {
                    looked += 1;
                    if looked > LOOKED_INTO {
                        return None;
                    }
                    let path = format!("{path}.{name}");
                    if is(name) {
                        found.push(path.clone());
                    }
                    next.push((path, self.within(shape)));
                }
            }
            if let [one] = found.as_slice() {
                return Some(one.clone());
            }
            if !found.is_empty() {
                return None;
            }
            level = next;
        }
        None
    }

    /// Returns the type of what stands at `path`, such as `context.time.weekday`: the
    /// first that is found.
    pub(super) fn shape(&self, path: &str) -> Option<&Shape> {
        let mut parts = path.split('.').map(str::trim);
        let variable = parts.next()?;
        let parts: Vec<&str> = parts.collect();
        let (name, above) = parts.split_last()?;
        let owners: Vec<Owner<'_>> = match variable {
            "context" => self.actions.keys().map(|id| Owner::Context(id)).collect(),
            "principal" | "resource" => {
                let types = self.types_of(variable).into_iter();
                types.map(Owner::Entity).collect()
            }
            _ => return None,
        };
        owners
            .iter()
            .find_map(|owner| self.attributes(owner, above).get(name).copied())
    }

    /// The entity type of `expression`: of a path, or of the principal or resource,
    /// where the one without a closed list of ids is meant.
    pub(super) fn entity_of(&self, expression: &str) -> Option<String> {
        if matches!(expression, "principal" | "resource") {
            let types = self.types_of(expression);
            let open = types.iter().find(|name| self.is_named_freely(name));
            return open.or(types.first()).map(|name| (*name).to_owned());
        }
        match self.shape(expression)? {
            Shape::Entity(name) => Some(name.clone()),
            Shape::Set(element) => match element.as_ref() {
                Shape::Entity(name) => Some(name.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns whether people choose the ids of a type, and the type has attributes
    /// that tell its entities apart.
    fn is_named_freely(&self, name: &str) -> bool {
        let entity = self.model.entities.get(name);
        entity.is_some_and(|entity| entity.words.is_none() && !entity.fields.is_empty())
    }
}

fn shapes(fields: &Fields) -> BTreeMap<&str, &Shape> {
    fields
        .iter()
        .map(|(name, field)| (name.as_str(), &field.shape))
        .collect()
}

/// `OpenPass::Action::"createToken"` as the model calls it, `OpenPass::createToken`.
fn model_name(action: &str) -> String {
    let (of, id) = action.split_once("Action::").unwrap_or(("", action));
    format!("{of}{}", id.trim_matches('"'))
}
