//! Restarts on purpose.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::harness::Demo;

#[tokio::test]
async fn a_restarting_server_turns_connections_away_until_it_is_up() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post("/demo/restart?down_ms=400", json!({})).await;
    assert!(stream.next().await.is_none());
    let ask = || demo.request(Method::GET, "/v1/sessions").send();
    assert!(ask().await.is_err());
    let mut tries = 0;
    while ask().await.is_err() {
        tries += 1;
        assert!(tries < 500, "never up again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(demo.post("/demo/restart?down_ms=soon", json!({})).await.0, 400);
}
