//! JSON objects whose members' texts stay as they were sent.

use core::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A JSON object, whose members are texts in the order in which they came. No
/// member is there twice.
#[derive(Debug)]
pub(super) struct RawObject<'t>(Vec<(String, &'t RawValue)>);

impl<'t> RawObject<'t> {
    /// Reads an object. What is in its members is read as far as to find
    /// their ends.
    ///
    /// # Errors
    ///
    /// That `text` is no JSON object, or has a member twice.
    pub(super) fn read(text: &'t [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'t RawValue> {
        let mut members = self.0.iter();
        members.find_map(|(own, value)| (own == name).then_some(*value))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The object at this path below `text`, if there is one.
    pub(super) fn at(text: &'t [u8], path: &[&str]) -> Option<Self> {
        let mut object = Self::read(text).ok()?;
        for name in path {
            object = Self::read(object.get(name)?.get().as_bytes()).ok()?;
        }
        Some(object)
    }
}

impl<'de> Deserialize<'de> for RawObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = RawObject<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all: Vec<(String, &'de RawValue)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if all.iter().any(|(other, _)| *other == name) || all.len() >= MOST_MEMBERS {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                    all.push((name, value));
                }
                Ok(RawObject(all))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// The largest number of members that are looked at. No message of the
/// protocol has nearly as many.
const MOST_MEMBERS: usize = 1024;

/// Returns `text` without the member at `path`. Every other text in it stays.
/// It is `text` itself if there is no such member, and `None` if an object on the way cannot be
/// read.
pub(super) fn without(text: &str, path: &[&str]) -> Option<String> {
    let Some((first, rest)) = path.split_first() else {
        return Some(text.to_owned());
    };
    // What is no object has no members.
    if !text.trim_start().starts_with('{') {
        return Some(text.to_owned());
    }
    let object = RawObject::read(text.as_bytes()).ok()?;
    if object.get(first).is_none() {
        return Some(text.to_owned());
    }
    let mut members = Vec::new();
    for (name, value) in &object.0 {
        let value = match (name == first, rest.is_empty()) {
            (true, true) => continue,
            (true, false) => without(value.get(), rest)?,
            (false, _) => value.get().to_owned(),
        };
        members.push(format!(
            "{}:{value}",
            serde_json::Value::from(name.as_str())
        ));
    }
    Some(format!("{{{}}}", members.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_out_keeps_its_text_and_its_place() {
        let text = r#"{"z":1.50,"a":{"x":1e2, "y":[ 1 ],"é\n":null},"k":"\u0041"}"#;
        let expected = r#"{"z":1.50,"a":{"y":[ 1 ],"é\n":null},"k":"\u0041"}"#;
        let without = |path: &[&str]| super::without(text, path).unwrap();
        assert_eq!(without(&["a", "x"]), expected);
        assert_eq!(
            without(&["a", "none"]),
            r#"{"z":1.50,"a":{"x":1e2, "y":[ 1 ],"é\n":null},"k":"\u0041"}"#
        );
        assert_eq!(without(&["none", "x"]), text);
        assert_eq!(without(&["z", "x"]), text);
    }

    #[test]
    fn what_cannot_be_read_is_not_taken_for_what_has_no_such_member() {
        let many: Vec<String> = (0..=MOST_MEMBERS)
            .map(|it| format!("\"m{it}\":0"))
            .collect();
        let text = format!("{{\"a\":{{\"x\":1,{}}}}}", many.join(","));
        assert_eq!(without(&text, &["a", "x"]), None);
        assert_eq!(without("{\"a\":1,\"a\":2}", &["a"]), None);
    }

    #[test]
    fn a_member_that_is_there_twice_makes_an_object_unreadable() {
        assert!(RawObject::read(br#"{"a":1,"\u0061":2}"#).is_err());
    }
}
