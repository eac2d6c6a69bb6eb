//! Bodies of `agent.*`.

use serde::{Deserialize, Serialize};

use super::super::RawJson;
use super::super::content::ContentBlock;
use super::super::open_enum::open_enum;
use super::super::raw_json::null_default;
use super::super::tagged_union::tagged_union;

/// Body of `agent.message`: the whole answer of one model request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentMessage {
    /// Text, or redacted.
    #[serde(default, deserialize_with = "null_default")]
    pub content: Vec<ContentBlock>,
}

open_enum! {
    /// What the permission policy says about a call. Treat an unknown value like a call that needs a person.
    pub enum Permission {
        /// The call runs.
        Allow = "allow",
        /// The call waits for a `user.tool_confirmation`.
        Ask = "ask",
        /// The call does not run.
        Deny = "deny",
    }
}

tagged_union! {
    /// How a permission came about.
    pub enum Evaluation {
        /// The policy always allows.
        AlwaysAllow = "always_allow",
        /// The policy always asks.
        AlwaysAsk = "always_ask",
        /// The server judged the call.
        Auto(AutoEvaluation) = "auto",
    }
}

/// The server's judgement of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AutoEvaluation {
    /// The judgement.
    pub evaluated_permission: AutoPermission,
}

tagged_union! {
    /// The server's judgement of a call.
    pub enum AutoPermission {
        /// The call runs.
        Allow = "allow",
        /// The call waits for a person.
        Ask(Reason) = "ask",
        /// The call does not run.
        Deny(Reason) = "deny",
    }
}

/// Why the server did not simply allow a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The reason, at most 64 characters.
    pub reason_code: ReasonCode,
}

open_enum! {
    /// Why the server did not simply allow a call.
    pub enum ReasonCode {
        /// The call could do harm.
        HighRisk = "high_risk",
        /// The server could not tell.
        Indeterminate = "indeterminate",
    }
}

/// Body of `agent.tool_use`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentToolUse {
    /// Name of the tool.
    pub name: String,
    /// Arguments, in the order the model wrote them.
    #[serde(default)]
    pub input: RawJson,
    /// Whether the call may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_permission: Option<Permission>,
    /// How the permission came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Evaluation>,
    /// Set on the copy of a child's call: the thread that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

/// Body of `agent.tool_result`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentToolResult {
    /// Event id of the call.
    pub tool_use_id: String,
    /// What the tool returned.
    #[serde(
        default,
        deserialize_with = "null_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub content: Vec<ContentBlock>,
    /// Whether the tool failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
}

/// Body of `agent.mcp_tool_use`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentMcpToolUse {
    /// Name of the MCP server.
    pub mcp_server_name: String,
    /// Name of the tool.
    pub name: String,
    /// Arguments, in the order the model wrote them.
    #[serde(default)]
    pub input: RawJson,
    /// Whether the call may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated_permission: Option<Permission>,
    /// How the permission came about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Evaluation>,
    /// Set on the copy of a child's call: the thread that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

/// Body of `agent.mcp_tool_result`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentMcpToolResult {
    /// Event id of the call.
    pub mcp_tool_use_id: String,
    /// What the tool returned.
    #[serde(
        default,
        deserialize_with = "null_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub content: Vec<ContentBlock>,
    /// Whether the tool failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
}

/// Body of `agent.custom_tool_use`; the client answers with `user.custom_tool_result`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentCustomToolUse {
    /// Name of the tool.
    pub name: String,
    /// Arguments, in the order the model wrote them.
    #[serde(default)]
    pub input: RawJson,
    /// Set on the copy of a child's call: the thread that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

/// Body of `agent.thread_message_sent`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentThreadMessageSent {
    /// The receiving thread.
    pub to_session_thread_id: String,
    /// Name of its agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_agent_name: Option<String>,
    /// Text, images, documents, or redacted.
    #[serde(default, deserialize_with = "null_default")]
    pub content: Vec<ContentBlock>,
}

/// Body of `agent.thread_message_received`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentThreadMessageReceived {
    /// The sending thread.
    pub from_session_thread_id: String,
    /// Name of its agent; absent when the primary thread sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_agent_name: Option<String>,
    /// Text, images, documents, or redacted.
    #[serde(default, deserialize_with = "null_default")]
    pub content: Vec<ContentBlock>,
}
