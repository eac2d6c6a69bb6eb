//! Status changes and the events that tell of them, in the order that the API documents.
//!
//! The session's status is a fold over its threads: it runs while any thread runs, and idles when the last one has
//! stopped. Every session idle is directly preceded by `session.usage`.

use serde_json::{Map, Value};

use crate::wire::events::{self, Draft, Stop};
use crate::wire::money::{self, NANOS_PER_CENT};
use crate::world::session::{Needs, PRIMARY, State, Status, Thread, thread_agent};

impl State {
    /// The running pair of the primary thread.
    pub(crate) fn begin_running(&mut self) {
        self.resume_thread(PRIMARY);
    }

    /// A thread works (again); the session says so first if it was not running.
    pub(crate) fn resume_thread(&mut self, thread: usize) {
        let now = self.clock.now();
        if self.status != Status::Running {
            self.status = Status::Running;
            self.status_since = now;
            self.usage.start(now);
            self.emit(PRIMARY, &events::status_running());
        }
        self.set_thread_status(thread, Status::Running);
        let draft = events::thread_running(&self.threads[thread].id, &self.threads[thread].name);
        self.emit_on(&seen_from(thread), &draft);
    }

    /// A thread stops; the session idles if it was the last.
    pub(crate) fn idle_thread(&mut self, thread: usize, stop: &Stop) {
        self.idle_threads(&[thread], stop);
    }

    /// Several threads stop at once, so that the session idles only once.
    pub(crate) fn idle_threads(&mut self, threads: &[usize], stop: &Stop) {
        for thread in threads {
            self.set_thread_status(*thread, Status::Idle);
            let draft = events::thread_idle(&self.threads[*thread].id, &self.threads[*thread].name, stop);
            self.emit_on(&seen_from(*thread), &draft);
        }
        let working = |thread: &Thread| matches!(thread.status, Status::Running | Status::Rescheduling);
        if self.threads.iter().any(working) || !self.open_runs.is_empty() {
            return;
        }
        let waiting: Vec<String> = self.unanswered().map(|call| call.id.clone()).collect();
        let stop = match stop {
            _ if !waiting.is_empty() => Stop::RequiresAction(waiting),
            Stop::EndTurn if self.is_at_cap() => Stop::BudgetReached,
            other => other.clone(),
        };
        self.idle_session(stop);
    }

    fn idle_session(&mut self, stop: Stop) {
        let now = self.clock.now();
        self.usage.stop(now);
        let snapshot = events::usage(self.usage.json(now), money::budget(self.budget_cents));
        self.emit(PRIMARY, &snapshot);
        self.status = Status::Idle;
        self.status_since = self.clock.now();
        self.emit(PRIMARY, &events::status_idle(&stop));
        self.stop = stop;
    }

    pub(crate) fn is_at_cap(&self) -> bool {
        self.budget_cents
            .is_some_and(|cap| self.usage.cost(self.clock.now()) >= cap * NANOS_PER_CENT)
    }

    /// A transient failure: the server will try again by itself.
    pub(crate) fn reschedule(&mut self, error: &Draft) {
        self.emit(PRIMARY, error);
        self.set_thread_status(PRIMARY, Status::Rescheduling);
        let draft = events::thread_rescheduled(&self.threads[PRIMARY].id, &self.threads[PRIMARY].name);
        self.emit(PRIMARY, &draft);
        self.status = Status::Rescheduling;
        self.usage.stop(self.clock.now());
        self.emit(PRIMARY, &events::status_rescheduled());
    }

    /// The end: by a fatal error, or by archiving.
    pub(crate) fn terminate(&mut self) {
        if self.status == Status::Terminated {
            return;
        }
        let now = self.clock.now();
        self.usage.stop(now);
        for thread in 0..self.threads.len() {
            if self.threads[thread].status == Status::Terminated {
                continue;
            }
            self.terminate_thread(thread);
        }
        self.status = Status::Terminated;
        self.terminated_at = Some(now);
        self.calls.clear();
        self.queue.clear();
        self.open_runs.clear();
        self.emit(PRIMARY, &events::status_terminated());
        self.close_streams();
    }

    pub(crate) fn terminate_thread(&mut self, thread: usize) {
        self.set_thread_status(thread, Status::Terminated);
        self.threads[thread].archived_at = Some(self.clock.now());
        self.calls.retain(|call| call.thread != thread);
        let draft = events::thread_terminated(&self.threads[thread].id, &self.threads[thread].name);
        self.emit_on(&seen_from(thread), &draft);
        if thread != PRIMARY {
            self.threads[thread].channel.close();
        }
    }

    /// Tells the readers that the session is gone and ends their streams.
    pub(crate) fn delete(&mut self) {
        self.deleted = true;
        self.emit(PRIMARY, &events::deleted());
        self.close_streams();
    }

    pub(crate) fn close_streams(&mut self) {
        for thread in &mut self.threads {
            thread.channel.close();
        }
        self.wake.notify_waiters();
    }

    /// Adds a child thread and tells the primary stream about it.
    pub(crate) fn spawn_thread(&mut self, name: &str, system: &str, run: Option<&str>) -> usize {
        let now = self.clock.now();
        let id = self.new_id("sthr");
        let mut agent = thread_agent(&self.agent);
        agent["type"] = Value::from("inline");
        agent["name"] = Value::from(name);
        agent["system"] = Value::from(system);
        if let Value::Object(map) = &mut agent {
            map.remove("id");
            map.remove("version");
        }
        let parent = Some(self.threads[PRIMARY].id.clone());
        let mut thread = Thread::new(id.clone(), name.to_owned(), agent, parent, now);
        thread.workflow_run = run.map(str::to_owned);
        self.threads.push(thread);
        self.emit(PRIMARY, &events::thread_created(&id, name, run));
        self.threads.len() - 1
    }

    /// Emits `session.updated` with what has changed, if anything has. That the metadata are empty now shows in no field.
    pub(crate) fn announce_update(&mut self, mut changes: Map<String, Value>) {
        if !changes.is_empty() {
            changes.retain(|key, value| {
                key != "metadata" || value.as_object().is_some_and(|map| !map.is_empty())
            });
            self.emit(PRIMARY, &events::updated(changes));
        }
    }

    /// Whether there is an input that a turn should take up.
    pub(crate) fn has_work(&self) -> bool {
        use crate::world::session::QueuedKind;
        let queued = self.queue.iter().any(|queued| queued.kind != QueuedKind::System);
        queued
            || self
                .outcomes
                .iter()
                .any(|outcome| outcome.is_live() && outcome.result == "pending")
    }

    /// Ids of the calls on which a message has to wait.
    pub(crate) fn blocking_calls(&self) -> Vec<String> {
        if self.status != Status::Idle {
            return Vec::new();
        }
        self.unanswered()
            .filter(|call| call.needs != Needs::Nothing)
            .map(|call| call.id.clone())
            .collect()
    }

    fn set_thread_status(&mut self, thread: usize, status: Status) {
        let now = self.clock.now();
        let thread = &mut self.threads[thread];
        thread.status = status;
        thread.updated_at = now;
        if status == Status::Running {
            thread.usage.start(now);
        } else {
            thread.usage.stop(now);
        }
    }
}

/// The streams that carry a thread's status: the primary's and its own.
fn seen_from(thread: usize) -> Vec<usize> {
    if thread == PRIMARY {
        vec![PRIMARY]
    } else {
        vec![PRIMARY, thread]
    }
}
