//! DOM event listeners that are removed when dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget};

use super::window;

/// A registered listener. Dropping it removes it.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens for `name` on any target.
    pub fn new(target: &EventTarget, name: &'static str, callback: impl FnMut(Event) + 'static) -> Self {
        let callback = Closure::<dyn FnMut(Event)>::new(callback);
        let _ = target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
        Self {
            target: target.clone(),
            name,
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
        let _ = self
            .target
            .remove_event_listener_with_callback(self.name, self.callback.as_ref().unchecked_ref());
    }
}
