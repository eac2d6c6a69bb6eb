//! Where the focus goes when what had it is gone: never nowhere.

use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement};

use super::window;

/// The first element that a selector finds.
#[must_use]
pub fn first(selector: &str) -> Option<HtmlElement> {
    window()
        .document()?
        .query_selector(selector)
        .ok()??
        .dyn_into()
        .ok()
}

/// Whether somebody went on to something outside of what a selector finds.
#[must_use]
pub fn is_elsewhere(selector: &str) -> bool {
    let active = window().document().and_then(|document| document.active_element());
    active.is_some_and(|active| active.tag_name() != "BODY" && matches!(active.closest(selector), Ok(None)))
}

/// Gives the focus to an element where it stands, without scrolling to it. A page in a frame that nobody is in does not take
/// the focus from the page around it.
pub fn quietly(element: &HtmlElement) {
    if window()
        .document()
        .is_some_and(|document| document.has_focus() == Ok(true))
    {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}
