//! Methods and operators that Cedar does not have, and what says the same.

use super::super::{
    close::close,
    cure::{Cure, short},
    pieces::string,
    spot::{Spot, write},
};
use super::signs::as_pattern;

const METHODS: [&str; 6] = [
    "contains",
    "containsAll",
    "containsAny",
    "isEmpty",
    "hasTag",
    "getTag",
];

pub(super) fn any(spot: &Spot<'_>) -> Option<Cure> {
    method(spot)
        .or_else(|| division(spot))
        .or_else(|| chain(spot))
}

/// `.startsWith("…")` and the like.
fn method(spot: &Spot<'_>) -> Option<Cure> {
    let said = spot.said.strip_prefix('`')?;
    let (name, _) = said.split_once("` is not a valid method")?;
    let at = (spot.at..spot.pieces.len())
        .find(|piece| spot.pieces.word(*piece) == name && spot.pieces.near(*piece, -1) == ".")?;
    let (first, _) = spot.before(at + 1)?;
    let receiver = short(spot.pieces.slice(first, at.checked_sub(2)?));
    // `!` binds closer than what stands in the method's place.
    let bare = receiver.strip_prefix('!').map(str::trim_start);
    let is_negated = bare.is_some();
    let receiver = bare.unwrap_or(&receiver);
    let closing = spot.pieces.closing(at + 1)?;
    let arguments = match closing - at {
        2 => "",
        _ => spot.pieces.slice(at + 2, closing - 1),
    };
    let message = format!("Cedar has no method `{}`", short(name));
    let help = same(name, receiver, arguments).map_or_else(
        || {
            "a set has contains, containsAll, containsAny and isEmpty; a text is compared with \
             `==` and `like`"
                .to_owned()
        },
        |cedar| match is_negated {
            true => write(&format!("!({cedar})")),
            false => write(&cedar),
        },
    );
    Some(spot.cure_at(at, at, message, help))
}

/// Returns what says the same in Cedar as a call in another language; `None` if nothing
/// does.
fn same(name: &str, receiver: &str, arguments: &str) -> Option<String> {
    let text = string(arguments).map(short);
    let pattern = match (name.to_ascii_lowercase().as_str(), text) {
        ("startswith" | "starts_with" | "hasprefix", Some(text)) => format!("{text}*"),
        ("endswith" | "ends_with" | "hassuffix", Some(text)) => format!("*{text}"),
        ("includes" | "indexof" | "has", Some(text)) => format!("*{text}*"),
        ("matches" | "match" | "test" | "regex", _) => short(&as_pattern(string(arguments)?)?),
        ("like", Some(text)) => text,
        ("equals" | "eq" | "equalsignorecase" | "is", _) if !arguments.is_empty() => {
            return Some(format!("{receiver} == {}", short(arguments)));
        }
        ("between", _) => {
            let (low, high) = arguments.split_once(',')?;
            let (low, high) = (short(low.trim()), short(high.trim()));
            return Some(format!("{receiver} >= {low} && {receiver} <= {high}"));
        }
        _ => {
            let meant = close(name, METHODS)?;
            return Some(format!("{receiver}.{meant}({})", short(arguments)));
        }
    };
    Some(format!("{receiver} like \"{pattern}\""))
}

/// `x / 60 >= 22`: there is multiplication alone.
fn division(spot: &Spot<'_>) -> Option<Cure> {
    let sign = match spot.said.as_str() {
        "division is not supported" => "/",
        "remainder/modulo is not supported" => "%",
        _ => return None,
    };
    let at = spot.find(&[sign])?;
    let number = |text: &str| text.parse::<i64>().ok();
    let scaled = || {
        let (_, left) = spot.before(at)?;
        let operator = spot.pieces.word(at + 2);
        let by = number(spot.pieces.word(at + 1))?;
        let than = number(spot.pieces.word(at + 3))?.checked_mul(by)?;
        let is_order = matches!(operator, ">=" | "<") && sign == "/";
        is_order.then(|| format!("{} {operator} {than}", short(left)))
    };
    let help = scaled().map_or_else(
        || "compare the whole number, such as `context.time.minuteOfDay >= 1320`".to_owned(),
        |cedar| write(&cedar),
    );
    let message = format!("Cedar has no `{sign}`: a number is compared as it is");
    Some(spot.cure_at(at, at, message, help))
}

/// `540 <= x < 1080`.
fn chain(spot: &Spot<'_>) -> Option<Cure> {
    const ORDERS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];
    if !spot.said.starts_with("multiple relational operators") {
        return None;
    }
    let first = spot.find(&ORDERS)?;
    let (middle_to, middle) = spot.behind(first);
    let second = middle_to + 1;
    let message = "two comparisons in a row: each stands by itself, joined by `&&`";
    if !ORDERS.contains(&spot.pieces.word(second)) {
        return Some(spot.cure(message, "put brackets around each comparison"));
    }
    let (_, left) = spot.before(first)?;
    let (_, right) = spot.behind(second);
    let (low, high) = (spot.pieces.word(first), spot.pieces.word(second));
    let (left, middle, right) = (short(left), short(middle), short(right));
    let cedar = format!("{left} {low} {middle} && {middle} {high} {right}");
    Some(spot.cure_at(second, second, message, write(&cedar)))
}
