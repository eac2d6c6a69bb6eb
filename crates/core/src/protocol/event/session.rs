//! Bodies of `session.*`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::object::object;

use super::super::money::Budget;
use super::super::raw_json::RawJson;
use super::super::usage::SessionUsage;
use super::session_error::SessionErrorBody;
use super::stop::{StopDetails, StopReason};

/// Body of `session.status_idle`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionStatusIdle {
    /// Why the session waits.
    pub stop_reason: StopReason,
    /// More about it; absent on older events.
    pub stop_details: Option<StopDetails>,
}

object!(SessionStatusIdle { stop_reason or default, stop_details });

/// Body of `session.error`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionError {
    /// The error.
    pub error: SessionErrorBody,
}

object!(SessionError { error by SessionErrorBody::of_event });

/// Body of `session.updated`: only what changed. The outer `None` means unchanged, `Some(None)` removed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SessionUpdated {
    /// The whole agent after the change, a [`SessionAgent`](crate::protocol::SessionAgent). It stays text: most readers
    /// only tell that it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<RawJson>,
    /// The spending limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Option<Budget>>,
    /// All metadata after the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Option<String>>,
}

object!(SessionUpdated {
    agent,
    budget,
    metadata,
    title
});

/// Body of `session.usage`: cumulative counters before each idle.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionUsageSnapshot {
    /// The counters.
    pub usage: SessionUsage,
    /// The spending limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
}

object!(SessionUsageSnapshot { usage or default, budget });

/// Body of `session.thread_created`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionThreadCreated {
    /// The new thread.
    pub session_thread_id: String,
    /// Name of its agent.
    pub agent_name: String,
    /// The workflow run it belongs to.
    pub workflow_run_id: Option<String>,
}

object!(SessionThreadCreated { session_thread_id or default, agent_name or default, workflow_run_id });

/// Body of `session.thread_status_running`, `…_rescheduled` and `…_terminated`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ThreadStatus {
    /// The thread.
    pub session_thread_id: String,
    /// Name of its agent.
    pub agent_name: String,
}

object!(ThreadStatus { session_thread_id or default, agent_name or default });

/// Body of `session.thread_status_idle`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionThreadStatusIdle {
    /// The thread.
    pub session_thread_id: String,
    /// Name of its agent.
    pub agent_name: String,
    /// Why the thread waits.
    pub stop_reason: StopReason,
    /// More about it; absent on older events.
    pub stop_details: Option<StopDetails>,
}

object!(SessionThreadStatusIdle { session_thread_id or default, agent_name or default, stop_reason or default, stop_details });
