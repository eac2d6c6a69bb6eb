//! What a client may send, and how slowly.

use std::time::Duration;

use demo_server::{Limits, Options};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Demo, message_of};

async fn with(limits: Limits) -> Demo {
    Demo::with(Options {
        limits,
        large_session: 0,
        ..Options::default()
    })
    .await
}

/// Sends the beginning of a request and answers what comes back until the server closes.
async fn unfinished(demo: &Demo, beginning: &str) -> String {
    let address = demo.base.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(beginning.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_under_demo_as_under_v1() {
    let demo = with(Limits {
        body_bytes: 10_000,
        ..Limits::default()
    })
    .await;
    let session = demo.session("Repo helper").await;
    for path in [
        "/demo/faults".to_owned(),
        format!("/demo/events/{session}"),
        format!("/v1/sessions/{session}/events"),
    ] {
        let (status, body) = demo.post(&path, json!({"type": "x".repeat(20_000)})).await;
        assert_eq!(
            (status, &body["error"]["type"]),
            (413, &json!("request_too_large")),
            "{path}"
        );
    }
    assert!(demo.events(&session).await.is_empty());
    let (status, _) = demo
        .post(
            &format!("/demo/events/{session}"),
            json!({"type": "x".repeat(5_000)}),
        )
        .await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_limit_holds_without_a_length_that_is_told() {
    let demo = with(Limits {
        body_bytes: 10_000,
        ..Limits::default()
    })
    .await;
    let pieces = (0..100).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1_000]));
    let body = reqwest::Body::wrap_stream(futures_util::stream::iter(pieces));
    let response = demo.request(Method::POST, "/demo/faults").body(body).send().await;
    // The server may close before the client has sent everything.
    if let Ok(response) = response {
        assert_eq!(response.status(), 413);
    }
    assert_eq!(demo.ok_get("/demo/faults").await["faults"], json!([]));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let demo = with(Limits {
        body_time: Duration::from_millis(100),
        ..Limits::default()
    })
    .await;
    let host = demo.base.strip_prefix("http://").unwrap();
    for path in ["/demo/faults", "/v1/sessions"] {
        let head = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 100\r\n\r\n{{");
        let answer = unfinished(&demo, &head).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
        let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(message_of(&body), "The request body took too long");
        assert_eq!(body["error"]["details"]["error_code"], "request_body_timeout");
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_is_given_up() {
    let mut demo = with(Limits {
        head_time: Duration::from_millis(100),
        ..Limits::default()
    })
    .await;
    let host = demo.base.strip_prefix("http://").unwrap();
    for beginning in [
        "",
        "GET /v1/sess",
        &format!("GET / HTTP/1.1\r\nhost: {host}\r\nx: "),
    ] {
        let answer = unfinished(&demo, beginning).await;
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    // A stream is no head: it outlives the limit. A kept connection may not live until it is used again.
    let fresh = Client::builder().pool_max_idle_per_host(0);
    demo.client = fresh.build().unwrap();
    let session = demo.session("Repo helper").await;
    let beats = json!({"stream": {"heartbeat_ms": 50, "heartbeat_ping": true}});
    demo.fault(json!({"match": {"contains": "/stream"}, "effect": beats}))
        .await;
    let mut stream = demo.stream(&session, "").await;
    for _ in 0..6 {
        assert_eq!(stream.next().await.unwrap().name, "ping");
    }
}
