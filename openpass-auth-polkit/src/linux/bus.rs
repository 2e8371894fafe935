//! The system bus, and who answers there as polkit.

use openpass_auth::Unavailable;
use zbus::{
    Connection, Message, connection::Builder, export::serde::Serialize, names::OwnedUniqueName,
    zvariant::DynamicType,
};

use super::{trust, words};

/// The system bus's well-known address (D-Bus Specification, "Well-known Message Bus
/// Instances").
///
/// INVARIANT: nothing else is ever connected to. That specification lets
/// `DBUS_SYSTEM_BUS_ADDRESS` name another bus, and who can set a variable could run a
/// polkit of their own there.
const ADDRESS: &str = "unix:path=/run/dbus/system_bus_socket";
const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
pub(super) const POLKIT: &str = "org.freedesktop.PolicyKit1";

/// A connection to the system's bus, and the polkit on it.
#[derive(Debug)]
pub(super) struct SystemBus {
    pub(super) connection: Connection,
    /// The unique name of polkit: calls go there, so that nobody can take the name over in between.
    pub(super) polkit: OwnedUniqueName,
}

impl SystemBus {
    /// Connects, and sees that both run as they should.
    pub(super) async fn connect() -> Result<Self, Unavailable> {
        let no_bus = |_| words::unavailable(words::NO_BUS);
        let builder = Builder::address(ADDRESS).map_err(no_bus)?;
        let connection = builder.build().await.map_err(no_bus)?;
        // The kernel's word: who made the socket that this is connected to (unix(7),
        // SO_PEERCRED).
        let peer = connection.peer_creds().await;
        let peer = peer.ok().and_then(|it| it.unix_user_id());
        if !peer.is_some_and(|uid| trust::is_trusted(uid, trust::BUS)) {
            return Err(words::unavailable(words::STRANGE_BUS));
        }
        let polkit = find(&connection).await?;
        Ok(Self { connection, polkit })
    }
}

/// Has polkit started if it does not run, and finds out who it is.
async fn find(connection: &Connection) -> Result<OwnedUniqueName, Unavailable> {
    let no_polkit = |_| words::unavailable(words::NO_POLKIT);
    let garbled = |_| words::unavailable(words::GARBLED);
    let owner = match call(connection, "GetNameOwner", &POLKIT).await {
        Ok(owner) => owner,
        Err(_) => {
            let start = call(connection, "StartServiceByName", &(POLKIT, 0_u32));
            start.await.map_err(no_polkit)?;
            let owner = call(connection, "GetNameOwner", &POLKIT);
            owner.await.map_err(no_polkit)?
        }
    };
    let owner: OwnedUniqueName = owner.body().deserialize().map_err(garbled)?;
    let name = owner.as_str();
    let uid = call(connection, "GetConnectionUnixUser", &name);
    let uid = uid.await.map_err(no_polkit)?;
    let uid: u32 = uid.body().deserialize().map_err(garbled)?;
    match trust::is_trusted(uid, trust::POLKIT) {
        true => Ok(owner),
        false => Err(words::unavailable(words::STRANGE_POLKIT)),
    }
}

async fn call<B>(connection: &Connection, method: &'static str, body: &B) -> zbus::Result<Message>
where
    B: Serialize + DynamicType,
{
    let (name, path, interface) = (Some(BUS), BUS_PATH, Some(BUS));
    connection
        .call_method(name, path, interface, method, body)
        .await
}
