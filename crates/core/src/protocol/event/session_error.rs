//! The error inside `session.error`.

use serde::Serialize;
use serde_json::value::RawValue;

use super::super::object::{Fields, FromFields, Read, object};
use super::super::open_enum::open_enum;
use super::super::plain_words::message_in;
use super::super::tagged_union::tagged_union;

open_enum! {
    /// Kind of a session error.
    pub enum SessionErrorType {
        /// Not classified.
        Unknown = "unknown_error",
        /// The model is overloaded.
        ModelOverloaded = "model_overloaded_error",
        /// The model's rate limit is reached.
        ModelRateLimited = "model_rate_limited_error",
        /// A model request failed.
        ModelRequestFailed = "model_request_failed_error",
        /// An MCP server cannot be reached.
        McpConnectionFailed = "mcp_connection_failed_error",
        /// An MCP server refuses the credential.
        McpAuthenticationFailed = "mcp_authentication_failed_error",
        /// A payment problem.
        Billing = "billing_error",
        /// A credential names a host that the environment cannot reach.
        CredentialHostUnreachable = "credential_host_unreachable_error",
        /// Too many rounds of tool calls.
        ToolUseLimitReached = "tool_use_limit_reached_error",
        /// The history cannot be summarised further.
        CompactionLimitReached = "compaction_limit_reached_error",
        /// The repository host refuses the credential.
        RepositoryAuthentication = "repository_authentication_error",
        /// The credential may not read the repository.
        RepositoryForbidden = "repository_forbidden_error",
        /// The repository does not exist.
        RepositoryNotFound = "repository_not_found_error",
        /// The branch or commit cannot be checked out.
        RepositoryCheckout = "repository_checkout_error",
        /// The repository cannot be cloned.
        RepositoryClone = "repository_clone_error",
    }
}

/// An error of a session. All kinds share one form; the kinds say which of the optional fields are present.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SessionErrorBody {
    /// Kind of the error.
    #[serde(rename = "type")]
    pub error_type: SessionErrorType,
    /// Message for people.
    pub message: String,
    /// What the server does next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_status: Option<RetryStatus>,
    /// The MCP server, for MCP errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcp_server_name: Option<String>,
    /// The credential, for credential errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_id: Option<String>,
    /// The vault, for credential errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The repository, for repository errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_url: Option<String>,
}

object!(SessionErrorBody = "message" {
    error_type as "type" or default,
    message by message_of,
    retry_status,
    mcp_server_name,
    credential_id,
    vault_id,
    repository_url
});

fn message_of(fields: &Fields<'_>) -> String {
    message_in(fields).unwrap_or_default()
}

impl SessionErrorBody {
    /// The error of an event. Some servers put its parts into the event itself, with its kind as a text or not at all.
    pub(super) fn of_event(fields: &Fields<'_>) -> Self {
        let is_object = |raw: &&RawValue| raw.get().starts_with('{');
        if let Some(error) = fields.get("error").filter(is_object) {
            return Self::read(error).unwrap_or_default();
        }
        let mut error = Self::from_fields(fields).unwrap_or_default();
        let kind = fields.string("error").filter(|kind| error.message != **kind);
        error.error_type = SessionErrorType::from(&*kind.unwrap_or_default());
        error
    }
}

tagged_union! {
    /// What the server does after an error.
    pub enum RetryStatus {
        /// It tries again.
        Retrying = "retrying",
        /// It gives the turn up.
        Exhausted = "exhausted",
        /// It terminates the session.
        Terminal = "terminal",
    }
}
