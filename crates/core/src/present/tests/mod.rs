//! What the screen says of logs as they come.

mod calls;
mod names;
mod whole_session;

use serde_json::{Value, json};

use super::*;
use crate::protocol::{Event, SessionStatus};
use crate::session::{Row, Slot, Timeline, View, words};

/// A log in the making: events get ids and times by themselves.
struct Log {
    events: Vec<Value>,
    second: u32,
}

impl Log {
    fn new() -> Self {
        Self {
            events: Vec::new(),
            second: 0,
        }
    }

    /// Adds an event a second after the last.
    fn then(mut self, kind: &str, fields: Value) -> Self {
        self.second += 1;
        self.at(kind, fields)
    }

    /// Adds an event in the same moment as the last.
    fn at(mut self, kind: &str, fields: Value) -> Self {
        let at = self.events.len();
        let mut event = fields;
        let known = event.as_object_mut().expect("an object");
        known.insert("type".to_owned(), json!(kind));
        known.entry("id").or_insert(json!(format!("e{at}")));
        known.insert(
            "processed_at".to_owned(),
            json!(format!(
                "2026-11-18T09:{:02}:{:02}.{at:06}Z",
                self.second / 60,
                self.second % 60
            )),
        );
        self.events.push(event);
        self
    }

    fn running(self) -> Self {
        self.then("session.status_running", json!({}))
    }

    fn idle(self, reason: Value) -> Self {
        self.at(
            "session.status_idle",
            json!({"stop_reason": reason, "stop_details": null}),
        )
    }

    fn bash(self, id: &str, permission: &str) -> Self {
        self.then(
            "agent.tool_use",
            json!({"id": id, "name": "bash", "input": {"command": "make"}, "evaluated_permission": permission}),
        )
    }

    /// The copy of a child's call that asks.
    fn asks_from(self, id: &str, thread: &str) -> Self {
        self.then(
            "agent.tool_use",
            json!({"id": id, "name": "write", "input": {"file_path": "/a"}, "evaluated_permission": "ask",
                "session_thread_id": thread}),
        )
    }

    fn confirm(self, id: &str, result: &str) -> Self {
        self.then(
            "user.tool_confirmation",
            json!({"tool_use_id": id, "result": result}),
        )
    }

    fn thread(self, id: &str, name: &str) -> Self {
        self.then(
            "session.thread_created",
            json!({"session_thread_id": id, "agent_name": name, "workflow_run_id": null}),
        )
    }

    fn thread_is(self, kind: &str, id: &str, name: &str) -> Self {
        let fields = json!({"session_thread_id": id, "agent_name": name,
            "stop_reason": {"type": "end_turn"}, "stop_details": null});
        self.then(&format!("session.thread_status_{kind}"), fields)
    }

    fn failed_result(self, id: &str, text: &str) -> Self {
        self.then(
            "agent.tool_result",
            json!({"tool_use_id": id, "is_error": true, "content": [{"type": "text", "text": text}]}),
        )
    }

    /// The timeline after one reading; the same must come out when the newest page is read first, and live.
    fn read(&self) -> Timeline {
        let events: Vec<Event> = self
            .events
            .iter()
            .map(|event| Event::parse(&event.to_string()).expect("an event"))
            .collect();
        let mut timeline = Timeline::default();
        timeline.page(events, false);
        timeline.commit();
        timeline
    }

    /// The same log, received in other ways.
    fn read_otherwise(&self) -> Vec<Timeline> {
        let parse = |event: &Value| Event::parse(&event.to_string()).expect("an event");
        let mut live = Timeline::default();
        for event in &self.events {
            live.stream_event(parse(event));
            live.commit();
        }
        let mut newest_first = Timeline::default();
        for chunk in self.events.rchunks(3) {
            newest_first.page(chunk.iter().rev().map(parse).collect(), true);
            newest_first.commit();
        }
        vec![live, newest_first]
    }

    /// What is seen of one event's call, however the log arrives.
    fn call(&self, id: &str) -> ToolCall {
        let timeline = self.read();
        let call = ToolCall::of(&timeline, slot(&timeline, id)).expect("a call");
        for other in self.read_otherwise() {
            assert_eq!(ToolCall::of(&other, slot(&other, id)).as_ref(), Some(&call));
        }
        call
    }

    /// The words for one event, however the log arrives.
    fn words(&self, id: &str) -> words::Words {
        let timeline = self.read();
        let words = describe(&timeline, slot(&timeline, id));
        for other in self.read_otherwise() {
            assert_eq!(describe(&other, slot(&other, id)), words);
        }
        words
    }
}

fn slot(timeline: &Timeline, id: &str) -> Slot {
    timeline.log().find(id).expect("an event")
}

fn end_turn() -> Value {
    json!({"type": "end_turn"})
}

fn waits_for(ids: &[&str]) -> Value {
    json!({"type": "requires_action", "event_ids": ids})
}
