use std::error::Error;

use biscuit_auth::{KeyPair, macros::{authorizer, biscuit}};

fn main() -> Result<(), Box<dyn Error>> {
    let root = KeyPair::new();
    let read = |who: &str| -> Result<bool, Box<dyn Error>> {
        let token = biscuit!("user({who})", who = who).build(&root)?;
        let mut authorizer = authorizer!(
            r#"operation("read"); resource("dark-mode");
               allow if user("ada"), operation("read");"#
        )
        .build(&token)?;
        Ok(authorizer.authorize().is_ok())
    };
    assert!(read("ada")?);
    assert!(!read("bob")?);
    Ok(())
}
