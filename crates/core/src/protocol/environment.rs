//! Environments: where sessions run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::raw_json::null_default;
use super::tagged_union::tagged_union;
use super::timestamp::{Timestamp, lenient};

/// An environment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "environment")]
pub struct Environment {
    /// Id (`env_…`).
    pub id: String,
    /// Unique name.
    #[serde(default, deserialize_with = "null_default")]
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
    /// Kind and settings.
    pub config: EnvironmentConfig,
    /// Metadata of the owner.
    #[serde(default, deserialize_with = "null_default")]
    pub metadata: BTreeMap<String, String>,
    /// Whom it belongs to: `organization` or `account`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When it was created.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<Timestamp>,
    /// When it was archived; no new sessions then.
    #[serde(default, deserialize_with = "lenient")]
    pub archived_at: Option<Timestamp>,
}

tagged_union! {
    /// Kind and settings of an environment.
    pub enum EnvironmentConfig {
        /// A sandbox of the API.
        Cloud(CloudConfig) = "cloud",
        /// Workers of the user.
        SelfHosted = "self_hosted",
    }
}

/// Settings of a cloud sandbox.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CloudConfig {
    /// What it may reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub networking: Option<Networking>,
    /// What is installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packages: Option<Packages>,
}

tagged_union! {
    /// What a sandbox may reach.
    pub enum Networking {
        /// Everything.
        Unrestricted = "unrestricted",
        /// Only what is listed.
        Limited(LimitedNetworking) = "limited",
    }
}

/// What a sandbox may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitedNetworking {
    /// Hosts.
    #[serde(default, deserialize_with = "null_default")]
    pub allowed_hosts: Vec<String>,
    /// Whether the agent's MCP servers are allowed too.
    #[serde(default, deserialize_with = "null_default")]
    pub allow_mcp_servers: bool,
    /// Whether the package registries are allowed too.
    #[serde(default, deserialize_with = "null_default")]
    pub allow_package_managers: bool,
}

/// What is installed in a sandbox, by package manager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Packages {
    /// Always `packages`, where present.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// Debian packages.
    #[serde(deserialize_with = "null_default")]
    pub apt: Vec<String>,
    /// Rust crates.
    #[serde(deserialize_with = "null_default")]
    pub cargo: Vec<String>,
    /// Ruby gems.
    #[serde(deserialize_with = "null_default")]
    pub gem: Vec<String>,
    /// Go modules.
    #[serde(deserialize_with = "null_default")]
    pub go: Vec<String>,
    /// Node packages.
    #[serde(deserialize_with = "null_default")]
    pub npm: Vec<String>,
    /// Python packages.
    #[serde(deserialize_with = "null_default")]
    pub pip: Vec<String>,
}
