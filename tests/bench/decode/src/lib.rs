//! From the bytes of an event stream to decoded events, as `platform::transport::FetchStream` does it.

use js_sys::Uint8Array;
use playground_core::protocol::{Event, EventBody};
use playground_core::sse::{SseItem, SseParser};
use wasm_bindgen::prelude::wasm_bindgen;

/// One stream and the events that it brought so far.
#[wasm_bindgen]
#[derive(Default)]
pub struct Decoder {
    parser: SseParser,
    events: Vec<Event>,
}

#[wasm_bindgen]
impl Decoder {
    /// The beginning of a stream.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one chunk as the browser hands it out, and returns the number of events so far.
    pub fn feed(&mut self, chunk: &Uint8Array) -> usize {
        let events = &mut self.events;
        let fed = self.parser.feed(&chunk.to_vec(), &mut |item| {
            if let SseItem::Event(frame) = item
                && frame.event != "ping"
                && let Ok(event) = Event::parse(frame.data)
            {
                events.push(event);
            }
        });
        if fed.is_err() { 0 } else { self.events.len() }
    }

    /// Decodes the body of every event, which the page does only for those that it shows or learns from. Returns how
    /// many are of a known type.
    pub fn decode_bodies(&self) -> usize {
        let is_known = |event: &&Event| !matches!(event.body(), EventBody::Unknown | EventBody::Malformed(_));
        self.events.iter().filter(is_known).count()
    }
}
