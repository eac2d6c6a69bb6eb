//! Where the focus goes when what had it is gone: never nowhere.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, Node};

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
    active().is_some_and(|active| matches!(active.closest(selector), Ok(None)))
}

fn active() -> Option<Element> {
    let active = window().document()?.active_element()?;
    (active.tag_name() != "BODY").then_some(active)
}

/// Whether a node, or something in it, has the focus.
#[must_use]
pub fn is_in(node: &Node) -> bool {
    active().is_some_and(|active| node.contains(Some(&active)))
}

/// The part with the focus was taken out of this element: the focus goes on at the nearest that can have it.
pub fn goes_on_near(place: &Element) {
    let near = || {
        let around = place.closest("[tabindex], form, aside, main").ok()??;
        if around.has_attribute("tabindex") {
            return Some(around);
        }
        around.query_selector("textarea, input, [tabindex]").ok()?
    };
    if let Some(element) = near() {
        quietly(element.unchecked_ref());
    }
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
