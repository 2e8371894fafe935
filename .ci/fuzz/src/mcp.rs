//! Lines of an MCP client.

use core::fmt;

use openpass_mcp_guard::wire::{id_of, value_of};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

pub(crate) fn line(bytes: &[u8]) {
    let id = id_of(bytes);
    let plain = serde_json::from_slice::<Value>(bytes);
    match value_of(bytes) {
        Ok(value) => {
            assert_eq!(plain.unwrap(), value, "two readers differ");
            let Once = serde_json::from_slice(bytes).unwrap();
            if let (Some(id), Some(own)) = (id, value.get("id")) {
                let id = serde_json::to_value(id).unwrap();
                // A whole number may be written with a fraction of zeros.
                let is_same = id == *own || (id.is_i64() && id.as_f64() == own.as_f64());
                assert!(is_same, "{id} answers {own}");
            }
        }
        // What a plain reader takes is refused for a member that is there twice alone.
        Err(_) if plain.is_ok() => {
            let once = serde_json::from_slice::<Once>(bytes);
            assert!(once.is_err(), "a good line is refused");
        }
        Err(_) => {}
    }
}

/// JSON in which no object has a member twice, found by sorting the names.
struct Once;

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Once {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = Vec::new();
        while let Some((name, Self)) = members.next_entry::<String, Self>()? {
            names.push(name);
        }
        let all = names.len();
        names.sort();
        names.dedup();
        match names.len() == all {
            true => Ok(self),
            false => Err(serde::de::Error::custom("twice")),
        }
    }
}
