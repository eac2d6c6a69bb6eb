//! What the server makes of a sent event: everything that was sent is in it, and more.

use serde_json::value::RawValue;

use crate::protocol::Event;
use crate::protocol::object::{Fields, items_of};
use crate::protocol::scalars::string_of;

/// Whether a stored event is what the server made of a sent one.
pub(super) fn is_echo(sent: &str, stored: &Event) -> bool {
    let name = stored.event_type().as_str();
    // Most events are of other types; their texts need not be read.
    sent.contains(name)
        && Fields::of(sent).is_ok_and(|sent| sent.is_of_type(name))
        && contains(stored.raw(), sent)
}

/// Whether one JSON text has everything that another has.
fn contains(stored: &str, sent: &str) -> bool {
    if let (Ok(stored), Ok(sent)) = (Fields::of(stored), Fields::of(sent)) {
        return sent.iter().all(|(name, value)| match stored.get(name) {
            Some(kept) => contains(kept.get(), value.get()),
            // File rubrics and write-only values come back in another form or not at all.
            None => value.get() == "null",
        });
    }
    let read = |json| serde_json::from_str::<&RawValue>(json);
    let (Ok(stored), Ok(sent)) = (read(stored), read(sent)) else {
        return false;
    };
    if stored.get() == sent.get() {
        return true;
    }
    match sent.get().as_bytes() {
        [b'[', ..] if stored.get().starts_with('[') => {
            let (stored, sent) = (items_of(stored), items_of(sent));
            stored.len() == sent.len() && stored.iter().zip(&sent).all(|(a, b)| contains(a.get(), b.get()))
        }
        [b'"', ..] => string_of(sent).is_some_and(|sent| string_of(stored) == Some(sent)),
        // The same number may be written in another way.
        _ => {
            let number = |raw: &RawValue| serde_json::from_str::<f64>(raw.get()).ok();
            number(sent).is_some_and(|sent| number(stored) == Some(sent))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_echo_has_all_that_was_sent() {
        let sent =
            r#"{"type":"user.message","content":[{"type":"text","text":"a \"b\"\u00e9"}],"n":1.50,"x":null}"#;
        let stored = |json: Value| Event::parse(&json.to_string()).expect("an event");
        let echo = json!({"id": "e", "type": "user.message", "processed_at": null, "n": 1.5,
            "content": [{"text": "a \"b\"é", "type": "text", "citations": []}]});
        assert!(is_echo(sent, &stored(echo.clone())));
        for (path, other) in [
            ("/type", json!("user.interrupt")),
            ("/content/0/text", json!("a \"b\"e")),
            ("/content/0/text", json!(["a"])),
            ("/content", json!([])),
            ("/content", json!(null)),
            ("/content", json!({"0": {"type": "text", "text": "a \"b\"é"}})),
            ("/n", json!(1.6)),
            ("/n", json!("1.50")),
        ] {
            let mut other_event = echo.clone();
            *other_event.pointer_mut(path).expect("a place") = other;
            assert!(!is_echo(sent, &stored(other_event)), "{path}");
        }
        assert!(!is_echo("no JSON user.message", &stored(echo)));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..3u8, any::<bool>()).prop_map(|(n, whole)| if whole {
                json!(n)
            } else {
                json!(f64::from(n) + 0.5)
            }),
            prop::sample::select(vec!["", "a", "\"", "é", "null"]).prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let name = prop::sample::select(vec!["a", "b", "\"é"]).prop_map(str::to_owned);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::hash_map(name, inner, 0..3).prop_map(Value::from_iter),
            ]
        })
    }

    /// The same on decoded values.
    fn has(stored: &Value, sent: &Value) -> bool {
        match (stored, sent) {
            (Value::Object(stored), Value::Object(sent)) => sent
                .iter()
                .all(|(name, value)| stored.get(name).map_or(value.is_null(), |kept| has(kept, value))),
            (Value::Array(stored), Value::Array(sent)) => {
                stored.len() == sent.len() && stored.iter().zip(sent).all(|(a, b)| has(a, b))
            }
            _ => stored == sent,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn texts_are_compared_like_decoded_values(stored in any_value(), sent in any_value(), is_same in any::<bool>()) {
            let sent = if is_same { stored.clone() } else { sent };
            let expected = has(&stored, &sent);
            prop_assert!(expected || !is_same);
            for (stored, sent) in [(stored.to_string(), sent.to_string()), (format!("{stored:#}"), format!(" {sent:#}\n"))] {
                prop_assert_eq!(contains(&stored, &sent), expected, "{} in {}", sent, stored);
            }
        }
    }
}
