//! Stands in for the crate of this name, of which Leptos uses the parts below, through `server_fn`, to call functions on
//! the server that a page came from. This page has no such functions. The crate itself exports its classes to JavaScript
//! whether anything uses them or not, and no linker may leave them out: 4.6 kB of the page in brotli (ADR 0008).

use futures_util::stream::{self, Empty, Stream};
use wasm_bindgen::JsValue;

/// A stream of JavaScript as the answer to a server function, or its input.
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// Wraps a stream.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// The wrapped stream.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// The chunks of the stream: none, because nothing was asked for.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        stream::empty()
    }

    /// A stream of these chunks.
    ///
    /// # Panics
    /// Always: only a server function with a stream as its input would need one.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        unreachable!("there are no server functions")
    }
}
