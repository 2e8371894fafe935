//! The words of the dialog.

use openpass_auth::{Challenge, Detail, Unavailable, brief};

/// The number of characters that an agent's dialog surely shows. polkit names no limit.
const ROOM: usize = 300;

/// Returns the text of polkit's dialog for `challenge`: that somebody has to
/// authenticate, the requester and the request, every change that gives power, the
/// number of changes that are not shown, and the code; and the notices, as far as there
/// is room.
///
/// `<` is escaped, since some agents would take what follows it for markup.
///
/// # Errors
///
/// [`Unavailable::NoRoom`] if what must be shown is longer than 300 characters.
pub fn dialog_text(challenge: &Challenge) -> Result<String, Unavailable> {
    let lines = brief(challenge.details());
    let shown = lines.iter().filter(|line| line.widens && !line.in_summary);
    let mut text = format!("Authentication is required to {}", challenge.summary());
    let mut separator = ": ";
    for line in shown {
        text.push_str(separator);
        text.push_str(line.text.as_str());
        separator = "; ";
    }
    let hidden = hidden(challenge, lines.iter().filter(|line| !line.widens));
    if hidden > 0 {
        text.push_str(&format!("; {hidden} more"));
    }
    let code = challenge.code();
    let code = code.map_or_else(String::new, |code| format!(" [{code}]"));
    let text = escaped(&text);
    let code = escaped(&code);
    let must = text.chars().count().saturating_add(code.chars().count());
    let room = ROOM.checked_sub(must).ok_or(Unavailable::NoRoom)?;
    Ok(format!("{text}{}{code}", notices(challenge, room)))
}

fn hidden<'a>(
    challenge: &Challenge,
    narrowing: impl Iterator<Item = &'a openpass_auth::BriefLine>,
) -> usize {
    let details = challenge.details().iter();
    let uncounted = details.map(|detail| match detail {
        Detail::NotShown { changes } => *changes,
        _ => 0,
    });
    let counted = narrowing.map(|line| line.changes);
    uncounted.chain(counted).fold(0, usize::saturating_add)
}

/// The notices that fit into `room`, in order.
fn notices(challenge: &Challenge, mut room: usize) -> String {
    let mut text = String::new();
    for notice in challenge.notices() {
        let notice = escaped(&format!("; {notice}"));
        if let Some(left) = room.checked_sub(notice.chars().count()) {
            room = left;
            text.push_str(&notice);
        }
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('<', "\\u{3c}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use openpass_auth::{FactorSet, SafeText, ShownChange};

    use super::*;

    fn question(summary: &str) -> Challenge {
        let minute = Duration::from_secs(60);
        Challenge::new(SafeText::whole(summary), FactorSet::EMPTY, minute)
    }

    fn change(field: &str, widens: bool) -> Detail {
        let text = SafeText::whole;
        Detail::Change(ShownChange::new(
            text(field),
            text("false"),
            text("true"),
            widens,
        ))
    }

    #[test]
    fn who_asks_and_all_that_gives_power_is_in_it_and_the_rest_is_counted() {
        let details = vec![
            change("quiet", false),
            change("canWrite", true),
            Detail::NotShown { changes: 2 },
        ];
        let challenge = question("raise agent \"codex\" to admin")
            .with_principal(&SafeText::fill("agent {}", &[&SafeText::quoted("hermes")]))
            .with_details(details)
            .with_notices(vec![SafeText::literal("this is told")])
            .with_code(SafeText::literal("7Q4X"));
        assert_eq!(
            dialog_text(&challenge).unwrap(),
            "Authentication is required to let agent \"hermes\" raise agent \"codex\" to admin: \
             canWrite false \u{2192} true; 3 more; this is told [7Q4X]"
        );
    }

    #[test]
    fn what_does_not_fit_is_not_cut() {
        let fits = |summary: usize| dialog_text(&question(&"x".repeat(summary)));
        let most = ROOM - "Authentication is required to ".len();
        assert_eq!(fits(most).unwrap().chars().count(), ROOM);
        assert_eq!(fits(most + 1), Err(Unavailable::NoRoom));
        let notice = SafeText::literal("left out");
        let full = question(&"x".repeat(most)).with_notices(vec![notice]);
        assert!(!dialog_text(&full).unwrap().contains("left out"));
    }

    #[test]
    fn markup_is_shown_and_does_nothing() {
        let text = dialog_text(&question("remove <b>nothing</b>")).unwrap();
        assert!(text.ends_with(r"remove \u{3c}b>nothing\u{3c}/b>"), "{text}");
    }
}
