//! Which status the session has: what its events say, checked against the Session object.

use super::log::Slot;
use super::timeline::Timeline;
use crate::protocol::{SessionStatus, StopDetails, StopReason};

/// What the Session object said, and what was known of the log when it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Retrieved {
    status: SessionStatus,
    is_over: bool,
    asked: Asked,
}

/// The state of the log when the Session object is requested, to tell later which of the two knows more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How often events had changed the status by then.
    changes: u32,
    /// Nothing had happened for so long that the object has surely caught up with the log: its status lags behind events.
    was_quiet: bool,
}

impl Timeline {
    /// What is known now; `was_quiet` says that nothing happened for longer than the object lags behind.
    #[must_use]
    pub fn asking(&self, was_quiet: bool) -> Asked {
        Asked {
            changes: self.status_changes,
            was_quiet,
        }
    }

    /// Takes over what the Session object says. `is_archived` ends a session as `terminated` does.
    pub fn retrieved(&mut self, status: SessionStatus, is_archived: bool, asked: Asked) {
        let is_over = is_archived || status == SessionStatus::Terminated;
        // Nothing leads back from the end, so an older answer that arrives late does not either.
        let is_over = is_over || self.retrieved.as_ref().is_some_and(|known| known.is_over);
        // An object without a status says nothing new about it.
        let (status, asked) = match self.retrieved.take() {
            Some(known) if status.as_str().is_empty() => (known.status, known.asked),
            _ => (status, asked),
        };
        self.retrieved = Some(Retrieved {
            status,
            is_over,
            asked,
        });
        self.doubt_waiting();
        self.changes.facts = true;
        self.has_new_states = true;
    }

    /// The status of the session, as whoever knew last says it; `None` before anybody did.
    ///
    /// Events say it, unless the Session object was asked when nothing had happened for a while and nothing happened
    /// since. Servers that send no status events are working while a model request is open.
    #[must_use]
    pub fn status(&self) -> Option<SessionStatus> {
        if self.is_over() {
            return Some(SessionStatus::Terminated);
        }
        let retrieved = self.told_by_object();
        let is_newer = |r: &&Retrieved| r.asked.was_quiet && r.asked.changes == self.status_changes;
        if let Some(newer) = retrieved.filter(is_newer) {
            return Some(newer.status.clone());
        }
        let told = self.facts.status().cloned();
        if self.has_open_request() && told != Some(SessionStatus::Rescheduling) {
            return Some(SessionStatus::Running);
        }
        told.or_else(|| retrieved.map(|r| r.status.clone()))
    }

    fn told_by_object(&self) -> Option<&Retrieved> {
        self.retrieved.as_ref().filter(|r| !r.status.as_str().is_empty())
    }

    /// Why the session is idle; `None` while it is not, or if only the Session object knows.
    #[must_use]
    pub fn stop(&self) -> Option<(&StopReason, Option<&StopDetails>)> {
        let stop = self
            .facts
            .stop()
            .filter(|_| self.status() == Some(SessionStatus::Idle))?;
        Some((&stop.reason, stop.details.as_ref()))
    }

    /// Whether the session is idle and not because it waits for somebody: nothing is left to be read.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let waits = self.stop().is_some_and(|(reason, _)| {
            matches!(reason, StopReason::RequiresAction(_) | StopReason::BudgetReached)
        });
        self.status() == Some(SessionStatus::Idle) && !waits
    }

    /// Whether nothing can happen in the session any more: it is archived, terminated or deleted.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.facts.is_deleted()
            || self.facts.is_terminated()
            || self.retrieved.as_ref().is_some_and(|r| r.is_over)
    }

    /// Whether a call can no longer be answered, nor get a result: a later turn end closed it, or the session is over.
    #[must_use]
    pub fn is_closed(&self, call: Slot) -> bool {
        self.is_over() || self.facts.closes(self.log().key(call))
    }

    /// Whether the Session object and the events disagree, so that it should be asked again once the log is quiet.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        let retrieved = self.told_by_object();
        !self.is_over()
            && retrieved.is_some_and(|r| !r.asked.was_quiet && Some(&r.status) != self.status().as_ref())
    }

    /// Whether a model request is open that began after the newest status.
    #[must_use]
    pub fn has_open_request(&self) -> bool {
        self.newest_request.as_ref().is_some_and(|(key, id)| {
            self.pairing.request(id).end.is_none() && self.facts.status_key().is_none_or(|told| told < *key)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Event;
    use crate::session::Side;

    fn told(timeline: &mut Timeline, second: u32, event_type: &str) {
        let json = format!(
            r#"{{"type":"{event_type}","id":"sevt_{second}","processed_at":"2026-11-18T09:00:{second:02}Z",
                "model_request_start_id":"sevt_{}","stop_reason":{{"type":"end_turn"}}}}"#,
            second.saturating_sub(1)
        );
        timeline.upsert(Event::parse(&json).expect("an event"), Side::Newer);
    }

    fn running() -> Timeline {
        let mut timeline = Timeline::default();
        told(&mut timeline, 1, "session.status_running");
        timeline
    }

    #[test]
    fn a_final_idle_that_never_arrives_is_told_by_the_session_object() {
        let mut timeline = running();
        let asked = timeline.asking(true);
        timeline.retrieved(SessionStatus::Idle, false, asked);
        assert_eq!(timeline.status(), Some(SessionStatus::Idle));
        told(&mut timeline, 2, "session.status_running");
        assert_eq!(
            timeline.status(),
            Some(SessionStatus::Running),
            "a newer event counts again"
        );
    }

    #[test]
    fn an_answer_that_may_lag_behind_the_events_does_not_count() {
        let mut timeline = running();
        told(&mut timeline, 2, "session.status_idle");
        let asked = timeline.asking(false);
        timeline.retrieved(SessionStatus::Running, false, asked);
        assert_eq!(timeline.status(), Some(SessionStatus::Idle));
        assert!(timeline.is_in_doubt());
        let asked = timeline.asking(true);
        timeline.retrieved(SessionStatus::Running, false, asked);
        assert_eq!(
            timeline.status(),
            Some(SessionStatus::Running),
            "it still says so: the newer fact"
        );
        assert!(!timeline.is_in_doubt());
    }

    #[test]
    fn an_answer_that_was_overtaken_by_an_event_does_not_count() {
        let mut timeline = running();
        let asked = timeline.asking(true);
        told(&mut timeline, 2, "session.status_idle");
        timeline.retrieved(SessionStatus::Running, false, asked);
        assert_eq!(timeline.status(), Some(SessionStatus::Idle));
    }

    #[test]
    fn without_status_events_an_open_request_is_work() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.status(), None);
        let asked = timeline.asking(false);
        timeline.retrieved(SessionStatus::Idle, false, asked);
        assert_eq!(timeline.status(), Some(SessionStatus::Idle));
        told(&mut timeline, 1, "span.model_request_start");
        assert_eq!(timeline.status(), Some(SessionStatus::Running));
        told(&mut timeline, 2, "span.model_request_end");
        assert_eq!(timeline.status(), Some(SessionStatus::Idle));
    }

    #[test]
    fn a_request_that_was_never_closed_is_over_with_a_later_idle() {
        let mut timeline = Timeline::default();
        told(&mut timeline, 1, "span.model_request_start");
        told(&mut timeline, 3, "session.status_idle");
        assert_eq!(timeline.status(), Some(SessionStatus::Idle));
        assert!(timeline.stop().is_some());
    }

    #[test]
    fn an_object_without_a_status_leaves_the_word_of_the_log() {
        let mut timeline = Timeline::default();
        let asked = timeline.asking(true);
        timeline.retrieved(SessionStatus::default(), false, asked);
        assert_eq!(timeline.status(), None);
        told(&mut timeline, 1, "session.status_running");
        let asked = timeline.asking(true);
        timeline.retrieved(SessionStatus::default(), false, asked);
        assert_eq!(timeline.status(), Some(SessionStatus::Running));
        assert!(!timeline.is_in_doubt());
        timeline.retrieved(SessionStatus::Idle, false, asked);
        timeline.retrieved(SessionStatus::default(), false, asked);
        assert_eq!(
            timeline.status(),
            Some(SessionStatus::Idle),
            "the object's last word"
        );
        timeline.retrieved(SessionStatus::default(), true, asked);
        assert!(timeline.is_over());
    }

    #[test]
    fn an_archived_session_is_over_and_stays_over() {
        let mut timeline = running();
        let early = timeline.asking(true);
        let asked = timeline.asking(false);
        timeline.retrieved(SessionStatus::Idle, true, asked);
        assert!(timeline.is_over());
        assert_eq!(timeline.status(), Some(SessionStatus::Terminated));
        timeline.retrieved(SessionStatus::Idle, false, early);
        told(&mut timeline, 5, "session.status_idle");
        assert!(timeline.is_over());
        assert_eq!(timeline.stop(), None);
    }
}
