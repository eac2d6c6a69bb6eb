//! The threads of a session, as its events tell them.

use super::by_id::ById;
use super::facts::{Latest, Place, offer};
use super::log::Slot;
use super::order::OrderKey;
use crate::protocol::StopReason;

/// What a thread does.
#[derive(Clone, Debug, PartialEq)]
pub enum ThreadState {
    /// It works.
    Running,
    /// It waits, and why.
    Idle(StopReason),
    /// The server tries again by itself.
    Rescheduling,
    /// It has ended.
    Ended,
}

/// One thread.
#[derive(Clone, Debug, Default)]
pub struct Thread {
    name: Option<Latest<String>>,
    /// Its creation, and the workflow run that created it.
    created: Option<Latest<Option<String>>>,
    state: Option<Latest<ThreadState>>,
}

impl Thread {
    /// The name of its agent; several threads may share one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|name| &*name.value)
    }

    /// What it does, as far as events say it.
    #[must_use]
    pub fn state(&self) -> Option<&ThreadState> {
        self.state.as_ref().map(|state| &state.value)
    }

    /// Its `session.thread_created`. The primary thread has none.
    #[must_use]
    pub fn created(&self) -> Option<Slot> {
        self.created.as_ref().map(|created| created.slot)
    }

    /// The workflow run it belongs to.
    #[must_use]
    pub fn run(&self) -> Option<&str> {
        self.created.as_ref()?.value.as_deref()
    }

    fn created_at(&self) -> Option<OrderKey> {
        self.created.as_ref().map(|created| created.key)
    }
}

/// All threads by id.
#[derive(Clone, Debug, Default)]
pub struct Threads(ById<Thread>);

impl Threads {
    /// A thread by its id (`sthr_…`).
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Thread> {
        self.0.get(id)
    }

    /// All threads that events have told of, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Thread> {
        self.0.iter()
    }

    /// The number of a child thread among those that are known, oldest first, from 0.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<usize> {
        let own = self.get(id)?.created_at()?;
        let is_older = |thread: &&Thread| thread.created_at().is_some_and(|at| at < own);
        Some(self.iter().filter(is_older).count())
    }

    /// An event says that a thread was created. Should two of them say it, the first counts.
    pub(super) fn created(&mut self, id: &str, at: Place, name: String, run: Option<String>) {
        let thread = self.0.entry(id);
        offer(&mut thread.name, at, name);
        let is_first = |known: &Latest<_>| known.slot == at.0 || at.1 < known.key;
        if thread.created.as_ref().is_none_or(is_first) {
            thread.created = Some(Latest::new(at, run));
        }
    }

    /// An event says what a thread does. Returns the event that created it.
    pub(super) fn told(&mut self, id: &str, at: Place, name: String, state: ThreadState) -> Option<Slot> {
        let thread = self.0.entry(id);
        if !name.is_empty() {
            offer(&mut thread.name, at, name);
        }
        offer(&mut thread.state, at, state);
        thread.created()
    }
}
