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
    /// never taken for operators, nor what a value or a pattern holds for expressions.
    pub(super) fn inner(self) -> impl Iterator<Item = Option<Self>> {
        const NAMES: [&str; 7] = ["arg", "left", "right", "in", "if", "then", "else"];
        let values: Vec<&Value> = match (self.operator, self.operands) {
            ("Value" | "Var" | "Slot", _) => Vec::new(),
            ("Record", Value::Object(members)) => members.values().collect(),
            (_, Value::Object(operands)) => NAMES
                .iter()
                .filter_map(|name| operands.get(*name))
                .collect(),
            (_, Value::Array(items)) => items.iter().collect(),
            _ => Vec::new(),
        };
        values.into_iter().map(Self::read)
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
