//! Unions of objects that are told apart by their `type` and that the API may extend at any time.

/// Declares a union of JSON objects with a `type` key.
///
/// An object with another `type`, or whose fields do not fit, is kept as it came in `Unknown`. A text alone stands for the
/// object of that `type`. What is not known so may be read by the function named last. The payloads are declared with
/// [`object!`](super::object::object).
macro_rules! tagged_union {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident $(($payload:ty))? = $tag:literal, )+
        }
        $(or $read:path)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(tag = "type")]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $tag)] $variant $(($payload))?, )+
            /// A form that this version does not know, as it came.
            #[serde(untagged)]
            Unknown($crate::protocol::RawJson),
        }

        impl $name {
            /// The known values of `type`, in order of declaration.
            pub const KNOWN: &'static [&'static str] = &[$($tag),+];
        }

        impl Default for $name {
            /// What is not told.
            fn default() -> Self {
                Self::Unknown($crate::protocol::RawJson::default())
            }
        }

        impl $name {
            #[inline(never)]
            fn known(raw: &serde_json::value::RawValue) -> Option<Self> {
                let fields = match $crate::protocol::object::Fields::of(raw.get()) {
                    Ok(fields) => fields,
                    Err(_) => $crate::protocol::object::Fields::single("type", raw),
                };
                match &*fields.string("type")? {
                    $( $tag => $crate::protocol::tagged_union::tagged_union!(@read fields $variant $(($payload))?), )+
                    _ => None,
                }
            }
        }

        impl $crate::protocol::object::Read for $name {
            fn read(raw: &serde_json::value::RawValue) -> Result<Self, $crate::protocol::object::Misfit> {
                let known = Self::known(raw);
                $( let known = known.or_else(|| $read(raw)); )?
                Ok(known.unwrap_or_else(|| Self::Unknown(raw.to_owned().into())))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::protocol::object::deserialize(deserializer)
            }
        }
    };
    (@read $fields:ident $variant:ident) => { Some(Self::$variant) };
    (@read $fields:ident $variant:ident ($payload:ty)) => {
        <$payload as $crate::protocol::object::FromFields>::from_fields(&$fields).ok().map(Self::$variant)
    };
}

pub(crate) use tagged_union;

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro declares public types")]
mod tests {
    use serde::Serialize;
    use serde_json::value::RawValue;

    use super::super::object::object;

    /// A circle.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Circle {
        /// In metres.
        radius: u32,
    }

    object!(Circle { radius });

    tagged_union! {
        /// An example.
        pub enum Shape {
            /// Without fields.
            Point = "point",
            /// With fields.
            Circle(Circle) = "circle",
        }
        or named_circle
    }

    fn named_circle(raw: &RawValue) -> Option<Shape> {
        (raw.get() == r#""ring""#).then_some(Shape::Circle(Circle { radius: 1 }))
    }

    #[test]
    fn known_and_unknown_forms_survive() {
        for (json, known) in [
            (r#"{"type":"point"}"#, true),
            (r#"{"type":"circle","radius":3}"#, true),
            (r#"{"type":"circle","radius":"three"}"#, false),
            (r#"{"type":"star","z":1,"a":2}"#, false),
            (r#"{"type":7}"#, false),
            ("3", false),
            ("null", false),
        ] {
            let shape: Shape = serde_json::from_str(json).unwrap();
            assert_eq!(matches!(shape, Shape::Unknown(_)), !known, "{json}");
            assert_eq!(serde_json::to_string(&shape).unwrap(), json);
        }
    }

    #[test]
    fn a_text_stands_for_the_object_of_that_type() {
        let read = |json: &str| serde_json::from_str::<Shape>(json).unwrap();
        assert_eq!(read(r#""point""#), Shape::Point);
        assert_eq!(read(r#""ring""#), Shape::Circle(Circle { radius: 1 }));
        for unknown in [r#""circle""#, r#""star""#] {
            assert!(matches!(read(unknown), Shape::Unknown(_)), "{unknown}");
        }
    }

    #[test]
    fn names_its_forms() {
        assert_eq!(Shape::KNOWN, ["point", "circle"]);
    }

    #[test]
    fn reads_from_a_value_too() {
        let value = serde_json::json!({"type": "circle", "radius": 3});
        assert_eq!(
            serde_json::from_value::<Shape>(value.clone()).unwrap(),
            Shape::Circle(Circle { radius: 3 })
        );
        assert_eq!(
            serde_json::to_value(Shape::Circle(Circle { radius: 3 })).unwrap(),
            value
        );
    }
}
