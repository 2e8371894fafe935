//! The guard's settings: without a record of what was approved, each is the stricter of the
//! default and what another reader finds in the file.

use openpass_policy::{GuardSettings, StepUp, Unattended};
use openpass_vault::{SealRule, Settings};
use yaml_serde::Value;

use crate::{place::Place, shown::assert_harmless};

thread_local! {
    static PLACE: Place = Place::new();
}

pub(crate) fn settings(bytes: &[u8]) {
    let settings = PLACE.with(|place| {
        place.write("guard/settings.yaml", bytes);
        place.vault.settings()
    });
    assert!(!matches!(
        settings.guard.step_up,
        StepUp::Confirm | StepUp::SystemLogin
    ));
    assert_ne!(settings.guard.unattended, Unattended::Waive);
    assert!(settings.timeout <= Settings::default().timeout);
    assert!(settings.passphrase_every <= Settings::default().passphrase_every);
    if let Some(problem) = &settings.problem {
        assert_eq!(settings.guard, GuardSettings::STRICTEST);
        return assert_harmless(problem.as_str());
    }
    let Ok(written) = yaml_serde::from_slice::<Value>(bytes) else {
        panic!("a file that another reader refuses is read");
    };
    let text = |key: &str| written.get(key).and_then(Value::as_str);
    let defaults = Settings::default();
    for ((key, value), (_, default)) in settings.values().into_iter().zip(defaults.values()) {
        assert!(value == default || text(key).is_some(), "nobody set {key}");
    }
    let refuses = settings.guard.unattended == Unattended::Refuse;
    assert_eq!(refuses, text("unattended") == Some("refuse"));
    assert_eq!(
        settings.seal == SealRule::Signed,
        text("seal") == Some("signed")
    );
}
