//! How a team begins, who is in, and what goes wrong.

use openpass_testkit::{ASKS, RIGHT};

use crate::team::Team;

/// Chooses the right passphrase: once, and once more.
fn chooses(person: &mut openpass_testkit::Person) {
    person.sees("New passphrase: ").types(format!("{RIGHT}\r"));
    person.sees("Once more: ").types(format!("{RIGHT}\r"));
}

#[test]
fn a_team_begins_with_one_person_who_adds_the_others() {
    let team = Team::with_nothing();
    team.run("list")
        .unattended()
        .with(1)
        .saying("begin with `flags init`");
    team.run("init --as ada")
        .without_a_terminal()
        .with(1)
        .saying("no terminal");
    let mut ada = team.run("init --as ada").at_a_terminal();
    chooses(&mut ada);
    ada.leaves().with(0);
    team.run("init --as eve")
        .unattended()
        .with(1)
        .unasked()
        .saying("they stay as they are");

    let mut both = team
        .run("people add bob --team developers --as ada")
        .at_a_terminal();
    chooses(&mut both);
    both.sees("add person \"bob\" in team \"developers\"");
    both.sees(ASKS).types(format!("{RIGHT}\r"));
    both.leaves().with(0);
    let bob = team
        .state()
        .pointer("/people/bob/teams")
        .unwrap()
        .to_string();
    assert_eq!(bob, r#"["developers"]"#);

    let mut ada = team
        .run("people add ci --bot-of bob --as ada")
        .at_a_terminal();
    ada.answers();
    ada.leaves().with(0);
    let taken = team.run("people add ci --bot-of ada --as ada").unattended();
    taken.with(1).unasked().saying("choose another name");
    let no_owner = team.run("people add cd --bot-of bob --as bob").unattended();
    no_owner.with(3).unasked();
    team.run("list").unattended().with(0);
}

#[test]
fn errors_say_what_to_do() {
    let team = Team::new();
    let list = team.run("list").unattended().with(0);
    assert_eq!(list.stdout, "prod/billing  5 %  frozen: \"the audit\"\n");
    team.run("set x 1 --env moon --as ada")
        .unattended()
        .with(1)
        .saying("there is dev, prod, prod-eu");
    team.run("set x 1 --env dev --as mallory")
        .unattended()
        .with(1)
        .saying("flags people add");
    team.run("set x 1 --env dev")
        .unattended()
        .with(1)
        .saying("--as NAME");
    team.run("set x 101 --env dev --as ada")
        .unattended()
        .with(2)
        .saying("0..=100");
}
