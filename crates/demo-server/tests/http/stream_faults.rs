//! Streams that open late, stay silent or are refused, as servers and what stands before them make them.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::harness::{Demo, names};

/// Long enough that something sent at once would be there, in a test that waits for nothing to come.
const SILENCE: Duration = Duration::from_millis(150);

fn stream_path(session: &str) -> String {
    format!("/v1/sessions/{session}/events/stream")
}

async fn a_stream_with(demo: &Demo, session: &str, effect: Value) -> Response {
    demo.fault(json!({"match": {"path": "/v1/sessions/*/events/stream"}, "effect": effect}))
        .await;
    let path = stream_path(session);
    demo.request(Method::GET, &path).send().await.unwrap()
}

async fn chunk(response: &mut Response) -> String {
    let chunk = response.chunk().await.unwrap().expect("the stream ended");
    String::from_utf8(chunk.to_vec()).unwrap()
}

async fn is_silent(response: &mut Response) -> bool {
    tokio::time::timeout(SILENCE, response.chunk()).await.is_err()
}

async fn happen(demo: &Demo, session: &str) {
    demo.ok_post(&format!("/v1/sessions/{session}"), json!({"title": "x"}))
        .await;
}

#[tokio::test]
async fn a_stream_begins_at_once_with_a_comment() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let thread = demo.ok_get(&format!("/v1/sessions/{session}/threads")).await["data"][0]["id"].clone();
    let thread_stream = format!(
        "/v1/sessions/{session}/threads/{}/stream",
        thread.as_str().unwrap()
    );
    for path in [stream_path(&session), thread_stream] {
        let mut response = demo.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(chunk(&mut response).await, ": open\n\n");
    }
}

#[tokio::test]
async fn the_opening_comment_can_be_left_out() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let effect = json!({"stream": {"no_opening_comment": true}});
    let mut response = a_stream_with(&demo, &session, effect).await;
    assert!(is_silent(&mut response).await);
    happen(&demo, &session).await;
    assert!(chunk(&mut response).await.starts_with("event: session.updated\n"));
}

#[tokio::test]
async fn the_first_byte_can_come_late_and_nothing_is_lost_meanwhile() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut response = a_stream_with(&demo, &session, json!({"body_after_ms": 400})).await;
    assert_eq!(response.status(), 200);
    happen(&demo, &session).await;
    assert!(is_silent(&mut response).await);
    assert_eq!(chunk(&mut response).await, ": open\n\n");
    assert!(chunk(&mut response).await.starts_with("event: session.updated\n"));
}

#[tokio::test]
async fn the_bytes_of_a_stream_can_be_withheld_for_ever() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut response = a_stream_with(&demo, &session, json!({"body_after_ms": "never"})).await;
    assert_eq!(
        response.headers()["content-type"],
        "text/event-stream; charset=utf-8"
    );
    happen(&demo, &session).await;
    assert!(is_silent(&mut response).await);
    drop(response);
    assert_eq!(streams_left(&demo).await, 0);
}

#[tokio::test]
async fn response_headers_can_be_withheld_for_a_time_or_for_ever() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let path = stream_path(&session);
    for (wait, comes) in [(json!(400), true), (json!("never"), false)] {
        demo.fault(json!({"match": {"path": path}, "effect": {"headers_after_ms": wait}}))
            .await;
        let mut request = Box::pin(demo.request(Method::GET, &path).send());
        // The stream is open at the server and holds what happens.
        loop {
            tokio::select! {
                _ = &mut request => panic!("the headers came at once"),
                open = streams_open(&demo) => if open == 1 { break },
            }
        }
        happen(&demo, &session).await;
        if comes {
            let mut response = request.await.unwrap();
            assert_eq!(chunk(&mut response).await, ": open\n\n");
            assert!(chunk(&mut response).await.starts_with("event: session.updated\n"));
        } else {
            assert!(tokio::time::timeout(SILENCE, &mut request).await.is_err());
            drop(request);
        }
        assert_eq!(streams_left(&demo).await, 0);
    }
}

async fn streams_open(demo: &Demo) -> u64 {
    demo.ok_get("/demo/stats").await["streams"]["open"]
        .as_u64()
        .unwrap()
}

/// Open streams after the client has gone.
async fn streams_left(demo: &Demo) -> u64 {
    for _ in 0..500 {
        if streams_open(demo).await == 0 {
            return 0;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    streams_open(demo).await
}

#[tokio::test]
async fn frames_can_be_withheld_while_heartbeats_pass() {
    let demo = Demo::start().await;
    for (wait, comes) in [(json!(300), true), (json!("never"), false)] {
        let session = demo.session("Repo helper").await;
        let effect = json!({"stream": {"frames_after_ms": wait, "heartbeat_ms": 20}});
        let mut response = a_stream_with(&demo, &session, effect).await;
        happen(&demo, &session).await;
        assert_eq!(chunk(&mut response).await, ": open\n\n");
        for _ in 0..5 {
            assert_eq!(chunk(&mut response).await, ": keep-alive\n\n");
        }
        while comes && !chunk(&mut response).await.starts_with("event: session.updated\n") {}
        // The end of the stream is no frame.
        assert_eq!(demo.delete(&format!("/v1/sessions/{session}")).await.0, 200);
        let mut rest = Vec::new();
        while let Some(chunk) = response.chunk().await.unwrap() {
            rest.extend_from_slice(&chunk);
        }
        let rest = String::from_utf8(rest).unwrap();
        assert_eq!(rest.contains("event: session.deleted"), comes, "{rest}");
    }
}

#[tokio::test]
async fn heartbeats_come_as_comments_as_pings_or_not_at_all() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    for (stream, beat) in [
        (json!({"heartbeat_ms": 20}), Some(": keep-alive\n\n")),
        (
            json!({"heartbeat_ms": 20, "heartbeat_ping": true}),
            Some("event: ping\ndata: {\"type\":\"ping\"}\n\n"),
        ),
        (json!({"heartbeat_ms": "never"}), None),
    ] {
        let mut response = a_stream_with(&demo, &session, json!({"stream": stream})).await;
        assert_eq!(chunk(&mut response).await, ": open\n\n");
        match beat {
            Some(beat) => assert_eq!(chunk(&mut response).await, beat),
            None => assert!(is_silent(&mut response).await),
        }
    }
}

#[tokio::test]
async fn a_buffer_on_the_way_passes_only_whole_blocks() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut response = a_stream_with(&demo, &session, json!({"buffer_bytes": 4096})).await;
    happen(&demo, &session).await;
    assert!(is_silent(&mut response).await);
    for n in 0..40 {
        let title = format!("{n} {}", "x".repeat(200));
        demo.ok_post(&format!("/v1/sessions/{session}"), json!({"title": title}))
            .await;
    }
    let mut received = 0;
    while received < 8192 {
        received += response.chunk().await.unwrap().unwrap().len();
    }
    assert_eq!(received, 8192);
    // What ends is passed whole.
    let whole = demo.ok_get("/v1/agents").await;
    demo.fault(json!({"effect": {"buffer_bytes": 100}})).await;
    assert_eq!(demo.ok_get("/v1/agents").await, whole);
}

#[tokio::test]
async fn a_stream_can_be_refused_with_any_status() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    for status in [403, 404, 405, 501] {
        let response = a_stream_with(&demo, &session, json!({"status": status})).await;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["type"], "error");
    }
    let page =
        json!({"status": 501, "body": {"type": "text/html", "text": "<!doctype html><p>No streams here"}});
    let response = a_stream_with(&demo, &session, page).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (501, &"text/html".parse().unwrap())
    );
    assert!(response.text().await.unwrap().contains("No streams here"));
}

#[tokio::test]
async fn a_stream_can_be_cut_at_once_every_time_while_lists_work() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let path = stream_path(&session);
    demo.fault(json!({"match": {"path": path}, "times": 0, "effect": {"drop": "before"}}))
        .await;
    for _ in 0..3 {
        assert!(demo.request(Method::GET, &path).send().await.is_err());
        assert!(demo.events(&session).await.is_empty());
    }
}

#[tokio::test]
async fn every_nth_frame_can_be_left_out_of_a_stream_but_not_of_the_list() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.fault(json!({"match": {"contains": "/stream"}, "effect": {"stream": {"omit_every": 2}}}))
        .await;
    let mut stream = demo.stream(&session, "").await;
    demo.ok_post(
        &format!("/demo/events/{session}"),
        json!([{"type": "demo.a"}, {"type": "demo.b"}, {"type": "demo.c"}]),
    )
    .await;
    assert_eq!(names(&stream.until("demo.c").await), ["demo.a", "demo.c"]);
    assert_eq!(demo.events(&session).await.len(), 3);
}
