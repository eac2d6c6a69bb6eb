//! Reading typed objects from JSON.
//!
//! What serde derives for a hundred kinds of objects would be a large part of the page's download. Here one function
//! splits an object into its fields as text, and each kind only names the fields it takes. A text is scanned once for
//! each level of nesting above it; the levels of the API are few. For the same reason the shared parts are kept out of
//! line (`inline(never)`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::raw_json::string_of;

/// What does not fit, and where: `content[0].text: expected a string`. It is one pointer wide, because every field that
/// is read hands one on.
#[derive(Debug, PartialEq)]
pub(crate) struct Misfit(Box<Place>);

#[derive(Debug, PartialEq)]
struct Place {
    path: String,
    problem: String,
}

impl Misfit {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        #[inline(never)]
        fn boxed(problem: String) -> Misfit {
            let path = String::new();
            Misfit(Box::new(Place { path, problem }))
        }
        boxed(problem.into())
    }

    /// The same, seen from the value around it.
    #[inline(never)]
    fn inside(mut self, step: &str) -> Self {
        let path = &mut self.0.path;
        if !path.is_empty() && !path.starts_with('[') {
            path.insert(0, '.');
        }
        path.insert_str(0, step);
        self
    }

    /// The same, seen from the array around it.
    #[inline(never)]
    fn at(self, index: usize) -> Self {
        self.inside(&format!("[{index}]"))
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { path, problem } = &*self.0;
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        f.write_str(problem)
    }
}

/// A value that can be read from the text of one JSON value.
pub(crate) trait Read: Sized {
    fn read(raw: &RawValue) -> Result<Self, Misfit>;

    /// The value of a field that is not there.
    fn absent() -> Result<Self, Misfit> {
        Err(Misfit::new("missing"))
    }

    /// The value of a field that may be null.
    fn read_nullable(raw: &RawValue) -> Result<Option<Self>, Misfit> {
        if raw.get() == "null" {
            Ok(None)
        } else {
            Self::read(raw).map(Some)
        }
    }
}

/// A value that is read from the fields of an object.
pub(crate) trait FromFields: Sized {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, Misfit>;
}

/// The fields of an object as text.
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    #[inline(never)]
    pub(crate) fn of(json: &'a str) -> Result<Self, Misfit> {
        serde_json::from_str(json).map_err(|_| Misfit::new("expected an object"))
    }

    /// Of several fields of one name the last counts, as in a browser.
    #[inline(never)]
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, raw)| *raw)
    }

    /// All fields in the order of the text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, raw)| (&**name, *raw))
    }

    /// The value of the first field.
    pub(crate) fn first(&self) -> Option<&'a RawValue> {
        self.0.first().map(|(_, raw)| *raw)
    }

    /// The string in a field.
    pub(crate) fn string(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).and_then(string_of)
    }

    /// Whether the field `type` says this.
    pub(crate) fn is_of_type(&self, name: &str) -> bool {
        self.string("type").is_some_and(|named| named == name)
    }

    /// Reads a field.
    #[inline(never)]
    pub(crate) fn read<T: Read>(&self, name: &str) -> Result<T, Misfit> {
        match self.get(name) {
            Some(raw) => T::read(raw),
            None => T::absent(),
        }
        .map_err(|misfit| misfit.inside(name))
    }

    /// Reads a field that has its default where it is absent or null.
    #[inline(never)]
    pub(crate) fn read_or_default<T: Read + Default>(&self, name: &str) -> Result<T, Misfit> {
        self.read::<Option<T>>(name).map(Option::unwrap_or_default)
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((Key(key), raw)) = map.next_entry()? {
                    fields.push((key, raw));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// Reads an object of one kind.
pub(crate) fn read_object<T: FromFields>(json: &str) -> Result<T, Misfit> {
    T::from_fields(&Fields::of(json)?)
}

/// Reads a value where serde asks for it.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: Read>(deserializer: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    T::read(&raw).map_err(serde::de::Error::custom)
}

fn parse<T: DeserializeOwned>(raw: &RawValue, expected: &str) -> Result<T, Misfit> {
    serde_json::from_str(raw.get()).map_err(|_| Misfit::new(format!("expected {expected}")))
}

impl Read for String {
    #[inline(never)]
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        string_of(raw)
            .map(Cow::into_owned)
            .ok_or_else(|| Misfit::new("expected a string"))
    }
}

impl Read for bool {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        parse(raw, "true or false")
    }
}

impl Read for u32 {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        parse(raw, "a whole number")
    }
}

impl Read for u64 {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        parse(raw, "a whole number")
    }
}

impl Read for f64 {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        parse(raw, "a number")
    }
}

impl<T: FromFields> Read for Box<T> {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        read_object(raw.get()).map(Self::new)
    }
}

impl<T: FromFields> FromFields for Box<T> {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, Misfit> {
        T::from_fields(fields).map(Self::new)
    }
}

/// Null and absence are `None`. In an option of an option they differ: absence is the outer `None`.
impl<T: Read> Read for Option<T> {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        T::read_nullable(raw)
    }

    fn absent() -> Result<Self, Misfit> {
        Ok(None)
    }

    fn read_nullable(raw: &RawValue) -> Result<Option<Self>, Misfit> {
        Self::read(raw).map(Some)
    }
}

/// The values in an array; null has none.
#[inline(never)]
pub(crate) fn items_of(raw: &RawValue) -> Result<Vec<&RawValue>, Misfit> {
    let items: Option<_> = serde_json::from_str(raw.get()).map_err(|_| Misfit::new("expected an array"))?;
    Ok(items.unwrap_or_default())
}

/// Null and absence are the empty list.
impl<T: Read> Read for Vec<T> {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        let items = items_of(raw)?;
        let mut all = Self::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            all.push(T::read(item).map_err(|misfit| misfit.at(index))?);
        }
        Ok(all)
    }

    fn absent() -> Result<Self, Misfit> {
        Ok(Self::new())
    }
}

/// Null and absence are the empty map.
impl Read for BTreeMap<String, String> {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        if raw.get() == "null" {
            return Ok(Self::new());
        }
        let fields = Fields::of(raw.get())?;
        // Collecting would sort first, and the code for that is large.
        let mut map = Self::new();
        for (key, _) in &fields.0 {
            map.insert(key.to_string(), fields.read(key)?);
        }
        Ok(map)
    }

    fn absent() -> Result<Self, Misfit> {
        Ok(Self::new())
    }
}

/// Makes a struct readable from an object: names its fields, `as` what they are called on the wire if they are not called
/// the same, and with `or default` if null and absence give the default.
macro_rules! object {
    ($name:ident { $( $field:ident $(as $wire:literal)? $(or $default:ident)? ),+ $(,)? }) => {
        impl $crate::protocol::object::FromFields for $name {
            #[inline(never)]
            fn from_fields(
                fields: &$crate::protocol::object::Fields<'_>,
            ) -> Result<Self, $crate::protocol::object::Misfit> {
                Ok(Self {
                    $( $field: $crate::protocol::object::object!(@read fields $field $(as $wire)? $(or $default)?), )+
                })
            }
        }

        $crate::protocol::object::readable!($name);
    };
    (@read $fields:ident $field:ident) => { $fields.read(stringify!($field))? };
    (@read $fields:ident $field:ident as $wire:literal) => { $fields.read($wire)? };
    (@read $fields:ident $field:ident or default) => { $fields.read_or_default(stringify!($field))? };
    (@read $fields:ident $field:ident as $wire:literal or default) => { $fields.read_or_default($wire)? };
}

/// Makes what is read from the fields of an object readable wherever a value is.
macro_rules! readable {
    ($name:ident) => {
        impl $crate::protocol::object::Read for $name {
            fn read(raw: &serde_json::value::RawValue) -> Result<Self, $crate::protocol::object::Misfit> {
                $crate::protocol::object::read_object(raw.get())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::protocol::object::deserialize(deserializer)
            }
        }
    };
}

pub(crate) use {object, readable};

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Leaf {
        name: String,
        size: u64,
    }

    object!(Leaf { name as "label", size or default });

    #[derive(Debug, PartialEq)]
    struct Tree {
        leaves: Vec<Leaf>,
        title: Option<Option<String>>,
        notes: BTreeMap<String, String>,
    }

    object!(Tree { leaves, title, notes });

    fn misfit(json: &str) -> String {
        read_object::<Tree>(json).unwrap_err().to_string()
    }

    #[test]
    fn absence_and_null() {
        let tree = |json| read_object::<Tree>(json).unwrap();
        let empty = Tree {
            leaves: vec![],
            title: None,
            notes: BTreeMap::new(),
        };
        assert_eq!(tree("{}"), empty);
        let nulls = tree(r#"{"leaves":null,"title":null,"notes":null}"#);
        assert_eq!(
            nulls,
            Tree {
                title: Some(None),
                ..empty
            }
        );
        let full =
            tree(r#"{"leaves":[{"label":"a"},{"label":"b","size":2}],"title":"t","notes":{"k":"\u0076"}}"#);
        assert_eq!(
            full.leaves[1],
            Leaf {
                name: "b".into(),
                size: 2
            }
        );
        assert_eq!((full.leaves[0].size, full.title), (0, Some(Some("t".into()))));
        assert_eq!(full.notes["k"], "v");
    }

    #[test]
    fn the_last_field_of_a_name_counts() {
        let leaf: Leaf = serde_json::from_str(r#"{"label":"a","label":"b","l\u0061bel":"c"}"#).unwrap();
        assert_eq!(leaf.name, "c");
    }

    #[test]
    fn a_misfit_says_where() {
        assert_eq!(misfit("[]"), "expected an object");
        assert_eq!(misfit(r#"{"leaves":7}"#), "leaves: expected an array");
        assert_eq!(
            misfit(r#"{"leaves":[{"label":"a"},{}]}"#),
            "leaves[1].label: missing"
        );
        assert_eq!(
            misfit(r#"{"leaves":[{"label":1}]}"#),
            "leaves[0].label: expected a string"
        );
        assert_eq!(
            misfit(r#"{"leaves":[{"label":"a","size":-1}]}"#),
            "leaves[0].size: expected a whole number"
        );
        assert_eq!(misfit(r#"{"leaves":[3]}"#), "leaves[0]: expected an object");
        assert_eq!(misfit(r#"{"notes":{"k":1}}"#), "notes.k: expected a string");
    }

    #[test]
    fn reads_from_a_value_too() {
        let leaf: Leaf = serde_json::from_value(serde_json::json!({"label": "a", "size": 1})).unwrap();
        assert_eq!(
            leaf,
            Leaf {
                name: "a".into(),
                size: 1
            }
        );
    }
}
