//! What a frame of an event stream is: an event, or a sign of life and nothing else.

use serde_json::value::RawValue;

use crate::protocol::object::{Fields, Read};
use crate::protocol::{Event, Timestamp};

/// Names of frames that only say that the connection lives, as servers and libraries call them.
pub const SIGNS_OF_LIFE: [&str; 8] = [
    "ping",
    "pong",
    "heartbeat",
    "keepalive",
    "keep-alive",
    "keep_alive",
    "connected",
    "done",
];

/// Reads a frame: `name` stands in its `event` line (`message` without one), `data` in its `data` lines. `None` if it is a
/// sign of life and nothing else; what has an id is always an event. An event whose data has no type is of the type that the
/// frame is named after.
#[must_use]
pub fn event_in(name: &str, data: &str) -> Option<Event> {
    let data = data.trim();
    if data.is_empty() || name == "ping" {
        return None;
    }
    let event = Event::keep(data);
    let is_sign = match event.is_readable() {
        true => is_sign_of_life(event.event_type().as_str()),
        false => is_sign_of_life(name) || says_nothing(data),
    };
    let is_ping = event.event_type().as_str() == "ping";
    if is_ping || (is_sign && event.id().is_none()) {
        return None;
    }
    match event.is_readable() || name == "message" {
        true => Some(event),
        false => Some(named(name, data).unwrap_or(event)),
    }
}

fn is_sign_of_life(word: &str) -> bool {
    SIGNS_OF_LIFE.iter().any(|sign| word.eq_ignore_ascii_case(sign))
}

/// Whether a text that is no event has nothing to say: a word, or an object that has nothing but the time, a number or a word.
fn says_nothing(data: &str) -> bool {
    let is_nothing = |raw: &RawValue| {
        let text = raw.get().trim_matches('"');
        matches!(raw.get().as_bytes(), [b'-' | b'0'..=b'9', ..])
            || matches!(text, "true" | "false" | "null" | "ok")
            || is_sign_of_life(text)
            || Timestamp::read(raw).is_ok()
    };
    match Fields::of(data) {
        Ok(fields) => fields
            .iter()
            .all(|(name, value)| name != "type" && is_nothing(value)),
        Err(_) => is_sign_of_life(data.trim_matches(['[', ']', '"'])) || matches!(data, "null" | "[]"),
    }
}

/// The event with the type that its data leaves out.
fn named(name: &str, data: &str) -> Option<Event> {
    let name = serde_json::to_string(name).ok()?;
    Event::parse(&format!("{{\"type\":{name},{}", data.strip_prefix('{')?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_only_says_that_it_lives_is_no_event() {
        for name in SIGNS_OF_LIFE {
            for data in ["", "{}", "1", "x", r#"{"ts":1}"#, r#"{"message":"hello"}"#] {
                assert_eq!(event_in(name, data), None, "{name} {data}");
            }
            let typed = format!(r#"{{"type":"{name}","ts":1}}"#);
            assert_eq!(event_in("message", &typed), None, "{typed}");
            assert_eq!(event_in("message", name), None);
        }
        for data in [
            " ",
            "{}",
            "[]",
            "null",
            "[DONE]",
            "keepalive",
            "\"ping\"",
            r#"{"ts":1}"#,
            r#"{"time":"2026-11-18T09:14:03Z","ok":true}"#,
            r#"{"event":"heartbeat"}"#,
        ] {
            assert_eq!(event_in("message", data), None, "{data}");
        }
    }

    #[test]
    fn what_has_an_id_or_something_to_say_is_an_event_whatever_its_frame_is_called() {
        let data = r#"{"type":"agent.message","id":"sevt_1"}"#;
        for name in ["heartbeat", "done", "message", "agent.thinking"] {
            let event = event_in(name, data).expect("an event");
            assert_eq!(event.event_type().as_str(), "agent.message");
        }
        assert!(event_in("message", r#"{"type":"done","id":"sevt_2"}"#).is_some());
        for data in [
            "garbage",
            "17",
            r#"{"type":"agent.mess"#,
            r#"{"error":"No."}"#,
            r#"{"type":7}"#,
        ] {
            let event = event_in("message", data).expect("a text");
            assert!(!event.is_readable(), "{data}");
        }
    }

    #[test]
    fn an_event_without_a_type_has_that_of_its_frame() {
        let event = event_in("agent.message", r#"{"id":"sevt_1","content":"Hello"}"#).expect("an event");
        assert!(event.is_readable());
        assert_eq!(event.event_type().as_str(), "agent.message");
        assert_eq!(
            event.raw(),
            r#"{"type":"agent.message","id":"sevt_1","content":"Hello"}"#
        );
        for (name, data) in [
            ("message", r#"{"id":"sevt_1"}"#),
            ("agent.message", r#"{"type":7,"id":"sevt_1"}"#),
            ("agent.message", r#"{"id":"sevt_1""#),
            ("agent.message", "Hello"),
        ] {
            let event = event_in(name, data).expect("a text");
            assert!(!event.is_readable() && event.raw() == data, "{name} {data}");
        }
    }
}
