//! Where the focus goes when what had it is gone: never nowhere.

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, Node};

use super::{guard, media, window};

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

/// The part with the focus was taken out of this element. If nobody has it by the end of this task, the focus goes on at the
/// nearest that can have it.
pub fn goes_on_near(place: Element) {
    guard::spawn(async move {
        // A field would pull up the keyboard of a screen.
        let goals = if media::is_touch() {
            "button, select, a[href], [tabindex]"
        } else {
            "input, textarea, button, select, a[href], [tabindex]"
        };
        let mut around = Some(place).filter(|_| active().is_none());
        while let Some(place) = around {
            let goal = match place.has_attribute("tabindex") {
                true => Some(place.clone()),
                false => place.query_selector(goals).ok().flatten(),
            };
            if let Some(goal) = goal {
                return quietly(goal.unchecked_ref());
            }
            around = place.parent_element();
        }
    });
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
