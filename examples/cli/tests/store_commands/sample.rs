//! A vault that the real product made, with an identity that opens fast.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use openpass_auth_passphrase::{Passphrase, identity};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PASSPHRASE: &str = "correct horse battery staple";
const FIXTURES: &str = "../vault/tests/fixtures";
const ROLE: &str = "OPENPASS_TEST_ARGUMENTS";

/// A copy of the sample vault, gone at the end of the test.
pub(crate) struct Sample(TempDir);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn saying(self, text: &str) -> Self {
        let both = [self.stdout.as_str(), &self.stderr].concat();
        assert!(both.contains(text), "no {text:?} in {self:#?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

impl Sample {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let copy = |from: &str, to: &str| {
            fs::copy(Path::new(FIXTURES).join(from), dir.join(to)).unwrap();
        };
        fs::create_dir(dir.join("policies")).unwrap();
        for name in ["config.yaml", "mcp-tokens.json"] {
            copy(name, name);
        }
        for name in ["policies/10-dev.yaml", "policies/20-prod.yaml"] {
            copy(name, name);
        }
        copy("sample.gitignore", ".gitignore");
        let passphrase = Passphrase::new(PASSPHRASE.as_bytes()).unwrap();
        let sealed = identity::seal(&identity::generate(), &passphrase, 10).unwrap();
        fs::write(dir.join("identity.age"), sealed).unwrap();
        // As the product makes it.
        let owners = fs::Permissions::from_mode(0o600);
        fs::set_permissions(dir.join("identity.age"), owners).unwrap();
        Self(folder)
    }

    pub(crate) fn dir(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir().join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.dir().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The command without a terminal, and with nobody to ask.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[], &[])
    }

    /// The same by a script that gives the passphrase.
    pub(crate) fn script(&self, arguments: &[&str]) -> Ended {
        self.script_with(arguments, PASSPHRASE)
    }

    pub(crate) fn script_with(&self, arguments: &[&str], passphrase: &str) -> Ended {
        let flags = [
            "--yes",
            "--no-biometric",
            "--reason",
            "a test",
            "--passphrase-fd",
            "3",
        ];
        self.run_with(&[arguments, flags.as_slice()].concat(), &[passphrase], &[])
    }

    /// The same; `texts` can be read from descriptors 3 and up.
    pub(crate) fn run_with(
        &self,
        arguments: &[&str],
        texts: &[&str],
        variables: &[(&str, &str)],
    ) -> Ended {
        let folder = tempfile::tempdir().unwrap();
        let mut opened = String::from("exec \"$0\" \"$@\"");
        for (number, text) in (3..).zip(texts) {
            let path = folder.path().join(number.to_string());
            fs::write(&path, text).unwrap();
            opened = format!("{opened} {number}<'{}'", path.display());
        }
        let output = Command::new("sh")
            .args(["-c", &opened])
            .arg(std::env::current_exe().unwrap())
            .args(["sample::role", "--exact", "--nocapture"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", folder.path())
            .env(
                ROLE,
                [&["--vault", self.dir().to_str().unwrap()], arguments]
                    .concat()
                    .join("\n"),
            )
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let stdout = text(output.stdout);
        // What the test runner says of the role comes before.
        let (_, stdout) = stdout.split_once(MARK).unwrap_or(("", &stdout));
        Ended {
            code: output.status.code().unwrap(),
            stdout: stdout.to_owned(),
            stderr: text(output.stderr),
        }
    }

    /// Every file outside guard/, but for the empty lock.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.dir(), self.dir(), &mut files);
        files
    }

    /// The files outside guard/ that differ from `before`.
    pub(crate) fn changed(&self, before: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
        let after = self.files();
        let names = before.keys().chain(after.keys());
        let mut names: Vec<String> = names
            .filter(|name| before.get(*name) != after.get(*name))
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

const MARK: &str = "THE COMMAND SAYS:\n";

/// Not a test: leaves the terminal for good and becomes the command.
#[test]
fn role() {
    let Ok(arguments) = std::env::var(ROLE) else {
        return;
    };
    rustix::process::setsid().unwrap();
    print!("{MARK}");
    std::io::Write::flush(&mut std::io::stdout()).unwrap();
    let error = Command::new(env!("CARGO_BIN_EXE_openpass"))
        .args(arguments.split('\n'))
        .env_remove(ROLE)
        .exec();
    panic!("{error}");
}

fn collect(root: &Path, dir: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_owned();
        if name.starts_with("guard") || name.ends_with(".lock") {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}
