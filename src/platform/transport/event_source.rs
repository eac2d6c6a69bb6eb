//! Native `EventSource`: for a gateway on the page's own origin, which needs no headers from the page.
//!
//! It hears only event names it subscribed to and shows no status codes; what a failed connection means is told by the
//! history that is listed beside it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::StreamExt;
use futures_util::stream::select_all;
use gloo_net::eventsource::futures::EventSource;
use playground_core::api::{ApiRequest, Connection};
use playground_core::protocol::EventType;
use playground_core::stream::{Failure, SIGNS_OF_LIFE};

use super::fetch_stream::error_frame;
use super::{OpenStream, Signal, Sink, StreamTransport, event_of};
use crate::platform::{guard, optional};

/// The transport for connections without a key.
pub struct NativeEventSource;

impl NativeEventSource {
    /// Whether this browser has it.
    #[must_use]
    pub fn is_there() -> bool {
        optional::global_named("EventSource").is_some()
    }
}

struct Subscribed {
    source: Rc<RefCell<Option<EventSource>>>,
    closed: Rc<Cell<bool>>,
}

impl OpenStream for Subscribed {}

impl Drop for Subscribed {
    fn drop(&mut self) {
        self.closed.set(true);
        self.source.borrow_mut().take();
    }
}

impl StreamTransport for NativeEventSource {
    fn open(&self, connection: &Connection, request: &ApiRequest, sink: Sink) -> Box<dyn OpenStream> {
        let source = Rc::new(RefCell::new(None));
        let closed = Rc::new(Cell::new(false));
        let (task_source, task_closed) = (Rc::clone(&source), Rc::clone(&closed));
        let (connection, url) = (connection.clone(), connection.url(request));
        guard::spawn(async move {
            let say = |signal| {
                if !task_closed.get() {
                    sink(signal);
                }
            };
            let failure = listen(&url, &connection, &task_source, &say).await;
            task_source.borrow_mut().take();
            say(Signal::Failed(failure));
        });
        Box::new(Subscribed { source, closed })
    }

    fn sees_every_byte(&self) -> bool {
        false
    }

    fn sees_unknown_types(&self) -> bool {
        false
    }
}

async fn listen(
    url: &str,
    connection: &Connection,
    slot: &RefCell<Option<EventSource>>,
    say: &impl Fn(Signal),
) -> Failure {
    let Ok(mut source) = EventSource::new(url) else {
        return Failure::network("The browser refused the address of the stream.");
    };
    // `open` and `error` are events of the EventSource itself; a server can also send frames called `error`.
    let names = ["open", "error", "message"]
        .iter()
        .chain(&SIGNS_OF_LIFE)
        .chain(EventType::KNOWN);
    let subscriptions: Vec<_> = names.filter_map(|name| source.subscribe(*name).ok()).collect();
    *slot.borrow_mut() = Some(source);
    let mut signals = select_all(subscriptions);
    while let Some(Ok((name, message))) = signals.next().await {
        let data = message.data().as_string();
        match (name.as_str(), data) {
            ("open", _) => say(Signal::Opened),
            ("error", Some(data)) => return error_frame(&data, connection),
            // The browser would reconnect by itself, without filling the gap; the machine does both.
            ("error", None) => break,
            (name, data) => match event_of(name, &data.unwrap_or_default(), connection) {
                Some(event) => say(Signal::Events(vec![event])),
                None => say(Signal::Heartbeat),
            },
        }
    }
    Failure::network("The connection broke.")
}
