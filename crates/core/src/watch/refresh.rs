//! When to retrieve the Session object.

use crate::session::Asked;

/// The status that can be queried lags behind the event that tells it.
const LAG_MS: f64 = 300.0;

/// Silence after which the object has surely caught up with the events.
pub(super) const QUIET_MS: f64 = 3_000.0;

/// Shortest time between two requests.
const PACE_MS: f64 = 3_000.0;

/// The same while the session is polled, so that all requests together stay few.
const POLLING_PACE_MS: f64 = 30_000.0;

/// Pause before a request that failed is made again, doubled with every failure in a row, and its bound.
const RETRY_MS: (f64, f64) = (3_000.0, 60_000.0);

/// The plan for one thing that is asked for again and again, one request at a time.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    due_ms: Option<f64>,
    asked: Option<Asked>,
    asked_ms: Option<f64>,
    /// Failures in a row.
    failures: u32,
    /// The server named a time before which it is not to be asked.
    not_before_ms: f64,
}

impl Refresh {
    /// Wants the object now.
    pub(super) fn want(&mut self, now_ms: f64) {
        self.want_at(now_ms);
    }

    /// Wants it once it knows what an event just told.
    pub(super) fn want_behind_event(&mut self, now_ms: f64) {
        self.want_at(now_ms + LAG_MS);
    }

    /// Wants it at a time. The earliest wish counts.
    pub(super) fn want_at(&mut self, at_ms: f64) {
        self.due_ms = Some(self.due_ms.map_or(at_ms, |due| due.min(at_ms)));
    }

    /// When the next request is due; `None` while one is under way.
    pub(super) fn next_due_ms(&self, is_polling: bool) -> Option<f64> {
        let pace = if is_polling { POLLING_PACE_MS } else { PACE_MS };
        let due = self.due_ms.filter(|_| self.asked.is_none())?;
        let due = due.max(self.not_before_ms);
        Some(self.asked_ms.map_or(due, |asked| due.max(asked + pace)))
    }

    /// The request leaves.
    pub(super) fn ask(&mut self, now_ms: f64, asked: Asked) {
        self.due_ms = None;
        self.asked = Some(asked);
        self.asked_ms = Some(now_ms);
    }

    /// The request failed, perhaps for a while: it is made again, not before so many milliseconds.
    pub(super) fn failed(&mut self, now_ms: f64, retry_after_ms: f64) {
        let (first, longest) = RETRY_MS;
        self.not_before_ms = now_ms + retry_after_ms;
        let doubled = first * f64::from(1u32 << self.failures.min(10));
        self.failures += 1;
        self.want_at(now_ms + doubled.min(longest));
    }

    /// The object is there.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// The request ended. Returns what was known when it left.
    pub(super) fn answered(&mut self) -> Option<Asked> {
        self.asked.take()
    }

    /// Nothing is wanted any more.
    pub(super) fn cancel(&mut self) {
        self.due_ms = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Timeline;

    #[test]
    fn a_request_that_failed_is_made_again_ever_more_slowly_and_not_before_the_time_that_was_named() {
        let mut refresh = Refresh::default();
        let mut now = 0.0;
        let mut waits = Vec::new();
        for _ in 0..6 {
            refresh.failed(now, 0.0);
            let due = refresh.next_due_ms(false).expect("another request");
            waits.push(due - now);
            now = due;
            refresh.ask(now, Timeline::default().asking(false));
            refresh.answered();
        }
        assert_eq!(waits, [3_000.0, 6_000.0, 12_000.0, 24_000.0, 48_000.0, 60_000.0]);
        refresh.failed(now, 90_000.0);
        refresh.want(now + 1_000.0);
        assert_eq!(refresh.next_due_ms(false), Some(now + 90_000.0));
    }

    #[test]
    fn a_burst_of_wishes_is_one_request_at_a_time_and_one_behind_it() {
        let mut refresh = Refresh::default();
        let asked = Timeline::default().asking(false);
        let mut requests = 0;
        for ms in (0..60_000).step_by(50) {
            let now = f64::from(ms);
            refresh.want_behind_event(now);
            if refresh.next_due_ms(false).is_some_and(|due| due <= now) {
                refresh.ask(now, asked);
                requests += 1;
                refresh.want(now);
                assert_eq!(refresh.next_due_ms(false), None, "one at a time");
                assert_eq!(refresh.answered(), Some(asked));
            }
        }
        assert!((19..=21).contains(&requests), "{requests} in a minute");
        assert!(
            refresh.next_due_ms(false).is_some(),
            "the last wish is not forgotten"
        );
    }
}
