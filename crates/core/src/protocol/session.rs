//! Sessions.

use std::collections::BTreeMap;

use serde::Serialize;

use super::object::{Fields, Read, object};

use super::agent::SessionAgent;
use super::event::EvaluationResult;
use super::money::Budget;
use super::open_enum::open_enum;
use super::resource::SessionResource;
use super::timestamp::Timestamp;
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

/// The status of an object, also under `state`. The case of a name that is known does not matter.
pub(super) fn status_of(fields: &Fields<'_>) -> SessionStatus {
    let told = fields.told(&["status", "state"]);
    let told = told
        .and_then(|raw| SessionStatus::read(raw).ok())
        .unwrap_or_default();
    let is_told = |known: &&SessionStatus| known.as_str().eq_ignore_ascii_case(told.as_str());
    SessionStatus::ALL.iter().find(is_told).cloned().unwrap_or(told)
}

/// A session (Managed Agents API reference, the Session object).
///
/// It does not say why it stopped or what failed: that is in its events.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "session")]
pub struct Session {
    /// Id (`sesn_…`).
    pub id: String,
    /// State.
    pub status: SessionStatus,
    /// Title, at most 500 characters.
    pub title: Option<String>,
    /// The agent as of creation.
    pub agent: SessionAgent,
    /// The environment.
    pub environment_id: String,
    /// Metadata of the owner: at most 16 pairs of 64 and 512 characters.
    pub metadata: BTreeMap<String, String>,
    /// What is mounted.
    pub resources: Vec<SessionResource>,
    /// Vaults with credentials.
    pub vault_ids: Vec<String>,
    /// Spending limit.
    pub budget: Option<Budget>,
    /// Cumulative usage.
    pub usage: SessionUsage,
    /// Durations.
    pub stats: Stats,
    /// One entry for each `user.define_outcome`.
    pub outcome_evaluations: Vec<OutcomeEvaluation>,
    /// The deployment that made the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}

object!(Session { id, status by status_of, title, agent or default, environment_id or default, metadata, resources, vault_ids, budget, usage or default, stats or default, outcome_evaluations, deployment_id, created_at, updated_at, archived_at });

/// How far an outcome is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "outcome_evaluation")]
pub struct OutcomeEvaluation {
    /// Id of the outcome (`outc_…`).
    pub outcome_id: String,
    /// What is to be reached.
    pub description: String,
    /// State or verdict.
    pub result: EvaluationResult,
    /// Number of the evaluation, from 0.
    pub iteration: u32,
    /// Why, for people.
    pub explanation: Option<String>,
    /// When the outcome was decided.
    pub completed_at: Option<Timestamp>,
}

object!(OutcomeEvaluation { outcome_id, description or default, result or default, iteration or default, explanation, completed_at });

/// Answer to the deletion of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deleted {
    /// Id of what was deleted.
    pub id: String,
    /// What it was: `session_deleted`, `vault_deleted`, `environment_deleted`, `session_resource_deleted`.
    #[serde(rename = "type")]
    pub object_type: String,
}

object!(Deleted { id, object_type as "type" });
