//! The guard's settings, edited by hand.

use super::{
    By,
    Comes::{Held, Seen},
    attempts,
};

const FILE: &str = "guard/settings.yaml";

attempts! {
    a_y_is_to_be_enough: Held, |it| it.write(FILE, "step_up: confirm\nunattended: refuse\n");
    a_finger_is_to_be_enough: Held, |it| it.write(FILE, "step_up: biometry\nunattended: refuse\n");
    scripts_are_to_give_nothing: Held, |it| it.write(FILE, "step_up: passphrase\nunattended: waive\n");
    what_was_stricter_goes_with_the_file: Held, |it| it.remove(FILE);
    a_program_of_ones_own_asks: Held, |it| it.write(FILE, "step_up: passphrase\nunattended: refuse\npinentry: /bin/cat\n");
    there_is_more_time_to_answer: Held, |it| it.write(FILE, "step_up: passphrase\nunattended: refuse\ntimeout: 10m\n");
    a_finger_is_to_do_for_a_year: Held, |it| it.write(FILE, "step_up: passphrase\nunattended: refuse\npassphrase_every: 365d\n");
    nobody_can_read_the_file: Held, |it| it.write(FILE, "step_up: [\n");
    case_67_old_settings_are_put_back: Held, |it| it.write(FILE, "step_up: passphrase\n");
    #[cfg(unix)]
    a_link_takes_the_files_place: Held, |it| {
        it.remove(FILE);
        it.write("elsewhere.yaml", "step_up: confirm\nunattended: waive\n");
        std::os::unix::fs::symlink(it.folder.path("elsewhere.yaml"), it.folder.path(FILE)).unwrap();
    };
    #[cfg(unix)]
    others_may_write_the_file: Held, |it| {
        it.write(FILE, "step_up: confirm\n");
        std::fs::set_permissions(it.folder.path(FILE), std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    };
    settings_and_their_part_are_removed: Seen(By::Start), |it| {
        it.parts_with("unattended").iter().for_each(|part| it.remove(part));
        it.remove(FILE);
    };
}
