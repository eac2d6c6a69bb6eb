//! Stopping a turn.

use serde_json::json;

use crate::harness::{Demo, message, names, of_type, types};

#[tokio::test]
async fn an_interrupt_during_a_tool_closes_the_call_and_idles() {
    let demo = Demo::slow().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "something slow").await;
    stream.until("span.model_request_end").await;
    let (status, sent) = demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    assert_eq!(status, 200);
    assert!(sent["data"][0].get("processed_at").is_none());
    stream.until("session.status_idle").await;
    let events = demo.events(&session).await;
    let tail = &events[events.len() - 5..];
    assert_eq!(
        types(tail),
        [
            "agent.tool_result",
            "user.interrupt",
            "session.thread_status_idle",
            "session.usage",
            "session.status_idle"
        ]
    );
    assert_eq!(
        tail[0]["content"][0]["text"],
        "Tool execution was interrupted before completion. Please retry."
    );
    assert_eq!(tail[1]["id"], sent["data"][0]["id"]);
    assert_eq!(tail[4]["stop_reason"]["type"], "end_turn");
}

#[tokio::test]
async fn an_interrupt_during_an_answer_ends_the_request_without_a_message() {
    let demo = Demo::slow().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "?event_deltas[]=agent.message").await;
    demo.say(&session, "a long answer").await;
    stream.until("event_delta").await;
    demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    stream.until("session.status_idle").await;
    let events = demo.events(&session).await;
    assert!(of_type(&events, "agent.message").is_empty());
    assert_eq!(of_type(&events, "span.model_request_end")[0]["is_error"], true);
}

#[tokio::test]
async fn interrupt_and_redirect_in_one_request() {
    let demo = Demo::slow().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "something slow").await;
    stream.until("span.model_request_end").await;
    demo.send(
        &session,
        json!([{"type": "user.interrupt"}, message("list the files instead")]),
    )
    .await;
    stream.until("session.status_idle").await;
    let frames = stream.until("session.status_idle").await;
    assert_eq!(frames[0].name, "session.status_running");
    let events = demo.events(&session).await;
    let last = of_type(&events, "agent.message").pop().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap();
    assert!(last.contains("Cargo.toml"), "{last}");
}

#[tokio::test]
async fn messages_sent_before_the_interrupt_stay_unanswered() {
    let demo = Demo::slow().await;
    let session = demo.session("Repo helper").await;
    demo.say(&session, "something slow").await;
    demo.send(&session, json!([message("and then this")])).await;
    demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    assert!(events.iter().all(|event| event["processed_at"].is_string()));
    assert_eq!(of_type(&events, "session.status_idle").len(), 1);
    assert_eq!(of_type(&events, "user.message").len(), 2);
}

#[tokio::test]
async fn an_interrupt_closes_calls_that_wait_for_approval() {
    let demo = Demo::start().await;
    let session = demo.session("Careful deployer").await;
    demo.turn(&session, "Deploy").await;
    let mut stream = demo.stream(&session, "").await;
    let redirect = message("Never mind, deploy to staging");
    demo.send(&session, json!([{"type": "user.interrupt"}, redirect]))
        .await;
    let frames = stream.until("session.status_idle").await;
    assert_eq!(
        names(&frames),
        [
            "agent.tool_result",
            "agent.tool_result",
            "user.interrupt",
            "session.thread_status_idle",
            "session.usage",
            "session.status_idle",
        ]
    );
    stream.until("session.status_idle").await;
    let events = demo.events(&session).await;
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "requires_action");
}

#[tokio::test]
async fn an_interrupt_of_an_idle_session_changes_nothing_but_the_log() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let (status, _) = demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    assert_eq!(status, 200);
    assert_eq!(types(&demo.events(&session).await), ["user.interrupt"]);
    assert_eq!(demo.status(&session).await, "idle");
    let wrong = json!([{"type": "user.interrupt", "session_thread_id": "sth_1"}]);
    let (status, body) = demo.send(&session, wrong).await;
    assert_eq!(
        (status, body["error"]["message"].as_str().unwrap()),
        (400, "Invalid session_thread_id: sth_1")
    );
}

#[tokio::test]
async fn the_firehose_can_be_stopped() {
    let demo = Demo::start().await;
    let session = demo.session("Firehose").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "emit 1000000 at 20").await;
    stream.until("agent.tool_use").await;
    demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    let frames = stream.until("session.status_idle").await;
    let live: Vec<_> = frames.iter().map(|frame| frame.data.clone()).collect();
    let events = demo.events(&session).await;
    assert!(events.ends_with(&live));
    let count = |kind: &str| of_type(&events, kind).len();
    assert_eq!(count("span.model_request_start"), count("span.model_request_end"));
    assert_eq!(count("agent.tool_use"), count("agent.tool_result"));
}
