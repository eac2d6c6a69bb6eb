//! The two ways to read an event stream, behind one trait.

mod event_source;
mod fetch_stream;

use std::rc::Rc;

use playground_core::api::{ApiRequest, Connection, redact};
use playground_core::protocol::Event;
use playground_core::stream::{Failure, event_in};

pub use event_source::NativeEventSource;
pub use fetch_stream::FetchStream;

/// What a transport tells while a stream is open.
#[derive(Debug)]
pub enum Signal {
    /// Response headers with status 200 arrived, or, in some browsers, the first byte behind them.
    Opened,
    /// Something arrived that is no event: a comment or a ping.
    Heartbeat,
    /// Events, in the order of the stream. What cannot be read stands among them as its text.
    Events(Vec<Event>),
    /// The stream is over; nothing follows.
    Failed(Failure),
}

/// An event of the stream, if a frame has one. A text that is none is kept, but for the key: whoever answers in place of the
/// API may repeat it.
fn event_of(name: &str, data: &str, connection: &Connection) -> Option<Event> {
    let event = event_in(name, data)?;
    Some(match event.is_readable() {
        true => event,
        false => Event::keep(&redact(data, connection.credential())),
    })
}

/// Receives the signals of one stream.
pub type Sink = Rc<dyn Fn(Signal)>;

/// An open stream. Dropping it closes the connection; no signal follows.
pub trait OpenStream {}

/// A way to read an event stream.
pub trait StreamTransport {
    /// Starts to open a stream. Signals arrive later, never during this call.
    fn open(&self, connection: &Connection, request: &ApiRequest, sink: Sink) -> Box<dyn OpenStream>;

    /// Whether comments and pings are visible, so that silence means a dead connection.
    fn sees_every_byte(&self) -> bool;

    /// Whether events of unknown types are delivered.
    fn sees_unknown_types(&self) -> bool;
}
