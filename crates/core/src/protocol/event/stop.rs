//! Why a session or a thread stopped working.

use serde::{Deserialize, Serialize};

use super::super::open_enum::open_enum;
use super::super::raw_json::null_default;
use super::super::tagged_union::tagged_union;

tagged_union! {
    /// Why a session or a thread is idle (Managed Agents API reference, stop reasons).
    pub enum StopReason {
        /// Finished, or interrupted.
        EndTurn = "end_turn",
        /// Waits for answers.
        RequiresAction(RequiresAction) = "requires_action",
        /// The last turn failed.
        RetriesExhausted = "retries_exhausted",
        /// The spending limit is reached.
        BudgetReached = "budget_reached",
        /// The model refused.
        Refusal = "refusal",
    }
}

/// The calls that wait for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiresAction {
    /// Event ids of the calls.
    #[serde(default, deserialize_with = "null_default")]
    pub event_ids: Vec<String>,
}

tagged_union! {
    /// More about a stop reason.
    pub enum StopDetails {
        /// About a refusal.
        Refusal(Refusal) = "refusal",
    }
}

/// What the model refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Kind of content.
    #[serde(default)]
    pub category: Option<RefusalCategory>,
    /// Explanation for people.
    #[serde(default)]
    pub explanation: Option<String>,
}

open_enum! {
    /// Kind of content that a model refused.
    pub enum RefusalCategory {
        /// Attacks on computers.
        Cyber = "cyber",
        /// Biological harm.
        Bio = "bio",
        /// Development of frontier models.
        FrontierLlm = "frontier_llm",
        /// Extraction of the model's reasoning.
        ReasoningExtraction = "reasoning_extraction",
        /// Other harm.
        GeneralHarms = "general_harms",
    }
}
