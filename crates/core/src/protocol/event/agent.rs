//! Bodies of `agent.*`.

use std::borrow::Cow;

use serde::Serialize;

use super::super::RawJson;
use super::super::content::{ContentBlock, content_of};
use super::super::object::{Fields, object};
use super::super::open_enum::open_enum;
use super::super::scalars::id_of;
use super::super::tagged_union::tagged_union;

/// Body of `agent.message`: the whole answer of one model request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentMessage {
    /// Text, or redacted.
    pub content: Vec<ContentBlock>,
}

object!(AgentMessage { content by content_of });

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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AutoEvaluation {
    /// The judgement.
    pub evaluated_permission: AutoPermission,
}

object!(AutoEvaluation { evaluated_permission });

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The reason, at most 64 characters.
    pub reason_code: ReasonCode,
}

object!(Reason { reason_code });

open_enum! {
    /// Why the server did not simply allow a call.
    pub enum ReasonCode {
        /// The call could do harm.
        HighRisk = "high_risk",
        /// The server could not tell.
        Indeterminate = "indeterminate",
    }
}

/// What a call is to be run with, also under the names that other APIs have for it. Where it cannot be told, it is all that
/// the event says: whoever decides about the call is shown no less.
fn input_of(fields: &Fields<'_>) -> RawJson {
    let named = fields.told(&["input", "arguments", "args", "parameters"]);
    let input = named.or_else(|| fields.get("input").filter(|raw| raw.get() != "null"));
    let text = input.map_or(fields.whole(), |raw| raw.get());
    RawJson::parse(text).unwrap_or_default()
}

/// Body of `agent.tool_use`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentToolUse {
    /// Name of the tool.
    pub name: String,
    /// Arguments, in the order the model wrote them.
    pub input: RawJson,
    /// Whether the call may run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluated_permission: Option<Permission>,
    /// How the permission came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Evaluation>,
    /// Set on the copy of a child's call: the thread that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

object!(AgentToolUse { name or default, input by input_of, evaluated_permission, evaluation, session_thread_id });

/// The call that an answer or a result belongs to; empty if it names none. The kinds of calls name it differently, and not
/// every server keeps them apart.
pub(super) fn answered_call(fields: &Fields<'_>) -> String {
    let named = ["tool_use_id", "custom_tool_use_id", "mcp_tool_use_id"]
        .iter()
        .find_map(|name| fields.get(name).and_then(id_of));
    named.map(Cow::into_owned).unwrap_or_default()
}

/// Body of `agent.tool_result`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentToolResult {
    /// Event id of the call.
    pub tool_use_id: String,
    /// What the tool returned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<ContentBlock>,
    /// Whether the tool failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
}

object!(AgentToolResult { tool_use_id by answered_call, content by content_of, is_error });

/// Body of `agent.mcp_tool_use`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentMcpToolUse {
    /// Name of the MCP server.
    pub mcp_server_name: String,
    /// Name of the tool.
    pub name: String,
    /// Arguments, in the order the model wrote them.
    pub input: RawJson,
    /// Whether the call may run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluated_permission: Option<Permission>,
    /// How the permission came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evaluation: Option<Evaluation>,
    /// Set on the copy of a child's call: the thread that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

object!(AgentMcpToolUse { mcp_server_name or default, name or default, input by input_of, evaluated_permission, evaluation, session_thread_id });

/// Body of `agent.mcp_tool_result`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentMcpToolResult {
    /// Event id of the call.
    pub mcp_tool_use_id: String,
    /// What the tool returned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<ContentBlock>,
    /// Whether the tool failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
}

object!(AgentMcpToolResult { mcp_tool_use_id by answered_call, content by content_of, is_error });

/// Body of `agent.custom_tool_use`; the client answers with `user.custom_tool_result`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentCustomToolUse {
    /// Name of the tool.
    pub name: String,
    /// Arguments, in the order the model wrote them.
    pub input: RawJson,
    /// Set on the copy of a child's call: the thread that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_thread_id: Option<String>,
}

object!(AgentCustomToolUse { name or default, input by input_of, session_thread_id });

/// Body of `agent.thread_message_sent`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentThreadMessageSent {
    /// The receiving thread.
    pub to_session_thread_id: String,
    /// Name of its agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_agent_name: Option<String>,
    /// Text, images, documents, or redacted.
    pub content: Vec<ContentBlock>,
}

object!(AgentThreadMessageSent { to_session_thread_id or default, to_agent_name, content by content_of });

/// Body of `agent.thread_message_received`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentThreadMessageReceived {
    /// The sending thread.
    pub from_session_thread_id: String,
    /// Name of its agent; absent when the primary thread sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_agent_name: Option<String>,
    /// Text, images, documents, or redacted.
    pub content: Vec<ContentBlock>,
}

object!(AgentThreadMessageReceived { from_session_thread_id or default, from_agent_name, content by content_of });
