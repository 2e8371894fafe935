//! A value of a request, or a list of values that the case is asked for each.

use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IntoDeserializer, SeqAccess, Visitor, value},
};

/// One value, or a list of at least one: a case is asked for each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMore<T>(Vec<T>);

impl<T> OneOrMore<T> {
    /// The values, in the file's order; never none.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Values(PhantomData))
    }
}

struct Values<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Values<T> {
    type Value = OneOrMore<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list of values, with quotes around what looks like a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text: value::StrDeserializer<'_, E> = text.into_deserializer();
        T::deserialize(text).map(|one| OneOrMore(vec![one]))
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        let flag: value::BoolDeserializer<E> = flag.into_deserializer();
        T::deserialize(flag).map(|one| OneOrMore(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        if values.is_empty() {
            return Err(A::Error::custom(
                "an empty list asks nothing; name a value, or leave the field out",
            ));
        }
        Ok(OneOrMore(values))
    }
}
