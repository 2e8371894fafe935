//! Reads the id of a message that is not understood, so that its request is
//! answered.

use core::{cell::RefCell, fmt};

use rmcp::model::RequestId;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

/// The id of the request in `line`, as far as the line can be read. What is
/// nested is passed over, however deep it is.
#[must_use]
pub fn id_of(line: &[u8]) -> Option<RequestId> {
    let found = RefCell::new(None);
    let mut json = serde_json::Deserializer::from_slice(line);
    // The id may come before what is wrong.
    drop(json.deserialize_map(Members { id: &found }));
    found.into_inner()
}

struct Members<'c> {
    id: &'c RefCell<Option<RequestId>>,
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "id" {
                let MaybeId(id) = map.next_value()?;
                self.id.replace(id);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// An id, or something that is none.
struct MaybeId(Option<RequestId>);

impl<'de> Deserialize<'de> for MaybeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Any {
            Id(RequestId),
            None(IgnoredAny),
        }
        Ok(Self(match Any::deserialize(deserializer)? {
            Any::Id(id) => Some(id),
            Any::None(_) => None,
        }))
    }
}
