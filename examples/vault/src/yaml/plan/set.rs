//! Gives an entry another value.

use core::ops::Range;

use super::{
    super::{
        NewValue, Obstacle, Tree,
        cst::{EntryNode, Value},
        lines,
        locate::Found,
        render::{self, Style},
        tree::Content,
    },
    Refused, Splice, whole_lines,
};

/// Puts `value` in the place of what `found` holds, which is `before`.
pub(super) fn set(
    text: &str,
    found: &Found,
    before: &Tree,
    value: &NewValue,
    style: Style,
) -> Result<Splice, Refused> {
    let entry = &found.entry;
    let refused = |why| Refused::new(entry.start(), why);
    if before.is_shared() {
        return Err(refused(Obstacle::Anchor));
    }
    let lines = entry.start()..entry.end();
    match (entry.value(), value) {
        (Value::Alias, _) => Err(refused(Obstacle::Alias)),
        (Value::Tagged, _) => Err(refused(Obstacle::Tag)),
        (Value::Scalar(place) | Value::FlowList(place), _) => {
            let place = place.start..lines::without_break(text, place.end);
            Ok(Splice::one(text, &lines, place, render::inline(value)))
        }
        (Value::Absent, NewValue::TextList(items))
            if !items.is_empty() && !found.mapping.is_flow() =>
        {
            new_list(text, entry, items, style)
        }
        (Value::Absent, _) => {
            let colon = entry.after_colon().ok_or(refused(Obstacle::Layout))?;
            let new = format!(" {}", render::inline(value));
            Ok(Splice::one(text, &lines, colon..colon, new))
        }
        (Value::BlockList(places), NewValue::TextList(items)) => match before.content() {
            Content::List(old) if old.len() == places.len() && !old.is_empty() => {
                list(text, entry, (old, &places), items)
            }
            _ => Err(refused(Obstacle::Disagreement)),
        },
        (Value::BlockList(_) | Value::Mapping(_), _) => Err(refused(Obstacle::OtherKind)),
        (Value::Other, _) => Err(refused(Obstacle::Layout)),
    }
}

/// Puts a list behind a key that has no value.
fn new_list(
    text: &str,
    entry: &EntryNode,
    items: &[String],
    style: Style,
) -> Result<Splice, Refused> {
    let refused = Refused::new(entry.start(), Obstacle::Layout);
    let indent = lines::indent(text, entry.start()).ok_or(refused)?.len();
    if !entry.is_simple() || !lines::nothing_follows(text, entry.end()) {
        return Err(refused);
    }
    let offset = lines::end(text, entry.end());
    let new = render::block_items(items, indent + style.list);
    Ok(Splice::lines(text, offset, &new))
}

/// Replaces the items that differ; those before and behind keep their lines.
fn list(
    text: &str,
    entry: &EntryNode,
    (old, places): (&[Tree], &[Range<usize>]),
    new: &[String],
) -> Result<Splice, Refused> {
    let refused = Refused::new(entry.start(), Obstacle::Layout);
    let indent = item_indent(text, places).ok_or(refused)?;
    if new.is_empty() {
        return emptied(text, entry, places).ok_or(refused);
    }
    let same = |(old, new): &(&Tree, &String)| **old == Tree::from(&NewValue::Text((*new).clone()));
    let kept = old.iter().zip(new).take_while(same).count();
    let most = old.len().min(new.len()) - kept;
    let tail = old.iter().rev().zip(new.iter().rev());
    let kept_behind = tail.take(most).take_while(same).count();

    let changed = places.get(kept..places.len() - kept_behind);
    let items = new.get(kept..new.len() - kept_behind).unwrap_or_default();
    let items = render::block_items(items, indent);
    match changed {
        Some([first, .., last]) => Ok(replaced(text, first.start..last.end, &items)),
        Some([only]) => Ok(replaced(text, only.clone(), &items)),
        _ => {
            let before = kept.checked_sub(1).and_then(|last| places.get(last));
            let offset = match (before, places.first()) {
                (Some(before), _) => lines::end(text, before.end),
                (None, Some(first)) => lines::start(text, first.start),
                (None, None) => return Err(refused),
            };
            Ok(Splice::lines(text, offset, &items))
        }
    }
}

/// Returns the indent of the dashes, if each item begins a line and nothing
/// follows it on its last line.
fn item_indent(text: &str, places: &[Range<usize>]) -> Option<usize> {
    let mut indents = places.iter().map(|place| {
        let indent = lines::indent(text, place.start)?;
        lines::nothing_follows(text, place.end).then_some(indent.len())
    });
    let first = indents.next()??;
    indents.all(|indent| indent == Some(first)).then_some(first)
}

/// Puts `items` in the place of the lines that hold `place`.
fn replaced(text: &str, place: Range<usize>, items: &[String]) -> Splice {
    let place = whole_lines(text, &place);
    let line_break = lines::line_break(text, place.start);
    let mut new = items.join(line_break);
    // A file whose last line has no line break has none afterwards either.
    let at_open_end = place.end == text.len() && !text.ends_with('\n');
    if !items.is_empty() && !at_open_end {
        new.push_str(line_break);
    }
    Splice::one(text, &place.clone(), place, new)
}

/// Writes `[]` and takes the items away.
fn emptied(text: &str, entry: &EntryNode, places: &[Range<usize>]) -> Option<Splice> {
    let colon = entry.after_colon()?;
    let gone = whole_lines(text, &(places.first()?.start..places.last()?.end));
    Some(Splice {
        touched: lines::start(text, entry.start())..gone.end,
        pieces: vec![(colon..colon, " []".to_owned()), (gone, String::new())],
    })
}
