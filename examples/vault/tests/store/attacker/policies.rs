//! Policy files, edited by hand.

use super::{Comes::Held, attempts};

const MINE: &str = "policies/mine.cedar";
const OPEN: &str = "permit (principal, action, resource);\n";

attempts! {
    everything_is_to_be_permitted: Held, |it| it.write("policies/open.cedar", OPEN);
    a_forbid_is_removed: Held, |it| it.remove(MINE);
    a_forbid_becomes_a_permit: Held, |it| it.edit(MINE, "forbid", "permit");
    a_forbid_is_emptied: Held, |it| it.write(MINE, "");
    a_permit_comes_beside_the_forbid: Held, |it| {
        let text = it.read(MINE);
        it.write(MINE, &format!("{text}{OPEN}"));
    };
    a_forbid_gets_another_name: Held, |it| {
        std::fs::rename(it.folder.path(MINE), it.folder.path("policies/theirs.cedar")).unwrap();
    };
    a_policy_does_not_load: Held, |it| it.write("policies/broken.cedar", "permit (");
    #[cfg(unix)]
    a_policy_is_a_link: Held, |it| {
        it.write("open.cedar", OPEN);
        std::os::unix::fs::symlink(it.folder.path("open.cedar"), it.folder.path("policies/open.cedar")).unwrap();
    };
    #[cfg(unix)]
    the_folder_is_a_link: Held, |it| {
        std::fs::rename(it.folder.path("policies"), it.folder.path("away")).unwrap();
        std::fs::create_dir(it.folder.path("mine")).unwrap();
        std::os::unix::fs::symlink(it.folder.path("mine"), it.folder.path("policies")).unwrap();
    };
    case_67_old_policies_are_put_back: Held, |it| it.put_back("policies");
    policies_and_their_part_are_removed: Held, |it| {
        it.parts_with("forbid").iter().for_each(|part| it.remove(part));
        it.remove("policies");
    };
}
