//! Bodies of `user.*` and `system.message`; most are also what a client sends.

use serde::Serialize;

use super::super::object::object;

use super::super::content::{ContentBlock, Rubric, content_of};
use super::super::open_enum::open_enum;
use super::agent::answered_call;

/// Body of `user.message`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserMessage {
    /// Text, images, documents.
    pub content: Vec<ContentBlock>,
}

object!(UserMessage { content by content_of });

/// Body of `user.interrupt`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UserInterrupt {
    /// The thread to stop; absent: every thread that is not archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

object!(UserInterrupt { session_thread_id });

open_enum! {
    /// Decision about a call that asks for approval.
    pub enum Confirmation {
        /// The call may run.
        Allow = "allow",
        /// The call must not run.
        Deny = "deny",
    }
}

/// Body of `user.tool_confirmation`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserToolConfirmation {
    /// Event id of the call, built-in or MCP.
    pub tool_use_id: String,
    /// The decision.
    pub result: Confirmation,
    /// Reason for the model; only with `deny`, at most 10,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deny_message: Option<String>,
    /// Thread of the call; set by the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

object!(UserToolConfirmation { tool_use_id by answered_call, result or default, deny_message, session_thread_id });

/// Body of `user.custom_tool_result`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserCustomToolResult {
    /// Event id of the call.
    pub custom_tool_use_id: String,
    /// Text, images, documents, search results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<ContentBlock>,
    /// Whether the tool failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// Thread of the call; set by the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

object!(UserCustomToolResult {
    custom_tool_use_id by answered_call,
    content by content_of,
    is_error,
    session_thread_id
});

/// Body of `user.tool_result`, the answer of a self-hosted worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserToolResult {
    /// Event id of the call.
    pub tool_use_id: String,
    /// Text, images, documents, search results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<ContentBlock>,
    /// Whether the tool failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// Thread of the call; set by the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

object!(UserToolResult { tool_use_id by answered_call, content by content_of, is_error, session_thread_id });

/// Body of `user.define_outcome` as the server stores it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UserDefineOutcome {
    /// Id of the outcome (`outc_…`).
    pub outcome_id: String,
    /// What is to be reached.
    pub description: String,
    /// How it is judged.
    pub rubric: Rubric,
    /// Evaluations before the server gives up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_iterations: Option<u32>,
}

object!(UserDefineOutcome { outcome_id or default, description or default, rubric or default, max_iterations });

/// Body of `system.message`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SystemMessage {
    /// Text blocks only.
    pub content: Vec<ContentBlock>,
}

object!(SystemMessage { content by content_of });
