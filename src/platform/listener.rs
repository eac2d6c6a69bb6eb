//! DOM event listeners that are removed when dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

use super::window;

/// A registered listener. Dropping it removes it.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    captures: bool,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens for `name` on any target.
    pub fn new(target: &EventTarget, name: &'static str, callback: impl FnMut(Event) + 'static) -> Self {
        Self::add(target, name, false, Closure::new(callback))
    }

    /// Listens for `name` on the window, on the way to the event's target: also for events that do not bubble, as `scroll`.
    pub fn capture(name: &'static str, callback: impl FnMut(Event) + 'static) -> Self {
        Self::add(&window(), name, true, Closure::new(callback))
    }

    fn add(
        target: &EventTarget,
        name: &'static str,
        captures: bool,
        callback: Closure<dyn FnMut(Event)>,
    ) -> Self {
        let function = callback.as_ref().unchecked_ref();
        let _ = target.add_event_listener_with_callback_and_bool(name, function, captures);
        Self {
            target: target.clone(),
            name,
            captures,
            callback,
        }
    }

    /// Listens for `name` on the window.
    pub fn on_window(name: &'static str, callback: impl FnMut(Event) + 'static) -> Self {
        Self::new(&window(), name, callback)
    }

    /// Listens for `name` on the document.
    pub fn on_document(name: &'static str, callback: impl FnMut(Event) + 'static) -> Option<Self> {
        Some(Self::new(&window().document()?.into(), name, callback))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        let _ = self
            .target
            .remove_event_listener_with_callback_and_bool(self.name, function, self.captures);
    }
}
