//! Elements that cannot be read, among others that can.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::loose::Loose;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unreadable {
    /// The place of the element in its page, or of the frame in its stream, counted from 0.
    #[serde(default)]
    pub(crate) at: Option<u64>,
    /// Or what it contains. Neither: the first.
    #[serde(default, rename = "where")]
    pub(crate) pattern: Option<Map<String, Value>>,
    #[serde(rename = "as")]
    pub(crate) form: Form,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// A field is `NaN`, as some Python servers write it: no JSON.
    #[default]
    Nan,
    /// A text ends in half of a surrogate pair, `\ud800`.
    LoneSurrogate,
    /// The element is a text that nothing is known of.
    String,
    Null,
    Number,
    List,
    /// The element is a string with the beginning of what it should be.
    Truncated,
}

/// Stands for `\ud800` until it is written; no demo text contains it.
const HALF: &str = "\u{10FFFE}half\u{10FFFE}";

impl Unreadable {
    /// Spoils the element if it is the one.
    pub(super) fn apply(&self, element: &mut Loose, place: u64) {
        let is_it = match (&self.at, &self.pattern) {
            (Some(at), _) => *at == place,
            (None, Some(pattern)) => element.fits(&Value::Object(pattern.clone())),
            (None, None) => place == 0,
        };
        if is_it {
            self.form.apply(element);
        }
    }
}

impl Form {
    fn apply(self, element: &mut Loose) {
        match self {
            Self::Nan => element.set("score", Loose::Raw("NaN".to_owned())),
            Self::LoneSurrogate => halve_a_text(element),
            Self::String => *element = Loose::text("not an object"),
            Self::Null => *element = Loose::null(),
            Self::Number => *element = Loose::Raw("42".to_owned()),
            Self::List => *element = Loose::List(Vec::new()),
            Self::Truncated => {
                let whole = String::from_utf8_lossy(&element.written()).into_owned();
                let half: String = whole.chars().take(whole.chars().count() / 2).collect();
                *element = Loose::text(&half);
            }
        }
    }
}

/// In a text that people read, if there is one.
fn halve_a_text(element: &mut Loose) {
    let half = |text: &str| {
        let Loose::Raw(raw) = Loose::text(&format!("{text}{HALF}")) else {
            return Loose::null();
        };
        Loose::Raw(raw.replace(HALF, "\\ud800"))
    };
    if let Loose::Object(entries) = element {
        for (name, value) in entries.iter_mut() {
            if let (true, Some(text)) = (["title", "name"].contains(&name.as_str()), value.as_text()) {
                *value = half(&text);
                return;
            }
            if let ("content", Loose::List(blocks)) = (name.as_str(), value)
                && let Some((block, text)) = blocks
                    .iter_mut()
                    .find_map(|block| block.text_at("text").map(|text| (block, text)))
            {
                block.set("text", half(&text));
                return;
            }
        }
    }
    element.set("note", half("half a pair: "));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_element_is_spoiled_in_many_ways() {
        for (form, expected) in [
            ("nan", r#"{"id":"1","title":"東京","score":NaN}"#),
            ("lone_surrogate", r#"{"id":"1","title":"東京\ud800"}"#),
            ("string", r#""not an object""#),
            ("null", "null"),
            ("number", "42"),
            ("list", "[]"),
            ("truncated", r#""{\"id\":\"1\",\"""#),
        ] {
            let unreadable: Unreadable = serde_json::from_value(json!({"as": form, "at": 3})).unwrap();
            let mut element = Loose::of(&json!({"id": "1", "title": "東京"}));
            unreadable.apply(&mut element, 2);
            assert_eq!(element.written(), r#"{"id":"1","title":"東京"}"#.as_bytes());
            unreadable.apply(&mut element, 3);
            assert_eq!(String::from_utf8(element.written()).unwrap(), expected);
            let valid = !matches!(form, "nan" | "lone_surrogate");
            assert_eq!(
                serde_json::from_slice::<Value>(&element.written()).is_ok(),
                valid,
                "{form}"
            );
        }
    }

    #[test]
    fn the_half_pair_stands_in_a_text_that_is_read() {
        let unreadable = Unreadable {
            form: Form::LoneSurrogate,
            pattern: json!({"type": "agent.message"}).as_object().cloned(),
            at: None,
        };
        let mut said =
            Loose::of(&json!({"type": "agent.message", "content": [{"type": "text", "text": "a"}]}));
        unreadable.apply(&mut said, 9);
        assert!(
            String::from_utf8(said.written())
                .unwrap()
                .contains(r#""text":"a\ud800""#)
        );
        let mut other = Loose::of(&json!({"type": "agent.thinking"}));
        let before = other.clone();
        unreadable.apply(&mut other, 0);
        assert_eq!(other, before);
    }
}
