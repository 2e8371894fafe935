//! The log, cut, edited, and rewritten with its own key.

use std::fs;

use openpass_vault::{Change, FieldEdit};

use super::{
    By,
    Comes::{Held, Listed, Seen},
    attempts,
    stage::Stage,
};
use crate::{
    people::{OWNER, made},
    seals::{narrowed, one_more, resealed, sha256},
};

const LOG: &str = "guard/log.jsonl";

fn lines(it: &Stage) -> Vec<String> {
    it.read(LOG).lines().map(str::to_owned).collect()
}

fn with_lines(it: &Stage, lines: &[String]) {
    it.write(LOG, &format!("{}\n", lines.join("\n")));
}

/// Another part in the place of the last seal's, under its own hash. `seals` makes the
/// seal fit it.
fn with_settings(it: &Stage, seals: bool) {
    let settings = it.parts_with("unattended");
    let old = it.read(&settings[0]);
    let forged = old.replace("\"refuse\"", "\"waive\"");
    assert_ne!(forged, old);
    let (was, is) = (sha256(&old), sha256(&forged));
    it.write(&format!("guard/approved/{is}.json"), &forged);
    it.write(
        "guard/settings.yaml",
        "step_up: passphrase\nunattended: waive\n",
    );
    let last = it.vault.sealed().unwrap().unwrap().number;
    let is_last = format!("\"seal\":{{\"number\":{last}");
    it.folder.forge_log(|line| match line.contains(&is_last) {
        true if seals => resealed(line, &was, &is),
        true => line.replace(&was, &is),
        false => line.to_owned(),
    });
}

/// The line without what was signed: a signature would not fit.
fn unsigned(line: &str) -> String {
    let mut read: serde_json::Value = serde_json::from_str(&format!("{line}}}")).unwrap();
    if let Some(event) = read["event"].as_object_mut() {
        event.remove("approval");
    }
    read.to_string().strip_suffix('}').unwrap().to_owned()
}

/// Only what is signed counts, and the last change is one that nobody signed.
fn under_the_rule(it: &Stage) {
    let change = Change::SetGuard {
        key: "seal".to_owned(),
        value: Some("signed".to_owned()),
    };
    made(&it.vault, &change, &OWNER).unwrap();
    let lower = Change::EditAgent {
        agent: "cli".to_owned(),
        edits: vec![FieldEdit {
            field: "canWrite".to_owned(),
            value: "false".to_owned(),
        }],
    };
    narrowed(&it.vault, &lower);
}

/// The SHA-256 that a part is called by.
fn part_of(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap();
    name.strip_suffix(".json").unwrap()
}

/// One change more, with settings of one's own.
fn with_one_more(it: &Stage) {
    let all = it.read(LOG);
    let parts = it.parts_with("unattended");
    let part = parts.iter().find(|name| all.contains(part_of(name)));
    let old = it.read(part.unwrap());
    let forged = old
        .replace("\"refuse\"", "\"waive\"")
        .replace("\"signed\"", "\"logged\"");
    let (was, is) = (sha256(&old), sha256(&forged));
    it.write(&format!("guard/approved/{is}.json"), &forged);
    it.write(
        "guard/settings.yaml",
        "step_up: passphrase\nunattended: waive\n",
    );
    one_more(&it.folder, &it.vault, |line| {
        let approved = &mut line["event"]["approved"]["settings"];
        if *approved == was.as_str() {
            *approved = is.as_str().into();
        }
    });
}

attempts! {
    the_log_is_removed: Seen(By::Start), |it| it.remove(LOG);
    the_log_is_emptied_and_its_anchor_removed: Seen(By::Start), |it| {
        it.write(LOG, "");
        it.remove("guard/log.anchor");
    };
    the_log_is_its_first_line_alone_without_an_anchor: Seen(By::Start), |it| {
        with_lines(it, &lines(it)[..1]);
        it.remove("guard/log.anchor");
    };
    the_logs_end_is_cut: Seen(By::Start), |it| {
        let lines = lines(it);
        with_lines(it, &lines[..lines.len() - 3]);
    };
    the_end_is_cut_with_its_anchor: Seen(By::Start), |it| {
        let lines = lines(it);
        with_lines(it, &lines[..lines.len() - 3]);
        it.remove("guard/log.anchor");
    };
    lines_change_places: Seen(By::Start), |it| {
        let mut lines = lines(it);
        lines.swap(3, 6);
        with_lines(it, &lines);
    };
    a_line_is_edited: Seen(By::Start), |it| it.edit(LOG, "hermes", "codex");
    the_logs_key_is_removed: Seen(By::Start), |it| it.remove("guard/log.key");
    garbage_is_put_behind: Seen(By::Start), |it| {
        let text = it.read(LOG);
        it.write(LOG, &format!("{text}garbage\n"));
    };
    garbage_is_put_behind_and_folders_where_the_log_would_go_aside: Seen(By::Start), |it| {
        let text = it.read(LOG);
        it.write(LOG, &format!("{text}garbage\n"));
        let last = text.lines().count();
        for number in last..last + 8 {
            let name = format!("guard/log-damaged-{number:020}.jsonl");
            fs::create_dir(it.folder.path(&name)).unwrap();
        }
    };
    case_68_another_state_is_written_into_the_log: Seen(By::Start), |it| with_settings(it, false);
    case_68_every_signature_is_taken_out: Seen(By::Start), |it| it.folder.forge_log(|line| {
        unsigned(line)
    });
    case_68_a_seal_is_taken_out: Seen(By::Start), |it| it.folder.forge_log(|line| {
        match line.find(",\"seal\":{") {
            Some(begins) => {
                let (before, rest) = line.split_at(begins);
                let (_, after) = rest.split_once('}').unwrap();
                format!("{before}{after}")
            }
            None => line.to_owned(),
        }
    });
    case_68_the_last_seal_is_made_up_without_a_signature: Seen(By::Head), |it| with_settings(it, true);
    case_68_one_more_seal_is_made_up_without_a_signature: Listed, with_one_more;
    case_68_one_more_seal_is_made_up_where_only_signed_ones_count: Held, |it| {
        under_the_rule(it);
        with_one_more(it);
    };
    case_68_the_last_seal_is_made_up_where_only_signed_ones_count: Held, |it| {
        under_the_rule(it);
        with_settings(it, true);
    };
    case_68_a_narrowing_is_taken_out_with_the_lines_behind_it: Seen(By::Head), |it| {
        let lines = lines(it);
        fs::write(it.folder.path(LOG), format!("{}\n", lines[..lines.len() - 3].join("\n"))).unwrap();
        it.folder.forge_log(str::to_owned);
        it.put_back("config.yaml");
    };
}
