//! One session: what the API shows of it, and what the engine needs to run it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::channel::{Channel, Frame, Preview, Stored};
use super::clock::Clock;
use super::usage::Usage;
use crate::scripts::Script;
use crate::wire::events::{Draft, Stop};
use crate::wire::ids::{Mint, Rng};
use crate::wire::money;
use crate::wire::time::Micros;

/// The primary thread is always the first.
pub(crate) const PRIMARY: usize = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Idle,
    Running,
    Rescheduling,
    Terminated,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Rescheduling => "rescheduling",
            Self::Terminated => "terminated",
        }
    }
}

/// A session that others share. No lock is ever held across an await.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    /// Fires whenever the state has changed: new frames, answers, interrupts.
    pub(crate) wake: Arc<Notify>,
    state: Mutex<State>,
}

impl Session {
    pub(crate) fn new(state: State) -> Arc<Self> {
        Arc::new(Self {
            id: state.id.clone(),
            wake: Arc::clone(&state.wake),
            state: Mutex::new(state),
        })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `ready` finds something in the state.
    pub(crate) async fn wait_for<T>(&self, mut ready: impl FnMut(&mut State) -> Option<T>) -> T {
        loop {
            let changed = self.wake.notified();
            tokio::pin!(changed);
            // Registered before looking, so that a change in between is not missed.
            changed.as_mut().enable();
            if let Some(found) = ready(&mut self.lock()) {
                return found;
            }
            changed.await;
        }
    }
}

/// One thread of the session.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) agent: Value,
    pub(crate) parent: Option<String>,
    pub(crate) workflow_run: Option<String>,
    pub(crate) status: Status,
    pub(crate) created_at: Micros,
    pub(crate) updated_at: Micros,
    pub(crate) archived_at: Option<Micros>,
    pub(crate) channel: Channel,
    pub(crate) usage: Usage,
    pub(crate) request: Option<OpenRequest>,
    /// Tokens that the next model request reads from the cache.
    pub(crate) context: u64,
    /// Tokens that came in since the last model request.
    pub(crate) fresh: u64,
    /// Set by `user.interrupt` until the thread has stopped.
    pub(crate) interrupted: bool,
}

/// A model request that has started and not ended.
#[derive(Clone, Debug)]
pub(crate) struct OpenRequest {
    pub(crate) start_id: String,
    pub(crate) number: u64,
    pub(crate) output: u64,
}

/// An input that waits to be processed.
#[derive(Clone, Debug)]
pub(crate) struct Queued {
    pub(crate) id: String,
    pub(crate) kind: QueuedKind,
    pub(crate) draft: Draft,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueuedKind {
    Message,
    System,
    /// Stops the thread at this position; `None` stops all.
    Interrupt(Option<usize>),
}

/// A tool call without a result yet.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) thread: usize,
    pub(crate) kind: CallKind,
    pub(crate) needs: Needs,
    pub(crate) answer: Option<Answer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    BuiltIn,
    Mcp,
    Custom,
}

/// Whose answer a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    Confirmation,
    ClientResult,
    /// A self-hosted environment's worker runs it.
    Worker,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Allow,
    Deny(Option<String>),
    Result { text: String, is_error: bool },
}

#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) rubric: String,
    pub(crate) max_iterations: u64,
    pub(crate) iteration: u64,
    pub(crate) result: &'static str,
    pub(crate) explanation: Option<String>,
    pub(crate) completed_at: Option<Micros>,
}

impl Outcome {
    pub(crate) fn is_live(&self) -> bool {
        self.completed_at.is_none()
    }

    fn json(&self) -> Value {
        json!({
            "type": "outcome_evaluation",
            "outcome_id": self.id,
            "description": self.description,
            "result": self.result,
            "iteration": self.iteration,
            "explanation": self.explanation,
            "completed_at": self.completed_at.map(|at| at.to_string()),
        })
    }
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) id: String,
    pub(crate) wake: Arc<Notify>,
    pub(crate) clock: Clock,
    pub(crate) mint: Mint,
    pub(crate) rng: Rng,

    pub(crate) status: Status,
    /// Why it is idle; meaningless in other states.
    pub(crate) stop: Stop,
    pub(crate) status_since: Micros,
    pub(crate) status_lag: Micros,
    pub(crate) title: Option<String>,
    pub(crate) agent: Value,
    pub(crate) script: Script,
    pub(crate) environment_id: String,
    pub(crate) self_hosted: bool,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) resources: Vec<Value>,
    pub(crate) vault_ids: Vec<String>,
    pub(crate) budget_cents: Option<u64>,
    pub(crate) created_at: Micros,
    pub(crate) updated_at: Micros,
    pub(crate) archived_at: Option<Micros>,
    pub(crate) terminated_at: Option<Micros>,
    pub(crate) usage: Usage,
    pub(crate) outcomes: Vec<Outcome>,

    pub(crate) threads: Vec<Thread>,
    pub(crate) queue: VecDeque<Queued>,
    pub(crate) calls: Vec<Call>,
    pub(crate) open_runs: Vec<String>,
    pub(crate) requests_started: u64,
    pub(crate) turns: u64,
    pub(crate) turn: Option<AbortHandle>,
    /// A turn ended at the budget cap and continues when there is money again.
    pub(crate) paused_at_cap: bool,
    pub(crate) deleted: bool,
    /// Answers that a made-up session gives to its own calls.
    pub(crate) rehearsed: VecDeque<Answer>,
}

/// What a session is made from.
pub(crate) struct NewSession {
    pub(crate) agent: Value,
    pub(crate) script: Script,
    pub(crate) environment_id: String,
    pub(crate) self_hosted: bool,
    pub(crate) title: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) resources: Vec<Value>,
    pub(crate) vault_ids: Vec<String>,
    pub(crate) budget_cents: Option<u64>,
}

impl State {
    pub(crate) fn new(
        new: NewSession,
        mut clock: Clock,
        mut mint: Mint,
        rng: Rng,
        status_lag: Micros,
    ) -> Self {
        let now = clock.stamp();
        let id = mint.id("sesn", now.0);
        let name = new.agent["name"].as_str().unwrap_or_default().to_owned();
        let primary = Thread::new(mint.id("sthr", now.0), name, thread_agent(&new.agent), None, now);
        Self {
            id,
            wake: Arc::new(Notify::new()),
            clock,
            mint,
            rng,
            status: Status::Idle,
            stop: Stop::EndTurn,
            status_since: Micros(0),
            status_lag,
            title: new.title,
            agent: new.agent,
            script: new.script,
            environment_id: new.environment_id,
            self_hosted: new.self_hosted,
            metadata: new.metadata,
            resources: new.resources,
            vault_ids: new.vault_ids,
            budget_cents: new.budget_cents,
            created_at: now,
            updated_at: now,
            archived_at: None,
            terminated_at: None,
            usage: Usage::default(),
            outcomes: Vec::new(),
            threads: vec![primary],
            queue: VecDeque::new(),
            calls: Vec::new(),
            open_runs: Vec::new(),
            requests_started: 0,
            turns: 0,
            turn: None,
            paused_at_cap: false,
            deleted: false,
            rehearsed: VecDeque::new(),
        }
    }

    pub(crate) fn new_id(&mut self, prefix: &str) -> String {
        let now = self.clock.now();
        self.mint.id(prefix, now.0)
    }

    /// Stores and sends an event on a thread; answers its id.
    pub(crate) fn emit(&mut self, thread: usize, draft: &Draft) -> String {
        let id = self.new_id("sevt");
        let at = self.clock.stamp();
        self.emit_as(thread, &id, draft, at);
        id
    }

    /// The same on several threads under one id.
    pub(crate) fn emit_on(&mut self, threads: &[usize], draft: &Draft) -> String {
        let id = self.new_id("sevt");
        let at = self.clock.stamp();
        for thread in threads {
            self.emit_as(*thread, &id, draft, at);
        }
        id
    }

    /// Stores and sends an event one microsecond after the one before.
    pub(crate) fn emit_adjacent(&mut self, thread: usize, draft: &Draft) -> String {
        let id = self.new_id("sevt");
        let at = self.clock.stamp_adjacent();
        self.emit_as(thread, &id, draft, at);
        id
    }

    /// Stores and sends an event that has its id already.
    pub(crate) fn emit_as(&mut self, thread: usize, id: &str, draft: &Draft, at: Micros) {
        let json = draft.render(id, Some(at));
        self.threads[thread].channel.publish(Stored {
            at,
            kind: draft.kind.clone(),
            json,
        });
        self.updated_at = at;
        self.wake.notify_waiters();
    }

    /// Sends a preview frame, which is never stored.
    pub(crate) fn preview(&mut self, thread: usize, draft: &Draft, preview: Preview) {
        let frame = Frame {
            name: draft.kind.clone(),
            json: draft.render_bare(),
            preview: Some(preview),
        };
        self.threads[thread].channel.send(frame);
        self.wake.notify_waiters();
    }

    pub(crate) fn thread_at(&self, id: &str) -> Option<usize> {
        self.threads.iter().position(|thread| thread.id == id)
    }

    /// Calls whose answer has not come.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = &Call> {
        self.calls
            .iter()
            .filter(|call| call.needs != Needs::Nothing && call.answer.is_none())
    }

    /// The status as `GET` tells it: it learns about idleness a little later than the stream.
    pub(crate) fn visible_status(&self) -> Status {
        let now = self.clock.now();
        if self.status == Status::Idle && now.0 < self.status_since.0 + self.status_lag.0 {
            return Status::Running;
        }
        self.status
    }

    /// The Session object (Managed Agents API reference, "Sessions").
    pub(crate) fn json(&self) -> Value {
        let now = self.clock.now();
        // Added as whole microseconds: a sum of seconds is 0.26799999999999996.
        let active: u64 = self.threads.iter().map(|t| t.usage.active_micros(now)).sum();
        let active = Micros(active).seconds_since(Micros(0));
        let until = self.terminated_at.unwrap_or(now);
        json!({
            "type": "session",
            "id": self.id,
            "status": self.visible_status().name(),
            "title": self.title,
            "agent": self.agent,
            "environment_id": self.environment_id,
            "metadata": self.metadata,
            "resources": self.resources,
            "vault_ids": self.vault_ids,
            "budget": money::budget(self.budget_cents),
            "usage": self.usage.json(now),
            "stats": {"active_seconds": active, "duration_seconds": until.seconds_since(self.created_at)},
            "outcome_evaluations": self.outcomes.iter().map(Outcome::json).collect::<Vec<_>>(),
            "deployment_id": null,
            "created_at": self.created_at.to_string(),
            "updated_at": self.updated_at.to_string(),
            "archived_at": self.archived_at.map(|at| at.to_string()),
        })
    }

    /// The SessionThread object of the thread at a position.
    pub(crate) fn thread_json(&self, thread: usize) -> Value {
        let now = self.clock.now();
        let thread = &self.threads[thread];
        let until = thread.archived_at.or(self.terminated_at).unwrap_or(now);
        json!({
            "type": "session_thread",
            "id": thread.id,
            "session_id": self.id,
            "parent_thread_id": thread.parent,
            "status": thread.status.name(),
            "agent": thread.agent,
            "created_at": thread.created_at.to_string(),
            "updated_at": thread.updated_at.to_string(),
            "archived_at": thread.archived_at.map(|at| at.to_string()),
            "stats": {
                "active_seconds": thread.usage.active_seconds(now),
                "duration_seconds": until.seconds_since(thread.created_at),
                "startup_seconds": 0.0,
            },
            "usage": thread.usage.thread_json(now),
            "workflow_run_id": thread.workflow_run,
        })
    }
}

impl Thread {
    pub(crate) fn new(id: String, name: String, agent: Value, parent: Option<String>, now: Micros) -> Self {
        Self {
            id,
            name,
            agent,
            parent,
            workflow_run: None,
            status: Status::Idle,
            created_at: now,
            updated_at: now,
            archived_at: None,
            channel: Channel::default(),
            usage: Usage::default(),
            request: None,
            context: 0,
            fresh: 2_200,
            interrupted: false,
        }
    }
}

/// An agent snapshot as threads carry it: without the multiagent part.
pub(crate) fn thread_agent(agent: &Value) -> Value {
    let mut out = agent.clone();
    if let Value::Object(map) = &mut out {
        map.remove("multiagent");
    }
    out
}
