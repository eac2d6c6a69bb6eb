//! Texts, counts, numbers and yes or no, also where they are spelled in another way than documented.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json_text::string_in;
use super::object::{Fields, Misfit, Read};

/// The content of a JSON string that is meant as an identifier; `None` for any other JSON value and for a string with an
/// escape that is no character (a lone surrogate), which no request could name.
pub(crate) fn string_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    string_in(raw.get()).and_then(|(text, is_exact)| is_exact.then_some(text))
}

/// The text that a value is meant as: a string, or a number or a truth value as it is spelled.
pub(crate) fn text_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    let json = raw.get();
    match json.as_bytes() {
        [b'"', ..] => string_in(json).map(|(text, _)| text),
        [b'{' | b'[', ..] | b"null" => None,
        _ => Some(Cow::Borrowed(json)),
    }
}

/// An identifier, also where it is a number.
pub(crate) fn id_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    match raw.get().as_bytes() {
        [b'"', ..] => string_of(raw).filter(|id| !id.is_empty()),
        [b'-' | b'0'..=b'9', ..] => Some(Cow::Borrowed(raw.get())),
        _ => None,
    }
}

impl Read for String {
    #[inline(never)]
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        text_of(raw)
            .map(Cow::into_owned)
            .ok_or_else(|| Misfit::new("expected a text"))
    }
}

impl Read for bool {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        match text_of(raw).as_deref().map(str::trim) {
            Some("true" | "True" | "TRUE" | "1") => Ok(true),
            Some("false" | "False" | "FALSE" | "0") => Ok(false),
            _ => Err(Misfit::new("expected true or false")),
        }
    }
}

/// The number that a value is meant as; the bounds of `f64` are far beyond every count and time.
fn number_of(raw: &RawValue) -> Option<f64> {
    decimal(text_of(raw)?.trim())
}

/// Reads a decimal number, exact as far as 15 digits go. The library's reader brings a table of all powers of ten along.
fn decimal(text: &str) -> Option<f64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1.0, text),
        None => (1.0, text),
    };
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut number = 0.0;
    for byte in whole.bytes().chain(part.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10.0 + f64::from(byte - b'0');
    }
    let exponent = exponent.saturating_sub(part.len() as i64);
    let scale = (0..exponent.unsigned_abs().min(400)).fold(1.0, |scale, _| scale * 10.0);
    let number = sign
        * if exponent < 0 {
            number / scale
        } else {
            number * scale
        };
    (!whole.is_empty() && number.is_finite()).then_some(number)
}

/// Counts have no fraction and no sign. What is too large is the largest; what is less than nothing is none.
#[inline(never)]
fn count_of(raw: &RawValue) -> Result<u64, Misfit> {
    let text = text_of(raw).unwrap_or_default();
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.parse().unwrap_or(u64::MAX));
    }
    let number = number_of(raw).filter(|number| *number >= 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it stops at the bounds"
    )]
    number
        .map(|number| number as u64)
        .ok_or_else(|| Misfit::new("expected a count"))
}

impl Read for u64 {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        count_of(raw)
    }
}

impl Read for u32 {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        count_of(raw).map(|count| count.try_into().unwrap_or(Self::MAX))
    }
}

impl Read for f64 {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        number_of(raw).ok_or_else(|| Misfit::new("expected a number"))
    }
}

/// Null, absence and what is no object are the empty map. What is no text is kept as its JSON.
impl Read for BTreeMap<String, String> {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        // Collecting would sort first, and the code for that is large.
        let mut map = Self::new();
        if let Ok(fields) = Fields::of(raw.get()) {
            for (key, value) in fields.iter() {
                let text = text_of(value).unwrap_or(Cow::Borrowed(value.get()));
                map.insert(key.to_owned(), text.into_owned());
            }
        }
        Ok(map)
    }

    fn absent() -> Result<Self, Misfit> {
        Ok(Self::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Read>(json: &str) -> Option<T> {
        T::read(serde_json::from_str(json).expect("JSON")).ok()
    }

    #[test]
    fn a_text_may_be_spelled_as_a_number_or_a_truth_value() {
        for (json, text) in [
            (r#""a""#, Some("a")),
            ("12.50", Some("12.50")),
            ("true", Some("true")),
            (r#""\ud800x""#, Some("\u{FFFD}x")),
            ("null", None),
            ("{}", None),
            (r#"["a"]"#, None),
        ] {
            assert_eq!(read::<String>(json).as_deref(), text, "{json}");
        }
    }

    #[test]
    fn an_identifier_is_exact_or_none() {
        let id = |json: &str| id_of(serde_json::from_str(json).expect("JSON")).map(Cow::into_owned);
        assert_eq!(id(r#""a\u0062""#).as_deref(), Some("ab"));
        assert_eq!(id("12").as_deref(), Some("12"));
        for none in [r#""""#, "null", "true", r#""\ud800""#, "{}", "[1]"] {
            assert_eq!(id(none), None, "{none}");
        }
    }

    #[test]
    fn counts_saturate_and_are_never_less_than_nothing() {
        for (json, count) in [
            ("12", Some(12)),
            ("12.0", Some(12)),
            ("1e3", Some(1_000)),
            ("\"7\"", Some(7)),
            ("\" 7.9 \"", Some(7)),
            ("18446744073709551616", Some(u64::MAX)),
            ("1e40", Some(u64::MAX)),
            ("-0.0", Some(0)),
            ("-1", None),
            ("\"\"", None),
            ("\"many\"", None),
            ("null", None),
            ("true", None),
            ("[3]", None),
        ] {
            assert_eq!(read::<u64>(json), count, "{json}");
        }
        assert_eq!(read::<u32>("4294967296"), Some(u32::MAX));
    }

    #[test]
    fn a_number_is_read_as_the_language_reads_it() {
        for text in [
            "0",
            "-0",
            "0.1",
            "12.345",
            "1e21",
            "1E-7",
            "123456.789",
            "0.000001",
            "999999999999999",
            "-2.5e+3",
            "1.50",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        for text in [
            "", "-", ".5", "1e", "x", "1.2.3", "1e400", "0x1", "1 2", "NaN", "Infinity",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal("1e-400"), Some(0.0));
    }

    #[test]
    fn numbers_and_truth_values_may_stand_in_quotation_marks() {
        assert_eq!(read::<f64>("1.5e1"), Some(15.0));
        assert_eq!(read::<f64>("\"-2.5\""), Some(-2.5));
        assert_eq!(read::<f64>("\"x\""), None);
        for (json, truth) in [
            ("true", Some(true)),
            ("\"True\"", Some(true)),
            ("1", Some(true)),
            ("\"false\"", Some(false)),
            ("0", Some(false)),
            ("2", None),
            ("null", None),
            ("{}", None),
        ] {
            assert_eq!(read::<bool>(json), truth, "{json}");
        }
    }

    #[test]
    fn a_map_keeps_what_is_no_text_as_json() {
        let map = read::<BTreeMap<String, String>>(r#"{"a":"b","c":1,"d":[null]}"#).expect("a map");
        assert_eq!((&*map["a"], &*map["c"], &*map["d"]), ("b", "1", "[null]"));
        for empty in ["null", "[]", "7"] {
            assert_eq!(read(empty), Some(BTreeMap::<String, String>::new()), "{empty}");
        }
    }
}
