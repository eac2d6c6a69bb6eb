//! What pages of other machines can do, and pages whose name somebody else makes lead here (DNS rebinding): nothing.

use demo_server::Options;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{BETA, Demo, Folder, types};

const KEY: &str = "x-api-key: sk-ant-api-test\r\nanthropic-version: 2023-06-01\r\n";

/// What a browser adds for a page of the same origin, and for one that opted in.
const SAME_ORIGIN: &str = "sec-fetch-site: same-origin\r\n";
const OPTED_IN: &str = "anthropic-dangerous-direct-browser-access: true\r\n";

/// Sends a request as it stands and answers everything that comes back.
async fn raw(demo: &Demo, request: &str) -> String {
    let address = demo.base.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

async fn ask(demo: &Demo, method: &str, path: &str, host: &str, headers: &str) -> String {
    let beta = format!("anthropic-beta: {BETA}\r\n");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: 0\r\n{beta}{KEY}{headers}\r\n"
    );
    raw(demo, &request).await
}

async fn with_a_page(name: &str) -> (Folder, Demo) {
    let folder = Folder::with_a_page(name);
    let demo = Demo::with(Options {
        static_dir: Some(folder.0.clone()),
        large_session: 0,
        ..Options::default()
    })
    .await;
    (folder, demo)
}

#[tokio::test]
async fn a_foreign_name_that_leads_here_reads_and_does_nothing() {
    let (_folder, demo) = with_a_page("rebinding").await;
    let session = demo.session("Repo helper").await;
    let port = demo.base.rsplit(':').next().unwrap();
    for host in [
        format!("evil.example:{port}"),
        format!("EVIL.example.:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        format!("localhost@evil.example:{port}"),
        format!("evil.example@localhost:{port}"),
        format!("0.0.0.0:{port}"),
        format!("api.anthropic.com:{port}"),
        String::new(),
    ] {
        for (method, path) in [
            ("GET", "/v1/sessions".to_owned()),
            ("GET", format!("/v1/sessions/{session}/events/stream")),
            ("OPTIONS", "/v1/sessions".to_owned()),
            ("DELETE", format!("/v1/sessions/{session}")),
            ("GET", "/v1/no/such/path".to_owned()),
            ("GET", "/demo/requests".to_owned()),
            ("GET", "/demo/stats".to_owned()),
            ("POST", "/demo/reset".to_owned()),
            ("POST", "/demo/restart".to_owned()),
            ("OPTIONS", "/demo/faults".to_owned()),
            ("GET", "/".to_owned()),
            ("GET", "/config.json".to_owned()),
            ("GET", "/no-such-file".to_owned()),
        ] {
            let own = format!("{SAME_ORIGIN}origin: http://{host}\r\n");
            for headers in ["", SAME_ORIGIN, &own, OPTED_IN, "sec-fetch-site: none\r\n"] {
                let answer = ask(&demo, method, &path, &host, headers).await;
                assert!(
                    answer.starts_with("HTTP/1.1 403"),
                    "{method} {path} of {host}: {answer}"
                );
                assert!(
                    !answer.contains("access-control-"),
                    "{method} {path} of {host}: {answer}"
                );
                assert!(!answer.contains("sesn_"), "{answer}");
            }
        }
    }
    assert_eq!(demo.status(&session).await, "idle");
    assert_eq!(demo.ok_get("/demo/stats").await["restarts"], json!(0));
    let recorded = demo.ok_get("/demo/requests").await.to_string();
    assert!(!recorded.contains("evil"), "{recorded}");
}

#[tokio::test]
async fn a_foreign_name_in_the_target_or_beside_the_right_one_is_refused() {
    let demo = Demo::start().await;
    let host = demo.base.strip_prefix("http://").unwrap();
    for request in [
        format!("GET http://evil.example/demo/requests HTTP/1.1\r\nhost: {host}\r\n"),
        format!("GET /demo/requests HTTP/1.1\r\nhost: {host}\r\nhost: evil.example\r\n"),
        format!("GET /demo/requests HTTP/1.1\r\nhost: evil.example\r\nhost: {host}\r\n"),
        "GET /demo/requests HTTP/1.1\r\n".to_owned(),
        "GET /demo/requests HTTP/1.0\r\n".to_owned(),
    ] {
        let answer = raw(&demo, &format!("{request}connection: close\r\n\r\n")).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(matches!(status, "400" | "403"), "{request}{answer}");
    }
    let named =
        format!("GET http://{host}/demo/requests HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    assert!(raw(&demo, &named).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn all_names_of_this_machine_work() {
    let (_folder, demo) = with_a_page("names").await;
    for host in [
        "localhost",
        "LOCALHOST:8787",
        "localhost.:1",
        "app.localhost",
        "[::1]:8787",
        "127.0.0.1",
    ] {
        for path in ["/v1/sessions", "/demo/stats", "/"] {
            let answer = ask(&demo, "GET", path, host, SAME_ORIGIN).await;
            assert!(answer.starts_with("HTTP/1.1 200"), "{path} of {host}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_gateway_may_call_it_by_the_name_of_the_api() {
    let (_folder, demo) = with_a_page("gateway").await;
    let answer = ask(&demo, "GET", "/v1/sessions", "api.anthropic.com", "").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for path in ["/demo/requests", "/", "/config.json"] {
        let answer = ask(&demo, "GET", path, "api.anthropic.com", SAME_ORIGIN).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_page_of_another_machine_gets_no_cors_headers_and_nothing_happens() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let host = demo.base.strip_prefix("http://").unwrap();
    for origin in [
        "https://evil.example",
        "http://evil.example:8787",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "http://192.168.1.5:8787",
        "null",
    ] {
        let headers = format!("origin: {origin}\r\nsec-fetch-site: cross-site\r\n{OPTED_IN}");
        for (method, path) in [
            ("GET", "/v1/sessions".to_owned()),
            ("OPTIONS", "/v1/sessions".to_owned()),
            ("GET", "/v1/no/such/path".to_owned()),
            ("DELETE", format!("/v1/sessions/{session}")),
            ("GET", "/demo/requests".to_owned()),
            ("OPTIONS", "/demo/faults".to_owned()),
            ("POST", "/demo/reset".to_owned()),
        ] {
            let answer = ask(&demo, method, &path, host, &headers).await;
            assert!(
                answer.starts_with("HTTP/1.1 403"),
                "{method} {path} from {origin}: {answer}"
            );
            assert!(
                !answer.contains("access-control-"),
                "{method} {path} from {origin}: {answer}"
            );
        }
    }
    // A link or a picture tells no origin.
    for path in ["/demo/requests", "/demo/stats"] {
        let answer = ask(&demo, "GET", path, host, "sec-fetch-site: cross-site\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    assert_eq!(demo.status(&session).await, "idle");
    let recorded = demo.ok_get("/demo/requests").await.to_string();
    assert!(!recorded.contains("evil"), "{recorded}");
}

#[tokio::test]
async fn a_page_of_another_port_of_this_machine_goes_on_working() {
    let demo = Demo::start().await;
    let host = demo.base.strip_prefix("http://").unwrap();
    for origin in [
        "http://127.0.0.1:8080",
        "http://localhost:3000",
        "http://[::1]:8080",
        "https://portal.localhost",
    ] {
        let headers = format!("origin: {origin}\r\nsec-fetch-site: cross-site\r\n{OPTED_IN}");
        let answer = ask(&demo, "GET", "/v1/sessions", host, &headers).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{origin}: {answer}");
        assert!(
            answer.contains("access-control-allow-origin: *\r\n"),
            "{origin}: {answer}"
        );
        let answer = ask(&demo, "OPTIONS", "/v1/sessions", host, &headers).await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{origin}: {answer}");
        let answer = ask(&demo, "GET", "/demo/requests", host, &headers).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{origin}: {answer}");
        assert!(
            answer.contains(&format!("access-control-allow-origin: {origin}\r\n")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn the_address_that_it_was_told_to_listen_on_counts() {
    let demo = Demo::with(Options {
        host: "0.0.0.0".to_owned(),
        large_session: 0,
        ..Options::default()
    })
    .await;
    let answer = ask(&demo, "GET", "/demo/stats", "192.168.1.5:8787", SAME_ORIGIN).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let lan = format!("origin: http://192.168.1.5:8080\r\n{OPTED_IN}");
    let answer = ask(&demo, "GET", "/v1/sessions", "192.168.1.5:8787", &lan).await;
    assert!(answer.contains("access-control-allow-origin: *"), "{answer}");
    for (host, origin) in [
        ("evil.example:8787", "http://evil.example:8787"),
        ("192.168.1.5:8787", "http://203.0.113.9"),
    ] {
        let headers = format!("origin: {origin}\r\n{OPTED_IN}");
        let answer = ask(&demo, "GET", "/v1/sessions", host, &headers).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    let events = demo.session("Repo helper").await;
    assert!(types(&demo.events(&events).await).is_empty());
}
