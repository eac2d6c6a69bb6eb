//! What the mouse did last.

use wasm_bindgen::JsCast;
use web_sys::PointerEvent;

use super::clock;
use super::listener::Listener;

/// A press.
#[derive(Clone, Copy)]
pub struct Press {
    /// Where, in pixels of the viewport.
    pub at: (f64, f64),
    /// When, by [`clock::now_ms`].
    pub ms: f64,
}

/// Whether a pointer is somewhere also while it does not touch.
#[must_use]
pub fn is_mouse(event: &PointerEvent) -> bool {
    event.pointer_type() == "mouse"
}

/// Where an event of a pointer happens, in pixels of the viewport.
#[must_use]
pub fn position(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// Tells of each press of the mouse on the page, as long as the listener lives.
#[must_use]
pub fn on_press(told: impl Fn(Press) + 'static) -> Listener {
    Listener::capture("pointerdown", move |event| {
        let event: &PointerEvent = event.unchecked_ref();
        if is_mouse(event) {
            told(Press {
                at: position(event),
                ms: clock::now_ms(),
            });
        }
    })
}
