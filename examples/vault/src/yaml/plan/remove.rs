//! Takes an entry away.

use super::{
    super::{Obstacle, cst::EntryNode, lines, locate::Found},
    Refused, Splice, flow, whole_lines,
};

/// Takes `found` away, with all it holds, unless aliases stand for it.
pub(super) fn remove(text: &str, found: &Found, shared: bool) -> Result<Splice, Refused> {
    let entry = &found.entry;
    let refused = Refused::new(entry.start(), Obstacle::Layout);
    if shared {
        return Err(Refused::new(entry.start(), Obstacle::Anchor));
    }
    if found.mapping.is_flow() {
        return flow::remove(text, found);
    }
    let alone =
        lines::indent(text, entry.start()).is_some() && lines::nothing_follows(text, entry.end());
    if !entry.is_simple() || !alone {
        return Err(refused);
    }
    match &found.holder {
        Some(holder) if found.mapping.entries().len() == 1 => {
            emptied(text, holder, entry).ok_or(refused)
        }
        _ => {
            let gone = whole_lines(text, &(entry.start()..entry.end()));
            Ok(Splice::one(text, &gone.clone(), gone, String::new()))
        }
    }
}

/// Takes the last entry of a mapping away. `{}` must take its place, since a
/// key without a value holds null.
fn emptied(text: &str, holder: &EntryNode, entry: &EntryNode) -> Option<Splice> {
    let colon = holder.after_colon()?;
    let gone = whole_lines(text, &(entry.start()..entry.end()));
    Some(Splice {
        touched: lines::start(text, holder.start())..gone.end,
        pieces: vec![(colon..colon, " {}".to_owned()), (gone, String::new())],
    })
}
