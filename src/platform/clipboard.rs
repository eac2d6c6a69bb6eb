//! The clipboard.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlTextAreaElement;

use super::{optional, window};

/// Copies a text; `false` if the browser lets nobody copy here.
///
/// The newer way is not there without https (on an address of the local network, say), and iframes and questions can refuse
/// it; the older way copies what is selected.
pub async fn copy(text: &str) -> bool {
    write(text).await || copy_selected(text).unwrap_or(false)
}

async fn write(text: &str) -> bool {
    let written = optional::get(&window().navigator(), "clipboard")
        .and_then(|clipboard| optional::call(&clipboard, "writeText", &[text.into()]))
        .and_then(|promise| promise.dyn_into::<Promise>().ok());
    match written {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

fn copy_selected(text: &str) -> Option<bool> {
    let document = window().document()?;
    let active = document.active_element();
    // A modal dialog lets nothing outside of it be focused.
    let place = document
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .or_else(|| document.body().map(Into::into))?;
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.unchecked_into();
    field.set_value(text);
    field.set_class_name("sr-only");
    let _ = field.set_attribute("readonly", "");
    let _ = field.set_attribute("aria-hidden", "true");
    place.append_child(&field).ok()?;
    field.select();
    let copied = optional::call(&document, "execCommand", &["copy".into()]);
    let _ = place.remove_child(&field);
    if let Some(active) = active.and_then(|active| active.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = active.focus();
    }
    copied?.as_bool()
}
