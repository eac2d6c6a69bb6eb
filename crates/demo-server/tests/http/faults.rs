//! Faults on purpose.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Demo, id_of, message, names, of_type};

#[tokio::test]
async fn a_status_with_retry_after_hits_once() {
    let demo = Demo::start().await;
    demo.fault(json!({
        "match": {"method": "GET", "path": "/v1/sessions"},
        "effect": {"status": 429, "error": {"type": "rate_limit_error", "message": "slow down"}, "retry_after": 3},
    }))
    .await;
    let response = demo.request(Method::GET, "/v1/sessions").send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "3");
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body["error"],
        json!({"type": "rate_limit_error", "message": "slow down"})
    );
    assert_eq!(demo.get("/v1/sessions").await.0, 200);
    let left = demo.ok_get("/demo/faults").await;
    assert_eq!(left, json!({"faults": [], "hits": 1, "cuts": 0}));
}

#[tokio::test]
async fn default_errors_fit_their_status() {
    let demo = Demo::start().await;
    for (status, kind) in [
        (529, "overloaded_error"),
        (500, "api_error"),
        (401, "authentication_error"),
    ] {
        demo.fault(json!({"effect": {"status": status}})).await;
        let (found, body) = demo.get("/v1/sessions").await;
        assert_eq!((found, &body["error"]["type"]), (status, &json!(kind)));
    }
}

#[tokio::test]
async fn a_cut_falls_anywhere_even_inside_a_character() {
    let demo = Demo::start().await;
    // An agent, as a session tells how old it is: with fewer digits it would be shorter than its cut.
    let agent = json!({"name": "東京東京東京", "model": "claude-opus-5-5"});
    let agent = demo.ok_post("/v1/agents", agent).await;
    let path = format!("/v1/agents/{}", id_of(&agent));
    let whole = demo
        .request(Method::GET, &path)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let inside = whole.windows(3).position(|w| w == "東".as_bytes()).unwrap() + 1;
    for cut in [0, 1, inside, whole.len() - 1] {
        demo.fault(json!({"effect": {"cut_after_bytes": cut}})).await;
        let mut response = demo.request(Method::GET, &path).send().await.unwrap();
        let mut received = Vec::new();
        let broken = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => received.extend_from_slice(&chunk),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "cut after {cut}");
        assert_eq!(received.len(), cut);
        assert_eq!(received[..cut.min(20)], whole[..cut.min(20)]);
    }
}

#[tokio::test]
async fn a_cut_stream_ends_with_an_error() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.fault(
        json!({"match": {"path": "/v1/sessions/*/events/stream"}, "effect": {"cut_after_bytes": 777}}),
    )
    .await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "list files").await;
    let mut received = 0;
    let broken = loop {
        match stream.response.chunk().await {
            Ok(Some(chunk)) => received += chunk.len(),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(broken);
    assert_eq!(received, 777);
}

#[tokio::test]
async fn every_stream_is_cut_at_another_byte_and_the_cuts_are_counted() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.turn(&session, "list files").await;
    demo.fault(json!({
        "match": {"path": "/v1/sessions/*/events/stream"}, "times": 0, "seed": 3,
        "effect": {"cut_after_bytes": {"from": 100, "to": 2_000}, "stream": {"replay": true}},
    }))
    .await;
    let mut lengths = Vec::new();
    for _ in 0..5 {
        let mut stream = demo.stream(&session, "").await;
        let mut received = 0;
        while let Ok(chunk) = stream.response.chunk().await {
            received += chunk.expect("a cut, not an end").len();
        }
        assert!((100..=2_000).contains(&received));
        lengths.push(received);
    }
    lengths.sort_unstable();
    lengths.dedup();
    assert!(lengths.len() >= 4, "{lengths:?}");
    let told = demo.ok_get("/demo/faults").await;
    assert_eq!(
        (&told["faults"][0]["hits"], &told["hits"], &told["cuts"]),
        (&json!(5), &json!(5), &json!(5))
    );
}

#[tokio::test]
async fn a_connection_closes_after_its_answer_when_told_so() {
    let demo = Demo::start().await;
    let opened = async || {
        let stats = demo.ok_get("/demo/stats").await;
        stats["connections"]["opened"].as_u64().unwrap()
    };
    let close = |method: &str| {
        json!({
            "match": {"method": method}, "times": 0, "effect": {"headers": {"connection": "close"}},
        })
    };
    demo.fault(json!([close("GET"), close("OPTIONS")])).await;
    let before = opened().await;
    for _ in 0..3 {
        demo.ok_get("/v1/sessions").await;
        demo.request(Method::OPTIONS, "/v1/sessions")
            .send()
            .await
            .unwrap();
    }
    assert!(opened().await - before >= 5);
}

#[tokio::test]
async fn a_list_can_lag_behind_the_stream() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let path = format!("/demo/events/{session}");
    let long_ago = json!({"type": "agent.message", "content": [], "processed_at": "2020-01-01T00:00:00Z"});
    demo.ok_post(&path, long_ago).await;
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post(&path, json!({"type": "agent.thinking"})).await;
    demo.fault(json!({
        "match": {"path": "/v1/sessions/*/events"}, "times": 2, "effect": {"list_lag_ms": 3_600_000},
    }))
    .await;
    let since = format!("/v1/sessions/{session}/events?created_at[gte]=2019-01-01T00:00:00Z&order=desc");
    for list in [&since, &format!("/v1/sessions/{session}/events")] {
        let listed = demo.ok_get(list).await["data"].clone();
        assert_eq!(listed.as_array().unwrap().len(), 1, "{list}");
        assert_eq!(listed[0]["type"], "agent.message");
    }
    assert_eq!(stream.next().await.unwrap().name, "agent.thinking");
    assert_eq!(demo.events(&session).await.len(), 2);
}

#[tokio::test]
async fn a_stalled_answer_stays_open_and_silent() {
    let demo = Demo::start().await;
    demo.fault(json!({"effect": {"stall_after_bytes": 10}})).await;
    let mut response = demo.request(Method::GET, "/v1/sessions").send().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 10);
    let silence = tokio::time::timeout(Duration::from_millis(200), response.chunk()).await;
    assert!(silence.is_err());
}

#[tokio::test]
async fn a_dropped_answer_may_have_taken_effect() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let path = format!("/v1/sessions/{session}/events");
    let send = || {
        demo.request(Method::POST, &path)
            .json(&json!({"events": [message("list files")]}))
            .send()
    };
    demo.fault(json!({"match": {"method": "POST"}, "effect": {"drop": "before"}}))
        .await;
    assert!(send().await.is_err());
    assert!(demo.events(&session).await.is_empty());
    demo.fault(json!({"match": {"method": "POST"}, "effect": {"drop": "after"}}))
        .await;
    assert!(send().await.is_err());
    demo.wait_for(&session, "idle").await;
    assert_eq!(of_type(&demo.events(&session).await, "user.message").len(), 1);
    demo.fault(json!({"match": {"method": "POST"}, "effect": {"status": 502, "apply": true}}))
        .await;
    assert_eq!(send().await.unwrap().status(), 502);
    demo.wait_for(&session, "idle").await;
    assert_eq!(of_type(&demo.events(&session).await, "user.message").len(), 2);
}

#[tokio::test]
async fn delays_malformed_bodies_and_missing_cors() {
    let demo = Demo::start().await;
    demo.fault(json!([
        {"effect": {"delay_ms": 120}},
        {"effect": {"malformed_body": true}},
        {"effect": {"no_cors": true}},
        {"effect": {"status": 302, "headers": {"location": "http://127.0.0.1:9/"}}},
    ]))
    .await;
    let began = Instant::now();
    assert_eq!(demo.get("/v1/agents").await.0, 200);
    assert!(began.elapsed() >= Duration::from_millis(120));
    let (status, body) = demo.get("/v1/agents").await;
    assert!(status == 200 && body.is_string());
    let response = demo.request(Method::GET, "/v1/agents").send().await.unwrap();
    assert!(response.headers().get("access-control-allow-origin").is_none());
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let response = client
        .get(format!("{}/v1/agents", demo.base))
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["location"]),
        (302, &"http://127.0.0.1:9/".parse().unwrap())
    );
}

#[tokio::test]
async fn frames_can_be_replayed_doubled_swapped_and_nameless() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let history = demo.turn(&session, "list files").await;
    let title = async |title: &str| {
        demo.ok_post(&format!("/v1/sessions/{session}"), json!({"title": title}))
            .await
    };
    let stream_fault =
        |stream: Value| json!({"match": {"contains": "/stream"}, "effect": {"stream": stream}});

    demo.fault(stream_fault(json!({"replay": true, "duplicate_every": 5})))
        .await;
    let mut stream = demo.stream(&session, "").await;
    title("a").await;
    let frames = stream.until("session.updated").await;
    assert_eq!(frames.len(), history.len() + 1 + history.len() / 5);

    demo.fault(stream_fault(
        json!({"omit_event_names": true, "giant_frame_bytes": 3_000_000}),
    ))
    .await;
    let mut stream = demo.stream(&session, "").await;
    title("b").await;
    let frames = stream.until("session.updated").await;
    assert_eq!(names(&frames), ["", ""]);
    assert!(frames[0].data.to_string().len() > 3_000_000);

    demo.fault(stream_fault(
        json!({"reorder_every": 1, "ping_every": 1, "comment_every": 1}),
    ))
    .await;
    let mut stream = demo.stream(&session, "").await;
    title("c").await;
    title("d").await;
    let frames: Vec<_> = [
        stream.until("session.updated").await,
        stream.until("session.updated").await,
    ]
    .concat();
    let titles: Vec<&str> = frames
        .iter()
        .filter_map(|frame| frame.data["title"].as_str())
        .collect();
    assert!(titles == ["d", "c"] || titles == ["c", "d"]);
    assert!(names(&frames).contains(&"ping"));

    demo.fault(json!({
        "match": {"contains": "/stream"},
        "effect": {"error": {"type": "overloaded_error", "message": "later"}, "stream": {"error_after_frames": 0}},
    }))
    .await;
    let mut stream = demo.stream(&session, "").await;
    title("e").await;
    let frames = stream.rest().await;
    assert_eq!(names(&frames), ["error"]);
    assert_eq!(frames[0].data["error"]["type"], "overloaded_error");
}

#[tokio::test]
async fn misspelt_faults_are_refused_and_faults_can_be_cleared() {
    let demo = Demo::start().await;
    assert_eq!(
        demo.post("/demo/faults", json!({"effect": {"statu": 500}}))
            .await
            .0,
        400
    );
    demo.fault(json!({"faults": [{"times": 0, "effect": {"status": 500}}]}))
        .await;
    assert_eq!(demo.get("/v1/sessions").await.0, 500);
    assert_eq!(demo.get("/v1/sessions").await.0, 500);
    assert_eq!(demo.delete("/demo/faults").await.0, 200);
    assert_eq!(demo.get("/v1/sessions").await.0, 200);
}
