//! Bodies of `workflow_run.*`.

use serde::Serialize;

use super::super::object::{Fields, object};
use super::super::open_enum::open_enum;
use super::super::plain_words::message_in;
use super::super::tagged_union::tagged_union;

/// Body of `workflow_run.created`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkflowRunCreated {
    /// The run.
    pub workflow_run_id: String,
    /// Name, at most 64 characters.
    pub name: String,
    /// Description, at most 256 characters.
    pub description: Option<String>,
    /// Announced phases; others may start, and these may not.
    pub phases: Vec<Phase>,
}

object!(WorkflowRunCreated { workflow_run_id or default, name or default, description, phases });

/// An announced phase of a workflow run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phase {
    /// Id of the phase (`wrph_…`).
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
}

object!(Phase = "name" { id or default, name or default, description });

/// Body of `workflow_run.status_running` and `workflow_run.status_idle`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkflowRunRef {
    /// The run.
    pub workflow_run_id: String,
}

object!(WorkflowRunRef { workflow_run_id or default });

/// Body of `workflow_run.phase_started`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkflowRunPhaseStarted {
    /// The run.
    pub workflow_run_id: String,
    /// The phase.
    pub workflow_run_phase_id: String,
}

object!(WorkflowRunPhaseStarted { workflow_run_id or default, workflow_run_phase_id or default });

/// Body of `workflow_run.phase_ended`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkflowRunPhaseEnded {
    /// The run.
    pub workflow_run_id: String,
    /// The phase.
    pub workflow_run_phase_id: String,
    /// Event id of the start.
    pub phase_started_id: String,
}

object!(WorkflowRunPhaseEnded {
    workflow_run_id or default,
    workflow_run_phase_id or default,
    phase_started_id or default
});

/// Body of `workflow_run.error`; not the end of the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkflowRunError {
    /// The run; null when none was created.
    pub workflow_run_id: Option<String>,
    /// The error.
    pub error: WorkflowError,
}

object!(WorkflowRunError { workflow_run_id, error by error_of });

/// Body of `workflow_run.status_ended`: the last event of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkflowRunStatusEnded {
    /// The run.
    pub workflow_run_id: String,
    /// How it ended.
    pub result: WorkflowResult,
}

object!(WorkflowRunStatusEnded { workflow_run_id or default, result or default });

tagged_union! {
    /// How a workflow run ended.
    pub enum WorkflowResult {
        /// By itself.
        Completed = "completed",
        /// Stopped from outside.
        Stopped = "stopped",
        /// With an error.
        Error(WorkflowFailure) = "error",
    }
}

/// The error that ended a workflow run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkflowFailure {
    /// The error.
    pub error: WorkflowError,
}

object!(WorkflowFailure { error by error_of });

/// An error of a workflow run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkflowError {
    /// Kind of the error.
    #[serde(rename = "type")]
    pub error_type: WorkflowErrorType,
    /// Message for people.
    pub message: String,
}

object!(WorkflowError = "message" { error_type as "type" or default, message by message_of });

/// The error in an object, or what the object itself says.
fn error_of(fields: &Fields<'_>) -> WorkflowError {
    fields.read("error").unwrap_or_else(|_| WorkflowError {
        error_type: WorkflowErrorType::default(),
        message: message_of(fields),
    })
}

fn message_of(fields: &Fields<'_>) -> String {
    message_in(fields).unwrap_or_default()
}

open_enum! {
    /// Kind of a workflow error.
    pub enum WorkflowErrorType {
        /// The run took too long.
        Timeout = "timeout_error",
        /// The program of the workflow failed.
        Program = "program_error",
        /// Too many threads.
        ThreadLimit = "thread_limit_error",
        /// Not classified.
        Unknown = "unknown_error",
        /// Too many open runs; only in `workflow_run.error`.
        MaxWorkflowRuns = "max_workflow_runs_error",
    }
}
