//! Work that is done once per animation frame, however often it is asked for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::timer::Timer;
use super::window;

/// Runs one function at the next animation frame after [`request`](Self::request).
///
/// Hidden pages get no frames; there a slow timer takes over so that their state stays current.
#[derive(Clone)]
pub struct FrameTask {
    inner: Rc<Inner>,
}

struct Inner {
    work: RefCell<Box<dyn FnMut()>>,
    pending: Cell<Option<i32>>,
    timer: RefCell<Option<Timer>>,
    callback: RefCell<Option<Closure<dyn FnMut()>>>,
}

const HIDDEN_PACE_MS: f64 = 250.0;

/// About one frame, where the browser tells of none.
const FRAME_MS: f64 = 16.0;

impl FrameTask {
    /// A task that is not requested yet.
    pub fn new(work: impl FnMut() + 'static) -> Self {
        let inner = Rc::new(Inner {
            work: RefCell::new(Box::new(work)),
            pending: Cell::new(None),
            timer: RefCell::new(None),
            callback: RefCell::new(None),
        });
        let weak = Rc::downgrade(&inner);
        *inner.callback.borrow_mut() = Some(Closure::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.run();
            }
        }));
        Self { inner }
    }

    /// Runs now what was asked for, without waiting for the frame.
    pub fn flush(&self) {
        if self.inner.timer.borrow().is_some() {
            self.inner.run();
        }
    }

    /// Asks for one run; further calls before it do nothing.
    pub fn request(&self) {
        let inner = &self.inner;
        if inner.pending.get().is_some() || inner.timer.borrow().is_some() {
            return;
        }
        if is_hidden() {
            let weak = Rc::downgrade(inner);
            *inner.timer.borrow_mut() = Some(Timer::after(HIDDEN_PACE_MS, move || {
                if let Some(inner) = weak.upgrade() {
                    inner.run();
                }
            }));
            return;
        }
        if let Some(callback) = &*inner.callback.borrow() {
            inner.pending.set(
                window()
                    .request_animation_frame(callback.as_ref().unchecked_ref())
                    .ok(),
            );
        }
        // A page that is hidden between the request and the frame would wait for ever.
        let weak = Rc::downgrade(inner);
        let wait = if inner.pending.get().is_some() {
            4.0 * HIDDEN_PACE_MS
        } else {
            FRAME_MS
        };
        *inner.timer.borrow_mut() = Some(Timer::after(wait, move || {
            if let Some(inner) = weak.upgrade() {
                inner.run();
            }
        }));
    }
}

impl Inner {
    fn run(&self) {
        if let Some(handle) = self.pending.take() {
            let _ = window().cancel_animation_frame(handle);
        }
        // The timer may be the caller: its closure must outlive this call.
        let timer = self.timer.take();
        (self.work.borrow_mut())();
        drop(timer);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(handle) = self.pending.take() {
            let _ = window().cancel_animation_frame(handle);
        }
    }
}

/// Whether the page is in a hidden tab or a minimised window.
#[must_use]
pub fn is_hidden() -> bool {
    window().document().is_some_and(|d| d.hidden())
}
