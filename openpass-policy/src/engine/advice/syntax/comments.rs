//! Comments of other languages.

use super::super::{
    cure::Cure,
    spot::{Spot, write},
};

pub(super) fn hash(spot: &Spot<'_>) -> Option<Cure> {
    if spot.word(0) != "#" {
        return None;
    }
    let rest = behind(spot, 1);
    let line = rest.lines().next().unwrap_or_default().trim();
    let comment = format!("// {}", line.trim_start_matches('#').trim());
    Some(spot.cure(
        "`#` does not begin a comment in Cedar: `//` does",
        write(comment.trim()),
    ))
}

pub(super) fn block(spot: &Spot<'_>) -> Option<Cure> {
    let rest = behind(spot, 1);
    if spot.word(0) != "/" || !rest.starts_with('*') {
        return None;
    }
    let content = rest.split("*/").next().unwrap_or_default();
    let lines = content
        .lines()
        .map(|line| line.trim_matches(['*', ' ', '\t', '\r']));
    let first = lines.into_iter().find(|line| !line.is_empty());
    let comment = format!("// {}", first.unwrap_or_default());
    let message = "`/*` does not begin a comment in Cedar: `//` does, on each line";
    Some(spot.cure_at(spot.at, spot.at + 1, message, write(comment.trim())))
}

/// The text so many bytes behind the place.
fn behind<'a>(spot: &Spot<'a>, bytes: usize) -> &'a str {
    let from = spot.pieces.start(spot.at).saturating_add(bytes);
    spot.pieces.text().get(from..).unwrap_or_default()
}
