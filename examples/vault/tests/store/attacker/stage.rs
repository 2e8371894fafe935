//! A vault whose owner has approved some, and lowered some.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use openpass_policy::Tier;
use openpass_testkit::{TestVault, put, put_folder};
use openpass_vault::{Change, GuardLog, SealDigest, Vault};

use super::{By, powers};
use crate::{
    people::{Key, OWNER, issue, made},
    seals::narrowed,
};

/// What no agent may do here, whatever else is permitted.
const FORBID: &str = "@id(\"mine\")\nforbid (principal is OpenPass::Agent, action, resource)\n\
                      when { context.channel == OpenPass::Channel::\"mcp\" };\n";
const SETTINGS: &str = "step_up: passphrase\nunattended: refuse\n";

pub(super) struct Stage {
    pub(super) folder: TestVault,
    pub(super) vault: Vault,
    /// guard/, config.yaml and policies/ as they were before the last changes.
    old: PathBuf,
    /// What somebody wrote down elsewhere after each change.
    noted: Vec<SealDigest>,
}

/// All that is in a home, by its place there, folders without content; and the seals.
type Kept = (Vec<(PathBuf, Option<Vec<u8>>)>, Vec<SealDigest>);

/// What every stage is made of: to approve it takes several proofs.
static KEPT: LazyLock<Kept> = LazyLock::new(|| {
    let first = Stage::first();
    let mut all = Vec::new();
    collect(first.folder.home(), Path::new(""), &mut all);
    (all, first.noted.clone())
});

impl Stage {
    pub(super) fn new() -> Self {
        let folder = TestVault::nowhere();
        for (place, content) in &KEPT.0 {
            let path = folder.home().join(place);
            match content {
                Some(content) => put(&path, content),
                None => put_folder(&path),
            }
        }
        Self {
            vault: Vault::open(folder.dir()).unwrap(),
            old: folder.home().join("old"),
            noted: KEPT.1.clone(),
            folder,
        }
    }

    /// One that has nothing to do with the others.
    pub(super) fn first() -> Self {
        let folder = TestVault::new();
        put_folder(&folder.path("guard"));
        folder.put("guard/settings.yaml", "step_up: passphrase\n");
        let vault = Vault::open(folder.dir()).unwrap();
        made(&vault, &Change::Seal {}, &OWNER).unwrap();
        let mut noted = vec![head(&vault)];
        // An old state, in which more was approved than now.
        let old = folder.home().join("old");
        fs::create_dir(&old).unwrap();
        copy(&folder.path("guard"), &old.join("guard"));
        copy(&folder.path("policies"), &old.join("policies"));
        fs::copy(folder.path("config.yaml"), old.join("config.yaml")).unwrap();
        let changes = [
            Key::of(1).added("mine"),
            Change::ApplyPolicy {
                name: "mine.cedar".to_owned(),
                text: FORBID.to_owned(),
            },
            Change::SetGuard {
                key: "unattended".to_owned(),
                value: Some("refuse".to_owned()),
            },
        ];
        for change in changes {
            made(&vault, &change, &OWNER).unwrap();
            noted.push(head(&vault));
        }
        let lower = Change::SetTier {
            agent: "hermes".to_owned(),
            tier: Tier::ReadOnly,
        };
        narrowed(&vault, &lower);
        noted.push(head(&vault));
        assert_eq!(
            fs::read_to_string(folder.path("guard/settings.yaml")).unwrap(),
            SETTINGS
        );
        Self {
            folder,
            vault,
            old,
            noted,
        }
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        self.folder.put(name, text);
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path(name)).unwrap()
    }

    pub(super) fn remove(&self, name: &str) {
        let path = self.folder.path(name);
        match path.is_dir() {
            true => fs::remove_dir_all(path).unwrap(),
            false => fs::remove_file(path).unwrap(),
        }
    }

    /// `edit` on a file, which has to change.
    pub(super) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        let edited = text.replace(from, to);
        assert_ne!(edited, text, "{name} has no {from}");
        self.write(name, &edited);
    }

    /// Puts what there was of `name` back.
    pub(super) fn put_back(&self, name: &str) {
        let path = self.folder.path(name);
        if path.exists() {
            self.remove(name);
        }
        let old = self.old.join(name);
        match old.is_dir() {
            true => copy(&old, &path),
            false => drop(fs::copy(old, path).unwrap()),
        }
    }

    /// The parts of the approved state that hold `text`.
    pub(super) fn parts_with(&self, text: &str) -> Vec<String> {
        let files = fs::read_dir(self.folder.path("guard/approved")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let names = names.map(|name| format!("guard/approved/{name}"));
        names
            .filter(|name| self.read(name).contains(text))
            .collect()
    }

    /// All that somebody can do now, as far as the guard decides and answers.
    pub(super) fn powers(&self) -> BTreeSet<String> {
        powers::of(&self.vault)
    }

    /// By what the attempt is seen, what is seen soonest first.
    pub(super) fn seen(&self) -> Vec<By> {
        let mut seen = Vec::new();
        if self.vault.drift().map_or(true, |drift| !drift.is_empty())
            || self.vault.not_in_effect().map_or(true, |it| !it.is_empty())
        {
            seen.push(By::Start);
        }
        if GuardLog::of(&self.vault)
            .verify()
            .map_or(true, |it| !it.is_whole())
        {
            seen.push(By::Log);
        }
        let heads = self.vault.heads().unwrap_or_default();
        if !self
            .noted
            .iter()
            .all(|noted| heads.iter().any(|it| it.seal == *noted))
        {
            seen.push(By::Head);
        }
        if self.vault.approvers().unwrap_or_default().is_empty()
            || made(&self.vault, &issue(), &OWNER).is_err()
        {
            seen.push(By::Passphrase);
        }
        seen
    }

    /// Puts the owner's own identity back, as from their backup.
    pub(super) fn has_its_identity_back(&self) {
        let own = openpass_testkit::cheap_identity();
        put(&self.folder.path("identity.age"), own);
    }

    /// The owner, with the passphrase, can go on or repair.
    pub(super) fn locks_nobody_out(&self) {
        // As every change at the command line begins.
        drop(self.vault.settle_for(&self.vault.request()));
        let goes_on = |change: &Change| made(&self.vault, change, &OWNER);
        let repairs = [
            issue(),
            Change::Restore {},
            Change::ResetSettings {},
            Change::SetLogAside {},
            Change::RenewApprover {},
            Change::AcceptIdentity {},
        ];
        assert!(repairs.iter().any(|change| goes_on(change).is_ok()));
    }
}

fn head(vault: &Vault) -> SealDigest {
    vault.sealed().unwrap().unwrap().seal
}

/// Everything below `folder`, which is at `place`.
fn collect(folder: &Path, place: &Path, all: &mut Vec<(PathBuf, Option<Vec<u8>>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, place) = (entry.path(), place.join(entry.file_name()));
        match entry.file_type().unwrap().is_dir() {
            true => {
                all.push((place.clone(), None));
                collect(&path, &place, all);
            }
            false => all.push((place, Some(fs::read(path).unwrap()))),
        }
    }
}

pub(super) fn copy(from: &Path, to: &Path) {
    put_folder(to);
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => put(&to, &fs::read(entry.path()).unwrap()),
        }
    }
}
