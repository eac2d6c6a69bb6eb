//! Restarts on purpose: every open connection closes, and for a while new ones are turned away.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct Outage {
    restarts: watch::Sender<u64>,
    down_until: Mutex<Option<Instant>>,
}

impl Default for Outage {
    fn default() -> Self {
        Self {
            restarts: watch::Sender::new(0),
            down_until: Mutex::new(None),
        }
    }
}

impl Outage {
    /// Closes what is open, and what comes during the next `down`.
    pub(crate) fn begin(&self, down: Duration) {
        let end = Instant::now() + down;
        *self.down_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(end);
        self.restarts.send_modify(|count| *count += 1);
    }

    pub(crate) fn is_down(&self) -> bool {
        let until = self.down_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// How many restarts there were.
    pub(crate) fn count(&self) -> u64 {
        *self.restarts.borrow()
    }

    /// For one connection: changes when it has to close.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.restarts.subscribe()
    }
}
