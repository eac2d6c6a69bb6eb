//! Why a session or a thread stopped working.

use serde::Serialize;

use super::super::object::object;

use super::super::open_enum::open_enum;
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequiresAction {
    /// Event ids of the calls.
    pub event_ids: Vec<String>,
}

object!(RequiresAction { event_ids });

tagged_union! {
    /// More about a stop reason.
    pub enum StopDetails {
        /// About a refusal.
        Refusal(Refusal) = "refusal",
    }
}

/// What the model refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Kind of content.
    pub category: Option<RefusalCategory>,
    /// Explanation for people.
    pub explanation: Option<String>,
}

object!(Refusal {
    category,
    explanation
});

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
