//! The guard's log, rewritten by somebody who has its key.

use std::fs;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::TestVault;

const MAC: &str = ",\"mac\":\"";
const ANCHOR: &[u8] = b"openpass guard log anchor 1";

impl TestVault {
    /// Rewrites each line of the log by `edit`, which is given one without its code, and
    /// signs all of them anew with the log's own key: what any program of the same user
    /// can do.
    pub fn forge_log(&self, edit: impl Fn(&str) -> String) {
        let key = fs::read_to_string(self.path("guard/log.key")).unwrap();
        let key = unhex(key.trim());
        let text = fs::read_to_string(self.path("guard/log.jsonl")).unwrap();
        let (mut forged, mut previous, mut seq) = (String::new(), vec![0; 32], 0_u64);
        for line in text.lines() {
            let (line, _) = line.rsplit_once(MAC).unwrap();
            let line = edit(line);
            let read: serde_json::Value = serde_json::from_str(&format!("{line}}}")).unwrap();
            // A file that goes on from another says so itself.
            if let Some(named) = read["event"]["previous"].as_str() {
                previous = unhex(named);
            }
            seq = read["seq"].as_u64().unwrap();
            previous = code(&key, &[&previous, line.as_bytes()]);
            forged.push_str(&format!("{line}{MAC}{}\"}}\n", hex(&previous)));
        }
        crate::put(&self.path("guard/log.jsonl"), forged.as_bytes());
        let last = hex(&previous);
        let mac = code(&key, &[ANCHOR, &seq.to_be_bytes(), last.as_bytes()]);
        let path = self.path("guard/log.anchor");
        let mut anchor: serde_json::Value =
            serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        anchor["seq"] = seq.into();
        anchor["last"] = last.into();
        anchor["mac"] = hex(&mac).into();
        crate::put(&path, anchor.to_string().as_bytes());
    }
}

fn code(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
