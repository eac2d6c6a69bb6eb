//! A decoded value together with the JSON it came from.

use std::fmt;
use std::ops::Deref;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A value and its own JSON, so that fields which this version does not know are shown and exported as they came.
#[derive(Clone)]
pub struct Kept<T> {
    raw: Box<str>,
    value: T,
}

impl<T: DeserializeOwned> Kept<T> {
    /// Decodes one JSON value and keeps its text.
    ///
    /// # Errors
    /// The text is no JSON or does not fit `T`.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        let json: &RawValue = serde_json::from_str(json)?;
        Ok(Self::new(json.get(), serde_json::from_str(json.get())?))
    }
}

impl<T> Kept<T> {
    pub(super) fn new(raw: &str, value: T) -> Self {
        let raw = raw.into();
        Self { raw, value }
    }

    /// The JSON as it came. A text of which only a part could be read may be no JSON.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The decoded value.
    #[must_use]
    pub fn get(&self) -> &T {
        &self.value
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> PartialEq for Kept<T> {
    /// Equality of the JSON texts.
    fn eq(&self, other: &Self) -> bool {
        self.raw() == other.raw()
    }
}

impl<T: fmt::Debug> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> Serialize for Kept<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serde_json::from_str::<&RawValue>(&self.raw) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => serializer.serialize_str(&self.raw),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Point {
        x: i32,
    }

    #[test]
    fn unknown_fields_survive_byte_for_byte() {
        let json = r#"[{"z":[1.0, 2],"x":4}]"#;
        let points: Vec<Kept<Point>> = serde_json::from_str(json).unwrap();
        assert_eq!(points[0].x, 4);
        assert_eq!(points[0].get().x, 4);
        assert_eq!(points[0].raw(), r#"{"z":[1.0, 2],"x":4}"#);
        assert_eq!(serde_json::to_string(&points).unwrap(), json);
    }

    #[test]
    fn a_value_that_does_not_fit_is_an_error() {
        let error = Kept::<Point>::parse(r#"{"x":"four"}"#).unwrap_err();
        assert!(error.to_string().contains("invalid type"), "{error}");
    }
}
