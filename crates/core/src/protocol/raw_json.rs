//! JSON kept as the text it came in, and lenient reading of optional parts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// One JSON value as text: the order of keys and the spelling of numbers stay as they were.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// Keeps `json` if it is exactly one JSON value.
    ///
    /// # Errors
    /// The syntax error, with line and column.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The text.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }

    /// Reads the text as `T`.
    ///
    /// # Errors
    /// The text does not fit `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.get())
    }
}

impl From<Box<RawValue>> for RawJson {
    fn from(raw: Box<RawValue>) -> Self {
        Self(raw)
    }
}

impl Default for RawJson {
    /// `null`.
    fn default() -> Self {
        Self(RawValue::NULL.to_owned())
    }
}

impl PartialEq for RawJson {
    /// Equality of the texts.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

/// The content of a JSON string, or `None` for any other JSON value.
///
/// A string with an escape that is no character (a lone surrogate) counts as no string.
pub(super) fn string_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(raw.get()).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The string under `type` of a JSON object; of several, the last counts, as in a browser.
pub(super) fn type_of(json: &str) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    #[serde(field_identifier, rename_all = "snake_case")]
    enum Key {
        Type,
        #[serde(other)]
        Other,
    }

    struct TypeVisitor;

    impl<'de> Visitor<'de> for TypeVisitor {
        type Value = Option<Cow<'de, str>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(key) = map.next_key()? {
                match key {
                    Key::Type => found = string_of(map.next_value::<&RawValue>()?),
                    Key::Other => {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
            }
            Ok(found)
        }
    }

    serde_json::Deserializer::from_str(json)
        .deserialize_map(TypeVisitor)
        .ok()
        .flatten()
}

/// For fields where `null` means the same as absence: an empty list, map or default value.
pub(super) fn null_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// For fields where `null` and absence mean different things: absent is `None`, `null` is `Some(None)`.
pub(super) fn null_is_some<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_type_counts() {
        assert_eq!(type_of(r#"{"type":"a"}"#).as_deref(), Some("a"));
        assert_eq!(type_of(r#"{"type":"a","type":"b"}"#).as_deref(), Some("b"));
        assert_eq!(type_of(r#"{"t\u0079pe":"\u0061"}"#).as_deref(), Some("a"));
        for no_type in [
            "{}",
            "[]",
            "null",
            "\"type\"",
            r#"{"type":1}"#,
            r#"{"type":"\ud800"}"#,
            "{",
        ] {
            assert_eq!(type_of(no_type), None, "{no_type}");
        }
    }

    #[test]
    fn keeps_key_order_and_numbers() {
        let text = r#"{"z":1.0,"a":[1e3, 12345678901234567890123]}"#;
        let raw = RawJson::parse(text).unwrap();
        assert_eq!(serde_json::to_string(&raw).unwrap(), text);
        assert!(RawJson::parse("{} {}").is_err());
    }
}
