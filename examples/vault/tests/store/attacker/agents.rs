//! Agents in config.yaml, edited by hand.

use super::{
    By,
    Comes::{Held, Seen},
    attempts,
};

const READ_ONLY: &str = "tier: read-only";

attempts! {
    an_agent_gets_another_tier: Held, |it| it.folder.edit_agent("codex", READ_ONLY, "tier: admin");
    an_agent_gets_a_tier_that_nobody_knows: Held, |it| it.folder.edit_agent("codex", READ_ONLY, "tier: safe");
    an_agent_loses_its_tier: Held, |it| it.folder.edit_agent("codex", "        tier: read-only\n", "");
    an_agent_may_change_the_configuration: Held, |it| it.folder.edit_agent("codex", "canManageConfig: false", "canManageConfig: true");
    an_agent_is_never_asked_about: Held, |it| it.folder.edit_agent("codex", "approvalMode: deny", "approvalMode: none");
    an_agents_mode_is_emptied: Held, |it| it.folder.edit_agent("codex", "approvalMode: deny", "approvalMode: \"\"");
    an_agent_gets_every_program: Held, |it| it.folder.edit_agent("openclaw", "            - curl\n", "            - '*'\n            - curl\n");
    an_agent_reads_values: Held, |it| it.folder.edit_agent("codex", "canReadValues: false", "canReadValues: true");
    an_agent_gets_a_field_that_nobody_knows: Held, |it| it.folder.edit_agent("codex", "canWrite: false", "canWrite: false\n        canDoAll: true");
    a_new_agent_comes: Held, |it| it.edit("config.yaml", "agents:\n", "agents:\n    mine:\n        tier: admin\n        canManageConfig: true\n        approvalMode: none\n");
    an_agent_is_another_by_an_alias: Held, |it| {
        it.folder.edit_agent("hermes", "hermes:\n", "hermes: &all\n");
        it.folder.edit_agent("openclaw", "tier: read-only\n", "<<: *all\n        tier: read-only\n");
    };
    case_67_an_old_configuration_is_put_back: Held, |it| it.put_back("config.yaml");
    agents_and_their_part_are_removed: Seen(By::Start), |it| {
        it.parts_with("approvalMode").iter().for_each(|part| it.remove(part));
        it.folder.edit_agent("codex", READ_ONLY, "tier: admin");
    };
}
