//! The holes, one a host.

use openpass_conformance::Case;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hole {
    None,
    /// It sets the limit, asks, and puts the limit back on a no.
    ActsFirst,
    /// It takes a broken authenticator for a yes.
    ErrorIsYes,
    /// It sets ten times what was asked for.
    OtherThanAsked,
    /// It asks once, and never again.
    ApprovedForAll,
    /// Its question says "more", and not how much.
    Hides,
    /// It compares the approval with the limits that it showed, and not with those that are.
    OntoEdited,
}

impl Hole {
    pub(crate) const ALL: [(Self, Case); 6] = [
        (Self::ActsFirst, Case::AskedFirst),
        (Self::ErrorIsYes, Case::Failing),
        (Self::OtherThanAsked, Case::DoneAsAsked),
        (Self::ApprovedForAll, Case::Once),
        (Self::Hides, Case::Shown),
        (Self::OntoEdited, Case::EditedMeanwhile),
    ];
}
