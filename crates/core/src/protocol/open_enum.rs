//! Enumerations that the API may extend at any time.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::object::{Fields, Misfit};
use super::scalars::text_of;

/// Declares an enumeration of strings whose unknown values survive in `Other`.
///
/// Build values of unknown origin with `From<&str>`: it never puts a known name into `Other`, so equality means equality
/// on the wire.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )+
            /// A value that this version does not know, as it came.
            Other(Box<str>),
        }

        impl $name {
            /// Every known value, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The wire names of [`Self::ALL`].
            pub const KNOWN: &'static [&'static str] = &[$($text),+];

            /// The value as it stands in JSON.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )+
                    Self::Other(text) => text,
                }
            }

        }

        impl Default for $name {
            /// What is not told.
            fn default() -> Self {
                Self::Other(Box::default())
            }
        }

        impl From<&str> for $name {
            #[inline(never)]
            fn from(text: &str) -> Self {
                match text {
                    $( $text => Self::$variant, )+
                    _ => Self::Other(text.into()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::protocol::object::Read for $name {
            fn read(raw: &serde_json::value::RawValue) -> Result<Self, $crate::protocol::object::Misfit> {
                $crate::protocol::open_enum::name_of(raw).map(|name| Self::from(&*name))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::protocol::object::deserialize(deserializer)
            }
        }
    };
}

pub(crate) use open_enum;

/// The name of a value of an enumeration: a text, the `type` of an object, or the JSON of anything else, so that a value
/// which is there never counts as none.
#[inline(never)]
pub(crate) fn name_of(raw: &RawValue) -> Result<Cow<'_, str>, Misfit> {
    let typed = || Fields::of(raw.get()).ok()?.string("type");
    match raw.get() {
        "null" => Err(Misfit::new("expected a text")),
        json => Ok(text_of(raw).or_else(typed).unwrap_or(Cow::Borrowed(json))),
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro declares public types")]
mod tests {
    open_enum! {
        /// An example.
        pub enum Shape {
            /// Round.
            Round = "round",
            /// Square.
            Square = "square",
        }
    }

    #[test]
    fn known_and_unknown_values_survive() {
        for (json, value) in [
            ("\"round\"", Shape::Round),
            ("\"flat\"", Shape::Other("flat".into())),
            ("\"\"", Shape::Other("".into())),
        ] {
            let decoded: Shape = serde_json::from_str(json).unwrap();
            assert_eq!(decoded, value);
            assert_eq!(serde_json::to_string(&decoded).unwrap(), json);
            assert_eq!(Shape::from(decoded.as_str()), value);
        }
    }

    #[test]
    fn lists_agree() {
        let names: Vec<&str> = Shape::ALL.iter().map(Shape::as_str).collect();
        assert_eq!(names, Shape::KNOWN);
    }

    #[test]
    fn only_null_is_no_value() {
        let read = |json: &str| serde_json::from_str::<Shape>(json);
        for (json, shape) in [
            ("1", Shape::Other("1".into())),
            (r#"{"type":"round"}"#, Shape::Round),
            (r#"{"round":true}"#, Shape::Other(r#"{"round":true}"#.into())),
            (r#"["round"]"#, Shape::Other(r#"["round"]"#.into())),
        ] {
            assert_eq!(read(json).unwrap(), shape);
        }
        assert!(read("null").is_err());
    }
}
