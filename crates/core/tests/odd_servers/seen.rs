//! What a reader sees of a session.

use playground_core::protocol::{Event, FromAnswer, Page};
use playground_core::session::{Row, Timeline, View};
use serde_json::Value;

pub(crate) fn event(value: Value) -> Event {
    Event::parse(&value.to_string()).unwrap()
}

/// Lists events as the server's answer to one request.
pub(crate) fn list(timeline: &mut Timeline, elements: &[&str]) -> usize {
    let body = format!(r#"{{"data":[{}],"next_page":null}}"#, elements.join(","));
    let page = Page::<Event>::from_answer(&body).unwrap();
    let new = timeline.page(page.data, false);
    timeline.commit();
    new
}

/// The same, newest first.
pub(crate) fn list_newest_first(timeline: &mut Timeline, elements: &[&str]) -> usize {
    let reversed: Vec<&str> = elements.iter().rev().copied().collect();
    let body = format!(r#"{{"data":[{}]}}"#, reversed.join(","));
    let page = Page::<Event>::from_answer(&body).unwrap();
    let new = timeline.page(page.data, true);
    timeline.commit();
    new
}

/// The rows of a view: ids of events, or their texts where they have none.
pub(crate) fn rows(timeline: &Timeline, view: View) -> Vec<String> {
    let name = |row| match row {
        Row::Event(slot) => {
            let event = timeline.log().event(slot);
            event
                .id()
                .map_or_else(|| event.raw().to_owned(), |id| id.to_string())
        }
        Row::Frame(id) => format!("frame {}", timeline.frame(id).unwrap()),
        other => format!("{other:?}"),
    };
    timeline.rows(view).iter().map(name).collect()
}

/// Everything that must not depend on how the log was delivered, one thing a line.
pub(crate) fn seen(timeline: &Timeline) -> Vec<String> {
    let raw = |slot| timeline.log().event(slot).raw().to_owned();
    let row = |row| match row {
        Row::Event(slot) => format!("{} × {}", timeline.run(slot).len(), raw(slot)),
        other => format!("{other:?}"),
    };
    let mut lines = Vec::new();
    for view in View::ALL {
        lines.push(format!("{view:?}: {} rows", timeline.rows(view).len()));
        lines.extend(timeline.rows(view).iter().map(row));
    }
    let facts = timeline.facts();
    lines.push(format!("{:?} {:?}", facts.status(), facts.stop()));
    lines.push(format!("{:?} {:?}", facts.title(), facts.usage()));
    lines.extend(timeline.waiting_calls().into_iter().map(raw));
    lines.push(format!("{} events", timeline.event_count()));
    lines
}
