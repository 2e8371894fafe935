//! The two calls of polkit's that are made here.

use std::collections::HashMap;

use openpass_auth::Unavailable;
use zbus::{Connection, Error, Message, zvariant::Value};

use super::{
    bus::{POLKIT, SystemBus},
    reply::Reply,
    words,
};
use crate::ActionId;

const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";
const INTERFACE: &str = "org.freedesktop.PolicyKit1.Authority";

/// The detail that the message names, and is filled with. So polkit looks for no
/// translation of the question, and fills in nothing that stands in it.
const QUESTION: &str = "openpass.question";
const MESSAGE: &str = "$(openpass.question)";

/// Each connection asks once, so that one name is enough.
const CANCELLATION: &str = "openpass";

/// Whether polkit may have somebody asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialog {
    No = 0,
    /// `AllowUserInteraction`.
    Yes = 1,
}

/// The reason why polkit gave no result.
#[derive(Debug)]
pub(super) enum Refused {
    /// polkit takes no words of this user's for this action.
    Words,
    /// polkit does not know the action.
    Action,
    /// The check was called off.
    Cancelled,
    /// polkit went away, or never was there.
    Gone,
    /// polkit gave something that is no answer.
    Garbled,
}

impl Refused {
    /// As the reason why nobody was asked.
    pub(super) fn unasked(&self) -> Unavailable {
        words::unavailable(match self {
            Self::Words => words::NOT_OWNED,
            Self::Action => words::NOT_INSTALLED,
            Self::Cancelled | Self::Gone => words::NO_ANSWER,
            Self::Garbled => words::GARBLED,
        })
    }
}

/// The polkit on this system's bus.
#[derive(Debug)]
pub(super) struct Authority {
    bus: SystemBus,
}

impl Authority {
    pub(super) async fn connect() -> Result<Self, Unavailable> {
        let bus = SystemBus::connect().await?;
        Ok(Self { bus })
    }

    /// Whether this process is authorized for `action`; the dialog shows `question`, and
    /// the policy's own words without one.
    pub(super) async fn check(
        &self,
        action: &ActionId,
        question: Option<&str>,
        dialog: Dialog,
    ) -> Result<Reply, Refused> {
        let connection = &self.bus.connection;
        let details: HashMap<&str, &str> = match question {
            Some(question) => [("polkit.message", MESSAGE), (QUESTION, question)].into(),
            None => HashMap::new(),
        };
        // The subject is this connection: whose it is, polkit has from the bus, which has
        // it from the kernel. No process id of ours that could be another's by then.
        let name = connection.unique_name().ok_or(Refused::Gone)?.as_str();
        let subject = (
            "system-bus-name",
            HashMap::from([("name", Value::from(name))]),
        );
        let body = (
            subject,
            action.as_str(),
            details,
            dialog as u32,
            CANCELLATION,
        );
        let message = self.call("CheckAuthorization", &body).await;
        let message = message.map_err(|error| refused(&error))?;
        Reply::read(&message).ok_or(Refused::Garbled)
    }

    /// Has polkit take the dialog down.
    pub(super) async fn call_off(&self) {
        // Where it cannot, the end of the connection tells it the same.
        drop(self.call("CancelCheckAuthorization", &CANCELLATION).await);
    }

    /// Ends the connection: polkit takes down what it asks for it.
    pub(super) async fn close(self) {
        drop(Connection::close(self.bus.connection).await);
    }

    async fn call<B>(&self, method: &'static str, body: &B) -> zbus::Result<Message>
    where
        B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType,
    {
        let polkit = Some(self.bus.polkit.as_str());
        let connection = &self.bus.connection;
        let called = connection.call_method(polkit, PATH, Some(INTERFACE), method, body);
        called.await
    }
}

fn refused(error: &Error) -> Refused {
    let Error::MethodError(name, text, _) = error else {
        return match error {
            Error::InputOutput(_) => Refused::Gone,
            _ => Refused::Garbled,
        };
    };
    let own = name.as_str().strip_prefix(POLKIT);
    match own.and_then(|name| name.strip_prefix(".Error.")) {
        Some("NotAuthorized") => Refused::Words,
        Some("Cancelled") => Refused::Cancelled,
        // polkit has no name of its own for this (`Action %s is not registered`).
        Some("Failed") if is_unknown(text.as_deref()) => Refused::Action,
        Some(_) => Refused::Garbled,
        None => Refused::Gone,
    }
}

fn is_unknown(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.ends_with("is not registered"))
}
