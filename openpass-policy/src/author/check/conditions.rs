//! Conditions that can never hold, or always do.

use super::{
    FindingKind, Found,
    expr::{self, Clause, Node, Part},
    judge::{Judge, Mark},
    reasons::inner,
    scope,
    state::State,
};
use crate::engine::{OwnPolicy, RequestKind, Types};

/// The results of judging one policy's conditions.
pub(super) struct Judged<'p> {
    clauses: Vec<Clause<'p>>,
    marks: Vec<Mark>,
    /// The kinds of request for which the policy may apply, by their number.
    pub(super) alive: Vec<usize>,
    /// Whether there was room to look at all of it.
    whole: bool,
}

/// Judges a policy for every kind of request. `steps` bounds the work.
pub(super) fn judged<'p>(
    policy: &'p OwnPolicy,
    kinds: &[RequestKind],
    types: &Types,
    steps: &mut usize,
) -> Option<Judged<'p>> {
    let (clauses, parts) = expr::clauses(&policy.json)?;
    let mut marks = vec![Mark::default(); parts];
    let mut alive = Vec::new();
    for (number, kind) in kinds.iter().enumerate() {
        let Some(first) = scope::first(&policy.json, kind) else {
            continue;
        };
        let mut judge = Judge::new(types, kind, &mut marks, steps);
        if applies(&mut judge, &clauses, first) {
            alive.push(number);
        }
    }
    Some(Judged {
        clauses,
        marks,
        alive,
        whole: *steps > 0,
    })
}

/// Whether it may apply to a request of the judge's kind.
fn applies<'n>(judge: &mut Judge<'_, 'n>, clauses: &'n [Clause<'n>], first: State<'n>) -> bool {
    let last = clauses.iter().try_fold(first, |state, clause| {
        let split = judge.split(&clause.body, state);
        match clause.is_unless {
            true => split.no,
            false => split.yes,
        }
    });
    last.is_some()
}

impl Judged<'_> {
    /// Tells what is wrong with the conditions. If there was no room to look at all of
    /// them, tells only that.
    pub(super) fn tell(&self, policy: &OwnPolicy, found: &mut Found<'_>) {
        if !self.whole {
            found.whole(
                FindingKind::NotChecked,
                "there is too much policy to look at all of it; the conditions were not checked"
                    .to_owned(),
                "check fewer files at a time".to_owned(),
            );
            return;
        }
        // Where it fails, what it is about is denied: it is not without effect.
        if policy.may_fail {
            return;
        }
        if self.alive.is_empty() {
            self.tell_dead(policy, found);
            return;
        }
        for clause in &self.clauses {
            let mark = self.mark(&clause.body);
            match (clause.is_unless, mark.yes, mark.no) {
                (true, false, _) if mark.reached => {
                    self.tell_never(
                        &clause.body,
                        policy,
                        found,
                        "so that the `unless` leaves nothing out",
                    );
                }
                (false, _, false) if mark.reached && !policy.may_fail => {
                    self.tell_always(
                        &clause.body,
                        policy,
                        found,
                        "so that the `when` leaves nothing out",
                    );
                }
                _ => self.look_into(&clause.body, policy, found),
            }
        }
    }

    pub(super) fn mark(&self, node: &Node<'_>) -> Mark {
        self.marks.get(node.number).cloned().unwrap_or_default()
    }

    /// Tells what keeps a policy that applies to nothing from applying.
    fn tell_dead(&self, policy: &OwnPolicy, found: &mut Found<'_>) {
        // Of those that are reached, the last lets nothing through.
        let reached = |clause: &&Clause<'_>| self.mark(&clause.body).reached;
        let Some(clause) = self.clauses.iter().rev().find(reached) else {
            return;
        };
        let (node, holds) = self.culprit(&clause.body, !clause.is_unless);
        let why = self.why(node, holds);
        let so = match clause.is_unless {
            true => "its `unless` always holds",
            false => "its `when` never holds",
        };
        let message = format!("this policy never applies: {so}; {why}");
        let fix = self.fix(node, holds);
        found.at(FindingKind::NeverApplies, policy, node.json, message, fix);
    }

    fn tell_never(&self, node: &Node<'_>, policy: &OwnPolicy, found: &mut Found<'_>, so: &str) {
        let (culprit, holds) = self.culprit(node, true);
        let message = format!("{}, {so}", self.why(culprit, holds));
        let fix = self.fix(culprit, holds);
        found.at(FindingKind::NeverTrue, policy, culprit.json, message, fix);
    }

    fn tell_always(&self, node: &Node<'_>, policy: &OwnPolicy, found: &mut Found<'_>, so: &str) {
        let (culprit, holds) = self.culprit(node, false);
        let message = format!("{}, {so}", self.why(culprit, holds));
        let fix = self.fix(culprit, holds);
        found.at(FindingKind::AlwaysTrue, policy, culprit.json, message, fix);
    }

    /// Looks for parts that can never hold in a condition that may, and for those that
    /// always do.
    fn look_into(&self, node: &Node<'_>, policy: &OwnPolicy, found: &mut Found<'_>) {
        match &node.part {
            Part::Either(left, right) => {
                for part in [left, right] {
                    let mark = self.mark(part);
                    match (mark.reached, mark.yes, mark.no) {
                        (true, false, _) => {
                            self.tell_never(
                                part,
                                policy,
                                found,
                                "so that this part of the `||` adds nothing",
                            );
                        }
                        (true, _, false) if !part.is_joined() && !policy.may_fail => {
                            self.tell_always(
                                part,
                                policy,
                                found,
                                "so that the whole `||` is always true",
                            );
                        }
                        (true, ..) => self.look_into(part, policy, found),
                        _ => {}
                    }
                }
            }
            Part::Both(left, right) => [left, right]
                .into_iter()
                .for_each(|part| self.look_into(part, policy, found)),
            Part::Not(inner) if inner.is_joined() => self.look_into(inner, policy, found),
            Part::If(condition, then, otherwise) => {
                for part in [condition, then, otherwise] {
                    self.look_into(part, policy, found);
                }
            }
            _ => self.look_at(node, policy, found),
        }
    }

    /// A comparison with a number that every request passes: it was meant otherwise.
    fn look_at(&self, node: &Node<'_>, policy: &OwnPolicy, found: &mut Found<'_>) {
        let of = self.mark(inner(node));
        let is_any = of.domain.is_some() && of.before == of.domain;
        let mark = self.mark(node);
        if mark.reached && is_any && !mark.no {
            self.tell_always(node, policy, found, "so that it says nothing");
        } else if mark.reached && is_any && !mark.yes {
            self.tell_never(node, policy, found, "so that it is as good as `false`");
        }
    }
}
