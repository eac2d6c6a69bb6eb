//! Whether an element was in sight.

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

/// Waits until an element has been in sight. Dropping it ends the waiting.
pub struct Sight {
    observer: IntersectionObserver,
    _callback: Closure<dyn FnMut(Array)>,
}

impl Sight {
    /// Calls `seen` once the element has been in sight, not covered by the edge of anything that scrolls. Where the browser
    /// cannot tell, it is called at once.
    pub fn of(element: &Element, mut seen: impl FnMut() + 'static) -> Option<Self> {
        let mut seen_then = {
            let is_done = std::cell::Cell::new(false);
            move || {
                if !is_done.replace(true) {
                    seen();
                }
            }
        };
        let exists = js_sys::Reflect::has(&super::window(), &"IntersectionObserver".into());
        if exists != Ok(true) {
            seen_then();
            return None;
        }
        let callback = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            let is_seen = |entry| IntersectionObserverEntry::is_intersecting(JsCast::unchecked_ref(&entry));
            if entries.iter().any(is_seen) {
                seen_then();
            }
        });
        let observer = IntersectionObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
