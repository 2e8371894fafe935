//! docs/prompts.md shows what the other tests saw.

const PAGE: &str = include_str!("../../docs/prompts.md");

#[test]
fn the_page_shows_what_a_person_sees_on_a_terminal() {
    for capture in [
        include_str!("pty/80-columns.txt"),
        include_str!("pty/40-columns.txt"),
        include_str!("pty/pages.txt"),
    ] {
        assert!(PAGE.contains(capture.trim()));
    }
}

#[test]
fn the_page_shows_what_a_person_sees_in_a_dialog() {
    let transcript = include_str!("pinentry/shown.txt");
    let (_, shown) = transcript.split_once("SETDESC ").unwrap();
    let (shown, _) = shown.split_once("\nGETPIN").unwrap();
    assert!(PAGE.contains(&shown.replace("%0A", "\n")));
}
