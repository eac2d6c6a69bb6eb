//! Whether an event says something: its JSON is searched as text, without decoding it.

use memchr::{memchr, memchr_iter, memchr2_iter};

use crate::protocol::json_text::{next_string, unescaped};

/// A longer text of Base64 in a field `data` is a file, not something that somebody wrote.
const LONGEST_DATA: usize = 100;

/// What is looked for: a text, without regard to the case of the letters A to Z.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// With small letters.
    text: Vec<u8>,
    /// Where in `text` its rarest byte stands, by which occurrences are found.
    rarest: usize,
    /// Whether JSON may spell one of the characters with a backslash.
    may_be_escaped: bool,
}

impl Query {
    /// A query for a text; `None` if there is nothing to look for. White space around it does not count.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase().into_bytes();
        let rarest = (0..text.len()).max_by_key(|at| rarity(text[*at]))?;
        let may_be_escaped = text
            .iter()
            .any(|byte| !byte.is_ascii() || byte.is_ascii_control() || matches!(byte, b'"' | b'\\' | b'/'));
        Some(Self {
            text,
            rarest,
            may_be_escaped,
        })
    }

    /// Whether a string value somewhere in a JSON text contains it. Names of fields and the contents of files
    /// (`data` in Base64) are not looked at. The cost is that of reading the text once.
    #[must_use]
    pub fn is_in(&self, json: &str) -> bool {
        let json = json.as_bytes();
        let is_spelled_out = !self.may_be_escaped && !has_unicode_escape(json);
        if is_spelled_out && !self.is_within(json) {
            return false;
        }
        let mut rest = json;
        let mut is_data = false;
        while let Some(string) = next_string(&mut rest) {
            if rest.trim_ascii_start().first() == Some(&b':') {
                is_data = string.text == b"data";
                continue;
            }
            if std::mem::take(&mut is_data) && is_file(string.text) {
                continue;
            }
            let found = if string.is_escaped {
                self.is_within(&unescaped(string.text).0)
            } else {
                self.is_within(string.text)
            };
            if found {
                return true;
            }
        }
        false
    }

    fn is_within(&self, text: &[u8]) -> bool {
        let byte = self.text[self.rarest];
        let behind = self.text.len() - self.rarest - 1;
        let places = self.rarest..text.len().saturating_sub(behind);
        let Some(places) = text.get(places) else {
            return false;
        };
        memchr2_iter(byte, byte.to_ascii_uppercase(), places)
            .any(|at| text[at..at + self.text.len()].eq_ignore_ascii_case(&self.text))
    }
}

/// Whether any character may be written as `\u0000`.
fn has_unicode_escape(json: &[u8]) -> bool {
    memchr_iter(b'\\', json).any(|at| json.get(at + 1) == Some(&b'u'))
}

/// Its beginning decides: tables, code and most scripts leave the alphabet soon, even where they have no spaces.
fn is_file(text: &[u8]) -> bool {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    text.len() > LONGEST_DATA && text[..LONGEST_DATA].iter().all(is_base64) && memchr(b' ', text).is_none()
}

/// How rare a byte is in what agents and people write; letters by their frequency in English.
fn rarity(byte: u8) -> usize {
    b" etaoinsrhldcumfpgwybvkxjqz"
        .iter()
        .position(|other| *other == byte)
        .unwrap_or(20)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn is_in(query: &str, json: &str) -> bool {
        Query::new(query).expect("a query").is_in(json)
    }

    #[test]
    fn finds_values_at_any_depth_but_no_names() {
        let event = r#"{"type":"agent.message", "content" : [{"type":"text","text":"The Café \u00e9\ud83d\ude00 said: \"No\"\nC:\\dir\/x"}],"n":12}"#;
        for found in [
            "agent.mess",
            "CAFé",
            "café é😀",
            "\"no\"",
            "no\"\nc:\\DIR/",
            "text",
            "  said ",
        ] {
            assert!(is_in(found, event), "{found}");
        }
        for absent in ["content", "cafe", "12", "saidd", "messagetext", "x\"}"] {
            assert!(!is_in(absent, event), "{absent}");
        }
        assert_eq!(Query::new("  "), None);
    }

    #[test]
    fn files_are_not_searched() {
        let file = "QUJD".repeat(60);
        let with = |name: &str, text: &str| json!({"source": {"type": "base64", name: text}}).to_string();
        assert!(!is_in("jdq", &with("data", &file)));
        assert!(is_in("jdq", &with("text", &file)));
        assert!(is_in("words", &with("data", &format!("some words {file}"))));
        assert!(is_in("base64", &with("data", &file)));
        assert!(is_in("short", &with("data", "short")));
        // Without spaces, and still for people.
        for text in [
            "id,name\n1,needle\n".repeat(20),
            r#"{"needle":1,"b":[2]}"#.repeat(9),
            "文字needle".repeat(20),
        ] {
            assert!(is_in("needle", &with("data", &text)), "{text}");
        }
    }

    #[test]
    fn broken_json_is_searched_as_far_as_it_goes() {
        for broken in [
            "",
            "\"",
            "\"a",
            "{\"a\":\"b\\",
            "\"\\u12\"",
            "\"\\ud83d\\u0041\"",
            "\"\\ud83dx\"",
        ] {
            assert!(!is_in("zz", broken), "{broken}");
        }
        assert!(is_in("b", r#"["b", "c"#));
    }

    fn any_text() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "a", "B", "ab", "é", "\"", "\\", "/", "\n", "\u{1}", "😀", " ", "data", "x",
        ]);
        prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any_text().prop_map(Value::from),
            Just(json!(1.5)),
            Just(json!(null))
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(any_text(), inner, 0..4).prop_map(Value::from_iter),
            ]
        })
    }

    fn says(value: &Value, text: &str) -> bool {
        match value {
            Value::String(string) => string.to_ascii_lowercase().contains(text),
            Value::Array(values) => values.iter().any(|value| says(value, text)),
            Value::Object(fields) => fields.values().any(|value| says(value, text)),
            _ => false,
        }
    }

    /// Every character of every string spelled with a backslash.
    fn escaped(json: &str) -> String {
        let spell = |c: char| {
            c.encode_utf16(&mut [0; 2])
                .iter()
                .map(|u| format!("\\u{u:04X}"))
                .collect::<String>()
        };
        let mut out = String::new();
        let mut rest = json.as_bytes();
        let mut done = 0;
        while let Some(string) = next_string(&mut rest) {
            let end = json.len() - rest.len() - 1;
            let text = String::from_utf8(unescaped(string.text).0).expect("text");
            out.push_str(&json[done..end - string.text.len()]);
            out.extend(text.chars().map(spell));
            done = end;
        }
        out + &json[done..]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn finds_what_a_walk_over_the_decoded_value_finds(value in any_json(), text in any_text()) {
            let Some(query) = Query::new(&text) else { return Ok(()) };
            let expected = says(&value, &text.trim().to_ascii_lowercase());
            for json in [value.to_string(), format!("{value:#}"), escaped(&value.to_string())] {
                prop_assert_eq!(serde_json::from_str::<Value>(&json).expect("JSON"), value.clone());
                prop_assert_eq!(query.is_in(&json), expected, "{}", json);
            }
        }
    }
}
