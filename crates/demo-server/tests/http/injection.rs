//! Events and requests as tests see them.

use serde_json::json;

use crate::harness::{Demo, message};

#[tokio::test]
async fn arbitrary_events_reach_stream_and_history_unchanged() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "?event_deltas[]=agent.message").await;
    let strange = json!({"type": "demo.dreamt", "of": {"sheep": [1, 2.5, null]}, "note": "line\nbreak"});
    let path = format!("/demo/events/{session}");
    let injected = demo.ok_post(&path, strange.clone()).await["data"][0].clone();
    assert_eq!(injected["of"], strange["of"]);
    let frame = stream.next().await.unwrap();
    assert_eq!((frame.name.as_str(), &frame.data), ("demo.dreamt", &injected));
    assert_eq!(demo.events(&session).await, [injected]);

    let delta = json!({"type": "content_delta", "index": 0, "content": {"type": "text", "text": "Hi"}});
    let delta = json!({"type": "event_delta", "event_id": "sevt_x", "delta": delta});
    demo.ok_post(&path, delta.clone()).await;
    let frame = stream.next().await.unwrap();
    assert_eq!(frame.data, delta);
    assert_eq!(demo.events(&session).await.len(), 1);
}

#[tokio::test]
async fn events_can_appear_late_and_in_the_past() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let path = format!("/demo/events/{session}");
    demo.ok_post(
        &path,
        json!([{"type": "agent.thinking"}, {"type": "agent.thinking"}]),
    )
    .await;
    let old = json!({"type": "agent.message", "id": "sevt_old", "content": [], "processed_at": "2020-01-01T00:00:00Z"});
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post(&format!("{path}?only=history"), old.clone()).await;
    demo.ok_post(
        &format!("{path}?only=stream"),
        json!({"type": "span.model_request_start"}),
    )
    .await;
    assert_eq!(stream.next().await.unwrap().name, "span.model_request_start");
    let events = demo.events(&session).await;
    assert_eq!(events.len(), 3);
    assert_eq!(events[0], old);
    assert_eq!(demo.post("/demo/events/sesn_missing", json!({})).await.0, 404);
}

#[tokio::test]
async fn requests_are_recorded_without_credentials() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.delete("/demo/requests").await;
    demo.send(&session, json!([message("hi")])).await;
    let bearer = demo
        .client
        .get(format!("{}/v1/models?limit=1", demo.base))
        .header("anthropic-version", "2023-06-01");
    bearer.bearer_auth("sk-ant-oat01-secret").send().await.unwrap();
    let recorded = demo.ok_get("/demo/requests").await["data"].clone();
    assert_eq!(recorded.as_array().unwrap().len(), 2);
    assert_eq!(recorded[0]["method"], "POST");
    assert_eq!(recorded[0]["path"], format!("/v1/sessions/{session}/events"));
    assert_eq!(recorded[0]["credential"], "x-api-key");
    assert_eq!(recorded[0]["headers"]["x-api-key"], "<redacted>");
    assert_eq!(recorded[0]["headers"]["anthropic-version"], "2023-06-01");
    assert_eq!(recorded[0]["body"]["events"][0], message("hi"));
    assert_eq!(recorded[1]["path"], "/v1/models?limit=1");
    assert_eq!(recorded[1]["credential"], "bearer");
    assert!(!recorded.to_string().contains("secret"));
}
