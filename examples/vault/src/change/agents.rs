//! Agents: their tiers, their profiles, their coming and going.

use std::collections::BTreeSet;

use openpass_auth::SafeText;
use openpass_policy::{After, Before, Direction, FieldChange, Operation, Tier};

use super::{
    FieldEdit, Material, Plan,
    asker::as_it_asks,
    profile::{ConfigEdit, field_edit, tier_edits, tier_edits_but},
};
use crate::{
    Config, Profile, Vault, VaultError, agents::changes, names, parse_tier, product, yaml::Edit,
};

impl Vault {
    pub(super) fn plan_tier(&self, agent: &str, tier: Tier) -> Result<Plan, VaultError> {
        let edit = self.edit_config(|now| {
            let before = now.agent(agent)?;
            if before.tier() == tier && tier != Tier::Custom {
                return Err(VaultError::AlreadyOnTier {
                    name: SafeText::quoted(agent),
                    tier: tier.as_str(),
                });
            }
            Ok(tier_edits(now, agent, tier))
        })?;
        profile_plan(agent, edit)
    }

    pub(super) fn plan_edit(&self, agent: &str, edits: &[FieldEdit]) -> Result<Plan, VaultError> {
        let edit = self.edit_config(|now| {
            now.agent(agent)?;
            let named = named_once(edits)?;
            let mut all = Vec::new();
            for edit in edits {
                all.extend(field_edits(now, agent, edit, &named)?);
            }
            Ok(all)
        })?;
        profile_plan(agent, edit)
    }

    pub(super) fn plan_addition(&self, agent: &str, tier: Tier) -> Result<Plan, VaultError> {
        names::agent(agent)?;
        let edit = self.edit_config(|now| {
            if now.agent(agent).is_ok() {
                return Err(VaultError::AgentExists {
                    name: SafeText::quoted(agent),
                });
            }
            // Their tokens would have the same file.
            names::is_alone(agent, now.agents().iter().map(Profile::name))?;
            Ok(tier_edits(now, agent, tier))
        })?;
        let (before, after) = (Profile::absent(agent), edit.after.agent(agent)?);
        let direction = match tier {
            Tier::ReadOnly => Direction::Neutral,
            _ => Direction::Widens,
        };
        let tier_change = FieldChange::new(
            "tier",
            Before(None),
            After(Some(after.tier_text())),
            direction,
        );
        let fields = changes(&before, &after);
        let fields = fields.into_iter().filter(|change| change.field != "tier");
        // A tier's preset sets every power, so the lowest takes them all.
        let built_in = product::BUILT_IN_AGENTS.contains(&agent).then(|| {
            let own = Some("the product's own profile of that name".to_owned());
            let listed = Some("written out".to_owned());
            FieldChange::new("profile", Before(own), After(listed), direction)
        });
        let all = core::iter::once(tier_change)
            .chain(built_in)
            .chain(fields)
            .collect();
        let (name, standing) = (agent.to_owned(), after.standing());
        let mut plan = Plan::new(all, vec![edit.file], move |request, effect| {
            Operation::add_agent(request, &name, standing, effect)
        });
        plan.profiles = Some((before, after));
        Ok(plan)
    }

    pub(super) fn plan_removal(
        &self,
        agent: &str,
        material: &Material,
    ) -> Result<Plan, VaultError> {
        let edit = self.edit_config(|now| {
            now.agent(agent)?;
            Ok(vec![Edit::remove(["agents", agent])])
        })?;
        let before = edit.before.agent(agent)?;
        let mut all = vec![FieldChange::new(
            "agent",
            Before(Some(before.tier_text())),
            After(None),
            Direction::Narrows,
        )];
        if product::BUILT_IN_AGENTS.contains(&agent) {
            // Without an entry of its own, the product's own one holds.
            let built_in = Some("the product's own profile of that name".to_owned());
            all.push(FieldChange::new(
                "profile",
                Before(None),
                After(built_in),
                Direction::Widens,
            ));
        }
        // Its tokens go first: without them the profile is of no use.
        let (token_changes, mut files) = self.revocations_of(agent, material)?;
        all.extend(token_changes);
        files.push(edit.file);
        let (left, agent) = (product::left_of(agent), before.agent_ref());
        Ok(Plan::new(all, files, move |request, effect| {
            let (agent, _) = as_it_asks(&request, &agent, left);
            Operation::remove_agent(request, agent, left, effect)
        }))
    }
}

/// The edits that set one field.
/// The fields that `edits` name, each once: of two values, nobody can tell which
/// is meant.
fn named_once(edits: &[FieldEdit]) -> Result<BTreeSet<&str>, VaultError> {
    let mut named = BTreeSet::new();
    for edit in edits {
        if !named.insert(edit.field.as_str()) {
            return Err(VaultError::RefusedValue {
                key: SafeText::quoted(&edit.field),
                problem: "it is named twice; name it once".to_owned(),
            });
        }
    }
    Ok(named)
}

/// The edits that `edit` is. A tier sets its preset but for the fields that are
/// `named` beside it: these get the values that were asked for, even where that
/// is what the file says already.
fn field_edits(
    now: &Config,
    agent: &str,
    edit: &FieldEdit,
    named: &BTreeSet<&str>,
) -> Result<Vec<Edit>, VaultError> {
    let FieldEdit { field, value } = edit;
    let refused = |problem: String| VaultError::RefusedValue {
        key: SafeText::quoted(field),
        problem,
    };
    names::key_part(field)?;
    if field == "tier" {
        let tier = parse_tier(value).map_err(|unknown| refused(unknown.to_string()))?;
        return Ok(tier_edits_but(now, agent, tier, named));
    }
    // The product passes over what it does not know: to approve it would be to
    // approve nothing, or what a later version makes of it.
    let kind = product::agent_field(field).ok_or_else(|| refused(product::no_field(field)))?;
    let key = format!("agents.{agent}.{field}");
    let value = product::value(&key, Some(kind), value).map_err(refused)?;
    if named.contains("tier") {
        return Ok(vec![Edit::set(["agents", agent, field], value)]);
    }
    Ok(field_edit(now, agent, field, value).into_iter().collect())
}

fn profile_plan(agent: &str, edit: ConfigEdit) -> Result<Plan, VaultError> {
    let (before, after) = (edit.before.agent(agent)?, edit.after.agent(agent)?);
    if edit.file.before == edit.file.after {
        return Err(VaultError::NothingToChange);
    }
    let mut all = changes(&before, &after);
    if all.is_empty() {
        // Nobody can tell what else the new text may do.
        let same = Some("as it is, written in another way".to_owned());
        all.push(FieldChange::new(
            "profile",
            Before(None),
            After(same),
            Direction::Widens,
        ));
    }
    let (agent, standing) = (before.agent_ref(), after.standing());
    let mut plan = Plan::new(all, vec![edit.file], move |request, effect| {
        let (agent, after) = as_it_asks(&request, &agent, standing);
        Operation::change_agent(request, agent, after, effect)
    });
    plan.profiles = Some((before, after));
    Ok(plan)
}
