//! Reads the parts that every event has, in one pass over its text.

use std::fmt;
use std::sync::Arc;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::super::raw_json::string_of;
use super::super::timestamp::Timestamp;
use super::event_type::EventType;

pub(super) struct Head {
    pub(super) id: Option<Arc<str>>,
    pub(super) event_type: EventType,
    pub(super) processed_at: Option<Timestamp>,
}

/// Reads the head; the error says what is wrong and where.
pub(super) fn read(json: &str) -> Result<Head, Box<str>> {
    serde_json::from_str(json).map_err(|error| error.to_string().into())
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Type,
    Id,
    ProcessedAt,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeadVisitor)
    }
}

struct HeadVisitor;

impl<'de> Visitor<'de> for HeadVisitor {
    type Value = Head;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    /// Written by hand because a derived reader refuses an object that repeats a key; here the last one counts, as in a
    /// browser.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head, A::Error> {
        let mut event_type: Option<&RawValue> = None;
        let mut id = None;
        let mut processed_at = None;
        while let Some(key) = map.next_key()? {
            match key {
                Key::Type => event_type = Some(map.next_value()?),
                Key::Id => id = string_of(map.next_value()?).filter(|id| !id.is_empty()),
                Key::ProcessedAt => processed_at = string_of(map.next_value()?),
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let event_type = event_type.ok_or_else(|| A::Error::custom("the object has no `type`"))?;
        let event_type = string_of(event_type).ok_or_else(|| A::Error::custom("its `type` is not a text"))?;
        Ok(Head {
            id: id.map(|id| Arc::from(&*id)),
            event_type: EventType::from(&*event_type),
            processed_at: processed_at.and_then(|text| Timestamp::parse(&text).ok()),
        })
    }
}
