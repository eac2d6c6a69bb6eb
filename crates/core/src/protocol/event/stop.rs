//! Why a session or a thread stopped working.

use serde::Serialize;

use super::super::object::{Fields, items_of, object};

use super::super::open_enum::open_enum;
use super::super::scalars::id_of;
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
    /// Event ids of the calls. Without any, every call that does not say whether it may run may be meant.
    pub event_ids: Vec<String>,
}

object!(RequiresAction { event_ids by required_ids });

/// Ids, or objects with ids, under either name.
fn required_ids(fields: &Fields<'_>) -> Vec<String> {
    let mut ids = Vec::new();
    for item in fields
        .told(&["event_ids", "tool_use_ids"])
        .map_or_else(Vec::new, items_of)
    {
        let inside = || Fields::of(item.get()).ok()?.id();
        ids.extend(id_of(item).or_else(inside).map(String::from));
    }
    ids
}

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
