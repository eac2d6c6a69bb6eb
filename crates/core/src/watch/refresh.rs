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

/// The plan for one thing that is asked for again and again, one request at a time.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    due_ms: Option<f64>,
    asked: Option<Asked>,
    asked_ms: Option<f64>,
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
        Some(self.asked_ms.map_or(due, |asked| due.max(asked + pace)))
    }

    /// The request leaves.
    pub(super) fn ask(&mut self, now_ms: f64, asked: Asked) {
        self.due_ms = None;
        self.asked = Some(asked);
        self.asked_ms = Some(now_ms);
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
