//! Behaviour of the fold: one log, many ways to receive it.

mod deliveries;
mod order;
mod previews;
mod redrawn;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::protocol::{Event, SessionStatus, StopReason};

const TRANSCRIPTS: [(&str, &str); 3] = [
    (
        "simple",
        include_str!("../../../../../tests/fixtures/transcripts/simple.json"),
    ),
    (
        "confirmation",
        include_str!("../../../../../tests/fixtures/transcripts/confirmation.json"),
    ),
    (
        "multiagent",
        include_str!("../../../../../tests/fixtures/transcripts/multiagent.json"),
    ),
];

fn events(json: &str) -> Vec<Event> {
    serde_json::from_str(json).expect("a list of events")
}

fn event(value: Value) -> Event {
    Event::parse(&value.to_string()).expect("an event")
}

fn read_once(events: &[Event]) -> Timeline {
    let mut timeline = Timeline::default();
    timeline.page(events.to_vec(), false);
    timeline.commit();
    timeline
}

/// Everything a reader can see, in one comparable value.
fn seen(timeline: &Timeline) -> Value {
    let row = |row: Row| match row {
        Row::Event(slot) => json!(timeline.log().event(slot).raw()),
        other => json!(format!("{other:?}")),
    };
    json!({
        "transcript": timeline.rows(View::Transcript).iter().map(row).collect::<Vec<_>>(),
        "events": timeline.rows(View::Events).iter().map(row).collect::<Vec<_>>(),
        "status": timeline.facts().status().map(SessionStatus::as_str),
        "stop": format!("{:?}", timeline.facts().stop()),
        "title": timeline.facts().title(),
        "usage": format!("{:?}", timeline.facts().usage()),
        "waiting": timeline.waiting_calls().into_iter().map(|s| row(Row::Event(s))).collect::<Vec<_>>(),
        "count": timeline.event_count(),
    })
}

fn shown_ids(timeline: &Timeline, view: View) -> Vec<String> {
    timeline
        .rows(view)
        .iter()
        .map(|row| match row {
            Row::Event(slot) => timeline
                .log()
                .event(slot)
                .id()
                .map(|id| id.to_string())
                .unwrap_or_default(),
            other => format!("{other:?}"),
        })
        .collect()
}

fn start(id: &str) -> Event {
    event(json!({"type": "event_start", "event": {"type": "agent.message", "id": id}}))
}
