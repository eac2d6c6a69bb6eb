//! The address of the page.

use super::{optional, window};

/// The part after `#`, with it; empty if there is none.
#[must_use]
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Goes to a hash route and leaves an entry in the history.
pub fn set_hash(hash: &str) {
    let _ = window().location().set_hash(hash);
}

/// Goes to a hash route in place of the current one. Does not fire `hashchange`.
pub fn replace_hash(hash: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(hash));
    }
}

/// Loads the page again, with everything that belongs to it.
pub fn reload() {
    let _ = window().location().reload();
}

/// Whether what arrived here cannot have been changed or read on its way: over https, or from this machine.
#[must_use]
pub fn is_secure() -> bool {
    window().is_secure_context()
}

/// The part after `?`, with it; empty if there is none.
#[must_use]
pub fn search() -> String {
    window().location().search().unwrap_or_default()
}

/// Scheme, host and port of the page.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Whether the page is shown inside another one.
#[must_use]
pub fn is_framed() -> bool {
    match window().parent() {
        Ok(Some(parent)) => parent != window(),
        Ok(None) => false,
        Err(_) => true,
    }
}

/// Whether the browser believes to have a network. One that does not say is believed to.
#[must_use]
pub fn is_online() -> bool {
    optional::get(&window().navigator(), "onLine").is_none_or(|online| online.is_truthy())
}
