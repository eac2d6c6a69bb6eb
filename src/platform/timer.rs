//! One-shot timers that stop when dropped.

use playground_core::bounds::within;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;

use super::window;

/// Calls a function once, later. Dropping it cancels the call.
pub struct Timer {
    handle: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `callback` after `ms` milliseconds.
    pub fn after(ms: f64, callback: impl FnOnce() + 'static) -> Self {
        Self::boxed(ms, Box::new(callback))
    }

    /// Compiled once for all callbacks.
    fn boxed(ms: f64, callback: Box<dyn FnOnce()>) -> Self {
        let callback = Closure::once(callback);
        // Browsers treat larger delays as zero.
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        let delay = within(ms, 0.0, f64::from(i32::MAX)) as i32;
        let handle = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(callback.as_ref().unchecked_ref(), delay)
            .unwrap_or_default();
        Self {
            handle,
            _callback: callback,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.handle);
    }
}

/// Waits for `ms` milliseconds.
pub async fn sleep(ms: f64) {
    let mut timer = None;
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        timer = Some(Timer::after(ms, move || {
            let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
        }));
    });
    let _ = JsFuture::from(promise).await;
    drop(timer);
}
