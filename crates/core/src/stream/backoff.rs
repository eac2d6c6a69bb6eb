//! Waiting times between connection attempts: exponential with full jitter, never shorter than `retry-after`.

use crate::bounds::within;

/// Bounds of the waiting time, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BackoffSettings {
    /// Upper bound of the first wait.
    pub base_ms: f64,
    /// Upper bound of every wait that `retry-after` does not lengthen.
    pub cap_ms: f64,
}

impl Default for BackoffSettings {
    fn default() -> Self {
        Self {
            base_ms: 500.0,
            cap_ms: 10_000.0,
        }
    }
}

/// Counts failed attempts in a row and turns the count into a waiting time.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    settings: BackoffSettings,
    failures: u32,
}

impl Backoff {
    /// A backoff without failures so far.
    #[must_use]
    pub fn new(settings: BackoffSettings) -> Self {
        Self {
            settings,
            failures: 0,
        }
    }

    /// Failed attempts since the last [`reset`](Self::reset).
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Forgets past failures; called after a connection that proved good.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// Counts one more failure and returns the wait in milliseconds.
    ///
    /// `random` is a fraction in `[0, 1)`. `retry_after_ms` is a lower bound set by the server; the jitter is added on
    /// top of it so that many clients told the same time do not return together.
    pub fn next_wait_ms(&mut self, random: f64, retry_after_ms: Option<f64>) -> f64 {
        let exponent = self.failures.min(20);
        self.failures = self.failures.saturating_add(1);
        let bound = (self.settings.base_ms * f64::from(1u32 << exponent)).min(self.settings.cap_ms);
        let jitter = bound * within(random, 0.0, 1.0);
        match retry_after_ms {
            // A server that names a short time does not take the growth out of the waits.
            Some(at_least) if at_least > 0.0 => jitter.max(at_least + jitter.min(1_000.0)),
            _ => jitter,
        }
    }
}
