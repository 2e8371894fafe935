//! Whether policies that are to count can be put in force.

use std::{collections::BTreeSet, path::Path};

use openpass_policy::{PolicyEngine, Request};

use crate::{
    Vault, VaultError,
    error::shown,
    policies::{self, FOLDER},
};

impl Vault {
    /// A policy that loads and fails when it is looked at denies everything that
    /// it is about: it counts as broken.
    pub(super) fn can_be_evaluated(
        &self,
        path: &Path,
        engine: &PolicyEngine,
        request: &Request,
    ) -> Result<(), VaultError> {
        let own = self.own_samples().naming(engine);
        let failing = engine.failing(request.settings, request.time, &own);
        let Some(first) = failing.first() else {
            return Ok(());
        };
        Err(VaultError::BrokenPolicy {
            path: shown(path),
            problem: format!(
                "the policy {first} cannot be evaluated for every request, for example \
                 when a sum overflows, and everything that it is about would be denied"
            ),
        })
    }

    /// Whether the policies that are there load, or what does not is none of
    /// `accepted`: what nobody can put in force is not taken for good.
    pub(super) fn accepted_load(
        &self,
        accepted: &BTreeSet<String>,
        request: &Request,
    ) -> Result<(), VaultError> {
        let all = self.policy_sources();
        let engine = all.and_then(|all| Ok(policies::engine_with(&all)?));
        if engine.is_ok_and(|engine| {
            self.can_be_evaluated(Path::new(FOLDER), &engine, request)
                .is_ok()
        }) {
            return Ok(());
        }
        for name in accepted {
            let bytes = self.read_own(&self.dir().join(FOLDER).join(name))?;
            let text = bytes.as_deref().map(core::str::from_utf8);
            if let Some(Ok(text)) = text {
                self.loads(name, text, request)?;
            }
        }
        Ok(())
    }

    /// Whether the file would load: one of an engine beside the others, if they do;
    /// a YAML one by the product's rules.
    pub(super) fn loads(
        &self,
        name: &str,
        text: &str,
        request: &Request,
    ) -> Result<(), VaultError> {
        let path = self.dir().join(FOLDER).join(name);
        if !policies::is_for_the_engine(name) {
            return crate::product::rule_file_loads(text).map_err(|problem| {
                VaultError::BrokenPolicy {
                    path: shown(&path),
                    problem,
                }
            });
        }
        let alone = policies::source(&path, name, text)?;
        let mut all = self.policies_but(name).unwrap_or_default();
        if policies::engine_with(&all).is_err() {
            // What is broken already does not keep a good one out; it may speak of what is
            // declared all the same.
            all.retain(|source| policies::is_declaration(&source.file));
        }
        if policies::engine_with(&all).is_err() {
            all.clear();
        }
        all.push(alone);
        self.can_be_evaluated(&path, &policies::engine_with(&all)?, request)
    }
}
