//! `fetch` with a streamed body: sends headers, sees status codes, comments and every event name.

use std::cell::Cell;
use std::rc::Rc;

use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use playground_core::api::{ApiError, ApiRequest, Connection, words_of_error};
use playground_core::protocol::Event;
use playground_core::sse::{SseItem, SseParser};
use playground_core::stream::Failure;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader};

use super::{OpenStream, Signal, Sink, StreamTransport, event_of};
use crate::platform::fetch::{self, AbortOnDrop};
use crate::platform::{guard, optional};

/// The transport for connections with a key.
pub struct FetchStream;

struct Reading {
    closed: Rc<Cell<bool>>,
    guard: AbortOnDrop,
}

impl OpenStream for Reading {}

impl Drop for Reading {
    fn drop(&mut self) {
        self.closed.set(true);
        self.guard.abort();
    }
}

impl StreamTransport for FetchStream {
    fn open(&self, connection: &Connection, request: &ApiRequest, sink: Sink) -> Box<dyn OpenStream> {
        let closed = Rc::new(Cell::new(false));
        let guard = AbortOnDrop::new();
        let opening = fetch::open(connection, request, &guard);
        let (connection, task_closed) = (connection.clone(), Rc::clone(&closed));
        guard::spawn(async move {
            let say = |signal| {
                if !task_closed.get() {
                    sink(signal);
                }
            };
            let failure = match opening.await {
                Err(_) => Failure::network("The connection could not be opened."),
                Ok(response) if !response.ok() => {
                    let head = fetch::head_of(&response);
                    let body = fetch::body_of(&response).await.map(|body| body.text);
                    let error =
                        ApiError::from_response(&head, &body.unwrap_or_default(), connection.credential());
                    Failure {
                        status: Some(head.status),
                        retry_after_ms: head.retry_after_ms,
                        message: error.to_string(),
                    }
                }
                Ok(response) if is_something_else(&response) => {
                    let message = "The server answered with something else than an event stream.";
                    Failure::status(response.status(), message)
                }
                Ok(response) => match response.body() {
                    None => Failure::network("This browser does not show an answer while it arrives."),
                    Some(body) => {
                        say(Signal::Opened);
                        read(&body, &connection, &task_closed, &say).await
                    }
                },
            };
            say(Signal::Failed(failure));
        });
        Box::new(Reading { closed, guard })
    }

    fn sees_every_byte(&self) -> bool {
        true
    }

    fn sees_unknown_types(&self) -> bool {
        true
    }
}

/// Whether an answer is surely no stream: without content, a login page, or JSON. Other types are read, as servers name them oddly.
fn is_something_else(response: &Response) -> bool {
    if matches!(response.status(), 204 | 205) {
        return true;
    }
    let content_type = response.headers().get("content-type").unwrap_or_default();
    ["text/html", "application/json"]
        .iter()
        .any(|other| content_type.trim_start().to_ascii_lowercase().starts_with(other))
}

/// Reads to the end of the body and returns why it ended.
async fn read(
    body: &ReadableStream,
    connection: &Connection,
    closed: &Cell<bool>,
    say: &impl Fn(Signal),
) -> Failure {
    let Some(reader) = optional::call(body, "getReader", &[]) else {
        return Failure::network("The stream is read by someone else.");
    };
    let reader: ReadableStreamDefaultReader = reader.unchecked_into();
    let mut parser = SseParser::new();
    loop {
        let Ok(result) = JsFuture::from(reader.read()).await else {
            return Failure::network("The connection broke.");
        };
        // A browser that cannot give requests up goes on reading.
        if closed.get() {
            let _ = reader.cancel();
            return Failure::network("The stream is not read any more.");
        }
        let done = Reflect::get(&result, &"done".into()).is_ok_and(|d| d.is_truthy());
        if done {
            return Failure::network("The server closed the stream.");
        }
        let Ok(chunk) = Reflect::get(&result, &"value".into()).and_then(JsCast::dyn_into::<Uint8Array>)
        else {
            continue;
        };
        let mut batch = Batch::default();
        let fed = parser.feed(&chunk.to_vec(), &mut |item| batch.take(item, connection));
        if batch.events.is_empty() {
            say(Signal::Heartbeat);
        } else {
            say(Signal::Events(batch.events));
        }
        if let Some(failure) = batch.failure {
            return failure;
        }
        if let Err(error) = fed {
            return Failure::network(error.to_string());
        }
    }
}

#[derive(Default)]
struct Batch {
    events: Vec<Event>,
    failure: Option<Failure>,
}

impl Batch {
    fn take(&mut self, item: SseItem<'_>, connection: &Connection) {
        let SseItem::Event(frame) = item else { return };
        match frame.event {
            "error" => self.failure = Some(error_frame(frame.data, connection)),
            name => self.events.extend(event_of(name, frame.data, connection)),
        }
    }
}

/// Reads the body of an `error` frame.
pub(super) fn error_frame(data: &str, connection: &Connection) -> Failure {
    let message = words_of_error(data, connection.credential());
    Failure::network(message.unwrap_or_else(|| "The server reported an error on the stream.".to_owned()))
}
