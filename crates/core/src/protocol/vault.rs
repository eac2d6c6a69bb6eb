//! Vaults and the credentials in them. Secrets are never returned.

use std::collections::BTreeMap;

use serde::Serialize;

use super::object::object;

use super::RawJson;
use super::tagged_union::tagged_union;
use super::timestamp::Timestamp;

/// A vault. Any key of the workspace can use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "vault")]
pub struct Vault {
    /// Id (`vlt_…`).
    pub id: String,
    /// Name, 1 to 255 characters.
    pub display_name: String,
    /// Metadata of the owner.
    pub metadata: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was archived; its secrets are gone then.
    pub archived_at: Option<Timestamp>,
}

object!(Vault { id, display_name or default, metadata, created_at, updated_at, archived_at });

/// A credential in a vault.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "vault_credential")]
pub struct Credential {
    /// Id (`vcrd_…`).
    pub id: String,
    /// The vault.
    pub vault_id: String,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// What it is for.
    pub auth: CredentialAuth,
    /// Metadata of the owner.
    pub metadata: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}

object!(Credential { id, vault_id or default, display_name, auth, metadata, created_at, updated_at, archived_at });

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaticBearerAuth {
    /// The MCP server.
    pub mcp_server_url: String,
}

object!(StaticBearerAuth { mcp_server_url });

/// OAuth for an MCP server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct McpOauthAuth {
    /// The MCP server.
    pub mcp_server_url: String,
    /// When the access token expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How it is renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh: Option<RawJson>,
}

object!(McpOauthAuth {
    mcp_server_url,
    expires_at,
    refresh
});

/// An environment variable in the sandbox.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnvironmentVariableAuth {
    /// Name of the variable.
    pub secret_name: String,
    /// Hosts that get the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networking: Option<RawJson>,
    /// Where in a request the value is put.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub injection_location: Option<RawJson>,
}

object!(EnvironmentVariableAuth {
    secret_name,
    networking,
    injection_location
});
