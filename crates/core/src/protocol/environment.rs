//! Environments: where sessions run.

use std::collections::BTreeMap;

use serde::Serialize;

use super::object::object;

use super::tagged_union::tagged_union;
use super::timestamp::Timestamp;

/// An environment.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "environment")]
pub struct Environment {
    /// Id (`env_…`).
    pub id: String,
    /// Unique name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Kind and settings.
    pub config: EnvironmentConfig,
    /// Metadata of the owner.
    pub metadata: BTreeMap<String, String>,
    /// Whom it belongs to: `organization` or `account`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was archived; no new sessions then.
    pub archived_at: Option<Timestamp>,
}

object!(Environment { id, name or default, description, config or default, metadata, scope, created_at, updated_at, archived_at });

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
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CloudConfig {
    /// What it may reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networking: Option<Networking>,
    /// What is installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packages: Option<Packages>,
}

object!(CloudConfig { networking, packages });

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LimitedNetworking {
    /// Hosts.
    pub allowed_hosts: Vec<String>,
    /// Whether the agent's MCP servers are allowed too.
    pub allow_mcp_servers: bool,
    /// Whether the package registries are allowed too.
    pub allow_package_managers: bool,
}

object!(LimitedNetworking { allowed_hosts, allow_mcp_servers or default, allow_package_managers or default });

/// What is installed in a sandbox, by package manager.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Packages {
    /// Always `packages`, where present.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// Debian packages.
    pub apt: Vec<String>,
    /// Rust crates.
    pub cargo: Vec<String>,
    /// Ruby gems.
    pub gem: Vec<String>,
    /// Go modules.
    pub go: Vec<String>,
    /// Node packages.
    pub npm: Vec<String>,
    /// Python packages.
    pub pip: Vec<String>,
}

object!(Packages { object_type as "type", apt, cargo, gem, go, npm, pip });
