//! A person's agent, run by root: it answers as it was told, without a password.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
};

use futures_channel::oneshot;
use futures_lite::future::block_on;
use zbus::{
    Connection,
    zvariant::{OwnedValue, Value},
};

use crate::control;

const POLKIT: &str = "org.freedesktop.PolicyKit1";
const AUTHORITY: &str = "org.freedesktop.PolicyKit1.Authority";
const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";
const OWN_PATH: &str = "/org/openpass/test/agent";

type Identity = (String, HashMap<String, OwnedValue>);

#[derive(Default)]
struct Person {
    does: String,
    shown: usize,
    open: usize,
    message: String,
    last: Option<(String, Identity)>,
    waiting: Option<oneshot::Sender<()>>,
    /// Called off, perhaps before it was shown.
    called_off: HashSet<String>,
}

#[derive(Clone)]
struct Agent(Arc<Mutex<Person>>);

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop.PolicyKit1.Error")]
enum Failed {
    #[zbus(error)]
    ZBus(zbus::Error),
    Cancelled(String),
}

impl Agent {
    fn person(&self) -> MutexGuard<'_, Person> {
        self.0.lock().unwrap()
    }
}

/// What an agent's helper tells polkit once PAM said yes.
async fn approve(connection: &Connection, (cookie, identity): &(String, Identity)) {
    let (kind, of) = identity;
    let of: HashMap<&str, &Value<'_>> = of.iter().map(|(key, it)| (key.as_str(), &**it)).collect();
    let body = (0_u32, cookie.as_str(), (kind.as_str(), of));
    let (to, method) = (Some(POLKIT), "AuthenticationAgentResponse2");
    let said = connection.call_method(to, PATH, Some(AUTHORITY), method, &body);
    // It fails for a dialog that is over.
    drop(said.await);
}

#[zbus::interface(name = "org.freedesktop.PolicyKit1.AuthenticationAgent")]
impl Agent {
    #[expect(clippy::too_many_arguments, reason = "they are polkit's")]
    async fn begin_authentication(
        &self,
        _action: String,
        message: String,
        _icon: String,
        _details: HashMap<String, String>,
        cookie: String,
        mut identities: Vec<Identity>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Failed> {
        let asked = (cookie, identities.remove(0));
        let (waits, waiting) = oneshot::channel();
        let does = {
            let mut person = self.person();
            if person.called_off.contains(&asked.0) {
                return Ok(());
            }
            person.shown += 1;
            person.open += 1;
            person.message = message;
            person.waiting = Some(waits);
            person.does.clone()
        };
        let said = match does.as_str() {
            "approve" => {
                approve(connection, &asked).await;
                Ok(())
            }
            "cancel" => Err(Failed::Cancelled("dismissed".into())),
            "wrong" => Ok(()),
            _ => {
                self.person().last = Some(asked);
                let _ = waiting.await;
                Ok(())
            }
        };
        self.person().open -= 1;
        said
    }

    fn cancel_authentication(&self, cookie: String) {
        let mut person = self.person();
        person.called_off.insert(cookie);
        drop(person.waiting.take());
    }
}

/// For which process the agent asks.
fn subject(pid: u32, uid: u32) -> (&'static str, HashMap<&'static str, Value<'static>>) {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let behind = stat.rsplit_once(')').unwrap().1;
    let start: u64 = behind.split_whitespace().nth(19).unwrap().parse().unwrap();
    let of = HashMap::from([
        ("pid", Value::from(pid)),
        ("start-time", Value::from(start)),
        ("uid", Value::from(i32::try_from(uid).unwrap())),
    ]);
    ("unix-process", of)
}

fn register(connection: &Connection, words: &[&str], comes: bool) {
    let [pid, uid] = [0, 1].map(|at| words[at].parse().unwrap());
    let (to, on) = (Some(POLKIT), Some(AUTHORITY));
    let subject = subject(pid, uid);
    let said = block_on(async {
        if comes {
            let (method, body) = ("RegisterAuthenticationAgent", (subject, "C", OWN_PATH));
            connection.call_method(to, PATH, on, method, &body).await
        } else {
            let (method, body) = ("UnregisterAuthenticationAgent", (subject, OWN_PATH));
            connection.call_method(to, PATH, on, method, &body).await
        }
    });
    said.unwrap();
}

/// Returns once all that polkit had sent up to now is here.
fn catch_up(connection: &Connection) {
    let own = connection.unique_name().unwrap().as_str();
    let peer = Some("org.freedesktop.DBus.Peer");
    for (to, path) in [(POLKIT, PATH), (own, OWN_PATH)] {
        let ping = connection.call_method(Some(to), path, peer, "Ping", &());
        // Refused or not, it was answered after what came before it.
        drop(block_on(ping));
    }
}

/// The helper itself: the script starts it as root, and ends it.
#[test]
#[ignore = "a helper of .ci/polkit.sh, which runs until that ends it"]
fn agent_of_root() {
    assert_eq!(std::env::var("OPENPASS_POLKIT").unwrap(), "helper");
    let connection = block_on(Connection::system()).unwrap();
    let agent = Agent(Arc::default());
    block_on(connection.object_server().at(OWN_PATH, agent.clone())).unwrap();
    control::listen(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        match words[0] {
            "register" => register(&connection, &words[1..], true),
            "unregister" => register(&connection, &words[1..], false),
            "does" => agent.person().does = words[1].to_owned(),
            "catch-up" => catch_up(&connection),
            "shown" => return agent.person().shown.to_string(),
            "open" => return agent.person().open.to_string(),
            "message" => return agent.person().message.clone(),
            "answer" => {
                let (last, waiting) = {
                    let mut person = agent.person();
                    (person.last.take(), person.waiting.take())
                };
                if let Some(last) = last {
                    block_on(approve(&connection, &last));
                }
                drop(waiting);
            }
            other => panic!("{other}"),
        }
        "done".to_owned()
    });
}
