//! Where a session stands, and where each of its events is seen.

use super::*;

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
