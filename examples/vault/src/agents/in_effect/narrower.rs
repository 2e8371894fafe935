//! The narrower of two profiles, field by field.

use super::{
    Basis, EffectiveProfile, InEffect, approved::Approved, meet, mode::Mode, not_counted, tier,
};
use crate::{
    agents::{Profile, Value},
    approved::Fields,
    product,
};

impl EffectiveProfile {
    /// Returns the profile that counts where a person approved `approved` and
    /// config.yaml says `present`: each field gives what both of them give.
    #[must_use]
    pub fn narrower(approved: &Profile, present: &Profile) -> Self {
        met(&Approved::with(approved, present), present)
    }

    /// Returns the profile that counts where `fields` were approved, and `now` holds
    /// what `present` does.
    pub(super) fn sealed(fields: &Fields, now: &Fields, present: &Profile) -> Self {
        match Approved::of(fields, now, present) {
            Some(approved) => met(&approved, present),
            None => nothing(Basis::Approved, present),
        }
    }

    /// Returns the profile that counts for an agent that nobody has approved.
    pub(super) fn never_approved(present: &Profile) -> Self {
        nothing(Basis::NeverApproved, present)
    }

    /// Returns the profile that counts for an agent whose approved profile cannot be
    /// had.
    pub(super) fn unknown(why: &str, present: &Profile) -> Self {
        nothing(Basis::Lost(why.to_owned()), present)
    }

    /// The profile as config.yaml has it.
    pub(super) fn as_it_is(basis: Basis, present: &Profile) -> Self {
        let tier = present.stored_tier().map(str::to_owned);
        let fields = present.fields().iter();
        Self {
            name: present.name().to_owned(),
            basis,
            tier: InEffect::Value(tier.map_or(Value::Unset, Value::Text)),
            fields: fields
                .map(|(field, value)| (field.clone(), InEffect::Value(value.clone())))
                .collect(),
            else_is: InEffect::Value(Value::Unset),
            not_counted: Vec::new(),
        }
    }
}

fn met(approved: &Approved, present: &Profile) -> EffectiveProfile {
    let found = present.fields().iter().map(|(field, _)| field.as_str());
    let unset = InEffect::Value(Value::Unset);
    let fields = in_order(approved.names().chain(found));
    let fields = fields.into_iter().map(|field| {
        let met = match field.as_str() {
            "approvalMode" => InEffect::Value(approved.mode.meet(&Mode::of(present))),
            field => meet::meet(field, approved.get(field), present.get(field)),
        };
        (field, met)
    });
    let mut profile = EffectiveProfile {
        name: present.name().to_owned(),
        basis: Basis::Approved,
        tier: tier::meet(&approved.tier, &present.stored_tier().map(str::to_owned)),
        fields: fields.filter(|(_, met)| *met != unset).collect(),
        else_is: unset.clone(),
        not_counted: Vec::new(),
    };
    profile.not_counted = not_counted::all(&profile, Some(approved), present);
    profile
}

/// A profile that gives nothing, whatever the file says.
fn nothing(basis: Basis, present: &Profile) -> EffectiveProfile {
    let known = product::agent_fields().map(|(field, _)| field);
    let found = present.fields().iter().map(|(field, _)| field.as_str());
    let fields = in_order(known.chain(found)).into_iter();
    let mut profile = EffectiveProfile {
        name: present.name().to_owned(),
        basis,
        tier: InEffect::Nothing,
        fields: fields
            .map(|field| {
                let nothing = InEffect::nothing_of(&field);
                (field, nothing)
            })
            .collect(),
        else_is: InEffect::Nothing,
        not_counted: Vec::new(),
    };
    profile.not_counted = not_counted::all(&profile, None, present);
    // What the file does not say is nothing that does not count.
    profile
        .not_counted
        .retain(|it| it.field == "tier" || it.found != Value::Unset);
    profile
}

/// Returns each name once, in the schema's order; unknown names come last, by name.
fn in_order<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let place = |name: &str| {
        let mut known = product::agent_fields();
        known.position(|(field, _)| field == name)
    };
    let mut names: Vec<(usize, &str)> = names
        .map(|name| (place(name).unwrap_or(usize::MAX), name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let names = names.into_iter();
    names.map(|(_, name)| name.to_owned()).collect()
}
