//! What the screen says of logs as they come.

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

#[test]
fn a_call_of_a_child_is_never_running_once_the_session_or_its_thread_is_idle() {
    let asked = Log::new()
        .running()
        .thread("t1", "researcher")
        .thread("t2", "writer")
        .asks_from("c", "t2");
    assert_eq!(asked.call("c").outcome, Outcome::WaitsForYou);
    let answered = asked.idle(waits_for(&["c"])).confirm("c", "allow").running();
    let running = answered.thread_is("running", "t2", "writer");
    assert_eq!(
        running.call("c").outcome,
        Outcome::InThread("B writer".to_owned())
    );
    assert_eq!(
        running.call("c").outcome.words(None),
        "allowed · runs in thread B writer"
    );
    let done = running.thread_is("idle", "t2", "writer");
    assert_eq!(
        done.call("c").outcome,
        Outcome::ResultInThread("B writer".to_owned())
    );
    assert_eq!(
        done.call("c").outcome.words(None),
        "allowed · result in thread B writer"
    );
    let over = done.thread_is("running", "t2", "writer").idle(end_turn());
    assert_eq!(
        over.call("c").outcome,
        Outcome::ResultInThread("B writer".to_owned())
    );
    assert_eq!(over.call("c").thread.as_deref(), Some("B writer"));
}

#[test]
fn no_call_is_running_in_an_idle_session() {
    let reasons = [
        end_turn(),
        waits_for(&["asked"]),
        json!({"type": "budget_reached"}),
        json!({"type": "retries_exhausted"}),
        json!({"type": "refusal"}),
        json!({"type": "new_reason"}),
    ];
    for reason in reasons {
        let log = Log::new()
            .running()
            .thread("t", "writer")
            .bash("allowed", "allow")
            .bash("asked", "ask")
            .bash("confirmed", "ask")
            .asks_from("child", "t")
            .confirm("confirmed", "allow")
            .confirm("child", "allow")
            .idle(reason.clone());
        for id in ["allowed", "asked", "confirmed", "child"] {
            let outcome = log.call(id).outcome;
            assert!(
                !matches!(outcome, Outcome::Running | Outcome::InThread(_)),
                "{id}: {outcome:?}, {reason}"
            );
        }
    }
}

#[test]
fn an_answered_call_is_on_hold_until_the_others_are_answered() {
    let log = Log::new()
        .running()
        .bash("a", "ask")
        .bash("b", "ask")
        .idle(waits_for(&["a", "b"]))
        .confirm("a", "allow");
    let log = log.idle(waits_for(&["b"]));
    assert_eq!(log.call("a").outcome, Outcome::Held);
    assert_eq!(log.call("b").outcome, Outcome::WaitsForYou);
    let log = log.confirm("b", "allow").running();
    assert_eq!(log.call("a").outcome, Outcome::Running);
    let log = log.idle(end_turn());
    assert_eq!(log.call("a").outcome, Outcome::NoResult);
}

#[test]
fn a_call_that_a_worker_has_to_run_waits_for_the_worker() {
    let log = Log::new().running().bash("a", "allow").idle(waits_for(&["a"]));
    assert_eq!(log.call("a").outcome, Outcome::WaitsForWorker);
}

#[test]
fn what_an_interrupt_cuts_short_did_not_fail() {
    const CUT: &str = "Tool execution was interrupted before completion. Please retry.";
    let log = Log::new()
        .running()
        .bash("early", "allow")
        .failed_result("early", "exit 1")
        .bash("a", "allow")
        .bash("b", "allow");
    let log = log
        .failed_result("a", CUT)
        .at(
            "agent.tool_result",
            json!({"id": "rb", "tool_use_id": "b", "is_error": true, "content": []}),
        )
        .at("user.interrupt", json!({"id": "stop"}))
        .at("session.thread_status_idle", json!({"session_thread_id": "t0", "agent_name": "A", "stop_reason": end_turn(), "stop_details": null}))
        .at("session.usage", json!({"usage": {}}))
        .at("session.status_idle", json!({"id": "idle", "stop_reason": end_turn(), "stop_details": null}));
    let call = log.call("a");
    assert_eq!(call.outcome, Outcome::Interrupted);
    assert!(call.took_ms.is_some_and(|ms| ms > 0.0));
    assert_eq!(call.outcome.words(Some("3.6 s")), "interrupted after 3.6 s");
    assert_eq!(log.call("b").outcome, Outcome::Interrupted);
    assert_eq!(
        log.call("early").outcome,
        Outcome::Failed,
        "that one failed before"
    );
    assert_eq!(log.words("idle").detail, "Interrupted by you.");
    assert_eq!(stop_in_words(&log.read()).as_deref(), Some("Interrupted by you."));
}

#[test]
fn a_failure_before_work_went_on_is_not_taken_for_an_interruption() {
    let log = Log::new()
        .running()
        .bash("a", "allow")
        .failed_result("a", "exit 1")
        .at("span.model_request_start", json!({}))
        .at("user.interrupt", json!({}))
        .at(
            "session.status_idle",
            json!({"id": "idle", "stop_reason": end_turn(), "stop_details": null}),
        );
    assert_eq!(log.call("a").outcome, Outcome::Failed);
    assert_eq!(log.words("idle").detail, "Interrupted by you.");
    let long_after = Log::new()
        .running()
        .bash("a", "allow")
        .failed_result("a", "exit 1");
    let long_after = long_after
        .then("user.message", json!({"content": []}))
        .then("user.interrupt", json!({}));
    assert_eq!(long_after.call("a").outcome, Outcome::Failed);
}

#[test]
fn a_turn_that_ends_by_itself_after_an_interrupt_of_a_child_was_not_interrupted() {
    let log = Log::new()
        .running()
        .then("user.interrupt", json!({"session_thread_id": "t"}))
        .at(
            "session.status_idle",
            json!({"id": "idle", "stop_reason": end_turn(), "stop_details": null}),
        );
    assert_eq!(log.words("idle").detail, "Turn finished.");
}

#[test]
fn a_denial_says_whose_it_is() {
    let by_policy = Log::new().running().then(
        "agent.tool_use",
        json!({"id": "c", "name": "web_fetch", "input": {}, "evaluated_permission": "deny",
            "evaluation": {"type": "auto", "evaluated_permission": {"type": "deny", "reason_code": "high_risk"}}}),
    );
    assert_eq!(
        by_policy.call("c").outcome.words(None),
        "denied by policy (high_risk)"
    );
    let with_result = by_policy.failed_result("c", "Permission to use web_fetch has been denied.");
    assert_eq!(
        with_result.call("c").outcome.words(None),
        "denied by policy (high_risk)"
    );
    let by_person = Log::new().running().bash("c", "ask").then(
        "user.tool_confirmation",
        json!({"tool_use_id": "c", "result": "deny", "deny_message": "Not on a Friday"}),
    );
    assert_eq!(
        by_person.call("c").outcome.words(None),
        "denied by you: Not on a Friday"
    );
    let with_result = by_person.failed_result("c", "Not on a Friday");
    assert_eq!(
        with_result.call("c").outcome.words(None),
        "denied by you: Not on a Friday"
    );
    let without_reason = Log::new().running().bash("c", "ask").confirm("c", "deny");
    assert_eq!(without_reason.call("c").outcome.words(None), "denied by you");
}

#[test]
fn who_wants_what_is_told_by_names() {
    let log = Log::new()
        .running()
        .thread("t1", "researcher")
        .thread("t2", "writer")
        .asks_from("c1", "t2")
        .then(
            "agent.mcp_tool_use",
            json!({"id": "c2", "mcp_server_name": "tracker", "name": "add_comment", "input": {},
                "evaluated_permission": "ask", "session_thread_id": "t1"}),
        )
        .bash("c3", "ask")
        .then(
            "agent.custom_tool_use",
            json!({"id": "c4", "name": "refund", "input": {}, "session_thread_id": "t9"}),
        );
    let timeline = log.read();
    let asks: Vec<String> = waiting_calls(&timeline)
        .iter()
        .map(|call| {
            let (before, behind) = call.asks();
            format!("{before}{}{behind}", call.tool_name())
        })
        .collect();
    assert_eq!(
        asks,
        [
            "B writer wants to write",
            "A researcher wants to use tracker · add_comment",
            "bash wants to run",
            "another thread waits for the result of refund",
        ]
    );
}

#[test]
fn names_and_arguments_of_tools_are_exact() {
    let log = Log::new().running().then(
        "agent.mcp_tool_use",
        json!({"id": "c", "mcp_server_name": "tr\u{430}cker", "name": "ba\u{200B}sh",
            "input": {"command": "mysql \u{61C}<\u{61C} dump.sql"}, "evaluated_permission": "ask"}),
    );
    let call = log.call("c");
    assert_eq!(call.name, "ba⟨U+200B⟩sh");
    assert_eq!(call.server.as_deref(), Some("tr\u{430}cker ⟨not ASCII: U+0430⟩"));
    assert_eq!(call.argument, "mysql ⟨U+061C⟩<⟨U+061C⟩ dump.sql");
    let words = log.words("c");
    assert_eq!(words.label, "tr\u{430}cker ⟨not ASCII: U+0430⟩ · ba⟨U+200B⟩sh");
    assert_eq!(words.detail, call.argument);
    assert_eq!(waiting_calls(&log.read())[0].tool, call.name);
}

#[test]
fn a_workflow_is_told_by_names_and_by_how_far_it_is() {
    let run = json!({"workflow_run_id": "wrun_1"});
    let phase = |id: &str| json!({"workflow_run_id": "wrun_1", "workflow_run_phase_id": id, "id": format!("start_{id}")});
    let begun = Log::new()
        .running()
        .then(
            "workflow_run.created",
            json!({"id": "run", "workflow_run_id": "wrun_1", "name": "Check licences", "description": null,
                "phases": [{"id": "p1", "name": "Inspect", "description": null}, {"id": "p2", "name": "Report", "description": null}]}),
        )
        .then("workflow_run.status_running", run.clone())
        .then("workflow_run.phase_started", phase("p1"));
    let mut log = begun;
    for n in 0..3 {
        let thread = format!("t{n}");
        log = log
            .then(
                "session.thread_created",
                json!({"id": format!("made{n}"), "session_thread_id": thread, "agent_name": "checker", "workflow_run_id": "wrun_1"}),
            )
            .thread_is("running", &thread, "checker");
    }
    let log = log
        .thread_is("idle", "t1", "checker")
        .thread_is("terminated", "t1", "checker");
    assert_eq!(
        log.words("run").detail,
        "Check licences · Inspect (running) · Report (not started) · 3 × checker (1 done) · running"
    );
    assert_eq!(log.words("start_p1").detail, "Inspect");
    assert_eq!(log.words("made0").detail, "A checker, running");
    assert_eq!(log.words("made1").detail, "B checker, ended");
    let log = log
        .then("workflow_run.phase_ended", json!({"workflow_run_id": "wrun_1", "workflow_run_phase_id": "p1", "phase_started_id": "start_p1"}))
        .then("workflow_run.status_ended", json!({"id": "end", "workflow_run_id": "wrun_1", "result": {"type": "completed"}}));
    assert_eq!(
        log.words("run").detail,
        "Check licences · Inspect (done) · Report (not started) · 3 × checker (1 done) · completed"
    );
    assert_eq!(log.words("end").detail, "Check licences");
    let shown: Vec<String> = {
        let timeline = log.read();
        let rows = timeline.rows(View::Transcript).iter();
        rows.filter_map(|row| match row {
            Row::Event(slot) => Some(describe(&timeline, slot)),
            _ => None,
        })
        .map(|words| format!("{} {}", words.label, words.detail))
        .collect()
    };
    assert!(
        shown
            .iter()
            .all(|line| !line.contains("wrun_") && !line.contains("p1")),
        "no ids: {shown:?}"
    );
    assert_eq!(
        shown.iter().filter(|line| line.contains("B checker")).count(),
        1,
        "said once: {shown:?}"
    );
}

#[test]
fn a_phase_that_nothing_named_is_not_told_by_its_id() {
    let log = Log::new().running().then(
        "workflow_run.phase_started",
        json!({"id": "p", "workflow_run_id": "wrun_1", "workflow_run_phase_id": "wrph_1"}),
    );
    assert_eq!(log.words("p").detail, "a phase without a name");
}

#[test]
fn every_event_of_a_log_is_seen_in_a_row_or_in_the_other_view() {
    let log = Log::new()
        .running()
        .thread("t", "writer")
        .thread_is("running", "t", "writer")
        .at("span.model_request_start", json!({"id": "start"}))
        .at("span.model_request_end", json!({"id": "end", "model_request_start_id": "start", "is_error": false,
            "model_usage": {"input_tokens": 1, "output_tokens": 1, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}}))
        .bash("c", "ask")
        .then("user.tool_confirmation", json!({"id": "yes", "tool_use_id": "c", "result": "allow"}))
        .then("session.thread_status_idle", json!({"id": "rest", "session_thread_id": "t", "agent_name": "writer",
            "stop_reason": end_turn(), "stop_details": null}))
        .at("session.usage", json!({"id": "usage", "usage": {}}));
    let timeline = log.read();
    let seen = |id: &str| shown_in(&timeline, View::Transcript, slot(&timeline, id));
    let row = |id: &str| Shown::In(Row::Event(slot(&timeline, id)));
    assert_eq!(
        seen("start"),
        row("end"),
        "the start of a request stands in the row of its end"
    );
    assert_eq!(seen("yes"), row("c"));
    assert_eq!(seen("c"), row("c"));
    assert_eq!(
        seen("rest"),
        row("e1"),
        "what a thread does stands in the row of its creation"
    );
    assert_eq!(seen("usage"), Shown::Elsewhere);
    for at in 0..timeline.log().len() as Slot {
        assert_eq!(shown_in(&timeline, View::Events, at), Shown::In(Row::Event(at)));
        if let Shown::In(row) = shown_in(&timeline, View::Transcript, at) {
            assert!(
                timeline.index_of(View::Transcript, row).is_some(),
                "the row is there"
            );
        }
    }
}

/// Where a log stands whose Session object was asked for in the middle of things.
fn state_with(log: &Log, status: SessionStatus, is_archived: bool) -> SessionState {
    let mut timeline = log.read();
    let asked = timeline.asking(false);
    timeline.retrieved(status, is_archived, asked);
    timeline.commit();
    SessionState::of(&timeline)
}

#[test]
fn interrupt_is_never_dead_while_it_could_matter() {
    use SessionStatus as S;
    let can = |log: &Log| SessionState::of(&log.read()).can_be_interrupted;
    let can_with = |log: &Log, status: S| state_with(log, status, false).can_be_interrupted;
    assert!(can(&Log::new()), "nothing is known yet");
    assert!(can_with(&Log::new(), S::Running));
    assert!(!can_with(&Log::new(), S::Idle));
    assert!(can_with(&Log::new().running(), S::Idle), "the object lags behind");
    let idle = Log::new().running().idle(end_turn());
    assert!(!can_with(&idle, S::Running), "the log is newer");
    let waits = Log::new().running().bash("c", "ask").idle(waits_for(&["c"]));
    assert!(can(&waits), "an interrupt closes waiting calls");
    let silent = Log::new()
        .running()
        .idle(end_turn())
        .then("span.model_request_start", json!({}));
    assert!(can(&silent), "a request is open although no status says so");
    let mut unread = Log::new().running().idle(end_turn()).read();
    unread.stream_event(Event::parse(r#"{"type":"user.message","id":"u","content":[]}"#).expect("an event"));
    unread.commit();
    assert!(
        SessionState::of(&unread).can_be_interrupted,
        "somebody may be about to read it"
    );
    let terminated = Log::new().running().then("session.status_terminated", json!({}));
    assert!(!can(&terminated), "the session is over");
    assert!(!can_with(&Log::new().running(), S::Terminated));
    assert!(!state_with(&Log::new().running(), S::Idle, true).can_be_interrupted);
}

#[test]
fn that_a_message_would_be_refused_is_known_before() {
    let hold = |log: &Log| SessionState::of(&log.read()).hold;
    let waits = Log::new()
        .running()
        .bash("a", "ask")
        .bash("b", "ask")
        .idle(waits_for(&["a", "b"]));
    assert_eq!(hold(&waits), Some(Hold::Answers { yours: 2, others: 0 }));
    let one_left = waits.confirm("a", "allow");
    assert_eq!(
        hold(&one_left),
        Some(Hold::Answers { yours: 1, others: 0 }),
        "before the server says so again"
    );
    let none_left = one_left.confirm("b", "deny");
    assert_eq!(hold(&none_left), None);
    assert_eq!(hold(&none_left.running()), None);
    let worker = Log::new().running().bash("a", "allow").idle(waits_for(&["a"]));
    assert_eq!(hold(&worker), Some(Hold::Answers { yours: 0, others: 1 }));
    let running = Log::new().running().asks_from("c", "t");
    assert_eq!(hold(&running), None, "while others work, a message is queued");
    assert_eq!(
        hold(&Log::new().running().then("session.deleted", json!({}))),
        Some(Hold::Over)
    );
}

#[test]
fn an_archived_session_is_over_whatever_its_log_says() {
    let log = Log::new().running().bash("c", "ask").idle(waits_for(&["c"]));
    let state = state_with(&log, SessionStatus::Idle, true);
    assert_eq!(
        (state.is_over, state.waiting, state.status),
        (true, 0, Some(SessionStatus::Terminated))
    );
    assert!(!state.is_deleted);
    assert!(SessionState::of(&log.then("session.deleted", json!({})).read()).is_deleted);
}

#[test]
fn what_became_of_a_call_is_told_by_the_log() {
    let log = Log::new()
        .running()
        .bash("a", "ask")
        .bash("b", "ask")
        .bash("c", "ask")
        .confirm("a", "allow");
    let log = log.then(
        "user.tool_confirmation",
        json!({"tool_use_id": "b", "result": "deny", "deny_message": "no"}),
    );
    let timeline = log.read();
    let is = |id: &str| fate(&timeline, id);
    assert!(matches!(is("a"), Fate::Answered(Verdict::Allowed, Some(_))));
    assert!(matches!(is("b"), Fate::Answered(Verdict::Denied(Some(why)), _) if why == "no"));
    assert_eq!(is("c"), Fate::Closed);
}
