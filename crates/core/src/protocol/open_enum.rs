//! Enumerations that the API may extend at any time.

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
                String::read(raw).map(|text| Self::from(text.as_str()))
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
    fn only_strings_are_values() {
        assert!(serde_json::from_str::<Shape>("1").is_err());
        assert!(serde_json::from_str::<Shape>("null").is_err());
    }
}
