//! Restarts on purpose.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::{Demo, PATIENCE};

#[tokio::test]
async fn a_restarting_server_turns_connections_away() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post("/demo/restart?down_ms=600000", json!({})).await;
    assert!(stream.next().await.is_none());
    assert!(demo.request(Method::GET, "/v1/sessions").send().await.is_err());
}

#[tokio::test]
async fn a_restarted_server_comes_up_again() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post("/demo/restart?down_ms=100", json!({})).await;
    // The answer comes before the restart.
    assert!(stream.next().await.is_none());
    let up = async {
        while demo.request(Method::GET, "/v1/sessions").send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, up).await.expect("up again");
    assert_eq!(demo.post("/demo/restart?down_ms=soon", json!({})).await.0, 400);
}
