//! The policies that no sample shows, in words.

use super::{
    MatrixDiff,
    account::{Unshown, Why},
};

/// Policies that are not shown for the same reason.
pub(super) struct Named<'a> {
    why: Why,
    pub(super) widens: bool,
    policies: Vec<&'a Unshown>,
}

/// The most policies that are named in one line.
const MOST: usize = 10;

impl MatrixDiff {
    /// The policies that no sample shows, by reason: those that can give power first.
    pub(super) fn named(&self) -> Vec<Named<'_>> {
        let mut groups: Vec<Named<'_>> = Vec::new();
        for policy in &self.unshown {
            let key = (policy.why, policy.widens);
            match groups.iter_mut().find(|it| (it.why, it.widens) == key) {
                Some(group) => group.policies.push(policy),
                None => groups.push(Named {
                    why: policy.why,
                    widens: policy.widens,
                    policies: vec![policy],
                }),
            }
        }
        groups
    }
}

impl Named<'_> {
    /// The reason, and whether they can give power.
    pub(super) fn head(&self) -> String {
        let why = self.why.words();
        match self.widens {
            true => format!("{why}; may give power"),
            false => why.to_owned(),
        }
    }

    /// Each of them. Escaped.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.policies.iter().map(|policy| match policy.added {
            true => policy.named(),
            false => format!("{}, as it was", policy.named()),
        })
    }

    /// Whether they are more than a line names.
    pub(super) const fn is_long(&self) -> bool {
        self.policies.len() > MOST
    }

    /// Names the policies, as many as fit into a line. Escaped.
    pub(super) fn list(&self) -> String {
        let mut names: Vec<String> = self.names().take(MOST).collect();
        let more = self.policies.len().saturating_sub(MOST);
        if more > 0 {
            names.push(format!("and {more} more"));
        }
        names.join("; ")
    }

    pub(super) fn line(&self) -> String {
        format!("{}: {}", self.head(), self.list())
    }
}
