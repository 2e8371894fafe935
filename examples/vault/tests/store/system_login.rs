//! The system's own check of its user, under `step_up: system-login`.

use openpass_vault::Change;

use crate::people::opened;

fn setting() -> Change {
    Change::SetGuard {
        key: "step_up".to_owned(),
        value: Some("system-login".to_owned()),
    }
}

/// Such a setting would only look as if the system was asked.
#[cfg(not(feature = "system-login"))]
#[test]
fn a_build_that_cannot_ask_the_system_refuses_the_setting() {
    let (_folder, vault) = opened();
    let refused = vault.propose(vault.request(), &setting()).unwrap_err();
    let said = refused.to_string();
    assert!(said.contains("the feature `system-login`"), "{said}");
}

#[cfg(feature = "system-login")]
mod asked {
    use openpass_auth::{Factor, Script};
    use openpass_policy::{AuthFactor, Tier};
    use openpass_vault::{Grade, Vault, VaultError};

    use super::*;
    use crate::{
        every::tier,
        people::{OWNER, issue, made},
        sample::{ask, in_force},
        seals::days_later,
    };

    /// The system says yes; `None` where it is not what the guard asks for.
    fn by_the_system(vault: &Vault, change: &Change) -> Option<Result<(), VaultError>> {
        let proposal = vault.propose(vault.request(), change).unwrap();
        let system = std::sync::Arc::new(Script::new().yes(Factor::SystemLogin));
        let grant = ask(vault, &proposal, in_force(vault), system).ok()?;
        assert_eq!(grant.factor(), AuthFactor::SystemLogin);
        Some(vault.commit(grant, &proposal))
    }

    #[test]
    fn it_counts_for_an_upgrade_under_its_setting_alone() {
        let (_folder, vault) = opened();
        assert!(by_the_system(&vault, &tier(Tier::Admin)).is_none());
        made(&vault, &setting(), &OWNER).unwrap();
        by_the_system(&vault, &tier(Tier::Admin)).unwrap().unwrap();
        let profile = vault.effective("codex").unwrap();
        assert_eq!(profile.tier(), Tier::Admin);
        // Nobody signed: what stands behind it now is the log alone.
        assert_eq!(vault.sealed().unwrap().unwrap().grade, Grade::Logged);
    }

    #[test]
    fn it_counts_for_no_credential_and_not_for_the_guard() {
        let (folder, vault) = opened();
        made(&vault, &setting(), &OWNER).unwrap();
        let before = folder.config();
        let laxer = Change::SetGuard {
            key: "step_up".to_owned(),
            value: Some("confirm".to_owned()),
        };
        for change in [issue(), laxer] {
            assert!(by_the_system(&vault, &change).is_none(), "{change:?}");
        }
        assert_eq!(folder.config(), before);
        assert_eq!(vault.settings().guard.step_up.as_str(), "system-login");
    }

    #[test]
    fn it_is_not_enough_while_the_passphrase_is_due() {
        let (folder, vault) = opened();
        made(&vault, &setting(), &OWNER).unwrap();
        days_later(&folder, 40);
        let refused = by_the_system(&vault, &tier(Tier::Admin)).unwrap();
        assert!(matches!(refused, Err(VaultError::PassphraseDue { .. })));
        made(&vault, &tier(Tier::Admin), &OWNER).unwrap();
    }
}
