//! Turns that go wrong.

use serde_json::json;

use crate::harness::{Demo, message, of_type, types};

#[tokio::test]
async fn a_refusal_has_details() {
    let demo = Demo::start().await;
    let session = demo.session("Bad day").await;
    let events = demo.turn(&session, "please refuse").await;
    let idle = events.last().unwrap();
    assert_eq!(idle["stop_reason"], json!({"type": "refusal"}));
    assert_eq!(idle["stop_details"]["category"], "general_harms");
    assert_eq!(
        of_type(&events, "agent.message")[0]["content"],
        json!([{"type": "redacted"}])
    );
    assert_eq!(
        demo.turn(&session, "hello").await.last().unwrap()["stop_reason"]["type"],
        "end_turn"
    );
}

#[tokio::test]
async fn exhausted_retries_flush_the_queue() {
    let demo = Demo::start().await;
    let session = demo.session("Bad day").await;
    demo.say(&session, "exhaust all retries").await;
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let errors = of_type(&events, "session.error");
    assert_eq!(
        errors.last().unwrap()["error"]["retry_status"]["type"],
        "exhausted"
    );
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "retries_exhausted");
    let ends = of_type(&events, "span.model_request_end");
    assert!(ends.iter().all(|end| end["is_error"] == true));
}

#[tokio::test]
async fn a_rescheduled_session_comes_back() {
    let demo = Demo::slow().await;
    let session = demo.session("Bad day").await;
    demo.say(&session, "reschedule").await;
    demo.wait_for(&session, "rescheduling").await;
    assert_eq!(demo.delete(&format!("/v1/sessions/{session}")).await.0, 400);
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let kinds = types(&events);
    let at = kinds.iter().position(|kind| *kind == "session.error").unwrap();
    assert_eq!(
        kinds[at..at + 5],
        [
            "session.error",
            "session.thread_status_rescheduled",
            "session.status_rescheduled",
            "session.status_running",
            "session.thread_status_running",
        ]
    );
}

#[tokio::test]
async fn a_fatal_error_ends_session_and_stream() {
    let demo = Demo::start().await;
    let session = demo.session("Bad day").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "a fatal error").await;
    let frames = stream.rest().await;
    let names: Vec<&str> = frames.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(
        names[names.len() - 3..],
        [
            "session.error",
            "session.thread_status_terminated",
            "session.status_terminated"
        ]
    );
    assert_eq!(demo.status(&session).await, "terminated");
    assert_eq!(demo.send(&session, json!([message("still there?")])).await.0, 400);
    assert_eq!(demo.delete(&format!("/v1/sessions/{session}")).await.0, 200);
}

#[tokio::test]
async fn mcp_trouble_does_not_stop_the_turn() {
    let demo = Demo::start().await;
    let session = demo.session("Bad day").await;
    let events = demo.turn(&session, "mcp trouble").await;
    assert_eq!(of_type(&events, "session.error").len(), 2);
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "end_turn");
    let menu = demo.turn(&session, "hello").await;
    let last = of_type(&menu, "agent.message").pop().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap();
    assert!(last.contains("`reschedule`"));
}
