//! What the user sent and the server has not confirmed yet. Nothing in here is ever sent again by itself.

use serde_json::Value;

use super::log::{EventLog, Slot};

/// Number of an entry; never reused within a session.
pub type OutgoingId = u32;

/// How far an entry got.
#[derive(Clone, Debug, PartialEq)]
pub enum OutgoingState {
    /// The request is under way.
    Sending,
    /// The connection broke after the request left: only the log can tell whether it arrived.
    Unconfirmed {
        /// What broke.
        message: String,
        /// Whether the log was listed completely since then without showing the input.
        looked_up: bool,
    },
}

/// One request with input events.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// The entry's number.
    pub id: OutgoingId,
    /// The events as they were sent, as JSON.
    pub events: Vec<Box<str>>,
    /// How far it got.
    pub state: OutgoingState,
    known_before: Slot,
}

/// All unconfirmed requests of one session.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    entries: Vec<Outgoing>,
    count: OutgoingId,
}

impl Outbox {
    /// Notes a request that is about to leave.
    pub fn add(&mut self, events: Vec<Box<str>>, log: &EventLog) -> OutgoingId {
        self.count += 1;
        self.entries.push(Outgoing {
            id: self.count,
            events,
            state: OutgoingState::Sending,
            known_before: log.len() as Slot,
        });
        self.count
    }

    /// The request was answered, with success or a refusal: the log or the error speaks for it from now on.
    pub fn remove(&mut self, id: OutgoingId) -> Option<Outgoing> {
        let position = self.entries.iter().position(|e| e.id == id)?;
        Some(self.entries.remove(position))
    }

    /// The answer was lost.
    pub fn mark_unconfirmed(&mut self, id: OutgoingId, message: String) {
        if let Some(entry) = self.entries.iter_mut().find(|e| e.id == id) {
            entry.state = OutgoingState::Unconfirmed {
                message,
                looked_up: false,
            };
        }
    }

    /// Compares unconfirmed entries with the events that arrived since they were sent and removes those that are
    /// there. Every stored event settles at most one entry. `complete` says that the log is known to be complete up to
    /// now, so that a missing entry did not arrive.
    pub fn settle(&mut self, log: &EventLog, complete: bool) -> Vec<OutgoingId> {
        let mut claimed: Vec<Slot> = Vec::new();
        let mut settled = Vec::new();
        self.entries.retain_mut(|entry| {
            let OutgoingState::Unconfirmed { looked_up, .. } = &mut entry.state else {
                return true;
            };
            match find_all(&entry.events, entry.known_before, log, &claimed) {
                Some(slots) => {
                    claimed.extend(slots);
                    settled.push(entry.id);
                    false
                }
                None => {
                    *looked_up |= complete;
                    true
                }
            }
        });
        settled
    }

    /// An entry by number.
    #[must_use]
    pub fn get(&self, id: OutgoingId) -> Option<&Outgoing> {
        self.entries.iter().find(|e| e.id == id)
    }

    /// All entries in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Outgoing> {
        self.entries.iter()
    }
}

fn find_all(sent: &[Box<str>], from: Slot, log: &EventLog, claimed: &[Slot]) -> Option<Vec<Slot>> {
    let mut found: Vec<Slot> = Vec::with_capacity(sent.len());
    for event in sent {
        let slot = (from..log.len() as Slot)
            .find(|slot| !claimed.contains(slot) && !found.contains(slot) && is_echo(event, log, *slot))?;
        found.push(slot);
    }
    Some(found)
}

/// Whether a stored event is what the server made of a sent one: everything that was sent is in it.
fn is_echo(sent: &str, log: &EventLog, slot: Slot) -> bool {
    let event = log.event(slot);
    let Ok(sent) = serde_json::from_str::<Value>(sent) else {
        return false;
    };
    if sent.get("type").and_then(Value::as_str) != Some(event.event_type().as_str()) {
        return false;
    }
    let Ok(stored) = serde_json::from_str::<Value>(event.raw()) else {
        return false;
    };
    contains(&stored, &sent)
}

fn contains(stored: &Value, sent: &Value) -> bool {
    match (stored, sent) {
        (Value::Object(stored), Value::Object(sent)) => {
            sent.iter().all(|(key, value)| match stored.get(key) {
                Some(kept) => contains(kept, value),
                // File rubrics and write-only values come back in another form or not at all.
                None => value.is_null(),
            })
        }
        (Value::Array(stored), Value::Array(sent)) => {
            stored.len() == sent.len() && stored.iter().zip(sent).all(|(a, b)| contains(a, b))
        }
        _ => stored == sent,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::protocol::Event;
    use crate::session::log::Side;

    fn sent(event: Value) -> Vec<Box<str>> {
        vec![event.to_string().into()]
    }

    fn message(text: &str) -> Value {
        json!({"type": "user.message", "content": [{"type": "text", "text": text}]})
    }

    fn store(log: &mut EventLog, id: &str, text: &str) {
        let mut event = message(text);
        event["id"] = json!(id);
        event["processed_at"] = Value::Null;
        log.upsert(Event::parse(&event.to_string()).expect("an event"), Side::Newer);
    }

    #[test]
    fn an_unconfirmed_message_is_settled_by_its_echo() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        store(&mut log, "sevt_old", "same words");
        let id = outbox.add(sent(message("same words")), &log);
        outbox.mark_unconfirmed(id, "connection lost".into());
        assert_eq!(
            outbox.settle(&log, true),
            Vec::<OutgoingId>::new(),
            "an older event is no echo"
        );
        assert!(matches!(
            outbox.get(id).map(|e| &e.state),
            Some(OutgoingState::Unconfirmed { looked_up: true, .. })
        ));
        store(&mut log, "sevt_new", "same words");
        assert_eq!(outbox.settle(&log, false), [id]);
        assert_eq!(outbox.iter().count(), 0);
    }

    #[test]
    fn one_echo_settles_one_of_two_equal_messages() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let first = outbox.add(sent(message("again")), &log);
        let second = outbox.add(sent(message("again")), &log);
        outbox.mark_unconfirmed(first, String::new());
        outbox.mark_unconfirmed(second, String::new());
        store(&mut log, "sevt_1", "again");
        assert_eq!(outbox.settle(&log, false), [first]);
        assert!(outbox.get(second).is_some());
    }

    #[test]
    fn a_request_under_way_is_left_to_its_answer() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let id = outbox.add(sent(message("hi")), &log);
        store(&mut log, "sevt_1", "hi");
        assert!(outbox.settle(&log, true).is_empty());
        assert!(outbox.remove(id).is_some());
    }

    #[test]
    fn a_batch_is_settled_only_as_a_whole() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let id = outbox.add(
            [sent(json!({"type": "user.interrupt"})), sent(message("instead"))].concat(),
            &log,
        );
        outbox.mark_unconfirmed(id, String::new());
        store(&mut log, "sevt_1", "instead");
        assert!(outbox.settle(&log, true).is_empty());
        let interrupt = r#"{"type":"user.interrupt","id":"sevt_2","processed_at":null}"#;
        log.upsert(Event::parse(interrupt).expect("an event"), Side::Newer);
        assert_eq!(outbox.settle(&log, true), [id]);
    }
}
