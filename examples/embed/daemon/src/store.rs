//! The releases, and the policies: the only code that changes either, by a grant.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use openpass_policy::{
    After, AuditError, Before, Channel, Direction, Entity, Grant, GrantError, Guard, Operation,
    PolicyEngine, PolicyLoadError, PolicySource, StateDigest,
};
use serde::Deserialize;

use crate::{people::Person, rules};

/// The version that each service has, by environment.
type Releases = BTreeMap<String, BTreeMap<String, String>>;

/// The release that a person wants deployed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "it is the request's body")]
pub struct Release {
    /// The service.
    pub service: String,
    /// The environment to deploy to.
    pub environment: String,
    /// The version to deploy.
    pub version: String,
}

/// The reason why nothing was changed, or why nobody can tell.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The grant does not permit the change.
    #[error(transparent)]
    Grant(#[from] GrantError),
    /// The policies on the disk do not load.
    #[error(transparent)]
    Policies(#[from] PolicyLoadError),
    /// A file cannot be read or written.
    #[error("the daemon's files cannot be read or written: {0}")]
    Files(#[from] io::Error),
    /// The change was made, and the log does not say so.
    #[error("the change was made, but the log could not be written: {0}")]
    Unlogged(#[from] AuditError),
}

/// The daemon's folder, behind its guard.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    guard: Arc<Guard>,
}

impl Store {
    /// The store in `folder`, which takes grants of `guard` alone.
    ///
    /// # Errors
    ///
    /// That its lock file cannot be made.
    #[expect(
        clippy::disallowed_methods,
        reason = "it is the daemon's own file, and no vault's"
    )]
    pub fn open(folder: PathBuf, guard: Arc<Guard>) -> Result<Self, StoreError> {
        let file = folder.join("state.lock");
        drop(
            fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(file)?,
        );
        Ok(Self { folder, guard })
    }

    /// Works out the operation of deploying `release`, by the state as it is.
    ///
    /// # Errors
    ///
    /// That the state cannot be read.
    pub fn propose(&self, who: &Person, release: &Release) -> Result<Operation, StoreError> {
        Ok(operation(who, release, &self.releases()?))
    }

    /// Deploys, if `grant` is for the operation that deploying is now.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn commit(
        &self,
        mut grant: Grant,
        who: &Person,
        release: &Release,
    ) -> Result<(), StoreError> {
        let _locked = self.lock()?;
        grant.begin()?;
        let mut releases = self.releases()?;
        let now = operation(who, release, &releases);
        let redeemed = grant.redeem(&self.guard.issuer(), &now)?;
        redeemed.settle_with(|| {
            let services = releases.entry(release.environment.clone()).or_default();
            services.insert(release.service.clone(), release.version.clone());
            self.write(&releases)
        })
    }

    /// Works out the operation of putting the policies on the disk in force.
    ///
    /// # Errors
    ///
    /// That they cannot be read or do not load.
    pub fn propose_policies(&self, who: &Person) -> Result<Operation, StoreError> {
        let next = rules::engine(policies(&self.folder)?)?;
        Ok(self.operation_to(&next, who))
    }

    fn operation_to(&self, next: &PolicyEngine, who: &Person) -> Operation {
        let after = next.digest().to_string();
        let before = self.guard.engine().digest().to_string();
        let state = StateDigest::of(&[before.as_bytes(), after.as_bytes()]);
        // What the policies say is not compared here, so it counts as widening.
        Operation::new("Deploys::reload")
            .by(who.entity())
            .on(Entity::new("Deploys::Policies", POLICIES))
            .changing("policies", Before(before), After(after), Direction::Widens)
            .onto(state)
            .through(Channel::named(rules::CHANNEL))
            .saying("put the policies {} in force")
    }

    /// Puts the policies on the disk in force, if `grant` is for these.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn reload(&self, mut grant: Grant, who: &Person) -> Result<(), StoreError> {
        grant.begin()?;
        // Read once: what was approved is what is put in force.
        let next = rules::engine(policies(&self.folder)?)?;
        let now = self.operation_to(&next, who);
        let redeemed = grant.redeem(&self.guard.issuer(), &now)?;
        redeemed.settle_with(|| {
            self.guard.reload(next);
            Ok(())
        })
    }

    fn lock(&self) -> Result<File, StoreError> {
        let lock = fs::File::open(self.folder.join("state.lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    fn releases(&self) -> Result<Releases, StoreError> {
        match fs::read(self.folder.join(STATE)) {
            Ok(text) => Ok(serde_json::from_slice(&text).map_err(io::Error::from)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Releases::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the file whole or not at all.
    #[expect(
        clippy::disallowed_methods,
        reason = "these are the daemon's own files, and no vault's"
    )]
    fn write(&self, releases: &Releases) -> Result<(), StoreError> {
        let next = self.folder.join("state.json.next");
        let text = serde_json::to_vec_pretty(releases).map_err(io::Error::from)?;
        fs::write(&next, text)?;
        File::open(&next)?.sync_all()?;
        fs::rename(&next, self.folder.join(STATE))?;
        Ok(File::open(&self.folder)?.sync_all()?)
    }
}

const STATE: &str = "state.json";
const POLICIES: &str = "policies.cedar";

/// The policies in `folder`.
///
/// # Errors
///
/// That they cannot be read.
pub fn policies(folder: &Path) -> Result<PolicySource, PolicyLoadError> {
    PolicySource::file(folder.join(POLICIES))
}

fn operation(who: &Person, release: &Release, releases: &Releases) -> Operation {
    let services = releases.get(&release.environment);
    let before = services.and_then(|services| services.get(&release.service));
    let before = before.cloned().unwrap_or_else(|| "(nothing)".to_owned());
    let state = StateDigest::of(&[before.as_bytes(), release.version.as_bytes()]);
    Operation::new("Deploys::deploy")
        .by(who.entity())
        .on(Entity::new("Deploys::Service", &release.service)
            .within("Deploys::Environment", &release.environment))
        .changing(
            "version",
            Before(before),
            After(&release.version),
            Direction::Widens,
        )
        .onto(state)
        .through(Channel::named(rules::CHANNEL))
}
