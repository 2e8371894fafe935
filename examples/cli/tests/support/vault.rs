//! A vault of the real product's making, in a folder of the test's own.

use std::{
    cell::Cell,
    collections::BTreeMap,
    fs,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use openpass_auth_passphrase::{Passphrase, identity};
use serde_json::Value;
use tempfile::TempDir;

use super::{Openpass, RIGHT, code};

/// The lowest work factor that a verifier takes: each test opens an identity.
const WORK_FACTOR: u8 = 10;

pub(crate) const CONFIG: &str = include_str!("../../../testkit/sample-vault/config.yaml");

/// Without YAML rules: what is said of those has tests of its own, in
/// `store_commands`.
const FILES: [(&str, &str); 4] = [
    ("config.yaml", CONFIG),
    (
        "mcp-tokens.json",
        include_str!("../../../testkit/sample-vault/mcp-tokens.json"),
    ),
    (
        "audit-openpass.log",
        include_str!("../../../testkit/sample-vault/audit-openpass.log"),
    ),
    (".gitignore", include_str!("../../../testkit/sample-vault/gitignore")),
];

/// The agent `codex` in the fixture.
const CODEX: &str = "    codex:
        tier: read-only
        approvalMode: deny
        canWrite: false
        canRunCommands: false
        canManageConfig: false
        canUseClipboard: false
        canUseAutotype: false
        canReadValues: false
        exposeValueTools: false
        autoUnseal: false
        requireApproval: false
        skillPath: ~/.codex/skills/openpass/AGENTS.md
";

/// The same agent with the product's preset of the tier admin.
const CODEX_AS_ADMIN: &str = "    codex:
        tier: admin
        approvalMode: prompt
        canWrite: true
        canRunCommands: true
        canManageConfig: true
        canUseClipboard: true
        canUseAutotype: true
        canReadValues: true
        exposeValueTools: true
        autoUnseal: true
        requireApproval: true
        skillPath: ~/.codex/skills/openpass/AGENTS.md
";

/// The configuration in which codex is an admin, and all else is as in
/// `config`.
pub(crate) fn with_codex_as_admin(config: &str) -> String {
    assert_eq!(config.matches(CODEX).count(), 1);
    config.replace(CODEX, CODEX_AS_ADMIN)
}

#[derive(Debug)]
pub(crate) struct TestVault {
    home: TempDir,
    dir: PathBuf,
    /// How many lines of the log are from before the test.
    set_up: Cell<usize>,
}

impl TestVault {
    /// The fixture, whose identity opens with [`RIGHT`].
    pub(crate) fn new() -> Self {
        Self::with_identity(cheap_identity())
    }

    pub(crate) fn with_identity(identity: &[u8]) -> Self {
        let vault = Self::nowhere();
        vault.make_at(&vault.dir, identity);
        vault
    }

    /// A home, and no vault in it yet.
    pub(crate) fn nowhere() -> Self {
        let home = tempfile::tempdir().unwrap();
        // The system's temporary folder may be a link, as on macOS.
        let dir = home.path().canonicalize().unwrap().join("vault");
        Self {
            home,
            dir,
            set_up: Cell::new(0),
        }
    }

    /// Makes a vault at another place of the same home.
    pub(crate) fn make_at(&self, dir: &Path, identity: &[u8]) {
        assert!(dir.starts_with(self.home().canonicalize().unwrap()));
        let mut folder = fs::DirBuilder::new();
        folder.recursive(true).mode(0o700);
        folder.create(dir.join("policies")).unwrap();
        folder.create(dir.join("entries/dev")).unwrap();
        for (name, text) in FILES {
            put(&dir.join(name), text.as_bytes());
        }
        put(&dir.join("identity.age"), identity);
        put(&dir.join(".lock"), b"");
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn dir_text(&self) -> &str {
        self.dir.to_str().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.path("config.yaml")).unwrap()
    }

    /// Writes a file as another program would, making its folder.
    pub(crate) fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        put(&path, text.as_ref());
    }

    /// Writes `guard/settings.yaml` by hand: nobody has approved it.
    pub(crate) fn settings_by_hand(self, text: &str) -> Self {
        self.put("guard/settings.yaml", text);
        self
    }

    /// Sets the guard's settings as their owner does. What that leaves on the
    /// log is no part of [`log`](Self::log).
    pub(crate) fn settings(self, text: &str) -> Self {
        for line in text.lines() {
            let (key, value) = line.split_once(": ").unwrap();
            let script = ["--yes", "--no-biometric", "--reason", "r"];
            let set = ["guard", "set", key, value, "--passphrase-fd", "3"];
            let set = [&set[..], &script].concat();
            let ended = Openpass::on(&self, &set)
                .with_fd_3(RIGHT)
                .without_a_terminal();
            ended.with(code::DONE);
        }
        self.set_up.set(self.all_lines().len());
        self
    }

    /// The guard's log, a JSON document a line; nothing when there is none.
    pub(crate) fn log(&self) -> Vec<Value> {
        self.all_lines().split_off(self.set_up.get())
    }

    fn all_lines(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("guard/log.jsonl")).unwrap_or_default();
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The kinds of the log's events, in order.
    pub(crate) fn events(&self) -> Vec<String> {
        let kind = |line: &Value| line["event"]["event"].as_str().unwrap().to_owned();
        self.log().iter().map(kind).collect()
    }

    /// Every file but the guard's own, with its mode and its bytes.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
        let mut files = BTreeMap::new();
        collect(&self.dir, &mut files);
        files.retain(|path, _| !path.starts_with(self.path("guard")));
        files
    }
}

/// Sealed once for all tests of a program.
pub(crate) fn cheap_identity() -> &'static [u8] {
    static SEALED: OnceLock<Vec<u8>> = OnceLock::new();
    SEALED.get_or_init(|| sealed(&identity::generate(), RIGHT))
}

/// An identity.age with `key` in it, which opens fast.
pub(crate) fn sealed(key: &identity::SecretKey, passphrase: &str) -> Vec<u8> {
    let passphrase = Passphrase::new(passphrase.as_bytes()).unwrap();
    identity::seal(key, &passphrase, WORK_FACTOR).unwrap()
}

/// A file that `key` opens, as the product encrypts manifest.age and entries.
pub(crate) fn encrypted_to(key: &identity::SecretKey) -> Vec<u8> {
    let recipient: age::x25519::Recipient = key.recipient().unwrap().parse().unwrap();
    age::encrypt(&recipient, b"{}").unwrap()
}

/// A file as the product makes it.
pub(crate) fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        let mode = metadata.permissions().mode();
        if metadata.is_dir() {
            collect(&path, files);
        } else if metadata.is_file() {
            files.insert(path.clone(), (mode, fs::read(&path).unwrap()));
        } else {
            files.insert(path, (mode, Vec::new()));
        }
    }
}
