//! The clipboard.

use wasm_bindgen_futures::JsFuture;

use super::window;

/// Copies a text; `false` if the browser refuses.
pub async fn copy(text: &str) -> bool {
    JsFuture::from(window().navigator().clipboard().write_text(text))
        .await
        .is_ok()
}
