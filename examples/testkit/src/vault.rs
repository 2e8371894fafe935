//! Copies of the sample vault, and what is in a vault's folder.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{MAIN_SEPARATOR, Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{cheap_identity, sample::FILES};

/// The files of the sample that [`TestVault::new`] takes. No YAML rules: what is said
/// of those has tests of its own.
const FEW: [&str; 4] = [
    ".gitignore",
    "audit-openpass.log",
    "config.yaml",
    "mcp-tokens.json",
];

/// Files of the sample vault, in a folder of the test's own.
#[derive(Debug)]
pub struct TestVault {
    home: TempDir,
    dir: PathBuf,
    /// The number of the log's lines that are from before the test.
    set_up: Cell<usize>,
}

impl Default for TestVault {
    fn default() -> Self {
        Self::new()
    }
}

impl TestVault {
    /// A few files of the sample, and an identity that opens fast with
    /// [`RIGHT`](crate::RIGHT).
    pub fn new() -> Self {
        Self::with_identity(cheap_identity())
    }

    /// The whole sample, with the product's own identity.
    pub fn whole() -> Self {
        let vault = Self::nowhere();
        for (name, bytes) in FILES {
            let path = vault.path(name);
            put_folder(path.parent().unwrap());
            put(&path, bytes);
        }
        vault
    }

    /// A few files of the sample, and this identity.
    pub fn with_identity(identity: &[u8]) -> Self {
        let vault = Self::nowhere();
        vault.make_at(&vault.dir, identity);
        vault
    }

    /// As [`new`](Self::new), with the product's YAML rules.
    pub fn with_rules() -> Self {
        Self::with_rules_and(cheap_identity())
    }

    /// As [`with_rules`](Self::with_rules), with this identity.
    pub fn with_rules_and(identity: &[u8]) -> Self {
        let vault = Self::with_identity(identity);
        let rules = FILES
            .iter()
            .filter(|(name, _)| name.starts_with("policies/"));
        for (name, bytes) in rules {
            put(&vault.path(name), bytes);
        }
        vault
    }

    /// A home, and no vault in it yet.
    pub fn nowhere() -> Self {
        let home = tempfile::tempdir().unwrap();
        // The system's temporary folder may be a link, as on macOS.
        let dir = dunce::canonicalize(home.path()).unwrap().join("vault");
        Self {
            home,
            dir,
            set_up: Cell::new(0),
        }
    }

    /// Makes a vault at another place of the same home.
    pub fn make_at(&self, dir: &Path, identity: &[u8]) {
        assert!(dir.starts_with(dunce::canonicalize(self.home()).unwrap()));
        put_folder(&dir.join("policies"));
        put_folder(&dir.join("entries/dev"));
        for (name, bytes) in FILES.into_iter().filter(|(name, _)| FEW.contains(name)) {
            put(&dir.join(name), bytes);
        }
        put(&dir.join("identity.age"), identity);
        put(&dir.join(".lock"), b"");
    }

    /// The user's folder, in which the vault is.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The vault's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Its path, as an argument.
    pub fn dir_text(&self) -> &str {
        self.dir.to_str().unwrap()
    }

    /// A file of the vault.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Returns the content of config.yaml.
    pub fn config(&self) -> String {
        fs::read_to_string(self.path("config.yaml")).unwrap()
    }

    /// Writes a file as another program would, making its folder.
    pub fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        put(&path, text.as_ref());
    }

    /// Edits the entry of `agent` in config.yaml by hand: the first `from` in it, which has
    /// to be there, becomes `to`.
    pub fn edit_agent(&self, agent: &str, from: &str, to: &str) {
        let (config, begins) = (self.config(), format!("    {agent}:\n"));
        let (before, entry) = config.split_once(&begins).unwrap();
        assert!(format!("{begins}{entry}").contains(from), "{entry}");
        let entry = format!("{begins}{entry}").replacen(from, to, 1);
        self.put("config.yaml", format!("{before}{entry}"));
    }

    /// Writes `guard/settings.yaml` by hand: nobody has approved it.
    pub fn settings_by_hand(self, text: &str) -> Self {
        self.put("guard/settings.yaml", text);
        self
    }

    /// Counts the lines that are on the log by now as from before the test: they are no
    /// part of [`log`](Self::log).
    pub fn is_set_up(&self) {
        self.set_up.set(self.all_lines().len());
    }

    /// The guard's log, a JSON document a line; nothing when there is none.
    pub fn log(&self) -> Vec<Value> {
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
    pub fn events(&self) -> Vec<String> {
        let kind = |line: &Value| line["event"]["event"].as_str().unwrap().to_owned();
        self.log().iter().map(kind).collect()
    }

    /// Every file but the guard's own, with its mode and its bytes.
    pub fn files(&self) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
        let mut files = BTreeMap::new();
        collect(&self.dir, &mut files);
        files
    }
}

/// Makes a file as the product does.
pub fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Makes a folder, and those above it, as the product does.
pub fn put_folder(folder: &Path) {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.recursive(true).create(folder).unwrap();
}

/// The mode; 0 where files have none.
fn mode_of(metadata: &fs::Metadata) -> u32 {
    #[cfg(unix)]
    let mode = std::os::unix::fs::MetadataExt::mode(metadata);
    #[cfg(not(unix))]
    let mode = {
        let _ = metadata;
        0
    };
    mode
}

/// Every file of the vault at `dir` but the guard's own and the empty lock, by its path
/// in there.
pub fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    collect(dir, &mut all);
    all.into_iter()
        .map(|(path, (_, bytes))| (path.strip_prefix(dir).unwrap().to_owned(), bytes))
        .filter(|(name, _)| !name.ends_with(".lock"))
        .collect()
}

/// The names of the files that differ, in order.
pub fn changed(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    after: &BTreeMap<PathBuf, Vec<u8>>,
) -> Vec<String> {
    let differing: BTreeSet<String> = before
        .keys()
        .chain(after.keys())
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| name.to_string_lossy().replace(MAIN_SEPARATOR, "/"))
        .collect();
    differing.into_iter().collect()
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // The guard's own may come and go meanwhile.
        if path.file_name().is_some_and(|name| name == "guard") {
            continue;
        }
        let metadata = path.symlink_metadata().unwrap();
        let mode = mode_of(&metadata);
        if metadata.is_dir() {
            collect(&path, files);
        } else if metadata.is_file() {
            files.insert(path.clone(), (mode, fs::read(&path).unwrap()));
        } else {
            files.insert(path, (mode, Vec::new()));
        }
    }
}
