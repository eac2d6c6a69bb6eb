//! Bodies of `span.*`.

use serde::{Deserialize, Serialize};

use super::super::open_enum::open_enum;
use super::super::raw_json::null_default;
use super::super::usage::ModelUsage;

/// Body of `span.model_request_end`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanModelRequestEnd {
    /// Event id of the start.
    pub model_request_start_id: String,
    /// Whether the request failed.
    #[serde(default)]
    pub is_error: Option<bool>,
    /// Tokens of the request.
    #[serde(default, deserialize_with = "null_default")]
    pub model_usage: ModelUsage,
}

/// Body of `span.outcome_evaluation_start` and `span.outcome_evaluation_ongoing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationProgress {
    /// The outcome.
    pub outcome_id: String,
    /// Number of the evaluation, from 0.
    #[serde(default)]
    pub iteration: u32,
}

/// Body of `span.outcome_evaluation_end`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanOutcomeEvaluationEnd {
    /// The outcome.
    pub outcome_id: String,
    /// Number of the evaluation, from 0.
    #[serde(default)]
    pub iteration: u32,
    /// Event id of the start; may be empty after an interrupt.
    #[serde(default, deserialize_with = "null_default")]
    pub outcome_evaluation_start_id: String,
    /// The verdict.
    pub result: EvaluationResult,
    /// Why, for people.
    #[serde(default, deserialize_with = "null_default")]
    pub explanation: String,
    /// Tokens of the evaluation.
    #[serde(default, deserialize_with = "null_default")]
    pub usage: ModelUsage,
}

open_enum! {
    /// State or verdict of the evaluation of an outcome.
    pub enum EvaluationResult {
        /// Not begun.
        Pending = "pending",
        /// The agent works.
        Running = "running",
        /// Being judged.
        Evaluating = "evaluating",
        /// Reached.
        Satisfied = "satisfied",
        /// Not yet reached; the agent continues.
        NeedsRevision = "needs_revision",
        /// Given up after the allowed number of evaluations.
        MaxIterationsReached = "max_iterations_reached",
        /// The evaluation failed.
        Failed = "failed",
        /// Stopped by an interrupt.
        Interrupted = "interrupted",
    }
}
