//! A timer for one thing at a time, which can be moved and called off.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use super::clock;
use super::timer::Timer;

/// Rings once at the time it was last set to. Dropping it calls it off.
#[derive(Default)]
pub struct Alarm(Rc<Inner>);

#[derive(Default)]
struct Inner {
    at: Cell<Option<f64>>,
    timer: RefCell<Option<Timer>>,
}

impl Alarm {
    /// Calls `ring` at a time of [`clock::now_ms`], or never. Whatever it was set to before is given up, unless that is the
    /// same time. `ring` may set it again.
    pub fn set(&self, at_ms: Option<f64>, ring: impl FnOnce() + 'static) {
        self.set_boxed(at_ms, Box::new(ring));
    }

    /// Calls it off.
    pub fn stop(&self) {
        self.0.at.set(None);
        drop(self.0.timer.take());
    }

    /// Whether it is going to ring.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.at.get().is_some()
    }

    /// Compiled once for all that ring.
    fn set_boxed(&self, at_ms: Option<f64>, ring: Box<dyn FnOnce()>) {
        if self.0.at.replace(at_ms) == at_ms {
            return;
        }
        let timer = at_ms.map(|at| {
            let weak: Weak<Inner> = Rc::downgrade(&self.0);
            Timer::after(at - clock::now_ms(), move || {
                // The closure of the running timer must outlive this call.
                let running = weak.upgrade().and_then(|inner| {
                    inner.at.set(None);
                    inner.timer.take()
                });
                ring();
                drop(running);
            })
        });
        let old = self.0.timer.replace(timer);
        drop(old);
    }
}
