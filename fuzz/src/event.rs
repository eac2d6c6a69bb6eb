//! Events: any text is refused or kept as it is, and its head says what a full reading says. Objects bent in any way are kept,
//! shown and read as far as they go.

use std::sync::LazyLock;

use playground_core::protocol::{
    Created, Element, Event, FromAnswer, FromElement, Kept, Page, SessionSummary, Timestamp,
};
use playground_core::session::words;
use serde_json::Value;

use super::bend::{Bend, Drawn};

const EXAMPLES: &str = include_str!("../../tests/fixtures/events/every_event_type.json");
const SESSIONS: &str = include_str!("../../tests/fixtures/objects/sessions.json");

static EVENTS: LazyLock<Vec<Value>> = LazyLock::new(|| serde_json::from_str(EXAMPLES).expect("fixtures"));
static SUMMARIES: LazyLock<Vec<Value>> = LazyLock::new(|| serde_json::from_str(SESSIONS).expect("fixtures"));

/// Begins an input that bends an example instead of being a text: no UTF-8 text begins so.
const BENDS: u8 = 0xFF;

/// `data`: a text, in which invalid UTF-8 becomes U+FFFD as in the SSE parser; or [`BENDS`] and what is drawn.
pub fn check(data: &[u8]) {
    match data {
        [BENDS, drawn @ ..] => bent(drawn),
        _ => any(&String::from_utf8_lossy(data)),
    }
}

fn any(text: &str) {
    check_kept(text);
    let _ = Page::<Event>::from_answer(text);
    let _ = Element::<Kept<SessionSummary>>::from_element(text);
    let full: Option<Value> = serde_json::from_str(text).ok();
    let event = match Event::parse(text) {
        Ok(event) => event,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            let is_event = full.is_some_and(|value| value["type"].is_string());
            assert!(!is_event, "refused: {error}");
            return;
        }
    };
    assert_eq!(event.raw(), trimmed(text));
    assert_eq!(serde_json::to_string(&event).expect("kept JSON"), event.raw());
    let again = Event::parse(event.raw()).expect("what was read once");
    assert_eq!(again, event);
    // The full reading refuses more: lone surrogates, numbers out of range, deep nesting.
    if let Some(value) = full {
        let text_of = |key: &str| value.get(key).and_then(Value::as_str);
        assert_eq!(Some(event.event_type().as_str()), text_of("type"));
        match &value["id"] {
            Value::String(id) => assert_eq!(
                event.id().map(|id| &**id),
                Some(id.as_str()).filter(|id| !id.is_empty())
            ),
            Value::Number(_) => assert!(event.id().is_some()),
            _ => assert_eq!(event.id(), None),
        }
        if !value["processed_at"].is_number() {
            let time = text_of("processed_at").and_then(Timestamp::read_loosely);
            assert_eq!(event.processed_at(), time);
        }
    }
}

/// Whatever stands where an event should be is kept and has words.
fn check_kept(text: &str) -> Event {
    let event = Event::keep(text);
    let is_inside_a_string = text.trim_start().starts_with('"');
    assert!(event.raw() == trimmed(text) || (is_inside_a_string && event.is_readable()));
    assert_eq!(event.is_readable(), Event::parse(event.raw()).is_ok());
    serde_json::to_string(&event.body()).expect("a body can be written");
    serde_json::to_string(&event).expect("an event can be written");
    assert!(!words::describe(&event).label.is_empty());
    event
}

fn bent(drawn: &[u8]) {
    let mut chance = Drawn::new(drawn);
    let bend = Bend::drawn(&mut chance);
    let example = |all: &[Value], chance: &mut Drawn| all[chance.next(all.len())].clone();
    let event = example(&EVENTS, &mut chance);
    let texts: Vec<String> = (0..3).map(|_| bend.text(&event, &mut chance)).collect();
    let body = format!(r#"{{"data":[{}],"next_page":null}}"#, texts.join(","));
    let page = Page::<Event>::from_answer(&body).expect("a page");
    assert_eq!(page.data.len(), texts.len(), "{body}");
    for (event, text) in page.data.iter().zip(&texts) {
        assert_eq!(*event, check_kept(text));
    }
    let session = example(&SUMMARIES, &mut chance);
    let text = bend.text(&session, &mut chance);
    if bend.is_object {
        let created = Created::from_answer(&text).expect("an id");
        assert_eq!(session["id"], created.id.as_str());
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}
