//! Splitting a text that is meant to be JSON and is not, into the parts that it is meant to have.
//!
//! One bad value (`NaN`, a raw control character, a comma too many) makes a whole text unreadable for a strict reader. Here
//! only brackets, commas and strings count, so that everything else stands in its own part and can be read by itself. The
//! cost is linear in the text.

use std::borrow::Cow;

use super::json_text::{end_of_string, string_in};

/// The parts of an array or an object.
#[derive(Debug, PartialEq)]
pub(crate) struct Parts<'a> {
    /// The texts between the commas, without white space around them and without empty ones.
    pub(crate) parts: Vec<&'a str>,
    /// Whether every bracket was closed: a text that was cut off is not balanced.
    pub(crate) is_balanced: bool,
}

/// Names of fields with the texts of their values.
pub(crate) type NamedTexts<'a> = Vec<(Cow<'a, str>, &'a str)>;

/// The elements of an array; `None` if the text is none.
pub(crate) fn elements(text: &str) -> Option<Parts<'_>> {
    split(text, '[', ']')
}

/// The fields of an object, names with the texts of their values; `None` if the text is none. The flag tells whether every
/// bracket was closed.
pub(crate) fn fields(text: &str) -> Option<(NamedTexts<'_>, bool)> {
    let parts = split(text, '{', '}')?;
    let fields = parts.parts.into_iter().filter_map(field);
    Some((fields.collect(), parts.is_balanced))
}

/// The value of a field; of several of one name the last counts.
pub(crate) fn get<'a>(fields: &[(Cow<'_, str>, &'a str)], name: &str) -> Option<&'a str> {
    let named = fields.iter().rev().find(|(key, _)| key == name);
    named.map(|(_, value)| *value)
}

fn field(part: &str) -> Option<(Cow<'_, str>, &str)> {
    let end = match part.as_bytes() {
        [b'"', inside @ ..] => 2 + end_of_string(inside)?.0,
        _ => part.find(':')?,
    };
    let (name, value) = part.split_at(end);
    let value = value.trim_start().strip_prefix(':')?.trim_start();
    let name = match string_in(name) {
        Some((name, _)) => name,
        None => Cow::Borrowed(name.trim_end()),
    };
    Some((name, value))
}

/// Splits what stands between two brackets at its commas.
///
/// A closing bracket also closes what was opened behind its partner and left open. One without a partner is no bracket.
fn split(text: &str, from: char, to: char) -> Option<Parts<'_>> {
    let inside = text.trim().strip_prefix(from)?;
    let mut is_closed = inside.ends_with(to);
    let inside = inside.strip_suffix(to).unwrap_or(inside);
    let text = inside.as_bytes();
    let mut parts = Vec::new();
    let mut open = Open::default();
    let mut start = 0;
    let mut at = 0;
    let mut push = |from: usize, to: usize| {
        let part = inside[from..to].trim();
        if !part.is_empty() {
            parts.push(part);
        }
    };
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => match end_of_string(&text[at..]) {
                Some((end, _)) => at += end + 1,
                None => {
                    is_closed = false;
                    at = text.len();
                }
            },
            b'[' | b'{' => open.push(byte == b'{'),
            b']' | b'}' => open.close(byte == b'}'),
            b',' if open.brackets.is_empty() => {
                push(start, at - 1);
                start = at;
            }
            _ => {}
        }
    }
    push(start, text.len());
    let is_balanced = is_closed && open.brackets.is_empty();
    Some(Parts { parts, is_balanced })
}

/// The brackets that are open; a brace is `true`.
#[derive(Default)]
struct Open {
    brackets: Vec<bool>,
    braces: usize,
}

impl Open {
    fn push(&mut self, is_brace: bool) {
        self.brackets.push(is_brace);
        self.braces += usize::from(is_brace);
    }

    fn close(&mut self, is_brace: bool) {
        let partners = if is_brace {
            self.braces
        } else {
            self.brackets.len() - self.braces
        };
        if partners == 0 {
            return;
        }
        while let Some(closed) = self.brackets.pop() {
            self.braces -= usize::from(closed);
            if closed == is_brace {
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::*;

    fn parts(json: &str) -> (Vec<&str>, bool) {
        let Parts { parts, is_balanced } = elements(json).expect("an array");
        (parts, is_balanced)
    }

    #[test]
    fn one_bad_element_stands_alone() {
        for (bad, whole) in [
            ("NaN", "[1, NaN ,3]"),
            (r#"{"a":-Infinity}"#, r#"[1,{"a":-Infinity},3]"#),
            (r#"{"a":"\ud800"}"#, r#"[1,{"a":"\ud800"},3,]"#),
            ("\"a\nb, [\u{1}\"", "[1,\"a\nb, [\u{1}\",3]"),
            (r#"{"a":1,}"#, r#"[1,{"a":1,},3]"#),
            (r#"{"a":1]}"#, r#"[1,{"a":1]},3]"#),
            (r#"{"a":[1}"#, r#"[1,{"a":[1},3]"#),
            ("undefined", "[,1,,undefined,3,]"),
            (r#"{'a': None}"#, r#"[1,{'a': None},3]"#),
        ] {
            assert_eq!(parts(whole), (vec!["1", bad, "3"], true), "{whole}");
        }
        assert_eq!(parts("[ ]"), (vec![], true));
        assert_eq!(elements("7"), None);
    }

    #[test]
    fn what_was_cut_off_is_not_balanced() {
        for (cut, found) in [
            ("[", vec![]),
            ("[1,2", vec!["1", "2"]),
            (r#"[1,{"a":[2]"#, vec!["1", r#"{"a":[2"#]),
            (r#"[1,{"a":2}"#, vec!["1", r#"{"a":2}"#]),
            (r#"[1,"a]"#, vec!["1", "\"a"]),
            (r#"[1,"a\"#, vec!["1", "\"a\\"]),
        ] {
            assert_eq!(parts(cut), (found, false), "{cut}");
        }
        let (read, is_balanced) = fields(r#"{"id":"a","status":"id"#).expect("an object");
        assert!(!is_balanced);
        assert_eq!(get(&read, "id"), Some("\"a\""));
    }

    #[test]
    fn fields_have_names_in_any_spelling() {
        let (read, is_balanced) =
            fields(r#" {"id":"a", b : [1,2],"c\u0064":NaN,"e:f":"g", "id" : "z", nothing,}"#)
                .expect("an object");
        assert!(is_balanced);
        let expected = [
            ("id", "\"a\""),
            ("b", "[1,2]"),
            ("cd", "NaN"),
            ("e:f", "\"g\""),
            ("id", "\"z\""),
        ];
        assert_eq!(read, expected.map(|(name, value)| (Cow::Borrowed(name), value)));
        assert_eq!(get(&read, "id"), Some("\"z\""));
        assert_eq!(get(&read, "nothing"), None);
        assert_eq!(fields("[1]"), None);
    }

    #[test]
    fn the_cost_is_linear() {
        let depth = 400_000;
        for hard in [
            "[".repeat(depth) + &"}".repeat(depth),
            "{]".repeat(depth),
            "[}".repeat(depth),
        ] {
            assert!(elements(&format!("[{hard}]")).is_some());
        }
    }

    proptest! {
        #[test]
        fn what_is_json_is_split_as_a_strict_reader_splits_it(values in prop::collection::vec("[a-z\\[\\]{}\",:\\\\ ]{0,12}", 0..6), pretty in any::<bool>()) {
            let object: Value = values.iter().map(|text| (text.clone(), Value::from(vec![text.as_str(), ","]))).collect::<serde_json::Map<_, _>>().into();
            let array = Value::from(vec![object.clone(), Value::from(values), object.clone()]);
            let [object, array] = [object, array].map(|value| if pretty { format!("{value:#}") } else { value.to_string() });
            let strict: Vec<&RawValue> = serde_json::from_str(&array).expect("JSON");
            let strict: Vec<&str> = strict.into_iter().map(RawValue::get).collect();
            prop_assert_eq!(parts(&array), (strict, true));
            let (read, is_balanced) = fields(&object).expect("an object");
            let strict: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(&object).expect("JSON");
            prop_assert!(is_balanced && read.len() == strict.len());
            for (name, value) in read {
                prop_assert_eq!(strict[&*name].get(), value);
            }
        }

        #[test]
        fn any_text_is_split_or_refused(text in "[\\[\\]{}\",:\\\\a]{0,40}") {
            for parts in [elements(&text), elements(&format!("[{text}]"))].into_iter().flatten() {
                prop_assert!(parts.parts.iter().all(|part| text.contains(part)));
            }
            let _ = fields(&format!("{{{text}}}"));
        }
    }
}
