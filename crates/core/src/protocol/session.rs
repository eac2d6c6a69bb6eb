//! Sessions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::agent::SessionAgent;
use super::event::EvaluationResult;
use super::money::Budget;
use super::open_enum::open_enum;
use super::raw_json::null_default;
use super::resource::SessionResource;
use super::timestamp::{Timestamp, lenient};
use super::usage::{SessionUsage, Stats};

open_enum! {
    /// State of a session or a thread.
    pub enum SessionStatus {
        /// Waits for input.
        Idle = "idle",
        /// Works.
        Running = "running",
        /// Retries after a transient failure.
        Rescheduling = "rescheduling",
        /// Over: a fatal error, or archived.
        Terminated = "terminated",
    }
}

/// A session (Managed Agents API reference, the Session object).
///
/// It does not say why it stopped or what failed: that is in its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "session")]
pub struct Session {
    /// Id (`sesn_…`).
    pub id: String,
    /// State.
    pub status: SessionStatus,
    /// Title, at most 500 characters.
    #[serde(default)]
    pub title: Option<String>,
    /// The agent as of creation.
    #[serde(default, deserialize_with = "null_default")]
    pub agent: SessionAgent,
    /// The environment.
    #[serde(default, deserialize_with = "null_default")]
    pub environment_id: String,
    /// Metadata of the owner: at most 16 pairs of 64 and 512 characters.
    #[serde(default, deserialize_with = "null_default")]
    pub metadata: BTreeMap<String, String>,
    /// What is mounted.
    #[serde(default, deserialize_with = "null_default")]
    pub resources: Vec<SessionResource>,
    /// Vaults with credentials.
    #[serde(default, deserialize_with = "null_default")]
    pub vault_ids: Vec<String>,
    /// Spending limit.
    #[serde(default)]
    pub budget: Option<Budget>,
    /// Cumulative usage.
    #[serde(default, deserialize_with = "null_default")]
    pub usage: SessionUsage,
    /// Durations.
    #[serde(default, deserialize_with = "null_default")]
    pub stats: Stats,
    /// One entry for each `user.define_outcome`.
    #[serde(default, deserialize_with = "null_default")]
    pub outcome_evaluations: Vec<OutcomeEvaluation>,
    /// The deployment that made the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<Timestamp>,
    /// When it was archived.
    #[serde(default, deserialize_with = "lenient")]
    pub archived_at: Option<Timestamp>,
}

/// How far an outcome is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "outcome_evaluation")]
pub struct OutcomeEvaluation {
    /// Id of the outcome (`outc_…`).
    pub outcome_id: String,
    /// What is to be reached.
    #[serde(default)]
    pub description: String,
    /// State or verdict.
    pub result: EvaluationResult,
    /// Number of the evaluation, from 0.
    #[serde(default)]
    pub iteration: u32,
    /// Why, for people.
    #[serde(default)]
    pub explanation: Option<String>,
    /// When the outcome was decided.
    #[serde(default, deserialize_with = "lenient")]
    pub completed_at: Option<Timestamp>,
}

/// Answer to the deletion of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// Id of what was deleted.
    pub id: String,
    /// What it was: `session_deleted`, `vault_deleted`, `environment_deleted`, `session_resource_deleted`.
    #[serde(rename = "type")]
    pub object_type: String,
}
