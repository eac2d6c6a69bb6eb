//! What the user sent and the server has not confirmed yet. Nothing in here is ever sent again by itself.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::echo::is_echo;
use super::log::{EventLog, Slot};
use crate::protocol::Timestamp;
use crate::protocol::object::{Fields, items_of};

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
        /// Whether the history was listed since then without showing the input.
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
    known_before: Known,
    /// For each sent event the stored one that is its echo.
    echoes: Vec<Option<Slot>>,
    /// Events in slots below this were compared already.
    compared: Slot,
}

/// What was known of the log when a request left: none of it can be the echo.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    newest: Option<Timestamp>,
    pending: Vec<Arc<str>>,
}

/// All unconfirmed requests of one session.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    entries: Vec<Outgoing>,
    count: OutgoingId,
    /// Stored events that are known to be the echo of some request.
    claimed: HashSet<Slot>,
}

/// One entry as it outlives a reload of the page.
#[derive(Serialize)]
struct KeptEntry {
    events: Vec<Box<RawValue>>,
    newest: Option<Timestamp>,
    pending: Vec<Arc<str>>,
}

impl Outbox {
    /// Notes a request that is about to leave. `newest` is the time of the newest processed event.
    pub fn add(&mut self, events: Vec<Box<str>>, log: &EventLog, newest: Option<Timestamp>) -> OutgoingId {
        let known_before = Known {
            newest,
            pending: log.pending_ids(),
        };
        self.push(events, OutgoingState::Sending, known_before, log.len() as Slot)
    }

    /// Everything in here as text, for a page that may be reloaded before the answers arrive; `None` if it is empty.
    #[must_use]
    pub fn keep(&self) -> Option<String> {
        let entries: Vec<KeptEntry> = self
            .entries
            .iter()
            .map(|entry| KeptEntry {
                events: entry
                    .events
                    .iter()
                    .filter_map(|json| RawValue::from_string(json.to_string()).ok())
                    .collect(),
                newest: entry.known_before.newest,
                pending: entry.known_before.pending.clone(),
            })
            .collect();
        (!entries.is_empty())
            .then(|| serde_json::to_string(&entries).ok())
            .flatten()
    }

    /// Takes over what [`keep`](Self::keep) wrote in an earlier life of the page. The outcome of those requests is
    /// unknown now. A text of another form is ignored.
    pub fn restore(&mut self, kept: &str) {
        let Ok(kept) = serde_json::from_str(kept) else {
            return;
        };
        for entry in items_of(kept) {
            let Ok(entry) = Fields::of(entry.get()) else {
                continue;
            };
            let events = entry.get("events").map(items_of).unwrap_or_default();
            let events: Vec<Box<str>> = events.into_iter().map(|event| event.get().into()).collect();
            if events.is_empty() {
                continue;
            }
            let state = OutgoingState::Unconfirmed {
                message: "The page was left before the answer arrived.".to_owned(),
                looked_up: false,
            };
            let pending: Vec<String> = entry.read_or_default("pending").unwrap_or_default();
            let known_before = Known {
                newest: entry.read_or_default("newest").unwrap_or_default(),
                pending: pending.into_iter().map(Arc::from).collect(),
            };
            self.push(events, state, known_before, 0);
        }
    }

    fn push(
        &mut self,
        events: Vec<Box<str>>,
        state: OutgoingState,
        known_before: Known,
        compared: Slot,
    ) -> OutgoingId {
        self.count += 1;
        self.entries.push(Outgoing {
            id: self.count,
            echoes: vec![None; events.len()],
            events,
            state,
            known_before,
            compared,
        });
        self.count
    }

    /// The request was answered, with success or a refusal: the log or the error speaks for it from now on.
    pub fn remove(&mut self, id: OutgoingId) -> Option<Outgoing> {
        let position = self.entries.iter().position(|e| e.id == id)?;
        Some(self.entries.remove(position))
    }

    /// A stored event that the answer to a request named: it is the echo of no other request.
    pub fn answered_with(&mut self, id: OutgoingId, log: &EventLog, slot: Slot) {
        self.claimed.insert(slot);
        if let Some(entry) = self.entries.iter_mut().find(|e| e.id == id) {
            entry.claim(log, slot, true);
        }
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

    /// The entries whose outcome the history was not asked for yet.
    #[must_use]
    pub fn to_look_up(&self) -> Vec<OutgoingId> {
        let waits = |e: &&Outgoing| matches!(e.state, OutgoingState::Unconfirmed { looked_up: false, .. });
        self.entries.iter().filter(waits).map(|e| e.id).collect()
    }

    /// Notes that the history, listed from its end down to a time, does not have these entries; `None` means down to
    /// where it may end. Returns those for which this is new.
    pub fn mark_looked_up(&mut self, ids: &[OutgoingId], down_to: Option<Timestamp>) -> Vec<OutgoingId> {
        let mut marked = Vec::new();
        for entry in self.entries.iter_mut().filter(|e| ids.contains(&e.id)) {
            let is_reached = down_to.is_none() || down_to < entry.known_before.newest;
            if is_reached
                && let OutgoingState::Unconfirmed { looked_up, .. } = &mut entry.state
                && !std::mem::replace(looked_up, true)
            {
                marked.push(entry.id);
            }
        }
        marked
    }

    /// Compares unconfirmed entries with the events that became known since they were sent, and removes those that are
    /// all there. A stored event settles at most one entry. While a request is under way nothing is settled: its answer
    /// may name an event that looks like the echo of another.
    ///
    /// An entry that only answers calls goes as well once they are answered, by whatever request: it has nothing left to
    /// do. `is_answered` tells that of a call's event id.
    pub fn settle(&mut self, log: &EventLog, is_answered: impl Fn(&str) -> bool) -> Vec<OutgoingId> {
        let is_quiet = self.entries.iter().all(|e| e.state != OutgoingState::Sending);
        let from = self.entries.iter().map(|e| e.compared).min();
        let (Some(from), true) = (from, is_quiet) else {
            return Vec::new();
        };
        for slot in from..log.len() as Slot {
            if self.claimed.contains(&slot) {
                continue;
            }
            let claims = |entry: &mut Outgoing| slot >= entry.compared && entry.claim(log, slot, false);
            // The newest first: it has the fewest events to choose from.
            if self.entries.iter_mut().rev().any(claims) {
                self.claimed.insert(slot);
            }
        }
        let mut settled = Vec::new();
        self.entries.retain_mut(|entry| {
            entry.compared = log.len() as Slot;
            let is_there = entry.is_echoed() || entry.only_answers(&is_answered);
            if is_there {
                settled.push(entry.id);
            }
            !is_there
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

impl Outgoing {
    /// The text of the message in the request, if it sends one that is nothing but text.
    #[must_use]
    pub fn message_text(&self) -> Option<String> {
        self.events.iter().find_map(|json| {
            let event = Fields::of(json)
                .ok()
                .filter(|event| event.is_of_type("user.message"))?;
            let [block] = items_of(event.get("content")?)[..] else {
                return None;
            };
            let block = Fields::of(block.get())
                .ok()
                .filter(|block| block.is_of_type("text"))?;
            block.string("text").map(Cow::into_owned)
        })
    }

    /// Whether the request answers a call.
    #[must_use]
    pub fn answers(&self, call: &str) -> bool {
        self.events
            .iter()
            .any(|json| answered_call(json).is_some_and(|answered| answered == call))
    }

    /// Whether the request has nothing but answers to calls of which this holds.
    fn only_answers(&self, holds: &impl Fn(&str) -> bool) -> bool {
        self.events
            .iter()
            .all(|json| answered_call(json).is_some_and(|call| holds(&call)))
    }

    /// Whether a stored event is known for each that was sent.
    pub(super) fn is_echoed(&self) -> bool {
        self.echoes.iter().all(Option::is_some)
    }

    /// Takes a stored event as the echo of one of the sent ones, if it is one. Of an event that the answer named, the type is
    /// enough: a server may keep it in another form.
    fn claim(&mut self, log: &EventLog, slot: Slot, is_named: bool) -> bool {
        let stored = log.event(slot);
        let was_known = match (stored.processed_at(), self.known_before.newest) {
            (Some(time), Some(newest)) if time <= newest => true,
            _ => stored
                .id()
                .is_some_and(|id| self.known_before.pending.contains(id)),
        };
        if was_known {
            return false;
        }
        let open = |is_it: &dyn Fn(&str) -> bool| {
            (0..self.events.len()).find(|&i| self.echoes[i].is_none() && is_it(&self.events[i]))
        };
        let name = stored.event_type().as_str();
        let is_of_its_type = |sent: &str| Fields::of(sent).is_ok_and(|sent| sent.is_of_type(name));
        let open = open(&|sent| is_echo(sent, stored)).or_else(|| open(&is_of_its_type).filter(|_| is_named));
        if let Some(i) = open {
            self.echoes[i] = Some(slot);
        }
        open.is_some()
    }
}

/// The call that a sent event answers, if it answers one.
fn answered_call(json: &str) -> Option<String> {
    let event = Fields::of(json).ok()?;
    let names = ["tool_use_id", "custom_tool_use_id"];
    names
        .iter()
        .find_map(|name| event.string(name))
        .map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::protocol::Event;
    use crate::session::log::Side;

    fn sent(event: Value) -> Vec<Box<str>> {
        vec![event.to_string().into()]
    }

    fn message(text: &str) -> Value {
        json!({"type": "user.message", "content": [{"type": "text", "text": text}]})
    }

    fn put(log: &mut EventLog, mut event: Value, id: &str, time: Option<&str>) {
        event["id"] = json!(id);
        event["processed_at"] = json!(time);
        log.upsert(Event::parse(&event.to_string()).expect("an event"), Side::Newer);
    }

    fn newest(log: &EventLog) -> Option<Timestamp> {
        (0..log.len())
            .filter_map(|slot| log.event(slot as Slot).processed_at())
            .max()
    }

    fn lost(outbox: &mut Outbox, events: Vec<Box<str>>, log: &EventLog) -> OutgoingId {
        let id = outbox.add(events, log, newest(log));
        outbox.mark_unconfirmed(id, "connection lost".into());
        id
    }

    #[test]
    fn an_unconfirmed_message_is_settled_by_its_echo() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        put(&mut log, message("same words"), "sevt_old", None);
        let id = lost(&mut outbox, sent(message("same words")), &log);
        assert!(
            outbox.settle(&log, |_| false).is_empty(),
            "an older event is no echo"
        );
        put(&mut log, message("same words"), "sevt_new", None);
        assert_eq!(outbox.settle(&log, |_| false), [id]);
        assert_eq!(outbox.iter().count(), 0);
    }

    #[test]
    fn an_equal_message_that_the_history_brings_later_is_no_echo() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        put(
            &mut log,
            json!({"type": "agent.thinking"}),
            "sevt_2",
            Some("2026-11-18T09:00:02Z"),
        );
        let id = lost(&mut outbox, sent(message("yes")), &log);
        put(&mut log, message("yes"), "sevt_1", Some("2026-11-18T09:00:01Z"));
        assert!(outbox.settle(&log, |_| false).is_empty());
        put(&mut log, message("yes"), "sevt_3", Some("2026-11-18T09:00:03Z"));
        assert_eq!(outbox.settle(&log, |_| false), [id]);
    }

    #[test]
    fn one_echo_settles_one_of_two_equal_messages() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let first = lost(&mut outbox, sent(message("again")), &log);
        let second = lost(&mut outbox, sent(message("again")), &log);
        put(&mut log, message("again"), "sevt_1", None);
        assert_eq!(outbox.settle(&log, |_| false), [second]);
        assert!(outbox.settle(&log, |_| false).is_empty());
        assert!(outbox.get(first).is_some());
    }

    #[test]
    fn equal_messages_find_their_echoes_in_any_order() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let first = lost(&mut outbox, sent(message("again")), &log);
        put(
            &mut log,
            json!({"type": "agent.thinking"}),
            "sevt_2",
            Some("2026-11-18T09:00:02Z"),
        );
        let second = lost(&mut outbox, sent(message("again")), &log);
        // Listed newest first: what waits comes before what was processed.
        put(&mut log, message("again"), "sevt_3", None);
        put(&mut log, message("again"), "sevt_1", Some("2026-11-18T09:00:01Z"));
        assert_eq!(outbox.settle(&log, |_| false), [first, second]);
    }

    #[test]
    fn what_an_answer_named_settles_nothing_else() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let first = lost(&mut outbox, sent(message("again")), &log);
        let second = outbox.add(sent(message("again")), &log, None);
        put(&mut log, message("again"), "sevt_1", None);
        assert!(
            outbox.settle(&log, |_| false).is_empty(),
            "an answer is still to come"
        );
        outbox.answered_with(second, &log, 0);
        outbox.remove(second);
        assert!(outbox.settle(&log, |_| false).is_empty());
        assert!(outbox.get(first).is_some());
    }

    #[test]
    fn a_request_under_way_is_left_to_its_answer() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let id = outbox.add(sent(message("hi")), &log, None);
        put(&mut log, message("hi"), "sevt_1", None);
        assert!(outbox.settle(&log, |_| false).is_empty());
        assert!(outbox.to_look_up().is_empty());
        outbox.mark_unconfirmed(id, String::new());
        assert_eq!(outbox.to_look_up(), [id]);
        assert_eq!(
            outbox.settle(&log, |_| false),
            [id],
            "its echo came before the connection broke"
        );
    }

    #[test]
    fn an_answer_to_a_call_that_is_answered_otherwise_has_nothing_left_to_do() {
        let log = EventLog::default();
        let mut outbox = Outbox::default();
        let answer =
            |call: &str| json!({"type": "user.tool_confirmation", "tool_use_id": call, "result": "allow"});
        let first = lost(&mut outbox, sent(answer("sevt_1")), &log);
        let second = lost(&mut outbox, sent(answer("sevt_2")), &log);
        let message = lost(&mut outbox, sent(message("hi")), &log);
        assert_eq!(outbox.settle(&log, |call| call == "sevt_1"), [first]);
        assert_eq!(outbox.to_look_up(), [second, message]);
    }

    #[test]
    fn a_request_knows_the_text_of_its_message() {
        let mut outbox = Outbox::default();
        let events = [sent(json!({"type": "user.interrupt"})), sent(message("instead"))].concat();
        let id = outbox.add(events, &EventLog::default(), None);
        let text = outbox.get(id).and_then(Outgoing::message_text);
        assert_eq!(text.as_deref(), Some("instead"));
        let id = outbox.add(
            sent(json!({"type": "user.interrupt"})),
            &EventLog::default(),
            None,
        );
        assert_eq!(outbox.get(id).and_then(Outgoing::message_text), None);
    }

    #[test]
    fn a_batch_is_settled_only_as_a_whole() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        let events = [sent(json!({"type": "user.interrupt"})), sent(message("instead"))].concat();
        let id = lost(&mut outbox, events, &log);
        put(&mut log, message("instead"), "sevt_1", None);
        assert!(outbox.settle(&log, |_| false).is_empty());
        put(&mut log, json!({"type": "user.interrupt"}), "sevt_2", None);
        assert_eq!(outbox.settle(&log, |_| false), [id]);
    }

    #[test]
    fn a_reload_keeps_what_is_unconfirmed_and_finds_it_in_the_history() {
        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        assert_eq!(outbox.keep(), None);
        put(&mut log, message("go"), "sevt_1", Some("2026-11-18T09:00:01.5Z"));
        put(&mut log, message("go"), "sevt_2", None);
        outbox.add(sent(message("go")), &log, newest(&log));
        let kept = outbox.keep().expect("one entry");

        let mut log = EventLog::default();
        let mut outbox = Outbox::default();
        outbox.restore("not what was written");
        outbox.restore(&kept);
        let [id] = outbox.to_look_up()[..] else {
            panic!("one entry")
        };
        put(&mut log, message("go"), "sevt_1", Some("2026-11-18T09:00:01.5Z"));
        put(&mut log, message("go"), "sevt_2", Some("2026-11-18T09:00:04Z"));
        assert!(
            outbox.settle(&log, |_| false).is_empty(),
            "both were known before"
        );
        assert_eq!(outbox.mark_looked_up(&[id], None), [id]);
        assert!(outbox.mark_looked_up(&[id], None).is_empty());
        put(&mut log, message("go"), "sevt_3", Some("2026-11-18T09:00:05Z"));
        assert_eq!(outbox.settle(&log, |_| false), [id]);
        assert_eq!(outbox.keep(), None);
    }
}
