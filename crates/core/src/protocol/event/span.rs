//! Bodies of `span.*`.

use serde::Serialize;

use super::super::object::object;

use super::super::open_enum::open_enum;
use super::super::usage::ModelUsage;

/// Body of `span.model_request_end`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpanModelRequestEnd {
    /// Event id of the start.
    pub model_request_start_id: String,
    /// Whether the request failed.
    pub is_error: Option<bool>,
    /// Tokens of the request.
    pub model_usage: ModelUsage,
}

object!(SpanModelRequestEnd { model_request_start_id or default, is_error, model_usage or default });

/// Body of `span.outcome_evaluation_start` and `span.outcome_evaluation_ongoing`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvaluationProgress {
    /// The outcome.
    pub outcome_id: String,
    /// Number of the evaluation, from 0.
    pub iteration: u32,
}

object!(EvaluationProgress { outcome_id or default, iteration or default });

/// Body of `span.outcome_evaluation_end`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpanOutcomeEvaluationEnd {
    /// The outcome.
    pub outcome_id: String,
    /// Number of the evaluation, from 0.
    pub iteration: u32,
    /// Event id of the start; may be empty after an interrupt.
    pub outcome_evaluation_start_id: String,
    /// The verdict.
    pub result: EvaluationResult,
    /// Why, for people.
    pub explanation: String,
    /// Tokens of the evaluation.
    pub usage: ModelUsage,
}

object!(SpanOutcomeEvaluationEnd { outcome_id or default, iteration or default, outcome_evaluation_start_id or default, result or default, explanation or default, usage or default });

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
