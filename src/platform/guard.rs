//! Where exceptions of the browser stop. One that went on through an effect or a task would leave it half-way, and half-way
//! through the list of everything else that waits to run.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::LocalBoxFuture;
use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::optional;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Reflect, js_name = apply, catch)]
    fn apply(run: &mut dyn FnMut(), this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue>;
}

/// Runs something. An exception ends it there and is reported as one that nobody caught (`src/boot.js` tells the user). Returns
/// whether it came to its end.
pub(crate) fn guarded(run: &mut dyn FnMut()) -> bool {
    match apply(&mut || run(), &JsValue::UNDEFINED, &Array::new()) {
        Ok(_) => true,
        Err(error) => {
            let this = js_sys::global();
            if optional::call(&this, "reportError", std::slice::from_ref(&error)).is_none() {
                wasm_bindgen::throw_val(error);
            }
            false
        }
    }
}

/// Starts a future that nobody waits for.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(Guarded(Some(Box::pin(future))));
}

struct Guarded(Option<LocalBoxFuture<'static, ()>>);

impl Future for Guarded {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(future) = &mut self.0 else {
            return Poll::Ready(());
        };
        let mut polled = Poll::Ready(());
        if !guarded(&mut || polled = future.as_mut().poll(context)) {
            // Nobody knows which of its values are still whole: none of them is dropped.
            mem::forget(self.0.take());
        }
        polled
    }
}
