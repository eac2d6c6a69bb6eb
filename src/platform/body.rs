//! Bodies of answers, read in pieces and up to a limit.

use gloo_net::http::Response;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

/// What a body may have in bytes, once it is unpacked: as much as one frame of a stream. A few megabytes on the wire can
/// become gigabytes.
const MOST: usize = 64 << 20;

/// A body, as far as it was read.
pub struct Body {
    /// The text, as `Response.text()` has it.
    pub text: String,
    /// There was more than is read; the request should be given up.
    pub is_cut: bool,
}

/// Reads the body of a response.
///
/// `None` means that the connection broke. The browser would make a string of its own that then has to be written out
/// again, which for a page of events takes longer than decoding it.
pub async fn read(response: &Response) -> Option<Body> {
    const BOM: &[u8] = b"\xEF\xBB\xBF";
    let mut bytes = Vec::new();
    let is_cut = fill(&mut bytes, response).await?;
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Some(Body { text, is_cut })
}

/// Returns whether there was more than the limit.
async fn fill(bytes: &mut Vec<u8>, response: &Response) -> Option<bool> {
    // Answers without a body have no stream, and neither has anything in old browsers.
    let Some(stream) = response.body() else {
        *bytes = response.binary().await.ok()?;
        return Some(false);
    };
    // The class itself may be hidden from pages.
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    loop {
        let result = JsFuture::from(reader.read()).await.ok()?;
        if Reflect::get(&result, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Some(false);
        }
        let chunk: Uint8Array = Reflect::get(&result, &"value".into()).ok()?.dyn_into().ok()?;
        let at = bytes.len();
        let room = u32::try_from(MOST - at).unwrap_or(u32::MAX);
        let piece = chunk.subarray(0, chunk.length().min(room));
        bytes.resize(at + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[at..]);
        if chunk.length() > room {
            return Some(true);
        }
    }
}
