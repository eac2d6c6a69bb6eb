//! Streams that open late, stay silent or are refused, as servers and what stands before them make them.

use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::harness::{Demo, PATIENCE, names};

/// Long enough that something sent at once would be there, in a test that waits for nothing to come.
const SILENCE: Duration = Duration::from_millis(150);

const OPEN: &str = ": open";
const BEAT: &str = ": keep-alive";

fn stream_path(session: &str) -> String {
    format!("/v1/sessions/{session}/events/stream")
}

/// A stream as text, comments included.
struct Raw {
    response: Response,
    text: String,
}

impl Raw {
    async fn of(demo: &Demo, path: &str) -> Self {
        Self::from(demo.request(Method::GET, path).send().await.unwrap())
    }

    fn from(response: Response) -> Self {
        let text = String::new();
        Self { response, text }
    }

    /// The next comment or frame, up to its blank line. `None` at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk());
            let chunk = chunk.await.expect("the stream fell silent").unwrap()?;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    async fn next(&mut self) -> String {
        self.block().await.expect("the stream ended")
    }

    /// Skips heartbeats.
    async fn next_frame(&mut self) -> String {
        loop {
            let block = self.next().await;
            if block != BEAT {
                return block;
            }
        }
    }

    async fn is_silent(&mut self) -> bool {
        self.text.is_empty()
            && tokio::time::timeout(SILENCE, self.response.chunk())
                .await
                .is_err()
    }
}

async fn a_stream_with(demo: &Demo, session: &str, effect: Value) -> Raw {
    demo.fault(json!({"match": {"path": "/v1/sessions/*/events/stream"}, "effect": effect}))
        .await;
    Raw::of(demo, &stream_path(session)).await
}

fn is_update(block: &str) -> bool {
    block.starts_with("event: session.updated\n")
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
        assert_eq!(Raw::of(&demo, &path).await.next().await, OPEN);
    }
}

#[tokio::test]
async fn the_opening_comment_can_be_left_out() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let effect = json!({"stream": {"no_opening_comment": true}});
    let mut stream = a_stream_with(&demo, &session, effect).await;
    assert!(stream.is_silent().await);
    happen(&demo, &session).await;
    assert!(is_update(&stream.next().await));
}

#[tokio::test]
async fn the_first_byte_can_come_late_and_nothing_is_lost_meanwhile() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let began = Instant::now();
    let mut stream = a_stream_with(&demo, &session, json!({"body_after_ms": 400})).await;
    happen(&demo, &session).await;
    assert_eq!(stream.next().await, OPEN);
    assert!(began.elapsed() >= Duration::from_millis(400));
    assert!(is_update(&stream.next().await));
}

#[tokio::test]
async fn the_bytes_of_a_stream_can_be_withheld_for_ever() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = a_stream_with(&demo, &session, json!({"body_after_ms": "never"})).await;
    let kind = &stream.response.headers()["content-type"];
    assert_eq!(kind, "text/event-stream; charset=utf-8");
    happen(&demo, &session).await;
    assert!(stream.is_silent().await);
    drop(stream);
    until_streams_open(&demo, 0).await;
}

#[tokio::test]
async fn response_headers_can_be_withheld_for_a_time_or_for_ever() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let path = stream_path(&session);
    for (wait, comes) in [(json!(400), true), (json!("never"), false)] {
        demo.fault(json!({"match": {"path": path}, "effect": {"headers_after_ms": wait}}))
            .await;
        let began = Instant::now();
        let mut request = tokio::spawn(demo.request(Method::GET, &path).send());
        // The stream is open at the server and holds what happens.
        until_streams_open(&demo, 1).await;
        happen(&demo, &session).await;
        if comes {
            let mut stream = Raw::from(request.await.unwrap().unwrap());
            assert!(began.elapsed() >= Duration::from_millis(400));
            assert_eq!(stream.next().await, OPEN);
            assert!(is_update(&stream.next().await));
        } else {
            assert!(tokio::time::timeout(SILENCE, &mut request).await.is_err());
            request.abort();
        }
        until_streams_open(&demo, 0).await;
    }
}

async fn until_streams_open(demo: &Demo, count: u64) {
    let reached = async {
        while demo.ok_get("/demo/stats").await["streams"]["open"] != count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let reached = tokio::time::timeout(PATIENCE, reached).await;
    assert!(reached.is_ok(), "never {count} streams");
}

#[tokio::test]
async fn frames_can_be_withheld_while_heartbeats_pass() {
    let demo = Demo::start().await;
    for (wait, comes) in [(json!(300), true), (json!("never"), false)] {
        let session = demo.session("Repo helper").await;
        let effect = json!({"stream": {"frames_after_ms": wait, "heartbeat_ms": 20}});
        let began = Instant::now();
        let mut stream = a_stream_with(&demo, &session, effect).await;
        happen(&demo, &session).await;
        assert_eq!(stream.next().await, OPEN);
        if comes {
            assert!(is_update(&stream.next_frame().await));
            assert!(began.elapsed() >= Duration::from_millis(300));
        } else {
            for _ in 0..5 {
                assert_eq!(stream.next().await, BEAT);
            }
        }
        // The end of the stream is no frame.
        assert_eq!(demo.delete(&format!("/v1/sessions/{session}")).await.0, 200);
        let mut rest = Vec::new();
        while let Some(block) = stream.block().await {
            rest.push(block);
        }
        let told = rest
            .iter()
            .any(|block| block.starts_with("event: session.deleted\n"));
        assert_eq!(told, comes, "{rest:?}");
    }
}

#[tokio::test]
async fn heartbeats_come_as_comments_as_pings_or_not_at_all() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    for (stream, beat) in [
        (json!({"heartbeat_ms": 20}), Some(BEAT)),
        (
            json!({"heartbeat_ms": 20, "heartbeat_ping": true}),
            Some("event: ping\ndata: {\"type\":\"ping\"}"),
        ),
        (json!({"heartbeat_ms": "never"}), None),
    ] {
        let mut opened = a_stream_with(&demo, &session, json!({"stream": stream})).await;
        assert_eq!(opened.next().await, OPEN);
        match beat {
            Some(beat) => assert_eq!(opened.next().await, beat),
            None => assert!(opened.is_silent().await),
        }
    }
}

#[tokio::test]
async fn a_buffer_on_the_way_passes_only_whole_blocks() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = a_stream_with(&demo, &session, json!({"buffer_bytes": 4096})).await;
    happen(&demo, &session).await;
    assert!(stream.is_silent().await);
    for n in 0..40 {
        let title = format!("{n} {}", "x".repeat(200));
        demo.ok_post(&format!("/v1/sessions/{session}"), json!({"title": title}))
            .await;
    }
    let mut received = 0;
    while received < 8192 {
        received += stream.response.chunk().await.unwrap().unwrap().len();
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
        let response = a_stream_with(&demo, &session, json!({"status": status}))
            .await
            .response;
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["type"], "error");
    }
    let page =
        json!({"status": 501, "body": {"type": "text/html", "text": "<!doctype html><p>No streams here"}});
    let response = a_stream_with(&demo, &session, page).await.response;
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
