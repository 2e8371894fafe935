//! The page of all texts that a user can see, made from the code, so that they can be read
//! in one go. `UPDATE_DOCS=1 cargo test -p openpass-cli --test texts` writes it anew.
#![expect(clippy::disallowed_methods, reason = "the page is no vault file")]
#![expect(clippy::unwrap_used, reason = "a test")]

mod collect;
mod page;
mod sources;
mod words;

const PAGE: &str = "docs/texts.md";

#[test]
fn the_page_has_every_text_of_the_code() {
    let root = sources::root();
    let page = page::written(&root);
    let path = root.join(PAGE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let new: Vec<&str> = page.lines().filter(|it| !kept.contains(*it)).collect();
    let gone: Vec<&str> = kept.lines().filter(|it| !page.contains(*it)).collect();
    assert!(
        page == kept,
        "{PAGE} is not what the code says; read the new texts, then write it anew with \
         UPDATE_DOCS=1.\nnew: {new:#?}\ngone: {gone:#?}"
    );
}

#[test]
fn texts_of_each_kind_are_found() {
    let page = page::written(&sources::root());
    for known in [
        // An error's, a hint's, a flag's, a prompt's, and one on several lines of code.
        "there is no vault in {dir}; make one with",
        "nothing was changed; this is for a person to run, in a terminal of their own",
        "The vault's folder",
        "Answer within {seconds} s; ^C refuses.",
    ] {
        assert!(page.contains(known), "{known}");
    }
}
