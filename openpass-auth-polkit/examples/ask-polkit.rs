//! Asks one question, or writes the policy file that it takes.
//!
//! ```console
//! $ cargo run --example ask-polkit -- --policy ada | sudo tee /usr/share/polkit-1/actions/org.openpass.example.policy
//! $ cargo run --example ask-polkit
//! ```
#![expect(clippy::print_stdout, reason = "it is a command")]

use std::{error::Error, sync::Arc, time::Duration};

use openpass_auth::{Authenticator, Challenge, Contained, Factor, FactorSet, SafeText};
use openpass_auth_passphrase::TerminalPrompt;
use openpass_auth_polkit::{ActionId, PolicyFile, PolkitAuthenticator};

fn main() -> Result<(), Box<dyn Error>> {
    let action = ActionId::new("org.openpass.example")?;
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.as_slice() {
        [flag, users @ ..] if flag == "--policy" => {
            let mut file = PolicyFile::new(action, "OpenPass", "Changes to who may do what");
            for user in users {
                file = file.owned_by(user)?;
            }
            print!("{file}");
        }
        _ => println!("{}", ask(action)),
    }
    Ok(())
}

fn ask(action: ActionId) -> String {
    let ask = PolkitAuthenticator::new(action).with_terminal(TerminalPrompt::new());
    let what = SafeText::fill("remove agent {}", &[&SafeText::quoted("codex")]);
    let accepts = FactorSet::only(Factor::SystemLogin);
    let challenge = Challenge::new(what, accepts, Duration::from_secs(60));
    let asked = Contained::new(Arc::new(ask));
    match futures_lite::future::block_on(asked.authenticate(&challenge)) {
        Ok(evidence) => format!("approved by {}", evidence.factor()),
        Err(why) => format!("not approved: {why}"),
    }
}
