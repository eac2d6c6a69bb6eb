//! What is heard of a session.

use serde_json::{Value, json};

use super::*;
use crate::protocol::Event;
use crate::session::{Gap, Timeline};

/// A session that is listened to.
struct Heard {
    timeline: Timeline,
    narrator: Narrator,
    now_ms: f64,
    count: u32,
}

impl Heard {
    fn live() -> Self {
        let mut heard = Self {
            timeline: Timeline::default(),
            narrator: Narrator::default(),
            now_ms: 0.0,
            count: 0,
        };
        heard.is(Connection::Live);
        heard
    }

    fn is(&mut self, connection: Connection) {
        self.narrator.connected(self.now_ms, connection, &self.timeline);
    }

    fn event(&mut self, kind: &str, fields: Value) -> Event {
        self.count += 1;
        let mut event = fields;
        let known = event.as_object_mut().expect("an object");
        known.insert("type".to_owned(), json!(kind));
        known.entry("id").or_insert(json!(format!("e{}", self.count)));
        known.insert(
            "processed_at".to_owned(),
            json!(format!("2026-11-18T09:00:00.{:06}Z", self.count)),
        );
        Event::parse(&event.to_string()).expect("an event")
    }

    /// Events that arrive in one batch.
    fn happens(&mut self, events: &[(&str, Value)]) {
        for (kind, fields) in events {
            let event = self.event(kind, fields.clone());
            self.timeline.stream_event(event);
        }
        let changes = self.timeline.commit();
        self.narrator.committed(self.now_ms, &self.timeline, &changes);
    }

    /// What is said until so much time has passed, each with how it is said and when.
    fn hear(&mut self, for_ms: f64) -> Vec<(Urgency, String)> {
        let until = self.now_ms + for_ms;
        let mut said = Vec::new();
        while let Some(at) = self.narrator.wakes_at().filter(|at| *at <= until) {
            self.now_ms = self.now_ms.max(at);
            match self.narrator.next(self.now_ms) {
                Some(utterance) => said.push((utterance.urgency, utterance.text)),
                None => assert!(
                    self.narrator.wakes_at().is_none_or(|next| next > at),
                    "it would wake for ever"
                ),
            }
        }
        self.now_ms = until;
        said
    }
}

fn text(text: &str) -> Value {
    json!({"content": [{"type": "text", "text": text}]})
}

fn polite(text: &str) -> (Urgency, String) {
    (Urgency::Polite, text.to_owned())
}

fn assertive(text: &str) -> (Urgency, String) {
    (Urgency::Assertive, text.to_owned())
}

fn ask(id: &str, command: &str) -> Value {
    json!({"id": id, "name": "bash", "input": {"command": command}, "evaluated_permission": "ask"})
}

fn idle() -> Value {
    json!({"stop_reason": {"type": "end_turn"}, "stop_details": null})
}

#[test]
fn the_answer_is_said_and_requests_and_usage_are_not() {
    let mut heard = Heard::live();
    heard.happens(&[
        ("session.status_running", json!({})),
        ("user.message", text("Hello")),
        ("span.model_request_start", json!({"id": "r"})),
        ("agent.thinking", json!({})),
    ]);
    assert_eq!(heard.hear(20_000.0), []);
    heard.happens(&[
        ("agent.message", text("The **tests** pass.")),
        ("span.model_request_end", json!({"model_request_start_id": "r", "is_error": false, "model_usage":
            {"input_tokens": 1, "output_tokens": 1, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}})),
        ("session.thread_status_idle", json!({"session_thread_id": "t", "agent_name": "A", "stop_reason": {"type": "end_turn"}, "stop_details": null})),
        ("session.usage", json!({"usage": {"output_tokens": 5}})),
        ("session.status_idle", idle()),
    ]);
    assert_eq!(
        heard.hear(20_000.0),
        [polite("The tests pass."), polite("Turn finished.")]
    );
}

#[test]
fn a_call_that_wants_an_answer_interrupts_and_says_what_it_would_run() {
    let mut heard = Heard::live();
    heard.happens(&[
        ("agent.message", text("Both need your approval.")),
        ("agent.tool_use", ask("a", "shopctl migrate --target production")),
        ("agent.tool_use", ask("b", "shopctl rollout")),
        ("agent.custom_tool_use", json!({"id": "c", "name": "get_order", "input": {"order_id": "A-1042"}})),
        ("session.status_idle", json!({"stop_reason": {"type": "requires_action", "event_ids": ["a", "b", "c"]}, "stop_details": null})),
    ]);
    assert_eq!(
        heard.hear(20_000.0),
        [
            assertive("bash asks for approval: shopctl migrate --target production 1 of 3."),
            assertive("bash asks for approval: shopctl rollout 2 of 3."),
            assertive("get_order waits for your result: A-1042 3 of 3."),
            polite("Both need your approval."),
        ]
    );
    heard.happens(&[(
        "user.tool_confirmation",
        json!({"tool_use_id": "a", "result": "allow"}),
    )]);
    assert_eq!(
        heard.hear(20_000.0),
        [],
        "what was said to wait is not said again"
    );
}

#[test]
fn a_turn_ends_with_its_counts_and_a_failure_is_said() {
    let mut heard = Heard::live();
    let call = |id: &str| {
        (
            "agent.tool_use",
            json!({"id": id, "name": "bash", "input": {"command": "make"}, "evaluated_permission": "allow"}),
        )
    };
    let result = |id: &str, is_error: bool| {
        (
            "agent.tool_result",
            json!({"tool_use_id": id, "is_error": is_error, "content": []}),
        )
    };
    heard.happens(&[call("a"), result("a", true)]);
    assert_eq!(heard.hear(1_000.0), [polite("bash failed: make")]);
    heard.now_ms += 5_000.0;
    heard.happens(&[
        call("b"),
        result("b", false),
        call("c"),
        result("c", true),
        call("d"),
        result("d", false),
    ]);
    heard.happens(&[("session.status_idle", idle())]);
    assert_eq!(
        heard.hear(20_000.0),
        [
            polite("3 calls, 1 failed."),
            polite("Turn finished. 4 calls, 2 failed.")
        ]
    );
}

#[test]
fn utterances_are_2500_ms_apart_and_stale_ones_are_dropped() {
    let mut heard = Heard::live();
    for n in 0..20 {
        heard.happens(&[("agent.message", text(&format!("Sentence {n}.")))]);
    }
    let said = heard.hear(60_000.0);
    assert_eq!(said.len(), 6, "{said:?}");
    assert_eq!(said[0], polite("Sentence 0."));
}

#[test]
fn an_urgent_word_comes_before_everything_that_waits() {
    let mut heard = Heard::live();
    heard.happens(&[("agent.message", text("One.")), ("agent.message", text("Two."))]);
    assert_eq!(heard.hear(0.0), [polite("One.")]);
    heard.happens(&[("session.error", json!({"error": {"type": "billing_error", "message": "No credit.", "retry_status": {"type": "terminal"}}}))]);
    assert_eq!(
        heard.hear(20_000.0),
        [
            assertive("No credit. The session cannot continue."),
            polite("Two.")
        ]
    );
}

#[test]
fn a_long_answer_is_said_by_its_first_whole_sentences() {
    let mut heard = Heard::live();
    let long = format!("First. Version 1.2 is out. {}. Last.", "word ".repeat(60).trim());
    heard.happens(&[("agent.message", text(&long))]);
    assert_eq!(heard.hear(0.0), [polite("First. Version 1.2 is out.")]);
    heard.now_ms += 10_000.0;
    heard.happens(&[("agent.message", text(&"word ".repeat(100)))]);
    let said = heard.hear(0.0);
    assert!(said[0].1.ends_with("word…") && said[0].1.len() <= 204, "{said:?}");
}

#[test]
fn a_connection_is_said_to_be_lost_after_10_s_and_what_was_filled_in_is_counted() {
    let mut heard = Heard::live();
    heard.happens(&[("agent.message", text("Before."))]);
    heard.hear(20_000.0);
    heard.is(Connection::Lost);
    assert_eq!(heard.hear(9_999.0), []);
    assert_eq!(heard.hear(1.0), [assertive("The connection is lost.")]);
    let now = heard.timeline.newest_time().expect("a time");
    let gap = heard.timeline.open_gap(Gap::begins(now, now, String::new()));
    heard.happens(&[("agent.message", text("Meanwhile."))]);
    heard.timeline.update_gap(gap, |gap| gap.filled = 7);
    heard.is(Connection::Live);
    heard.happens(&[]);
    assert_eq!(heard.hear(20_000.0), [polite("Live again, 7 events filled in.")]);
    heard.is(Connection::Lost);
    heard.hear(2_000.0);
    heard.is(Connection::Live);
    assert!(
        heard.hear(20_000.0).len() <= 1,
        "a short break is not worth an interruption"
    );
}

#[test]
fn history_is_not_told_and_neither_is_the_end_by_leaving() {
    let mut heard = Heard::live();
    let mut heard_later = Heard {
        timeline: Timeline::default(),
        narrator: Narrator::default(),
        now_ms: 0.0,
        count: 100,
    };
    heard_later.happens(&[("agent.message", text("Old.")), ("session.status_idle", idle())]);
    heard_later.is(Connection::Live);
    heard_later.happens(&[]);
    assert_eq!(heard_later.hear(20_000.0), []);
    // An older page that arrives later.
    heard_later.count = 1;
    let old = heard_later.event("agent.message", text("Older."));
    heard_later.timeline.page(vec![old], true);
    let changes = heard_later.timeline.commit();
    heard_later
        .narrator
        .committed(0.0, &heard_later.timeline, &changes);
    assert_eq!(heard_later.hear(20_000.0), []);
    heard.is(Connection::Over);
    assert_eq!(heard.hear(60_000.0), []);
}

#[test]
fn where_events_are_looked_up_every_few_seconds_they_are_said_all_the_same() {
    let mut heard = Heard::live();
    heard.is(Connection::Polled);
    heard.happens(&[("agent.message", text("Found by a look."))]);
    assert_eq!(heard.hear(20_000.0), [polite("Found by a look.")]);
    heard.is(Connection::Lost);
    heard.hear(10_000.0);
    heard.is(Connection::Polled);
    heard.happens(&[]);
    assert_eq!(
        heard.hear(20_000.0),
        [polite("Polling for events, nothing was missed.")]
    );
}
