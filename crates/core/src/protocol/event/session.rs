//! Bodies of `session.*`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::agent::SessionAgent;
use super::super::money::Budget;
use super::super::raw_json::{null_default, null_is_some};
use super::super::usage::SessionUsage;
use super::session_error::SessionErrorBody;
use super::stop::{StopDetails, StopReason};

/// Body of `session.status_idle`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionStatusIdle {
    /// Why the session waits.
    pub stop_reason: StopReason,
    /// More about it; absent on older events.
    #[serde(default)]
    pub stop_details: Option<StopDetails>,
}

/// Body of `session.error`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionError {
    /// The error.
    pub error: SessionErrorBody,
}

/// Body of `session.updated`: only what changed. The outer `None` means unchanged, `Some(None)` removed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionUpdated {
    /// The whole agent after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<Box<SessionAgent>>,
    /// The spending limit.
    #[serde(
        default,
        deserialize_with = "null_is_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub budget: Option<Option<Budget>>,
    /// All metadata after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<BTreeMap<String, String>>,
    /// The title.
    #[serde(
        default,
        deserialize_with = "null_is_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub title: Option<Option<String>>,
}

/// Body of `session.usage`: cumulative counters before each idle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionUsageSnapshot {
    /// The counters.
    #[serde(default, deserialize_with = "null_default")]
    pub usage: SessionUsage,
    /// The spending limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
}

/// Body of `session.thread_created`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionThreadCreated {
    /// The new thread.
    pub session_thread_id: String,
    /// Name of its agent.
    #[serde(default, deserialize_with = "null_default")]
    pub agent_name: String,
    /// The workflow run it belongs to.
    #[serde(default)]
    pub workflow_run_id: Option<String>,
}

/// Body of `session.thread_status_running`, `…_rescheduled` and `…_terminated`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadStatus {
    /// The thread.
    pub session_thread_id: String,
    /// Name of its agent.
    #[serde(default, deserialize_with = "null_default")]
    pub agent_name: String,
}

/// Body of `session.thread_status_idle`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionThreadStatusIdle {
    /// The thread.
    pub session_thread_id: String,
    /// Name of its agent.
    #[serde(default, deserialize_with = "null_default")]
    pub agent_name: String,
    /// Why the thread waits.
    pub stop_reason: StopReason,
    /// More about it; absent on older events.
    #[serde(default)]
    pub stop_details: Option<StopDetails>,
}
