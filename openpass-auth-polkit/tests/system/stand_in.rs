//! A polkit that is broken, or that is none: it answers whatever a test says.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    thread,
};

use futures_lite::{StreamExt, future::block_on};
use zbus::{
    Connection, Message, MessageStream, connection::Builder, message::Type, zvariant::OwnedValue,
};

use crate::control;

const RETAINS: &str = "polkit.retains_authorization_after_challenge";
const TEMPORARY: &str = "polkit.temporary_authorization_id";

type Check = (
    (String, HashMap<String, OwnedValue>),
    String,
    HashMap<String, String>,
    u32,
    String,
);

/// Answers `call` as `does` says, or not at all.
async fn answer(connection: &Connection, call: &Message, does: &str) -> zbus::Result<()> {
    let huge = "x".repeat(8 * 1024 * 1024);
    let (authorized, challenge, details) = match does {
        "ask" => (false, true, None),
        "yes" => (true, false, None),
        "both" => (true, true, None),
        "kept" => (true, false, Some((TEMPORARY, "tmpauthz1"))),
        "keeps" => (false, true, Some((RETAINS, "1"))),
        "huge" => (false, true, Some(("x", huge.as_str()))),
        "garbled" => return connection.reply(&call.header(), &"yes").await,
        "leave" => std::process::exit(0),
        "fail" => {
            let name = "org.freedesktop.PolicyKit1.Error.Failed";
            let header = call.header();
            return connection.reply_error(&header, name, &"\u{1b}[2Jno").await;
        }
        _ => return Ok(()),
    };
    let details: HashMap<&str, &str> = details.into_iter().collect();
    let result = ((authorized, challenge, details),);
    connection.reply(&call.header(), &result).await
}

async fn serve(connection: Connection, does: Arc<Mutex<[String; 2]>>) {
    let mut calls = MessageStream::from(connection.clone());
    while let Some(Ok(call)) = calls.next().await {
        if call.message_type() != Type::MethodCall {
            continue;
        }
        let Ok(check) = call.body().deserialize::<Check>() else {
            continue;
        };
        let does = does.lock().unwrap()[usize::from(check.3 != 0)].clone();
        answer(&connection, &call, &does).await.unwrap();
    }
}

/// The helper itself: the script starts it, as root or not, and ends it.
#[test]
#[ignore = "a helper of .ci/polkit.sh, which runs until that ends it"]
fn stand_in_for_polkit() {
    assert_eq!(std::env::var("OPENPASS_POLKIT").unwrap(), "helper");
    let does = Arc::new(Mutex::new(["yes".to_owned(), "yes".to_owned()]));
    let told = Arc::clone(&does);
    let connection = block_on(async {
        let builder = Builder::system()?.name("org.freedesktop.PolicyKit1")?;
        builder.build().await
    });
    let connection = connection.unwrap();
    thread::spawn(move || block_on(serve(connection, told)));
    control::listen(|line| {
        let mut words = line.split(' ').skip(1).map(str::to_owned);
        *does.lock().unwrap() = [(); 2].map(|()| words.next().unwrap());
        "done".to_owned()
    });
}
