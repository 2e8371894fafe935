//! The requester, for an authenticator that has to find a person.

/// The principal of an operation, by its type and its id in policy.
///
/// It is what the host said, unescaped: for a look-up, such as of the phone that a
/// person is reached by, and never for showing
/// ([`Challenge::statement`](crate::Challenge::statement) names who asks).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct PrincipalId {
    /// The entity type with its namespace, such as `Flags::Person`.
    pub entity_type: String,
    /// The entity's id.
    pub id: String,
}

impl PrincipalId {
    /// The entity `id` of the type `entity_type`.
    pub fn new(entity_type: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            entity_type: entity_type.into(),
            id: id.into(),
        }
    }
}
