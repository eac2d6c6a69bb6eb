//! Reading typed objects from JSON.
//!
//! Servers do not always write what is documented. What can be meant in only one way is read so, and a part that cannot be
//! read costs itself and never the object around it; the [module above](super) says what that is for each kind of value.
//!
//! What serde derives for a hundred kinds of objects would be a large part of the page's download. Here one function
//! splits an object into its fields as text, and each kind only names the fields it takes. A text is scanned once for
//! each level of nesting above it; the levels of the API are few. For the same reason the shared parts are kept out of
//! line (`inline(never)`).

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::scalars::{id_of, string_of};

/// What does not fit, and where: `event.id: missing`. It is one pointer wide, because every field that
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
        if !path.is_empty() {
            path.insert(0, '.');
        }
        path.insert_str(0, step);
        self
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

    /// The value of a field that may be null; an error if it is something else that cannot be read.
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

/// The fields of an object as text, and the text of the object where there is one.
pub(crate) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>, &'a str);

impl<'a> Fields<'a> {
    #[inline(never)]
    pub(crate) fn of(json: &'a str) -> Result<Self, Misfit> {
        Self::parse(json).map_err(|_| Misfit::new("expected an object"))
    }

    /// The same, with where and why the text is no object.
    #[inline(never)]
    pub(crate) fn parse(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str::<Self>(json).map(|fields| Self(fields.0, json))
    }

    /// The text of the whole object.
    pub(crate) fn whole(&self) -> &'a str {
        self.1
    }

    /// The first of these fields that holds something.
    #[inline(never)]
    pub(crate) fn told(&self, names: &[&str]) -> Option<&'a RawValue> {
        let mut named = names.iter().filter_map(|name| self.get(name));
        named.find(|raw| !matches!(raw.get(), "null" | "{}" | "[]" | "\"\""))
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

    /// An object of one field.
    pub(crate) fn single(name: &'a str, value: &'a RawValue) -> Self {
        Self(vec![(Cow::Borrowed(name), value)], value.get())
    }

    /// An object of the fields whose values are JSON.
    pub(crate) fn of_readable(fields: Vec<(Cow<'a, str>, &'a str)>) -> Self {
        let readable = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name, serde_json::from_str(value).ok()?)));
        Self(readable.collect(), "")
    }

    /// The value of the first field.
    pub(crate) fn first(&self) -> Option<&'a RawValue> {
        self.0.first().map(|(_, raw)| *raw)
    }

    /// The string in a field.
    pub(crate) fn string(&self, name: &str) -> Option<Cow<'a, str>> {
        self.get(name).and_then(string_of)
    }

    /// The identifier in the field `id`.
    pub(crate) fn id(&self) -> Option<Cow<'a, str>> {
        self.get("id").and_then(id_of)
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

    /// Reads a field that has its default where it is absent, null or cannot be read.
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
                Ok(Fields(fields, ""))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// The field `id` of an object; empty if it has none.
pub(crate) fn id_field(fields: &Fields<'_>) -> String {
    fields.id().map(Cow::into_owned).unwrap_or_default()
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

/// Null, absence and what cannot be read are `None`. In an option of an option they differ: null is the inner `None`.
impl<T: Read> Read for Option<T> {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        Ok(T::read_nullable(raw).unwrap_or_default())
    }

    fn absent() -> Result<Self, Misfit> {
        Ok(None)
    }

    fn read_nullable(raw: &RawValue) -> Result<Option<Self>, Misfit> {
        T::read_nullable(raw).map(Some)
    }
}

/// The values in an array; null has none, and any other value stands for an array of it alone.
#[inline(never)]
pub(crate) fn items_of(raw: &RawValue) -> Vec<&RawValue> {
    match raw.get().as_bytes() {
        [b'[', ..] => serde_json::from_str(raw.get()).unwrap_or_default(),
        b"null" => Vec::new(),
        _ => vec![raw],
    }
}

/// Null and absence are the empty list. What cannot be read is left out.
impl<T: Read> Read for Vec<T> {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        let mut all = Self::new();
        for item in items_of(raw) {
            all.extend(T::read(item).ok());
        }
        Ok(all)
    }

    fn absent() -> Result<Self, Misfit> {
        Ok(Self::new())
    }
}

/// Makes a struct readable from an object: names its fields, `as` what they are called on the wire if they are not called
/// the same, with `or default` if what is not there or cannot be read gives the default, and with `by` a function that reads
/// it from all fields. A value that is no object stands for the object that has it in the field after `=`.
macro_rules! object {
    ($name:ident $(= $plain:literal)? {
        $( $field:ident $(as $wire:literal)? $(or $default:ident)? $(by $read:path)? ),+ $(,)?
    }) => {
        impl $crate::protocol::object::FromFields for $name {
            #[inline(never)]
            fn from_fields(
                fields: &$crate::protocol::object::Fields<'_>,
            ) -> Result<Self, $crate::protocol::object::Misfit> {
                Ok(Self {
                    $( $field: $crate::protocol::object::object!(
                        @read fields $field $(as $wire)? $(or $default)? $(by $read)?
                    ), )+
                })
            }
        }

        $crate::protocol::object::readable!($name $(= $plain)?);
    };
    (@read $fields:ident $field:ident by $read:path) => { $read($fields) };
    (@read $fields:ident $field:ident) => { $fields.read(stringify!($field))? };
    (@read $fields:ident $field:ident as $wire:literal) => { $fields.read($wire)? };
    (@read $fields:ident $field:ident or default) => { $fields.read_or_default(stringify!($field))? };
    (@read $fields:ident $field:ident as $wire:literal or default) => { $fields.read_or_default($wire)? };
}

/// Makes what is read from the fields of an object readable wherever a value is.
macro_rules! readable {
    ($name:ident $(= $plain:literal)?) => {
        impl $crate::protocol::object::Read for $name {
            fn read(raw: &serde_json::value::RawValue) -> Result<Self, $crate::protocol::object::Misfit> {
                $(
                    if !matches!(raw.get().as_bytes(), [b'{', ..] | b"null") {
                        let fields = $crate::protocol::object::Fields::single($plain, raw);
                        return $crate::protocol::object::FromFields::from_fields(&fields);
                    }
                )?
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
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Leaf {
        name: String,
        size: u64,
    }

    object!(Leaf = "label" { name as "label", size or default });

    #[derive(Debug, PartialEq)]
    struct Tree {
        leaves: Vec<Leaf>,
        title: Option<Option<String>>,
        top: Option<Leaf>,
        notes: BTreeMap<String, String>,
    }

    object!(Tree {
        leaves,
        title,
        top,
        notes
    });

    #[derive(Debug, PartialEq)]
    struct Wood {
        first: Leaf,
        count: usize,
    }

    object!(Wood { first, count by count_fields });

    fn count_fields(fields: &Fields<'_>) -> usize {
        fields.iter().count()
    }

    fn tree(json: &str) -> Tree {
        read_object(json).unwrap()
    }

    fn leaf(name: &str, size: u64) -> Leaf {
        Leaf {
            name: name.into(),
            size,
        }
    }

    #[test]
    fn absence_and_null() {
        let empty = Tree {
            leaves: vec![],
            title: None,
            top: None,
            notes: BTreeMap::new(),
        };
        assert_eq!(tree("{}"), empty);
        let nulls = tree(r#"{"leaves":null,"title":null,"top":null,"notes":null}"#);
        assert_eq!(
            nulls,
            Tree {
                title: Some(None),
                ..empty
            }
        );
        let full =
            tree(r#"{"leaves":[{"label":"a"},{"label":"b","size":2}],"title":"t","notes":{"k":"\u0076"}}"#);
        assert_eq!(full.leaves, [leaf("a", 0), leaf("b", 2)]);
        assert_eq!(full.title, Some(Some("t".into())));
        assert_eq!(full.notes["k"], "v");
    }

    #[test]
    fn the_last_field_of_a_name_counts() {
        let leaf: Leaf = serde_json::from_str(r#"{"label":"a","label":"b","l\u0061bel":"c"}"#).unwrap();
        assert_eq!(leaf.name, "c");
    }

    #[test]
    fn a_part_that_cannot_be_read_costs_only_itself() {
        let odd = tree(
            r#"{"leaves":[{"label":"a","size":-1},{},null,[7],{"label":{}},"b"],"title":{},"top":{"size":1},"notes":[]}"#,
        );
        assert_eq!(odd.leaves, [leaf("a", 0), leaf("b", 0)]);
        assert_eq!((odd.title, odd.top), (None, None), "unchanged, not removed");
        assert!(odd.notes.is_empty());
    }

    #[test]
    fn a_value_alone_stands_for_a_list_or_an_object_of_it() {
        let alone = tree(r#"{"leaves":{"label":"a"},"top":"b"}"#);
        assert_eq!(alone.leaves, [leaf("a", 0)]);
        assert_eq!(alone.top, Some(leaf("b", 0)));
        assert_eq!(tree(r#"{"leaves":"c"}"#).leaves, [leaf("c", 0)]);
    }

    #[test]
    fn a_misfit_says_where() {
        let misfit = |json: &str| read_object::<Wood>(json).unwrap_err().to_string();
        assert_eq!(misfit("[]"), "expected an object");
        assert_eq!(misfit("{}"), "first: missing");
        assert_eq!(
            misfit(r#"{"first":{"label":{}}}"#),
            "first.label: expected a text"
        );
        assert_eq!(misfit(r#"{"first":null}"#), "first: expected an object");
        let wood: Wood = read_object(r#"{"first":"a","x":1}"#).unwrap();
        assert_eq!((wood.first, wood.count), (leaf("a", 0), 2));
    }

    #[test]
    fn reads_from_a_value_too() {
        let read: Leaf = serde_json::from_value(serde_json::json!({"label": "a", "size": 1})).unwrap();
        assert_eq!(read, leaf("a", 1));
    }
}
