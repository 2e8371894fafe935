//! The identity, exchanged.

use openpass_auth_passphrase::identity;
use openpass_testkit::{put, sealed};

use super::{By, Comes::Seen, attempts, stage::Stage};

const THEIRS: &str = "a passphrase of somebody else";

fn exchange(it: &Stage) {
    put(
        &it.folder.path("identity.age"),
        &sealed(&identity::generate(), THEIRS),
    );
}

attempts! {
    another_identity_takes_the_vaults_place: Seen(By::Start), exchange;
    another_identity_comes_and_the_guard_goes: Seen(By::Head), |it| {
        exchange(it);
        it.remove("guard");
    };
}
