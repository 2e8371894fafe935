//! A policy's conditions, from their JSON form.

use std::cell::OnceCell;

use serde_json::Value;

use crate::engine::uid;

/// A part of a condition.
#[derive(Debug)]
pub(super) struct Node<'p> {
    /// Its number in the policy, in the order of the text.
    pub(super) number: usize,
    pub(super) part: Part<'p>,
    pub(super) json: &'p Value,
    key: OnceCell<String>,
}

type Boxed<'p> = Box<Node<'p>>;

/// A part of a condition.
#[derive(Debug)]
pub(super) enum Part<'p> {
    Bool(bool),
    Long(i64),
    /// A text, or an entity by its id.
    Word(String),
    /// A variable with attributes.
    Path(Vec<&'p str>),
    Set(Vec<Node<'p>>),
    Not(Boxed<'p>),
    Both(Boxed<'p>, Boxed<'p>),
    Either(Boxed<'p>, Boxed<'p>),
    If(Boxed<'p>, Boxed<'p>, Boxed<'p>),
    Compare(Order, Boxed<'p>, Boxed<'p>),
    /// The set, and what may be in it.
    Contains(Boxed<'p>, Boxed<'p>),
    In(Boxed<'p>, Boxed<'p>),
    /// The entity, its type, and whether it must be in something too.
    Is(Boxed<'p>, &'p str, bool),
    Has(Boxed<'p>, &'p str),
    Sum(Sum, Boxed<'p>, Boxed<'p>),
    Negative(Boxed<'p>),
    /// Anything else: nothing is known of it but that it is the same each time.
    Other,
}

/// The ways to compare two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    AtMost,
    Same,
}

/// The ways to compute with two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    Plus,
    Minus,
    Times,
}

/// One `when` or `unless`.
#[derive(Debug)]
pub(super) struct Clause<'p> {
    pub(super) is_unless: bool,
    pub(super) body: Node<'p>,
}

/// The conditions of a policy, and of how many parts they are made. `None` where
/// they have another form than expected.
pub(super) fn clauses(policy: &Value) -> Option<(Vec<Clause<'_>>, usize)> {
    let mut reader = Reader::default();
    let mut clauses = Vec::new();
    for condition in policy.get("conditions")?.as_array()? {
        clauses.push(Clause {
            is_unless: condition.get("kind")?.as_str()? == "unless",
            body: reader.node(condition.get("body")?),
        });
    }
    Some((clauses, reader.next))
}

#[derive(Default)]
struct Reader {
    next: usize,
}

impl Reader {
    fn node<'p>(&mut self, json: &'p Value) -> Node<'p> {
        let number = self.next;
        self.next = number.saturating_add(1);
        Node {
            number,
            part: self.part(json).unwrap_or(Part::Other),
            json,
            key: OnceCell::new(),
        }
    }

    fn boxed<'p>(&mut self, json: &'p Value) -> Box<Node<'p>> {
        Box::new(self.node(json))
    }

    fn part<'p>(&mut self, json: &'p Value) -> Option<Part<'p>> {
        let object = json.as_object()?;
        let (operator, operands) = object.iter().next().filter(|_| object.len() == 1)?;
        let mut pair = |left: &str, right: &str| {
            Some((
                self.boxed(operands.get(left)?),
                self.boxed(operands.get(right)?),
            ))
        };
        Some(match operator.as_str() {
            "Value" => literal(operands)?,
            "Var" | "." => Part::Path(path(json)?),
            "&&" => pair("left", "right").map(|(l, r)| Part::Both(l, r))?,
            "||" => pair("left", "right").map(|(l, r)| Part::Either(l, r))?,
            "==" => compare(Order::Same, pair("left", "right")?),
            "<" => compare(Order::Less, pair("left", "right")?),
            "<=" => compare(Order::AtMost, pair("left", "right")?),
            ">" => turned(Order::Less, pair("left", "right")?),
            ">=" => turned(Order::AtMost, pair("left", "right")?),
            "+" => sum(Sum::Plus, pair("left", "right")?),
            "-" => sum(Sum::Minus, pair("left", "right")?),
            "*" => sum(Sum::Times, pair("left", "right")?),
            "contains" => pair("left", "right").map(|(l, r)| Part::Contains(l, r))?,
            "in" => pair("left", "right").map(|(l, r)| Part::In(l, r))?,
            _ => self.other(json, operator, operands)?,
        })
    }

    fn other<'p>(
        &mut self,
        json: &'p Value,
        operator: &str,
        operands: &'p Value,
    ) -> Option<Part<'p>> {
        Some(match operator {
            "!" => Part::Not(self.boxed(operands.get("arg")?)),
            // The same as `!(… == …)`.
            "!=" => {
                let number = self.next;
                self.next = number.saturating_add(1);
                let left = self.boxed(operands.get("left")?);
                let right = self.boxed(operands.get("right")?);
                Part::Not(Box::new(Node {
                    number,
                    part: Part::Compare(Order::Same, left, right),
                    json,
                    key: OnceCell::new(),
                }))
            }
            "neg" => Part::Negative(self.boxed(operands.get("arg")?)),
            "if-then-else" => Part::If(
                self.boxed(operands.get("if")?),
                self.boxed(operands.get("then")?),
                self.boxed(operands.get("else")?),
            ),
            "is" => Part::Is(
                self.boxed(operands.get("left")?),
                operands.get("entity_type")?.as_str()?,
                operands.get("in").is_some(),
            ),
            "has" => Part::Has(
                self.boxed(operands.get("left")?),
                operands.get("attr")?.as_str()?,
            ),
            "Set" => {
                let items = operands.as_array()?.iter();
                Part::Set(items.map(|item| self.node(item)).collect())
            }
            _ => return None,
        })
    }
}

fn compare<'p>(order: Order, (left, right): (Boxed<'p>, Boxed<'p>)) -> Part<'p> {
    Part::Compare(order, left, right)
}

fn turned<'p>(order: Order, (left, right): (Boxed<'p>, Boxed<'p>)) -> Part<'p> {
    Part::Compare(order, right, left)
}

fn sum<'p>(sum: Sum, (left, right): (Boxed<'p>, Boxed<'p>)) -> Part<'p> {
    Part::Sum(sum, left, right)
}

fn literal(value: &Value) -> Option<Part<'_>> {
    Some(match value {
        Value::Bool(value) => Part::Bool(*value),
        Value::Number(number) => Part::Long(number.as_i64()?),
        Value::String(text) => Part::Word(format!("\"{text}")),
        Value::Object(_) => {
            let entity = value.get("__entity")?;
            let part = |key| entity.get(key).and_then(Value::as_str);
            Part::Word(uid(part("type")?, part("id")?))
        }
        _ => return None,
    })
}

/// A variable and the attributes behind it.
fn path(json: &Value) -> Option<Vec<&str>> {
    let mut backwards = Vec::new();
    let mut at = json;
    loop {
        if let Some(variable) = at.get("Var") {
            backwards.push(variable.as_str()?);
            backwards.reverse();
            return Some(backwards);
        }
        let access = at.get(".")?;
        backwards.push(access.get("attr")?.as_str()?);
        at = access.get("left")?;
    }
}

impl Node<'_> {
    /// Returns a key that is the same for parts that are always the same. The key of a
    /// comparison is its kind and its sides, however the comparison is written.
    pub(super) fn key(&self) -> &str {
        self.key.get_or_init(|| match &self.part {
            Part::Compare(order, left, right) => {
                format!("{order:?} {} {}", left.json, right.json)
            }
            _ => self.json.to_string(),
        })
    }

    /// Whether it is made of other conditions.
    pub(super) const fn is_joined(&self) -> bool {
        matches!(self.part, Part::Both(..) | Part::Either(..) | Part::If(..))
    }
}
