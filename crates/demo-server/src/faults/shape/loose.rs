//! JSON as servers write it, valid or not: names may stand twice, numbers have any form, and a scalar may be no JSON.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Loose {
    /// Written as it stands.
    Raw(String),
    List(Vec<Loose>),
    Object(Vec<(String, Loose)>),
}

impl Loose {
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    pub(crate) fn null() -> Self {
        Self::Raw("null".to_owned())
    }

    pub(crate) fn text(text: &str) -> Self {
        Self::Raw(Value::from(text).to_string())
    }

    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Array(list) => Self::List(list.iter().map(Self::of).collect()),
            Value::Object(map) => {
                let entries = map.iter().map(|(key, value)| (key.clone(), Self::of(value)));
                Self::Object(entries.collect())
            }
            scalar => Self::Raw(scalar.to_string()),
        }
    }

    /// The text of a string.
    pub(crate) fn as_text(&self) -> Option<String> {
        match self {
            Self::Raw(raw) if raw.starts_with('"') => serde_json::from_str(raw).ok(),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The elements of a list in a field.
    pub(crate) fn list_mut(&mut self, key: &str) -> Option<&mut Vec<Self>> {
        match self {
            Self::Object(entries) => entries.iter_mut().find_map(|(name, value)| match value {
                Self::List(items) if name == key => Some(items),
                _ => None,
            }),
            _ => None,
        }
    }

    pub(crate) fn text_at(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Self::as_text)
    }

    /// Replaces the value in its place, or adds it at the end. Nothing happens to what is no object.
    pub(crate) fn set(&mut self, key: &str, value: Self) {
        if let Self::Object(entries) = self {
            match entries.iter_mut().find(|(name, _)| name == key) {
                Some(entry) => entry.1 = value,
                None => entries.push((key.to_owned(), value)),
            }
        }
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Self> {
        match self {
            Self::Object(entries) => {
                let place = entries.iter().position(|(name, _)| name == key)?;
                Some(entries.remove(place).1)
            }
            _ => None,
        }
    }

    /// Another name for a value, in its place.
    pub(crate) fn rename(&mut self, key: &str, new: &str) {
        if let Self::Object(entries) = self {
            for (name, _) in entries.iter_mut().filter(|(name, _)| name == key) {
                new.clone_into(name);
            }
        }
    }

    /// Calls `change` for every value, the inner ones first.
    pub(crate) fn walk(&mut self, change: &mut impl FnMut(&mut Self)) {
        match self {
            Self::Raw(_) => {}
            Self::List(items) => items.iter_mut().for_each(|item| item.walk(change)),
            Self::Object(entries) => entries.iter_mut().for_each(|(_, value)| value.walk(change)),
        }
        change(self);
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Raw(raw) => out.extend_from_slice(raw.as_bytes()),
            Self::List(items) => {
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(entries) => {
                out.push(b'{');
                for (n, (name, value)) in entries.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }

    pub(crate) fn written(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// Whether everything in `pattern` is found here: objects may have more, strings may end in `*`.
    pub(crate) fn fits(&self, pattern: &Value) -> bool {
        match pattern {
            Value::Object(map) => map
                .iter()
                .all(|(key, pattern)| self.get(key).is_some_and(|value| value.fits(pattern))),
            Value::String(wanted) => self.as_text().is_some_and(|text| text_fits(&text, wanted)),
            other => *self == Self::of(other),
        }
    }
}

/// Whether a text is the wanted one, or begins like it if that ends in `*`.
pub(crate) fn text_fits(text: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => text == wanted,
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Loose;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Raw(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Raw(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Raw(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Raw(Value::from(value).to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::text(value))
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::null())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Loose::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Loose::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_read_is_written_as_it_was() {
        for text in [
            r#"{"b":1,"a":[true,null,-2,0.5,"x\"\\é",{"a":1,"a":2}],"c":{}}"#,
            "[]",
            "\"x\"",
        ] {
            let loose = Loose::read(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(loose.written()).unwrap(), text);
        }
        assert_eq!(Loose::read(b"{\"a\":"), None);
    }

    #[test]
    fn fields_are_set_removed_renamed_and_may_be_no_json() {
        let mut loose = Loose::read(br#"{"a":1,"b":2}"#).unwrap();
        loose.set("a", Loose::Raw("NaN".to_owned()));
        loose.set("c", Loose::text("x"));
        assert_eq!(loose.remove("b"), Some(Loose::Raw("2".to_owned())));
        loose.rename("c", "d");
        assert_eq!(loose.written(), br#"{"a":NaN,"d":"x"}"#);
    }

    #[test]
    fn patterns_ask_for_a_part() {
        let loose =
            Loose::read(br#"{"type":"user.message","n":3,"stop":{"type":"end_turn","x":1}}"#).unwrap();
        assert!(loose.fits(&json!({"type": "user.*", "n": 3})));
        assert!(loose.fits(&json!({"stop": {"type": "end_turn"}})));
        assert!(!loose.fits(&json!({"stop": "end_turn"})));
        assert!(!loose.fits(&json!({"type": "user", "n": 3})));
    }
}
