//! Streams under load and over their whole life.

use std::time::Duration;

use serde_json::json;

use crate::harness::{Demo, names};

#[tokio::test]
async fn slow_and_fast_readers_both_get_everything_in_order() {
    let demo = Demo::start().await;
    let session = demo.session("Firehose").await;
    let mut fast = demo.stream(&session, "").await;
    let mut slow = demo.stream(&session, "").await;
    demo.say(&session, "emit 8000 at 1000000").await;
    let quick = fast.until("session.status_idle").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let late = slow.until("session.status_idle").await;
    assert_eq!(quick.len(), 8006);
    assert_eq!(quick, late);
}

#[tokio::test]
async fn nothing_is_replayed_on_connect() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.turn(&session, "list files").await;
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post(&format!("/v1/sessions/{session}"), json!({"title": "x"}))
        .await;
    assert_eq!(stream.next().await.unwrap().name, "session.updated");
}

#[tokio::test]
async fn headers_suit_an_event_stream() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let stream = demo.stream(&session, "").await;
    let header = |name: &str| stream.response.headers()[name].to_str().unwrap().to_owned();
    assert!(header("content-type").starts_with("text/event-stream"));
    assert_eq!(header("cache-control"), "no-cache");
    assert_eq!(header("x-accel-buffering"), "no");
    assert_eq!(header("access-control-allow-origin"), "*");
    assert!(header("request-id").starts_with("req_"));
}

#[tokio::test]
async fn a_restart_cuts_streams_but_keeps_the_world() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post("/demo/restart", json!({})).await;
    assert!(stream.rest().await.is_empty());
    assert_eq!(demo.status(&session).await, "idle");
}

#[tokio::test]
async fn a_reset_forgets_what_was_made() {
    let demo = Demo::start().await;
    let before = demo.ok_get("/v1/sessions").await["data"]
        .as_array()
        .unwrap()
        .len();
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "something slow").await;
    demo.ok_post("/demo/reset", json!({})).await;
    assert!(!names(&stream.rest().await).contains(&"session.status_idle"));
    assert_eq!(demo.get(&format!("/v1/sessions/{session}")).await.0, 404);
    assert_eq!(
        demo.ok_get("/v1/sessions").await["data"]
            .as_array()
            .unwrap()
            .len(),
        before
    );
}

#[tokio::test]
async fn events_are_as_large_as_real_ones() {
    let demo = Demo::start().await;
    let session = demo.session("Firehose").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "emit 20000 at 1000000").await;
    let frames = stream.until("session.status_idle").await;
    assert_eq!(frames.len(), 20_006);
    let bytes: usize = frames.iter().map(|frame| frame.data.to_string().len()).sum();
    let average = bytes / frames.len();
    assert!((600..800).contains(&average), "{average} bytes per event");
}
