//! What pinentry may answer, and what becomes of it.

use crate::{RIGHT, fake::Fake, host::Host};

const WRONG: &str = "the answer was wrong";

/// What asking by a pinentry that does `control` comes to.
fn outcome(control: &str) -> String {
    let fake = Fake::that(control);
    let said = Host::with("ask", &fake.program()).says();
    assert!(!fake.lives(), "{control}: it outlived its prompt");
    said
}

#[test]
fn the_right_passphrase_is_evidence() {
    assert_eq!(outcome(&format!("pin='{RIGHT}'")), "yes");
    // Escapes are undone: this is the same one.
    let escaped = RIGHT.replace('t', "%74").replace('a', "%61");
    assert_eq!(outcome(&format!("pin='{escaped}'")), "yes");
    // Sent in two pieces, with a status in between.
    let pieces = "getpin=raw; pin='D correct horse\\nS PASSWORD\\nD  battery staple\\nOK\\n'";
    assert_eq!(outcome(pieces), "yes");
}

#[test]
fn what_is_no_right_passphrase_is_rejected() {
    assert_eq!(outcome("pin=wrong"), WRONG);
    assert_eq!(outcome("getpin=empty"), WRONG);
    assert_eq!(outcome(&format!("pin='{RIGHT}%0A'")), WRONG);
    assert_eq!(outcome("pin='%ff%fe'"), WRONG);
    let too_long = format!("getpin=raw; pin='D {0}\\nD {0}\\nOK\\n'", "x".repeat(900));
    assert_eq!(outcome(&too_long), WRONG);
}

#[test]
fn case_33_each_way_to_refuse_is_told_apart() {
    let by_person = "cancelled by the person";
    assert_eq!(outcome("getpin=cancel"), by_person);
    assert_eq!(outcome("getpin=close"), by_person);
    assert_eq!(outcome("getpin=timeout"), "nobody answered in time");
    let error = "pinentry could not ask (its error 5); run it in a terminal";
    assert_eq!(outcome("getpin=error"), error);
}

#[test]
fn case_33_what_pinentry_may_not_say_is_no_answer() {
    let no_answer = "pinentry ended without an answer";
    assert_eq!(outcome("getpin=exit"), no_answer);
    assert_eq!(outcome("greeting=OK; exit"), no_answer);
    let raw = |sent: &str| outcome(&format!("getpin=raw; pin='{sent}'"));
    // The passphrase is there, but the OK is not.
    let not_done = format!("D {RIGHT}\\nERR 83886179 cancelled\\n");
    assert_eq!(raw(&not_done), "cancelled by the person");
    let no_line = "pinentry sent a line that is not valid";
    assert_eq!(raw(&format!("D {RIGHT}\\nok\\n")), no_line);
    assert_eq!(
        raw(&format!("D {RIGHT}\\nINQUIRE QUALITY\\nOK\\n")),
        no_line
    );
    let cached = "pinentry answered from a cache and asked nobody";
    assert_eq!(
        raw(&format!("S PASSWORD_FROM_CACHE\\nD {RIGHT}\\nOK\\n")),
        cached
    );
    let escaped = "pinentry sent data that is wrongly escaped";
    assert_eq!(raw("D %%zz\\nOK\\n"), escaped);
    let endless = "pinentry sent too many lines";
    assert_eq!(outcome("getpin=flood"), endless);
    assert_eq!(
        outcome("getpin=long"),
        "pinentry sent a line that is too long"
    );
    let refused = "pinentry refused the connection";
    assert_eq!(outcome("greeting='ERR 83886080 no'"), refused);
    let unasked = "pinentry sent data that nobody asked for";
    assert_eq!(outcome("greeting='D unasked'"), unasked);
}

#[test]
fn p18_a_pinentry_that_shows_no_dialog_is_named_and_never_asked() {
    for flavor in [
        "curses",
        "tty",
        "gtk2:curses",
        "gnome3:curses",
        "emacs",
        "",
        "GTK2",
    ] {
        let fake = Fake::that(&format!("pin='{RIGHT}'; flavor='{flavor}'"));
        let said = Host::with("ask", &fake.program()).says();
        assert!(said.starts_with("nobody could be asked: "), "{said}");
        assert!(said.contains(fake.program().to_str().unwrap()), "{said}");
        assert!(said.contains(&format!("flavor \"{flavor}\"")), "{said}");
        assert!(said.ends_with("gtk2, gtk3, fltk, efl, mac"), "{said}");
        assert_eq!(fake.transcript(), "GETINFO flavor\n");
    }
}

#[test]
fn one_that_does_not_show_the_change_is_not_asked_for_the_passphrase() {
    let fake = Fake::that(&format!("pin='{RIGHT}'; refuse=SETDESC"));
    let said = Host::with("ask", &fake.program()).says();
    assert_eq!(said, "pinentry does not show what is to be approved");
    assert!(!fake.transcript().contains("GETPIN"));
}

#[test]
fn an_old_one_that_lacks_a_nicety_is() {
    let old = "refuse='SETTITLE SETOK SETCANCEL SETTIMEOUT SETERROR'";
    assert_eq!(outcome(&format!("pin='{RIGHT}'; {old}")), "yes");
}
