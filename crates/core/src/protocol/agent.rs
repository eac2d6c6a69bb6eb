//! Agents: saved ones, and the snapshots of them in sessions and threads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::multiagent::Multiagent;
use super::open_enum::open_enum;
use super::raw_json::null_default;
use super::tagged_union::tagged_union;
use super::timestamp::{Timestamp, lenient};
use super::tool::ToolEntry;
use super::usage::Speed;

/// One version of a saved agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "agent")]
pub struct Agent {
    /// Id (`agent_…`).
    pub id: String,
    /// Version, from 1.
    #[serde(default)]
    pub version: u64,
    /// Name.
    #[serde(default, deserialize_with = "null_default")]
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
    /// Model and its settings.
    #[serde(default, deserialize_with = "null_default")]
    pub model: ModelConfig,
    /// System prompt.
    #[serde(default)]
    pub system: Option<String>,
    /// Tools.
    #[serde(default, deserialize_with = "null_default")]
    pub tools: Vec<ToolEntry>,
    /// MCP servers.
    #[serde(default, deserialize_with = "null_default")]
    pub mcp_servers: Vec<McpServer>,
    /// Skills.
    #[serde(default, deserialize_with = "null_default")]
    pub skills: Vec<Skill>,
    /// How it works with other agents.
    #[serde(default)]
    pub multiagent: Option<Multiagent>,
    /// Whom its tools act as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_identity: Option<ExecutionIdentity>,
    /// Metadata of the owner.
    #[serde(default, deserialize_with = "null_default")]
    pub metadata: BTreeMap<String, String>,
    /// When the agent was created.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<Timestamp>,
    /// When this version was made.
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<Timestamp>,
    /// When the agent was archived.
    #[serde(default, deserialize_with = "lenient")]
    pub archived_at: Option<Timestamp>,
}

/// The agent of a session as it was when the session was created, with later changes of tools and MCP servers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "agent")]
pub struct SessionAgent {
    /// Id (`agent_…`).
    #[serde(default, deserialize_with = "null_default")]
    pub id: String,
    /// Version, from 1.
    #[serde(default)]
    pub version: u64,
    /// Name.
    #[serde(default, deserialize_with = "null_default")]
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
    /// Model and its settings.
    #[serde(default, deserialize_with = "null_default")]
    pub model: ModelConfig,
    /// System prompt.
    #[serde(default)]
    pub system: Option<String>,
    /// Tools.
    #[serde(default, deserialize_with = "null_default")]
    pub tools: Vec<ToolEntry>,
    /// MCP servers.
    #[serde(default, deserialize_with = "null_default")]
    pub mcp_servers: Vec<McpServer>,
    /// Skills.
    #[serde(default, deserialize_with = "null_default")]
    pub skills: Vec<Skill>,
    /// How it works with other agents; members are written out in full.
    #[serde(default)]
    pub multiagent: Option<Multiagent>,
    /// Whom its tools act as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_identity: Option<ExecutionIdentity>,
}

/// An agent without `multiagent`: the agent of a thread, or a member of a session's roster. Its `type` is told by what
/// holds it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AgentSnapshot {
    /// Id (`agent_…`); absent for an agent that was defined in the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Version, from 1; absent like `id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Name.
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
    /// Model and its settings.
    #[serde(default, deserialize_with = "null_default")]
    pub model: ModelConfig,
    /// System prompt.
    #[serde(default)]
    pub system: Option<String>,
    /// Tools.
    #[serde(default, deserialize_with = "null_default")]
    pub tools: Vec<ToolEntry>,
    /// MCP servers.
    #[serde(default, deserialize_with = "null_default")]
    pub mcp_servers: Vec<McpServer>,
    /// Skills.
    #[serde(default, deserialize_with = "null_default")]
    pub skills: Vec<Skill>,
    /// Whom its tools act as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_identity: Option<ExecutionIdentity>,
}

/// A saved agent by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentReference {
    /// Id (`agent_…`).
    pub id: String,
    /// Version, from 1; absent: the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

/// A model and its settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelConfig {
    /// Id of the model.
    #[serde(default, deserialize_with = "null_default")]
    pub id: String,
    /// How much work the model spends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<EffortLevel>,
    /// Service tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// Where inference runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inference_geo: Option<String>,
}

/// How much work a model spends, as an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffortLevel {
    /// The level.
    #[serde(rename = "type")]
    pub level: Effort,
}

open_enum! {
    /// How much work a model spends.
    pub enum Effort {
        /// Least.
        Low = "low",
        /// Less.
        Medium = "medium",
        /// Much.
        High = "high",
        /// More.
        Xhigh = "xhigh",
        /// Most.
        Max = "max",
    }
}

/// An MCP server of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct McpServer {
    /// Kind of address; the API knows `url`.
    #[serde(rename = "type")]
    pub server_type: String,
    /// Unique name, 1 to 255 characters.
    pub name: String,
    /// Address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

tagged_union! {
    /// A skill of an agent.
    pub enum Skill {
        /// Made by Anthropic.
        Anthropic(SkillRef) = "anthropic",
        /// Made by the organization.
        Custom(SkillRef) = "custom",
    }
}

/// Which version of which skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillRef {
    /// Id of the skill.
    pub skill_id: String,
    /// Version; `latest` if none was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

tagged_union! {
    /// Whom the tools of an agent act as.
    pub enum ExecutionIdentity {
        /// The service account of the workspace.
        ServiceAccount = "service_account",
        /// A role at AWS.
        AwsRole(AwsRole) = "aws_role",
    }
}

/// A role at AWS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsRole {
    /// ARN of the role.
    pub role_arn: String,
}
