//! The abuse cases of the conformance kit, played on the daemon's store and rules: the
//! daemon asks people on their phones, and these are anybody's.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{error::Error, fs, sync::Arc, time::Duration};

use embed_daemon::{
    people::Person,
    rules,
    store::{Release, Store, policies},
};
use openpass_auth::{Authenticator, Factor};
use openpass_conformance::Embedded;
use openpass_policy::{Guard, JsonLines};
use tempfile::TempDir;

/// Long enough for every answer but the late one.
const TIME_TO_ANSWER: Duration = Duration::from_secs(5);

#[expect(clippy::disallowed_methods, reason = "the folders are thrown away")]
fn put(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).unwrap();
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_default()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(&folder, "policies.cedar", include_str!("../policies.cedar"));
    folder
}

/// Deploys as the daemon does it for a request.
fn deploy(
    folder: &TempDir,
    (service, version): (&str, &str),
    ask: Arc<dyn Authenticator>,
) -> Result<(), Box<dyn Error>> {
    let engine = rules::engine(policies(folder.path())?)?;
    let log = JsonLines::open(folder.path().join("guard.log"))?;
    let guard = Arc::new(Guard::new(engine, ask, log).with_timeout(TIME_TO_ANSWER));
    let store = Store::open(folder.path().to_owned(), Arc::clone(&guard))?;
    let ada: Person = ada()?;
    let release = Release {
        service: service.to_owned(),
        environment: "prod".to_owned(),
        version: version.to_owned(),
    };
    let grant = guard.authorize_blocking(store.propose(&ada, &release)?)?;
    Ok(store.commit(grant, &ada, &release)?)
}

fn ada() -> Result<Person, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let key = "00".repeat(32);
    let line = format!(r#"[{{"name":"ada","token":"t","key":"{key}","admin":true}}]"#);
    put(&folder, "people.json", &line);
    let people = embed_daemon::people::People::read(&folder.path().join("people.json"))?;
    Ok(people.by_token("t").ok_or("ada is not there")?.clone())
}

#[test]
fn the_daemons_store_holds_every_case_that_applies() {
    let after = "{\n  \"prod\": {\n    \"web\": \"1.0\"\n  }\n}".to_owned();
    let report = Embedded::new("embed-daemon", folder, |folder| text(folder, "state.json"))
        .change(|folder, ask| deploy(folder, ("web", "1.0"), ask), after)
        .other_change(|folder, ask| deploy(folder, ("mail", "7"), ask))
        .change_to(|folder, version, ask| deploy(folder, ("web", version), ask))
        .meanwhile(|folder| put(folder, "state.json", r#"{"prod":{"web":"0.9"}}"#))
        .log(|folder| text(folder, "guard.log"))
        .shows(["ada", "web", "prod", "version", "1.0"])
        .by(Factor::Device)
        .run();
    report.assert_holds();
}
