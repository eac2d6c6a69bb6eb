//! What the newest events say about the session as a whole.

use super::log::Slot;
use super::order::OrderKey;
use crate::protocol::{SessionStatus, SessionUsage, StopDetails, StopReason};

/// A value together with the place in the log that said it.
#[derive(Clone, Debug)]
pub(super) struct Latest<T> {
    pub(super) slot: Slot,
    pub(super) key: OrderKey,
    pub(super) value: T,
}

impl<T> Latest<T> {
    pub(super) fn new((slot, key): Place, value: T) -> Self {
        Self { slot, key, value }
    }
}

/// The calls that the session or one of its threads was last said to wait for.
#[derive(Clone, Debug)]
struct Required {
    /// `None` for the session as a whole.
    thread: Option<String>,
    calls: Option<Latest<Vec<String>>>,
}

/// Why the session is idle.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// `stop_reason` of `session.status_idle`.
    pub reason: StopReason,
    /// `stop_details` of `session.status_idle`.
    pub details: Option<StopDetails>,
}

/// Session-wide facts. Each keeps the value of its latest event in server order, whatever the order of arrival.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    status: Option<Latest<SessionStatus>>,
    stop: Option<Latest<Stop>>,
    settled: Option<Latest<()>>,
    /// What the session and each of its threads were last said to wait for.
    required: Vec<Required>,
    title: Option<Latest<Option<String>>>,
    usage: Option<Latest<SessionUsage>>,
    deleted: bool,
}

impl Facts {
    /// Status of the session as of the newest status event.
    #[must_use]
    pub fn status(&self) -> Option<&SessionStatus> {
        self.status.as_ref().map(|l| &l.value)
    }

    /// Where the newest status event stands.
    pub(super) fn status_key(&self) -> Option<OrderKey> {
        self.status.as_ref().map(|l| l.key)
    }

    /// Why the session is idle; `None` while it is not.
    #[must_use]
    pub fn stop(&self) -> Option<&Stop> {
        (self.status() == Some(&SessionStatus::Idle))
            .then(|| self.stop.as_ref().map(|l| &l.value))
            .flatten()
    }

    /// The event that made the session idle; `None` while it is not.
    #[must_use]
    pub fn stopped_by(&self) -> Option<Slot> {
        self.stop()?;
        self.stop.as_ref().map(|l| l.slot)
    }

    /// The newest title that an event told: `Some(None)` means that it was removed.
    #[must_use]
    pub fn title(&self) -> Option<Option<&str>> {
        self.title.as_ref().map(|l| l.value.as_deref())
    }

    /// The newest usage snapshot.
    #[must_use]
    pub fn usage(&self) -> Option<&SessionUsage> {
        self.usage.as_ref().map(|l| &l.value)
    }

    /// Whether the session was deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// Whether the session is terminated.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.status() == Some(&SessionStatus::Terminated)
    }

    /// Whether a call at this place can no longer be answered: a later turn end closed it, or the session is over.
    #[must_use]
    pub(super) fn closes(&self, call: OrderKey) -> bool {
        self.deleted
            || self.is_terminated()
            || self.settled.as_ref().is_some_and(|settled| settled.key > call)
    }

    /// Returns whether another event tells the status now.
    pub(super) fn offer_status(&mut self, at: Place, status: SessionStatus) -> bool {
        let known = self.status.as_ref().map(|l| l.slot);
        offer(&mut self.status, at, status);
        known != self.status.as_ref().map(|l| l.slot)
    }

    pub(super) fn offer_stop(&mut self, at: Place, stop: Stop) {
        let settles = matches!(
            stop.reason,
            StopReason::EndTurn | StopReason::RetriesExhausted | StopReason::Refusal
        );
        if settles {
            offer(&mut self.settled, at, ());
        }
        offer(&mut self.stop, at, stop);
    }

    /// Notes that a thread, or the session as a whole, waits for answers to these calls. Returns the calls that may wait now
    /// and did not before, or the other way round.
    pub(super) fn offer_required(
        &mut self,
        at: Place,
        thread: Option<String>,
        calls: Vec<String>,
    ) -> Vec<String> {
        let known = self.required.iter().position(|known| known.thread == thread);
        let index = known.unwrap_or_else(|| {
            let calls = None;
            self.required.push(Required { thread, calls });
            self.required.len() - 1
        });
        let latest = &mut self.required[index].calls;
        let mut changed = latest.as_ref().map(|l| l.value.clone()).unwrap_or_default();
        changed.extend_from_slice(&calls);
        offer(latest, at, calls);
        changed
    }

    /// Whether the newest word of the session or of a thread is that it waits for an answer to this call, which stands there in
    /// the log. A session that waits and does not say for what waits for every call before its word.
    #[must_use]
    pub fn requires(&self, call: &str, at: OrderKey) -> bool {
        self.required.iter().any(|one| {
            one.calls.as_ref().is_some_and(|latest| {
                let may_be_meant = one.thread.is_none() && latest.value.is_empty() && at < latest.key;
                may_be_meant || latest.value.iter().any(|id| id == call)
            })
        })
    }

    pub(super) fn offer_title(&mut self, at: Place, title: Option<String>) {
        offer(&mut self.title, at, title);
    }

    pub(super) fn offer_usage(&mut self, at: Place, usage: SessionUsage) {
        offer(&mut self.usage, at, usage);
    }

    pub(super) fn mark_deleted(&mut self) {
        self.deleted = true;
    }
}

/// The event that says something, and its key now.
pub(super) type Place = (Slot, OrderKey);

/// An event that is offered again replaces itself: it may have moved among the events of its time.
pub(super) fn offer<T>(latest: &mut Option<Latest<T>>, at: Place, value: T) {
    if latest.as_ref().is_none_or(|l| l.slot == at.0 || l.key <= at.1) {
        *latest = Some(Latest::new(at, value));
    }
}
