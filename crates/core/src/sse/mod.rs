//! Server-sent events: the `text/event-stream` format, read incrementally.
//!
//! Source: WHATWG HTML, section 9.2 "Server-sent events". The parser does no I/O: bytes go in as they arrive, cut
//! anywhere, and complete items come out.

mod line;
mod parser;

pub use parser::{DEFAULT_MAX_FRAME_BYTES, SseError, SseEvent, SseItem, SseParser};
