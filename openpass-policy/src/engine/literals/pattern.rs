//! The patterns that `like` compares with.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{FEW, Looks};

/// The parts of a pattern; `None` is a wildcard.
pub(super) fn of(like: &Value) -> Option<Vec<Option<String>>> {
    let parts = like.get("pattern")?.as_array()?.iter();
    let part = |part: &Value| {
        let literal = part.get("Literal").and_then(Value::as_str);
        literal.map(str::to_owned)
    };
    Some(parts.map(part).collect())
}

/// Whether `text` fits a pattern: every piece in its order, the first at the start and
/// the last at the end where no wildcard is.
pub(super) fn fits(text: &str, parts: &[Option<String>]) -> bool {
    let mut rest = text;
    let mut is_open = false;
    for (number, part) in parts.iter().enumerate() {
        let Some(part) = part else {
            is_open = true;
            continue;
        };
        let is_last = number + 1 == parts.len();
        let found = match (is_open, is_last) {
            (true, true) => return rest.ends_with(part.as_str()),
            (true, false) => rest.find(part.as_str()),
            (false, _) => rest.starts_with(part.as_str()).then_some(0),
        };
        let Some(at) = found else {
            return false;
        };
        rest = rest
            .get(at.saturating_add(part.len())..)
            .unwrap_or_default();
        is_open = false;
    }
    is_open || rest.is_empty()
}

impl Looks {
    /// The texts, and instances of what texts are compared with by `like`.
    pub(crate) fn instances(&self) -> BTreeSet<String> {
        let mut all = self.texts.clone();
        let filled = |filler: &str| -> Vec<String> {
            let patterns = self.patterns.iter().take(FEW);
            let text = |part: &Option<String>| part.clone().unwrap_or_else(|| filler.to_owned());
            patterns
                .map(|parts| parts.iter().map(text).collect())
                .collect()
        };
        let (bare, more) = (filled(""), filled("x"));
        // What one begins with and the other ends with fits both.
        for one in &bare {
            all.extend(bare.iter().map(|other| format!("{one}{other}")));
        }
        all.extend(bare);
        all.extend(more);
        all
    }
}
