//! Words for people in JSON of any form.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::json_text::{Spelled, next_string, unescaped};
use super::object::{Fields, items_of};
use super::scalars::text_of;

/// Characters of a text that are shown where its form is not known.
pub(crate) const EXCERPT: usize = 200;

/// Where servers put what they say, best first.
const SPOKEN: [&str; 10] = [
    "message",
    "detail",
    "error_description",
    "error",
    "errors",
    "content",
    "text",
    "msg",
    "reason",
    "title",
];

/// Deeper inside nobody says anything.
const DEEPEST: usize = 6;

/// What an object says to people, if it says something: in `message`, or in another field that servers use for it.
pub(crate) fn message_in(fields: &Fields<'_>) -> Option<String> {
    in_fields(fields, DEEPEST)
}

/// What a value says to people: a text, an object with a message, or several of them.
pub(crate) fn said_by(raw: &RawValue) -> Option<String> {
    said(raw, DEEPEST)
}

fn in_fields(fields: &Fields<'_>, deepest: usize) -> Option<String> {
    let deepest = deepest.checked_sub(1)?;
    let mut spoken = SPOKEN.iter().filter_map(|name| fields.get(name));
    spoken.find_map(|value| said(value, deepest))
}

fn said(raw: &RawValue, deepest: usize) -> Option<String> {
    let words = match raw.get().as_bytes() {
        [b'{', ..] => in_fields(&Fields::of(raw.get()).ok()?, deepest)?,
        [b'[', ..] => {
            let deepest = deepest.checked_sub(1)?;
            let all = items_of(raw).into_iter().filter_map(|item| said(item, deepest));
            all.collect::<Vec<_>>().join(" ")
        }
        [b'"', ..] => text_of(raw)?.into_owned(),
        _ => return None,
    };
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

/// The beginning of the texts found anywhere inside JSON of an unknown form; without any, that of the JSON. Names of fields,
/// kinds, identifiers and times are no such texts.
#[must_use]
pub fn text_inside(json: &str) -> String {
    let mut found = String::new();
    let mut rest = json.as_bytes();
    let mut is_said = true;
    while let Some(string) = next_string(&mut rest) {
        if rest.trim_ascii_start().first() == Some(&b':') {
            is_said = !is_formal(string.text);
            continue;
        }
        if is_said {
            if !found.is_empty() {
                found.push(' ');
            }
            found.push_str(&content(&string));
            if found.len() > 4 * EXCERPT {
                break;
            }
        }
        is_said = true;
    }
    excerpt(if found.trim().is_empty() { json } else { &found })
}

/// The beginning of a text on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let mut line = String::new();
    let mut left = EXCERPT;
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
            left = left.saturating_sub(1);
        }
        let end = word.char_indices().nth(left).map(|(end, _)| end);
        line.push_str(&word[..end.unwrap_or(word.len())]);
        if end.is_some() {
            line.push('…');
            break;
        }
        left -= word.chars().count();
    }
    line
}

fn is_formal(name: &[u8]) -> bool {
    matches!(name, b"type" | b"id" | b"object" | b"role") || name.ends_with(b"_id") || name.ends_with(b"_at")
}

fn content<'a>(string: &Spelled<'a>) -> Cow<'a, str> {
    // The beginning is enough, and cutting a character or an escape in two does no harm.
    let text = &string.text[..string.text.len().min(8 * EXCERPT)];
    match string.is_escaped {
        true => String::from_utf8_lossy(&unescaped(text).0).into_owned().into(),
        false => String::from_utf8_lossy(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(json: &str) -> Option<String> {
        said_by(serde_json::from_str(json).expect("JSON"))
    }

    #[test]
    fn a_message_is_found_where_servers_put_it() {
        for json in [
            r#""No."#.to_owned() + "\"",
            r#"{"message":"No."}"#.into(),
            r#"{"error":"No."}"#.into(),
            r#"{"error":{"type":"x","message":" No. "}}"#.into(),
            r#"{"detail":"No."}"#.into(),
            r#"{"detail":[{"loc":["body","agent"],"msg":"No.","type":"missing"}]}"#.into(),
            r#"{"content":[{"type":"text","text":"No."}]}"#.into(),
            r#"{"errors":[{"message":"No."}]}"#.into(),
            r#"{"error":"code","message":"No."}"#.into(),
            r#"{"message":"","title":"No."}"#.into(),
            r#"{"type":"about:blank","title":"Not Found","detail":"No."}"#.into(),
        ] {
            assert_eq!(message(&json).as_deref(), Some("No."), "{json}");
        }
        for nothing in ["null", "7", "{}", "[]", r#"{"message":{}}"#, r#"{"code":"x"}"#] {
            assert_eq!(message(nothing), None, "{nothing}");
        }
        let deep = "{\"error\":".repeat(10_000) + "\"x\"" + &"}".repeat(10_000);
        assert_eq!(message(&deep), None);
    }

    #[test]
    fn text_inside_is_what_somebody_wrote() {
        for (json, text) in [
            (
                r#"{"type":"t","id":"i","a":{"b":["first","second\n\"third\""]}}"#,
                "first second \"third\"",
            ),
            (r#"{"type":"t","n":[1,2]}"#, r#"{"type":"t","n":[1,2]}"#),
            (
                r#"{"tool_use_id":"c","processed_at":"2026","x":NaN,"y":"kept"}"#,
                "kept",
            ),
            ("plain words", "plain words"),
        ] {
            assert_eq!(text_inside(json), text);
        }
        let long = text_inside(&format!(r#"{{"x":"{}"}}"#, "é".repeat(5_000)));
        assert_eq!(long.chars().count(), EXCERPT + 1);
        assert!(long.ends_with('…'));
        let words = text_inside(&format!(r#"["{}"]"#, "word ".repeat(5_000)));
        assert!(
            words.chars().count() <= EXCERPT + 1 && words.ends_with('…'),
            "{words}"
        );
    }
}
