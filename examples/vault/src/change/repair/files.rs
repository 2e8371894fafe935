//! Files that are put back as they were approved, or line by line.

use openpass_auth::SafeText;

use super::super::{FileChange, guard::edited};
use crate::{
    Settings, Vault, VaultError,
    approved::{Differing, Fields, Held, ItemKind, Part, settings_of},
    error::shown,
    files,
    in_the_way::{self, Wanted},
    policies::FOLDER,
    settings,
};

impl Vault {
    pub(super) fn settings_back(&self, approved: &Part) -> Result<FileChange, VaultError> {
        let nothing = Fields::new();
        let fields = approved.get("").unwrap_or(&nothing);
        let wanted = settings_of(fields).map_err(|problem| VaultError::NotAcceptable {
            what: SafeText::literal(settings::FILE),
            problem,
        })?;
        let before = self.read_or_describe(&self.settings_path())?;
        let text = before
            .as_deref()
            .and_then(|it| core::str::from_utf8(it).ok());
        let kept = text.and_then(|text| with_values(text, &wanted));
        let after = match kept {
            Some(text) => Some(text),
            None if wanted == Settings::default() => None,
            // What nobody can read, or edit safely, gives way to a new file.
            None => Some(with_values("", &wanted).ok_or(VaultError::NothingToChange)?),
        };
        Ok(FileChange {
            name: settings::FILE.to_owned(),
            before,
            after: after.map(String::into_bytes),
        })
    }

    pub(super) fn policy_back(
        &self,
        item: &Differing,
        approved: Option<&Fields>,
    ) -> Result<FileChange, VaultError> {
        let folder = self.dir().join(FOLDER);
        let path = folder.join(&item.name);
        // Nothing but a bare name leads into the folder, and not out of it.
        if item.name.is_empty() || item.name.contains('/') {
            return Err(VaultError::NotAFolder { path: shown(&path) });
        }
        // What is in the folder's place is moved aside, and nothing is in it.
        let before = match in_the_way::is_there(&folder, Wanted::Folder) {
            true => None,
            false => self.read_or_describe(&path)?,
        };
        Ok(FileChange {
            name: format!("{FOLDER}/{}", item.name),
            after: approved
                .map(|fields| whole(fields, &item.item))
                .transpose()?,
            before,
        })
    }

    pub(super) fn whole_back(
        &self,
        kind: ItemKind,
        approved: &Part,
    ) -> Result<FileChange, VaultError> {
        let name = kind.file();
        let before = self.read_or_describe(&self.dir().join(name))?;
        let fields = approved.get("");
        Ok(FileChange {
            name: name.to_owned(),
            before,
            after: fields.map(|fields| whole(fields, name)).transpose()?,
        })
    }

    /// Lines that were not approved go, and those that are missing come at the
    /// end; what gives no key stays.
    pub(super) fn recipients_back(&self, approved: &Part) -> Result<FileChange, VaultError> {
        let name = ItemKind::Recipients.file();
        let before = self.read_or_describe(&self.dir().join(name))?;
        let keys = match approved.get("").and_then(|it| it.get("recipients")) {
            Some(Held::List(keys)) => keys.as_slice(),
            _ => &[],
        };
        let readable = before.as_deref().filter(|it| !files::is_described(it));
        let text = String::from_utf8_lossy(readable.unwrap_or_default());
        let stays = |line: &&str| {
            let line = line.trim();
            line.is_empty() || line.starts_with('#') || keys.iter().any(|key| key == line)
        };
        let mut lines: Vec<&str> = text.lines().filter(stays).collect();
        for key in keys {
            if !lines.iter().any(|line| line.trim() == key) {
                lines.push(key);
            }
        }
        let after = (!lines.is_empty()).then(|| format!("{}\n", lines.join("\n")).into_bytes());
        Ok(FileChange {
            name: name.to_owned(),
            before,
            after,
        })
    }
}

/// `text` with these settings; `None` where it cannot be had.
fn with_values(text: &str, wanted: &Settings) -> Option<String> {
    let defaults = Settings::default();
    let mut text = text.to_owned();
    for (key, value) in wanted.values() {
        let found = Settings::parse(&text).ok()?;
        if found.value(key) == value {
            continue;
        }
        let value = value.filter(|_| wanted.value(key) != defaults.value(key));
        text = edited(text.as_bytes(), key, value.as_deref()).ok()?;
    }
    (Settings::parse(&text).ok()? == *wanted).then_some(text)
}

/// A file that was kept as a whole.
fn whole(fields: &Fields, item: &str) -> Result<Vec<u8>, VaultError> {
    let text = fields.get("text").and_then(Held::as_text);
    text.map(|text| text.as_bytes().to_vec())
        .ok_or_else(|| VaultError::NotKept {
            what: SafeText::escape(item),
        })
}
