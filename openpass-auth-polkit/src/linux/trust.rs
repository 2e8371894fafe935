//! The users whose word counts: root, and a system service's own user.

use std::{fs::File, io::Read};

/// More than any list of users of a system takes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// The users that may run the system bus.
pub(super) const BUS: &[&str] = &["messagebus", "dbus"];
/// The users that may run polkit.
pub(super) const POLKIT: &[&str] = &["polkitd"];

/// Whether `uid` is root or the local user of one of `names`.
///
/// The names are looked up in `/etc/passwd` and nowhere else: no directory service on the
/// network says which of its users is polkit.
pub(super) fn is_trusted(uid: u32, names: &[&str]) -> bool {
    if uid == 0 {
        return true;
    }
    let mut passwd = String::new();
    let read =
        File::open("/etc/passwd").and_then(|file| file.take(LONGEST).read_to_string(&mut passwd));
    read.is_ok() && is_one_of(&passwd, uid, names)
}

fn is_one_of(passwd: &str, uid: u32, names: &[&str]) -> bool {
    passwd.lines().any(|line| {
        let mut fields = line.split(':');
        let name = fields.next();
        let number = fields.nth(1).and_then(|it| it.parse().ok());
        number == Some(uid) && name.is_some_and(|name| names.contains(&name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_own_users_and_nobody_else() {
        let passwd = "root:x:0:0::/:/bin/sh\npolkitd:x:996:996::/:/\nada:x:1000:1000::/:/\nbad\n";
        assert!(is_one_of(passwd, 996, POLKIT));
        for uid in [0, 1000, 65534] {
            assert!(!is_one_of(passwd, uid, POLKIT), "{uid}");
        }
        assert!(!is_one_of(passwd, 996, BUS));
        assert!(is_trusted(0, BUS));
    }
}
