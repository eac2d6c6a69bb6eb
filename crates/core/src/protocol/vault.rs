//! Vaults and the credentials in them. Secrets are never returned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::RawJson;
use super::raw_json::null_default;
use super::tagged_union::tagged_union;
use super::timestamp::{Timestamp, lenient};

/// A vault. Any key of the workspace can use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault")]
pub struct Vault {
    /// Id (`vlt_…`).
    pub id: String,
    /// Name, 1 to 255 characters.
    #[serde(default, deserialize_with = "null_default")]
    pub display_name: String,
    /// Metadata of the owner.
    #[serde(default, deserialize_with = "null_default")]
    pub metadata: BTreeMap<String, String>,
    /// When it was created.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<Timestamp>,
    /// When it was archived; its secrets are gone then.
    #[serde(default, deserialize_with = "lenient")]
    pub archived_at: Option<Timestamp>,
}

/// A credential in a vault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "vault_credential")]
pub struct Credential {
    /// Id (`vcrd_…`).
    pub id: String,
    /// The vault.
    #[serde(default, deserialize_with = "null_default")]
    pub vault_id: String,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it is for.
    pub auth: CredentialAuth,
    /// Metadata of the owner.
    #[serde(default, deserialize_with = "null_default")]
    pub metadata: BTreeMap<String, String>,
    /// When it was created.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<Timestamp>,
    /// When it was archived.
    #[serde(default, deserialize_with = "lenient")]
    pub archived_at: Option<Timestamp>,
}

tagged_union! {
    /// What a credential is for.
    pub enum CredentialAuth {
        /// A fixed token for an MCP server.
        StaticBearer(StaticBearerAuth) = "static_bearer",
        /// OAuth for an MCP server.
        McpOauth(McpOauthAuth) = "mcp_oauth",
        /// An environment variable in the sandbox.
        EnvironmentVariable(EnvironmentVariableAuth) = "environment_variable",
    }
}

/// A fixed token for an MCP server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaticBearerAuth {
    /// The MCP server.
    pub mcp_server_url: String,
}

/// OAuth for an MCP server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct McpOauthAuth {
    /// The MCP server.
    pub mcp_server_url: String,
    /// When the access token expires.
    #[serde(
        default,
        deserialize_with = "lenient",
        skip_serializing_if = "Option::is_none"
    )]
    pub expires_at: Option<Timestamp>,
    /// How it is renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh: Option<RawJson>,
}

/// An environment variable in the sandbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnvironmentVariableAuth {
    /// Name of the variable.
    pub secret_name: String,
    /// Hosts that get the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networking: Option<RawJson>,
    /// Where in a request the value is put.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injection_location: Option<RawJson>,
}
