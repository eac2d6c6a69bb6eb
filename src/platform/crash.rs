//! The end of the page: a panic becomes a report, which `boot.js` shows in place of the app.

use std::cell::RefCell;

use playground_core::api::{Credential, redact};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static SECRET: RefCell<Credential> = const { RefCell::new(Credential::None) };
}

/// From now on a panic leads to the screen that `index.html` keeps for it.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let report = SECRET.with(|secret| match secret.try_borrow() {
            Ok(secret) => redact(&info.to_string(), &secret),
            Err(_) => "panicked while the key was being changed".to_owned(),
        });
        // The rest of the app may be in any state: nothing but a function that is no part of it is called.
        end("", &report);
    }));
}

/// Ends the page, which could not start for this reason; the reader can reload it.
pub fn refuse_to_start(reason: &str) {
    end(reason, reason);
}

fn end(text: &str, report: &str) {
    let screen = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("playgroundEnded"));
    if let Some(screen) = screen.ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok()) {
        let _ = screen.call2(
            &JsValue::NULL,
            &JsValue::from_str(text),
            &JsValue::from_str(report),
        );
    }
}

/// Keeps a credential out of reports; call it before anything is sent with it. [`Credential::None`] forgets the one before.
pub fn keep_out(credential: &Credential) {
    SECRET.set(credential.clone());
}
