//! guard/ as a whole.

use std::fs;

use super::{
    By,
    Comes::{Held, Seen},
    attempts,
    stage::{Stage, copy},
};

attempts! {
    everything_that_the_guard_knows_is_removed: Seen(By::Head), |it| it.remove("guard");
    case_67_an_old_guard_folder_is_put_back: Seen(By::Start), |it| it.put_back("guard");
    case_67_an_old_guard_folder_comes_back_with_its_files: Seen(By::Head), |it| {
        ["guard", "config.yaml", "policies"].into_iter().for_each(|name| it.put_back(name));
    };
    case_67_another_vaults_guard_folder_comes: Seen(By::Head), |it| {
        let other = Stage::first();
        it.remove("guard");
        copy(&other.folder.path("guard"), &it.folder.path("guard"));
    };
    a_file_takes_the_folders_place: Seen(By::Start), |it| {
        it.remove("guard");
        it.write("guard", "nothing");
    };
    every_part_is_removed: Seen(By::Start), |it| it.remove("guard/approved");
    a_part_is_edited: Seen(By::Start), |it| {
        let parts = it.parts_with("unattended");
        parts.iter().for_each(|part| it.edit(part, "refuse", "waive"));
        it.write("guard/settings.yaml", "step_up: passphrase\nunattended: waive\n");
    };
    an_old_log_comes_back_alone: Seen(By::Start), |it| {
        for name in ["log.jsonl", "log.anchor"] {
            let old = it.folder.home().join("old/guard").join(name);
            fs::copy(old, it.folder.path("guard").join(name)).unwrap();
        }
    };
    attempts_are_forgotten: Held, |it| drop(fs::remove_file(it.folder.path("guard/attempts")));
    a_request_waits_that_nobody_made: Held, |it| it.write("guard/pending/AAAA-AAAA.json", "{}");
}
