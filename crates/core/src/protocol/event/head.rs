//! Reads the parts that every event has, in one pass over its text.

use std::fmt;
use std::sync::Arc;

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::super::loose;
use super::super::object::Read;
use super::super::scalars::{id_of, string_of};
use super::super::timestamp::Timestamp;
use super::event_type::{EventType, UNREADABLE};

pub(super) struct Head {
    pub(super) id: Option<Arc<str>>,
    pub(super) event_type: EventType,
    pub(super) processed_at: Option<Timestamp>,
    pub(super) created_at: Option<Timestamp>,
}

/// Reads the head; the error says what is wrong and where.
pub(super) fn read(json: &str) -> Result<Head, Box<str>> {
    serde_json::from_str(json).map_err(|error| error.to_string().into())
}

/// What can be found of the head in a text that is no event.
pub(super) fn found_in(text: &str) -> Head {
    let fields = loose::fields(text).map(|(fields, _)| fields).unwrap_or_default();
    let value = |name: &str| serde_json::from_str::<&RawValue>(loose::get(&fields, name)?).ok();
    Head {
        id: value("id").and_then(id_of).map(|id| Arc::from(&*id)),
        event_type: EventType::from(UNREADABLE),
        processed_at: time(value("processed_at")),
        created_at: time(value("created_at")),
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Type,
    Id,
    ProcessedAt,
    CreatedAt,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Head {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeadVisitor)
    }
}

fn time(raw: Option<&RawValue>) -> Option<Timestamp> {
    Timestamp::read(raw?).ok()
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
        let mut created_at = None;
        while let Some(key) = map.next_key()? {
            match key {
                Key::Type => event_type = Some(map.next_value()?),
                Key::Id => id = id_of(map.next_value()?),
                Key::ProcessedAt => processed_at = map.next_value()?,
                Key::CreatedAt => created_at = map.next_value()?,
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
            processed_at: time(processed_at),
            created_at: time(created_at),
        })
    }
}
