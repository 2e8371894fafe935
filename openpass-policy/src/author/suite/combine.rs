//! The combinations that a case with lists asks for.

use core::fmt::Display;

use super::{TestCase, TestSuite, values::OneOrMore};
use crate::{AuthFactor, Powers};

/// Every value that a case asks for: its own, else the file's. None where neither
/// says one.
pub(super) struct Axes<'a> {
    principal: &'a [String],
    action: &'a [String],
    resource: &'a [String],
    factor: &'a [AuthFactor],
    signed: &'a [bool],
    channel: &'a [String],
    attended: &'a [bool],
    step_up: &'a [String],
    unattended: &'a [String],
    sealed: &'a [String],
    time: &'a [String],
    tier: &'a [String],
    method: &'a [String],
    value: &'a [String],
    /// A set, and no list of values to ask for each.
    powers: Option<Powers>,
}

/// One combination.
pub(super) struct Asked<'a> {
    pub(super) principal: &'a str,
    pub(super) action: &'a str,
    pub(super) resource: Option<&'a str>,
    pub(super) factor: Option<AuthFactor>,
    pub(super) signed: bool,
    pub(super) channel: Option<&'a str>,
    pub(super) attended: Option<bool>,
    pub(super) step_up: Option<&'a str>,
    pub(super) unattended: Option<&'a str>,
    pub(super) sealed: Option<&'a str>,
    pub(super) time: Option<&'a str>,
    pub(super) tier: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    pub(super) value: Option<&'a str>,
    pub(super) powers: Option<Powers>,
    /// The values that tell this combination from the others: those of the fields for
    /// which the case has a list. `None` if it has none.
    pub(super) name: Option<String>,
}

/// The values of a field.
fn values<T>(field: Option<&OneOrMore<T>>) -> &[T] {
    field.map(OneOrMore::values).unwrap_or_default()
}

impl<'a> Axes<'a> {
    pub(super) fn of(suite: &'a TestSuite, case: &'a TestCase) -> Self {
        let (request, context) = (&case.request, &case.request.context);
        let (own, all) = (&context.guard, &suite.guard);
        Self {
            principal: request.principal.values(),
            action: request.action.values(),
            resource: values(request.resource.as_ref()),
            factor: values(context.authentication.as_ref().map(|it| &it.factor)),
            signed: values(
                context
                    .authentication
                    .as_ref()
                    .and_then(|it| it.signed.as_ref()),
            ),
            channel: values(context.channel.as_ref().or(suite.channel.as_ref())),
            attended: values(context.attended.as_ref().or(suite.attended.as_ref())),
            step_up: values(own.step_up.as_ref().or(all.step_up.as_ref())),
            unattended: values(own.unattended.as_ref().or(all.unattended.as_ref())),
            sealed: values(own.sealed.as_ref().or(all.sealed.as_ref())),
            time: values(context.time.as_ref().or(suite.time.as_ref())),
            tier: values(context.tier.as_ref().map(|it| &it.after)),
            method: values(context.method.as_ref().map(|it| &it.after)),
            value: values(context.value.as_ref().map(|it| &it.after)),
            powers: context.powers.as_ref().map(|it| it.gained),
        }
    }

    /// Returns the number of combinations.
    pub(super) fn count(&self) -> usize {
        let lengths = [
            self.principal.len(),
            self.action.len(),
            self.resource.len(),
            self.factor.len(),
            self.signed.len(),
            self.channel.len(),
            self.attended.len(),
            self.step_up.len(),
            self.unattended.len(),
            self.sealed.len(),
            self.time.len(),
            self.tier.len(),
            self.method.len(),
            self.value.len(),
        ];
        let lengths = lengths.into_iter().map(|length| length.max(1));
        lengths.fold(1, usize::saturating_mul)
    }

    /// The combination of this number, from 0 to below [`count`](Self::count).
    pub(super) fn combination(&self, number: usize) -> Asked<'a> {
        let mut picked = Picker {
            rest: number,
            names: Vec::new(),
        };
        // The last field varies fastest, as in nested loops.
        let value = picked.one("value.after", self.value);
        let method = picked.one("method.after", self.method);
        let tier = picked.one("tier.after", self.tier);
        let time = picked.one("time", self.time);
        let sealed = picked.one("guard.sealed", self.sealed);
        let unattended = picked.one("guard.unattended", self.unattended);
        let step_up = picked.one("guard.stepUp", self.step_up);
        let attended = picked.one("attended", self.attended);
        let channel = picked.one("channel", self.channel);
        let signed = picked.one("authentication.signed", self.signed);
        let factor = picked.one("authentication.factor", self.factor);
        let resource = picked.one("resource", self.resource);
        let action = picked.one("action", self.action);
        let principal = picked.one("principal", self.principal);
        Asked {
            principal: principal.map(String::as_str).unwrap_or_default(),
            action: action.map(String::as_str).unwrap_or_default(),
            resource: resource.map(String::as_str),
            factor: factor.copied(),
            signed: signed.copied().unwrap_or_default(),
            channel: channel.map(String::as_str),
            attended: attended.copied(),
            step_up: step_up.map(String::as_str),
            unattended: unattended.map(String::as_str),
            sealed: sealed.map(String::as_str),
            time: time.map(String::as_str),
            tier: tier.map(String::as_str),
            method: method.map(String::as_str),
            value: value.map(String::as_str),
            powers: self.powers,
            name: picked.name(),
        }
    }
}

/// Takes one value of each list, by a number, and notes it where there are several.
struct Picker {
    rest: usize,
    names: Vec<String>,
}

impl Picker {
    fn one<'a, T: Display>(&mut self, field: &str, list: &'a [T]) -> Option<&'a T> {
        let count = list.len().max(1);
        let index = self.rest.checked_rem(count).unwrap_or_default();
        self.rest = self.rest.checked_div(count).unwrap_or_default();
        let value = list.get(index)?;
        if count > 1 {
            self.names.push(format!("{field}: {value}"));
        }
        Some(value)
    }

    fn name(mut self) -> Option<String> {
        self.names.reverse();
        (!self.names.is_empty()).then(|| self.names.join(", "))
    }
}
