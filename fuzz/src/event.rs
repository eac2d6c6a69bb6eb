//! Events: any text is refused or kept as it is, and its head says what a full reading says.

use playground_core::protocol::{Event, Timestamp};
use playground_core::session::words;
use serde_json::Value;

/// `data`: a text. Invalid UTF-8 becomes U+FFFD, as in the SSE parser.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let full: Option<Value> = serde_json::from_str(&text).ok();
    let event = match Event::parse(&text) {
        Ok(event) => event,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            let is_event = full.is_some_and(|value| value["type"].is_string());
            assert!(!is_event, "refused: {error}");
            return;
        }
    };
    assert_eq!(event.raw(), text.trim_matches([' ', '\t', '\n', '\r']));
    assert_eq!(serde_json::to_string(&event).expect("kept JSON"), event.raw());
    let again = Event::parse(event.raw()).expect("what was read once");
    assert_eq!(again, event);
    // The full reading refuses more: lone surrogates, numbers out of range, deep nesting.
    if let Some(value) = full {
        let text_of = |key: &str| value.get(key).and_then(Value::as_str);
        assert_eq!(Some(event.event_type().as_str()), text_of("type"));
        assert_eq!(
            event.id().map(|id| &**id),
            text_of("id").filter(|id| !id.is_empty())
        );
        let time = text_of("processed_at").and_then(|time| Timestamp::parse(time).ok());
        assert_eq!(event.processed_at(), time);
    }
    serde_json::to_string(&event.body()).expect("a body can be written");
    assert!(!words::describe(&event).label.is_empty());
}
