//! The session that the README shows: the built `openpass` on a real terminal, recorded
//! and drawn as an animated picture. `UPDATE_DOCS=1 cargo test -p openpass-cli --test
//! session` draws it anew.
#![cfg(target_os = "linux")]
#![expect(clippy::disallowed_methods, reason = "the picture is no vault file")]
#![expect(clippy::unwrap_used, reason = "a test")]

mod film;
mod picture;
mod same;

use std::{fs, path::Path};

use film::Film;
use openpass_testkit::{ASKS, Person, RIGHT, Run, TestVault, cheap_identity};

const OPENPASS: &str = env!("CARGO_BIN_EXE_openpass");
const PICTURE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/pictures/session.svg"
);

/// A vault in its usual place, whose passphrase has approved something before.
fn at_home() -> TestVault {
    let vault = TestVault::nowhere();
    let home = vault.home().canonicalize().unwrap();
    vault.make_at(&home.join(".openpass"), cheap_identity());
    let words = ["guard", "set", "unenforced-yaml", "refuse"];
    let set = Run::of(OPENPASS, vault.home(), &words).at_a_terminal();
    set.answers_by(format!("{RIGHT}\r")).with(0);
    vault
}

fn run(vault: &TestVault, film: &mut Film, command: &str) -> Person {
    film.types(command);
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    Run::of(OPENPASS, vault.home(), &words)
        .with_rows(film::ROWS)
        .all_on_terminal()
        .at_a_terminal()
}

fn session() -> Film {
    let (vault, mut film) = (at_home(), Film::new());
    let yes = "openpass agent upgrade codex --tier admin --yes";
    let refused = run(&vault, &mut film, yes).leaves();
    film.prints(&refused.with(1).screen);
    film.reads();

    let asked = "openpass agent upgrade codex --tier admin";
    let mut person = run(&vault, &mut film, asked);
    person.is_asked();
    person.types(RIGHT).sees("********************").types("\r");
    let screen = person.leaves().with(0).screen;
    let (question, answer) = screen.split_once(ASKS).unwrap();
    film.prints(&format!("{question}{ASKS}"));
    film.reads();
    film.answers(answer);

    let log = run(&vault, &mut film, "openpass agent list").leaves();
    film.prints(&log.with(0).screen);
    film.reads();
    film
}

#[test]
fn the_picture_shows_what_the_command_does() {
    let drawn = picture::of(&session());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PICTURE, &drawn).unwrap();
    }
    let kept = fs::read_to_string(Path::new(PICTURE)).unwrap();
    assert!(
        drawn == kept,
        "docs/pictures/session.svg is not what the command shows now"
    );
}
