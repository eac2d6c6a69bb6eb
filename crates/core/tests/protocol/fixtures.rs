//! The recorded and hand-made JSON that the tests of this directory share.

use serde_json::Value;

/// Every event type in every form, checked against the official SDK.
pub(crate) const EVERY_EVENT_TYPE: &str =
    include_str!("../../../../tests/fixtures/events/every_event_type.json");

/// Three whole sessions.
pub(crate) const TRANSCRIPTS: [(&str, &str); 3] = [
    (
        "simple",
        include_str!("../../../../tests/fixtures/transcripts/simple.json"),
    ),
    (
        "confirmation",
        include_str!("../../../../tests/fixtures/transcripts/confirmation.json"),
    ),
    (
        "multiagent",
        include_str!("../../../../tests/fixtures/transcripts/multiagent.json"),
    ),
];

/// The elements of a JSON array.
pub(crate) fn elements(json: &str) -> Vec<Value> {
    serde_json::from_str(json).unwrap()
}

/// All events of all fixtures.
pub(crate) fn all_events() -> Vec<Value> {
    let mut events = elements(EVERY_EVENT_TYPE);
    for (_, json) in TRANSCRIPTS {
        events.extend(elements(json));
    }
    events
}

/// The value without what the API may write in two ways: null for absence, no `content` for an empty one, `5` for `5.0`.
pub(crate) fn normal(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(key, value)| !(value.is_null() || key == "content" && *value == Value::Array(vec![])))
            .map(|(key, value)| (key, normal(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(normal).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => Value::from(float as i64),
            _ => Value::Number(number),
        },
        other => other,
    }
}
