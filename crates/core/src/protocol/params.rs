//! Bodies of requests that create or change objects. What is unset is left out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::RawJson;
use super::agent::{AgentReference, EffortLevel, ExecutionIdentity, McpServer, ModelConfig, Skill};
use super::environment::EnvironmentConfig;
use super::input::InputEvent;
use super::money::Budget;
use super::multiagent::Multiagent;
use super::resource::ResourceParam;
use super::tool::ToolEntry;
use super::usage::Speed;

/// A change of metadata: a text sets a key, `None` removes it, other keys stay.
pub type MetadataPatch = BTreeMap<String, Option<String>>;

/// Body of `POST /v1/sessions`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionCreate {
    /// The agent.
    pub agent: AgentParam,
    /// The environment.
    pub environment_id: String,
    /// Title, at most 500 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Metadata: at most 16 pairs of 64 and 512 characters.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// What to mount.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ResourceParam>,
    /// Vaults with credentials; the first that matches counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vault_ids: Vec<String>,
    /// Spending limit; cannot be added later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// At most 50 `user.message` and one `user.define_outcome`; the session then starts running.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub initial_events: Vec<InputEvent>,
}

impl SessionCreate {
    /// The smallest request.
    pub fn new(agent: AgentParam, environment_id: impl Into<String>) -> Self {
        Self {
            agent,
            environment_id: environment_id.into(),
            title: None,
            metadata: BTreeMap::new(),
            resources: Vec::new(),
            vault_ids: Vec::new(),
            budget: None,
            initial_events: Vec::new(),
        }
    }
}

/// The agent of a new session.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type")]
pub enum AgentParam {
    /// A saved agent, pinned to a version if it is given.
    #[serde(rename = "agent")]
    Reference(AgentReference),
    /// A saved agent with parts replaced for this session, made by [`AgentOverrides::into_param`]. As JSON, so that a
    /// page without overrides does not carry the code that writes them.
    #[serde(untagged)]
    Overrides(RawJson),
    /// The latest version of a saved agent.
    #[serde(untagged)]
    Id(String),
}

/// A saved agent with parts replaced. What is `None` is inherited; an empty list clears.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "type", rename = "agent_with_overrides")]
pub struct AgentOverrides {
    /// Id of the agent.
    pub id: String,
    /// Version; absent: the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelParam>,
    /// System prompt; `Some(None)` clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Option<String>>,
    /// Tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<ToolEntry>>,
    /// MCP servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcp_servers: Option<Vec<McpServer>>,
    /// Skills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<Skill>>,
}

impl AgentOverrides {
    /// The overrides as the agent of a new session.
    ///
    /// # Errors
    /// Never in practice: every field can be written as JSON.
    pub fn into_param(self) -> Result<AgentParam, serde_json::Error> {
        serde_json::value::to_raw_value(&self).map(|raw| AgentParam::Overrides(raw.into()))
    }
}

/// A model, by id alone or with settings.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ModelParam {
    /// With the model's defaults.
    Id(String),
    /// With settings.
    Config(ModelConfig),
}

impl ModelParam {
    /// A model with settings; without any it is the id alone.
    pub fn new(id: impl Into<String>, effort: Option<EffortLevel>, speed: Option<Speed>) -> Self {
        let id = id.into();
        if effort.is_none() && speed.is_none() {
            return Self::Id(id);
        }
        Self::Config(ModelConfig {
            id,
            effort,
            speed,
            inference_geo: None,
        })
    }
}

/// Body of `POST /v1/sessions/{id}`. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SessionUpdate {
    /// Title; `Some(None)` removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Option<String>>,
    /// Changes of metadata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<MetadataPatch>,
    /// Tools and MCP servers; only while idle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<SessionAgentUpdate>,
    /// Spending limit; `Some(None)` removes it for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Option<Budget>>,
}

/// Replaces tools and MCP servers for one session, from the next turn on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SessionAgentUpdate {
    /// All tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<ToolEntry>>,
    /// All MCP servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcp_servers: Option<Vec<McpServer>>,
}

/// Body of `POST /v1/agents`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgentCreate {
    /// Name, 1 to 256 characters.
    pub name: String,
    /// Model.
    pub model: ModelParam,
    /// Description, at most 2048 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// System prompt, at most 100,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Tools, at most 256 over all sets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolEntry>,
    /// MCP servers, at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mcp_servers: Vec<McpServer>,
    /// Skills.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<Skill>,
    /// How it works with other agents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiagent: Option<Multiagent>,
    /// Whom its tools act as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_identity: Option<ExecutionIdentity>,
    /// Metadata.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

impl AgentCreate {
    /// The smallest request.
    pub fn new(name: impl Into<String>, model: ModelParam) -> Self {
        Self {
            name: name.into(),
            model,
            description: None,
            system: None,
            tools: Vec::new(),
            mcp_servers: Vec::new(),
            skills: Vec::new(),
            multiagent: None,
            execution_identity: None,
            metadata: BTreeMap::new(),
        }
    }
}

/// Body of `POST /v1/agents/{id}`. What is `None` stays as it is; lists are replaced as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AgentUpdate {
    /// The version that the change was made from; another current version refuses it with 409.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelParam>,
    /// Description; `Some(None)` removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Option<String>>,
    /// System prompt; `Some(None)` removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<Option<String>>,
    /// Tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<ToolEntry>>,
    /// MCP servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mcp_servers: Option<Vec<McpServer>>,
    /// Skills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<Skill>>,
    /// How it works with other agents; `Some(None)` makes it work alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multiagent: Option<Option<Multiagent>>,
    /// Changes of metadata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<MetadataPatch>,
}

/// Body of `POST /v1/environments`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EnvironmentCreate {
    /// Unique name.
    pub name: String,
    /// Kind and settings; the kind cannot change later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<EnvironmentConfig>,
    /// Description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Metadata.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// Body of `POST /v1/vaults`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VaultCreate {
    /// Name, 1 to 255 characters.
    pub display_name: String,
    /// Metadata.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}
