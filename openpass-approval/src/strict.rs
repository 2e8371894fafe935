//! Reading JSON in one way: derived code takes more than it writes.

use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// A value that is read from a JSON object alone. Derived code takes an array of the
/// values too.
#[derive(Debug)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A text of at most `MOST` bytes. A longer one is not kept.
pub(crate) fn text<'de, D: Deserializer<'de>, const MOST: usize>(
    from: D,
) -> Result<String, D::Error> {
    from.deserialize_str(TextVisitor::<MOST>)
}

/// Reads a text of at most `MOST` bytes, for a member that may be left out and is never
/// null.
pub(crate) fn some_text<'de, D: Deserializer<'de>, const MOST: usize>(
    from: D,
) -> Result<Option<String>, D::Error> {
    text::<D, MOST>(from).map(Some)
}

struct TextVisitor<const MOST: usize>;

impl<const MOST: usize> Visitor<'_> for TextVisitor<MOST> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a text of at most {MOST} bytes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        match text.len() <= MOST {
            true => Ok(text.to_owned()),
            false => Err(E::invalid_length(text.len(), &self)),
        }
    }
}

/// Returns `true` for a member that is there at all, whatever its value.
pub(crate) fn presence<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(from).map(|_| true)
}
