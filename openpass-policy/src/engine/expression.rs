//! Expressions in Cedar's JSON form of a policy.
//!
//! Source: <https://docs.cedarpolicy.com/policies/json-format.html>

use serde_json::Value;

/// An operator, and what it is applied to.
#[derive(Clone, Copy)]
pub(super) struct Expression<'a> {
    pub(super) operator: &'a str,
    pub(super) operands: &'a Value,
}

/// The conditions of a policy. `None` stands for a condition that cannot be read.
pub(super) fn conditions(policy: &Value) -> impl Iterator<Item = Option<Expression<'_>>> {
    let conditions = policy.get("conditions").and_then(Value::as_array);
    let unread = conditions.is_none().then_some(None);
    let conditions = conditions.into_iter().flatten();
    let read = conditions.map(|condition| condition.get("body").and_then(Expression::read));
    unread.into_iter().chain(read)
}

/// Whether all of a policy's conditions can be read.
pub(super) fn are_readable(policy: &Value) -> bool {
    conditions(policy).all(|it| it.is_some_and(Expression::is_readable))
}

impl<'a> Expression<'a> {
    /// Reads an expression: an object with one member, which is named after the operator.
    pub(super) fn read(value: &'a Value) -> Option<Self> {
        let mut members = value.as_object()?.iter();
        let (operator, operands) = members.next()?;
        members
            .next()
            .is_none()
            .then_some(Self { operator, operands })
    }

    /// The expressions that the operator is applied to. `None` stands for an operand that
    /// cannot be read.
    ///
    /// INVARIANT: the members of a record literal have names that its author chooses. They are
    /// never taken for operators, nor what a value or a pattern holds for expressions. An
    /// operator that is not known here has operands, or cannot be read.
    pub(super) fn inner(self) -> impl Iterator<Item = Option<Self>> {
        let values: Vec<&Value> = match (self.operator, self.operands) {
            ("Value" | "Var" | "Slot", _) => Vec::new(),
            ("Record", Value::Object(members)) => members.values().collect(),
            (_, Value::Object(operands)) => {
                let operands = operands.iter();
                let operands = operands.filter(|(name, _)| !self.is_no_expression(name));
                operands.map(|(_, operand)| operand).collect()
            }
            (_, Value::Array(items)) => items.iter().collect(),
            (_, other) => vec![other],
        };
        values.into_iter().map(Self::read)
    }

    /// Whether the operand of this name is a name, a type or a pattern.
    fn is_no_expression(self, operand: &str) -> bool {
        matches!(
            (self.operator, operand),
            ("." | "has", "attr") | ("like", "pattern") | ("is", "entity_type")
        )
    }

    /// Whether this and everything inside can be read.
    fn is_readable(self) -> bool {
        self.inner().all(|it| it.is_some_and(Self::is_readable))
    }

    /// The expression on the left of the operator, or the one before the point.
    pub(super) fn left(self) -> Option<Self> {
        self.operands.get("left").and_then(Self::read)
    }

    /// Whether it is the variable of this name.
    pub(super) fn is_variable(self, name: &str) -> bool {
        self.operator == "Var" && self.operands.as_str() == Some(name)
    }

    /// Whether `is` holds for this or for anything inside. What cannot be read counts as so.
    pub(super) fn any(self, is: &impl Fn(Self) -> Found) -> bool {
        match is(self) {
            Found::Yes => true,
            Found::No => false,
            Found::Inside => self.inner().any(|it| it.is_none_or(|it| it.any(is))),
        }
    }

    /// Calls `look` with this and everything inside.
    pub(super) fn each(self, look: &mut impl FnMut(Self)) {
        look(self);
        self.inner().flatten().for_each(|it| it.each(look));
    }
}

/// An answer about one expression.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Yes,
    /// No, and it does not matter what is inside.
    No,
    /// Not by itself; perhaps by what is inside.
    Inside,
}
