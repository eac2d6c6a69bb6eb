//! What clients cost, as the server counts it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Demo, PATIENCE};

#[tokio::test]
async fn streams_are_counted_until_they_close() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let streams = async || demo.ok_get("/demo/stats").await["streams"].clone();
    assert_eq!(streams().await, json!({"opened": 0, "open": 0}));
    let first = demo.stream(&session, "").await;
    let second = demo.stream(&session, "").await;
    assert_eq!(streams().await, json!({"opened": 2, "open": 2}));
    drop(first);
    let closed = async |open: u64| {
        let reached = async {
            while streams().await["open"] != open {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("closed");
    };
    closed(1).await;
    drop(second);
    closed(0).await;
    assert_eq!(streams().await["opened"], 2);
    assert!(demo.ok_get("/demo/stats").await["connections"]["open"].as_u64() >= Some(1));
}

#[tokio::test]
async fn lists_are_counted_with_their_events() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let lists = async || demo.ok_get("/demo/stats").await["lists"].clone();
    let before: Value = lists().await;
    demo.turn(&session, "list files").await;
    let told = demo.events(&session).await.len();
    demo.ok_get(&format!("/v1/sessions/{session}/events?limit=2"))
        .await;
    assert_eq!(before, json!({"requests": 0, "events": 0}));
    assert_eq!(lists().await, json!({"requests": 3, "events": 2 * told + 2}));
}
