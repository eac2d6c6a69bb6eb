//! A server, a client, and the few moves that most tests need.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use demo_server::{Options, Server};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use crate::reading;

pub(crate) const BETA: &str = "managed-agents-2026-04-01";

/// Longer than anything takes, however busy the machine is.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Demo {
    pub(crate) base: String,
    pub(crate) client: Client,
    server: AbortHandle,
    /// Faults that change what answers look like are set, or were.
    disguised: AtomicBool,
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Demo {
    pub(crate) async fn start() -> Self {
        Self::with(Options {
            seed: Some(7),
            speed: 50.0,
            large_session: 0,
            ..Options::default()
        })
        .await
    }

    /// A demo whose agents leave time for what a test does meanwhile, on a busy machine, too.
    pub(crate) async fn slow() -> Self {
        Self::with(Options {
            seed: Some(7),
            speed: 4.0,
            large_session: 0,
            ..Options::default()
        })
        .await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let server = Server::bind(Options { port: 0, ..options }).await.unwrap();
        let base = format!("http://{}", server.local_addr().unwrap());
        let server = tokio::spawn(server.run(std::future::pending())).abort_handle();
        Self {
            base,
            client: Client::new(),
            server,
            disguised: AtomicBool::new(false),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .header("x-api-key", "sk-ant-api-test")
            .header("anthropic-version", "2023-06-01")
            .header("anthropic-beta", BETA)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.ask(Method::DELETE, path, None).await
    }

    /// Sends a request and reads the answer, with the core as well.
    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        if path == "/demo/faults" && body.as_ref().is_some_and(disguises) {
            self.disguised.store(true, Ordering::Relaxed);
        }
        let mut request = self.request(method.clone(), path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        if path.starts_with("/v1/") && !self.disguised.load(Ordering::Relaxed) {
            reading::answer(method.as_str(), path, status, &text);
        }
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// A body that must be answered with 200.
    pub(crate) async fn ok_get(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(crate) async fn ok_post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    pub(crate) async fn fault(&self, fault: Value) {
        self.ok_post("/demo/faults", fault).await;
    }

    pub(crate) async fn agent(&self, name: &str) -> String {
        let agents = self.ok_get("/v1/agents").await;
        let found = agents["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|agent| agent["name"] == name);
        found.unwrap_or_else(|| panic!("no agent {name}"))["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn environment(&self, kind: &str) -> String {
        let list = self.ok_get("/v1/environments").await;
        let found = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .find(|env| env["config"]["type"] == kind);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// A new session of an agent, with more fields for its creation.
    pub(crate) async fn session_with(&self, agent: &str, more: Value) -> Value {
        let mut body =
            json!({"agent": self.agent(agent).await, "environment_id": self.environment("cloud").await});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        self.ok_post("/v1/sessions", body).await
    }

    pub(crate) async fn session(&self, agent: &str) -> String {
        id_of(&self.session_with(agent, json!({})).await)
    }

    pub(crate) async fn send(&self, session: &str, events: Value) -> (u16, Value) {
        self.post(
            &format!("/v1/sessions/{session}/events"),
            json!({"events": events}),
        )
        .await
    }

    pub(crate) async fn say(&self, session: &str, text: &str) {
        let (status, body) = self.send(session, json!([message(text)])).await;
        assert_eq!(status, 200, "{body}");
    }

    pub(crate) async fn events(&self, session: &str) -> Vec<Value> {
        let page = self.ok_get(&format!("/v1/sessions/{session}/events")).await;
        page["data"].as_array().unwrap().clone()
    }

    pub(crate) async fn status(&self, session: &str) -> String {
        let session = self.ok_get(&format!("/v1/sessions/{session}")).await;
        session["status"].as_str().unwrap().to_owned()
    }

    /// Polls until the session has this status.
    pub(crate) async fn wait_for(&self, session: &str, status: &str) {
        let became = async {
            while self.status(session).await != status {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let patience = tokio::time::timeout(PATIENCE, became).await;
        assert!(patience.is_ok(), "{session} never became {status}");
    }

    /// Says something and waits until the session is idle again; answers all events.
    pub(crate) async fn turn(&self, session: &str, text: &str) -> Vec<Value> {
        self.say(session, text).await;
        self.wait_for(session, "idle").await;
        self.events(session).await
    }

    pub(crate) async fn stream(&self, session: &str, query: &str) -> Frames {
        self.stream_at(&format!("/v1/sessions/{session}/events/stream{query}"))
            .await
    }

    pub(crate) async fn stream_at(&self, path: &str) -> Frames {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        Frames {
            response,
            buffer: Vec::new(),
            disguised: self.disguised.load(Ordering::Relaxed),
        }
    }
}

/// Whether a fault makes answers that are not the API's.
fn disguises(faults: &Value) -> bool {
    let text = faults.to_string();
    [
        "\"shape\"",
        "\"paging\"",
        "\"body\"",
        "\"malformed_body\"",
        "\"giant_frame_bytes\"",
    ]
    .iter()
    .any(|word| text.contains(word))
}

pub(crate) fn id_of(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

pub(crate) fn message(text: &str) -> Value {
    json!({"type": "user.message", "content": [{"type": "text", "text": text}]})
}

pub(crate) fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

pub(crate) fn of_type<'a>(events: &'a [Value], kind: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["type"] == kind).collect()
}

/// The text of an error answer.
pub(crate) fn message_of(body: &Value) -> &str {
    body["error"]["message"].as_str().unwrap_or_default()
}

/// One server-sent event as received.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    /// Empty if the frame had no `event:` line.
    pub(crate) name: String,
    pub(crate) data: Value,
}

/// An open stream.
pub(crate) struct Frames {
    pub(crate) response: Response,
    buffer: Vec<u8>,
    disguised: bool,
}

impl Frames {
    /// The next frame; `None` at the end or when the connection broke. Comments are skipped.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
                if let Some(frame) = parse(std::str::from_utf8(&block).unwrap()) {
                    if !self.disguised && frame.data["type"] != "ping" && frame.data["type"] != "error" {
                        reading::event(&frame.data.to_string());
                    }
                    return Some(frame);
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk())
                .await
                .expect("the stream fell silent");
            self.buffer.extend_from_slice(&chunk.ok().flatten()?);
        }
    }

    /// Frames up to and including the first with this name.
    pub(crate) async fn until(&mut self, name: &str) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            let found = frame.data["type"] == name;
            frames.push(frame);
            if found {
                return frames;
            }
        }
        panic!("the stream ended before {name}: {:?}", names(&frames));
    }

    pub(crate) async fn rest(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }
}

pub(crate) fn names(frames: &[Frame]) -> Vec<&str> {
    frames.iter().map(|frame| frame.name.as_str()).collect()
}

fn parse(block: &str) -> Option<Frame> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    let data = serde_json::from_str(field("data: ")?).unwrap();
    Some(Frame {
        name: field("event: ").unwrap_or_default().to_owned(),
        data,
    })
}

/// A folder with a page, gone when dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn with_a_page(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("demo-server-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("index.html"), "<!doctype html><title>page</title>").unwrap();
        std::fs::write(path.join("config.json"), "{}").unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
