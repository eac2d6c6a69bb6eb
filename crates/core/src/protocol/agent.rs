//! Agents: saved ones, and the snapshots of them in sessions and threads.

use std::collections::BTreeMap;

use serde::Serialize;

use super::object::object;

use super::multiagent::Multiagent;
use super::open_enum::open_enum;
use super::tagged_union::tagged_union;
use super::timestamp::Timestamp;
use super::tool::ToolEntry;
use super::usage::Speed;

/// One version of a saved agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "agent")]
pub struct Agent {
    /// Id (`agent_…`).
    pub id: String,
    /// Version, from 1.
    pub version: u64,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Model and its settings.
    pub model: ModelConfig,
    /// System prompt.
    pub system: Option<String>,
    /// Tools.
    pub tools: Vec<ToolEntry>,
    /// MCP servers.
    pub mcp_servers: Vec<McpServer>,
    /// Skills.
    pub skills: Vec<Skill>,
    /// How it works with other agents.
    pub multiagent: Option<Multiagent>,
    /// Whom its tools act as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_identity: Option<ExecutionIdentity>,
    /// Metadata of the owner.
    pub metadata: BTreeMap<String, String>,
    /// When the agent was created.
    pub created_at: Option<Timestamp>,
    /// When this version was made.
    pub updated_at: Option<Timestamp>,
    /// When the agent was archived.
    pub archived_at: Option<Timestamp>,
}

object!(Agent { id, version or default, name or default, description, model or default, system, tools, mcp_servers, skills, multiagent, execution_identity, metadata, created_at, updated_at, archived_at });

/// The agent of a session as it was when the session was created, with later changes of tools and MCP servers.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "type", rename = "agent")]
pub struct SessionAgent {
    /// Id (`agent_…`).
    pub id: String,
    /// Version, from 1.
    pub version: u64,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Model and its settings.
    pub model: ModelConfig,
    /// System prompt.
    pub system: Option<String>,
    /// Tools.
    pub tools: Vec<ToolEntry>,
    /// MCP servers.
    pub mcp_servers: Vec<McpServer>,
    /// Skills.
    pub skills: Vec<Skill>,
    /// How it works with other agents; members are written out in full.
    pub multiagent: Option<Multiagent>,
    /// Whom its tools act as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_identity: Option<ExecutionIdentity>,
}

object!(SessionAgent { id or default, version or default, name or default, description, model or default, system, tools, mcp_servers, skills, multiagent, execution_identity });

/// An agent without `multiagent`: the agent of a thread, or a member of a session's roster. Its `type` is told by what
/// holds it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AgentSnapshot {
    /// Id (`agent_…`); absent for an agent that was defined in the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Version, from 1; absent like `id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Model and its settings.
    pub model: ModelConfig,
    /// System prompt.
    pub system: Option<String>,
    /// Tools.
    pub tools: Vec<ToolEntry>,
    /// MCP servers.
    pub mcp_servers: Vec<McpServer>,
    /// Skills.
    pub skills: Vec<Skill>,
    /// Whom its tools act as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_identity: Option<ExecutionIdentity>,
}

object!(AgentSnapshot { id, version, name, description, model or default, system, tools, mcp_servers, skills, execution_identity });

/// A saved agent by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AgentReference {
    /// Id (`agent_…`).
    pub id: String,
    /// Version, from 1; absent: the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

object!(AgentReference = "id" { id, version });

/// A model and its settings.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ModelConfig {
    /// Id of the model.
    pub id: String,
    /// How much work the model spends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<EffortLevel>,
    /// Service tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// Where inference runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference_geo: Option<String>,
}

object!(ModelConfig = "id" { id or default, effort, speed, inference_geo });

/// How much work a model spends, as an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EffortLevel {
    /// The level.
    #[serde(rename = "type")]
    pub level: Effort,
}

object!(EffortLevel = "type" { level as "type" });

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct McpServer {
    /// Kind of address; the API knows `url`.
    #[serde(rename = "type")]
    pub server_type: String,
    /// Unique name, 1 to 255 characters.
    pub name: String,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

object!(McpServer { server_type as "type" or default, name, url });

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkillRef {
    /// Id of the skill.
    pub skill_id: String,
    /// Version; `latest` if none was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

object!(SkillRef = "skill_id" { skill_id, version });

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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AwsRole {
    /// ARN of the role.
    pub role_arn: String,
}

object!(AwsRole = "role_arn" { role_arn });
