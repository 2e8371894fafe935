//! Texts of config.yaml that were parsed already.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use openpass_auth::SafeText;

use crate::{Config, VaultError, error::shown, yaml::Edit};

/// The most texts that are kept: the file's, and what a change makes of it.
const MOST: usize = 2;

/// The texts of config.yaml that a vault parsed last, each with what it says.
///
/// INVARIANT (no text is older than the file): the file is read each time. What it says is
/// used again for the very same bytes. A text that does not load is parsed again each time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parsed(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    texts: Vec<Config>,
    /// The last edits: of which text, which ones, and what they made.
    edited: Option<(Config, Vec<Edit>, Config)>,
    /// The number of texts that were parsed.
    count: u64,
}

impl Parsed {
    /// The configuration in the file at `path`, which holds `bytes`.
    ///
    /// # Errors
    ///
    /// As [`Config::parse`].
    pub(crate) fn of(&self, path: &Path, bytes: &[u8]) -> Result<Config, VaultError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.known(bytes) {
            return Ok(known);
        }
        kept.count = kept.count.saturating_add(1);
        let config = Config::parse(path, bytes)?;
        kept.keep(&config);
        Ok(config)
    }

    /// The configuration that `edits` make of `before`, the one at `path`.
    ///
    /// # Errors
    ///
    /// That an edit cannot be made safely, or that the product would not load the result.
    pub(crate) fn edited(
        &self,
        path: &Path,
        before: &Config,
        edits: &[Edit],
    ) -> Result<Config, VaultError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, after)) = kept
            .edited
            .as_ref()
            .filter(|(of, known, _)| known == edits && of.document().has_text_of(before.document()))
        {
            return Ok(after.clone());
        }
        kept.count = kept.count.saturating_add(1);
        let document = before.document().edited(edits);
        let document = document.map_err(|source| VaultError::Yaml {
            path: shown(path),
            source,
        })?;
        let after = Config::of(path, document).map_err(refused)?;
        kept.keep(&after);
        kept.edited = Some((before.clone(), edits.to_vec(), after.clone()));
        Ok(after)
    }

    /// The number of texts that were parsed.
    pub(crate) fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).count
    }
}

impl Kept {
    fn known(&mut self, bytes: &[u8]) -> Option<Config> {
        let place = self
            .texts
            .iter()
            .position(|it| it.document().is_of(bytes))?;
        let known = self.texts.remove(place);
        self.texts.push(known.clone());
        Some(known)
    }

    fn keep(&mut self, config: &Config) {
        if self.texts.len() >= MOST {
            drop(self.texts.remove(0));
        }
        self.texts.push(config.clone());
    }
}

/// Turns an error of the product's loading into one about the new value: a text
/// that the product would not load is no fault of the file that is there.
fn refused(error: VaultError) -> VaultError {
    match error {
        VaultError::NotLoaded { key, problem, .. } => VaultError::RefusedValue {
            key: SafeText::composed(&format!("\"{key}\"")),
            problem: format!("{problem}; otherwise OpenPass does not load config.yaml"),
        },
        other => other,
    }
}
