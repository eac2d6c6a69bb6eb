//! Tools of agents and their permission policies. The same forms are sent and received.

use serde::Serialize;

use super::object::object;

use super::RawJson;
use super::tagged_union::tagged_union;

tagged_union! {
    /// An entry of an agent's `tools`.
    pub enum ToolEntry {
        /// The built-in tools.
        AgentToolset(AgentToolset) = "agent_toolset_20260401",
        /// The tools of an MCP server.
        McpToolset(McpToolset) = "mcp_toolset",
        /// A tool that the client runs.
        Custom(CustomTool) = "custom",
    }
}

/// The built-in tools: `bash`, `read`, `write`, `edit`, `glob`, `grep`, `web_fetch`, `web_search`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AgentToolset {
    /// Settings of the tools that `configs` does not name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_config: Option<ToolDefaults>,
    /// Settings of single tools.
    pub configs: Vec<ToolConfig>,
}

object!(AgentToolset {
    default_config,
    configs
});

/// The tools of an MCP server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct McpToolset {
    /// Name of an entry of the agent's `mcp_servers`.
    pub mcp_server_name: String,
    /// Settings of the tools that `configs` does not name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_config: Option<ToolDefaults>,
    /// Settings of single tools.
    pub configs: Vec<ToolConfig>,
}

object!(McpToolset {
    mcp_server_name,
    default_config,
    configs
});

/// A tool that the client runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomTool {
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments, an object schema.
    pub input_schema: RawJson,
}

object!(CustomTool { name, description or default, input_schema or default });

/// Settings of the tools of a set.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ToolDefaults {
    /// Whether the tools can be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether calls need approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission_policy: Option<PermissionPolicy>,
}

object!(ToolDefaults {
    enabled,
    permission_policy
});

/// Settings of one tool.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ToolConfig {
    /// Name of the tool.
    pub name: String,
    /// The same name, for built-in tools.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub tool_type: Option<String>,
    /// Whether the tool can be called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether calls need approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission_policy: Option<PermissionPolicy>,
    /// Domains that web tools may use; excludes `blocked_domains`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_domains: Option<Vec<String>>,
    /// Domains that web tools must not use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_domains: Option<Vec<String>>,
    /// Limit of what `web_fetch` returns, in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_content_tokens: Option<u64>,
    /// Where `web_fetch` may take URLs from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url_sources: Option<RawJson>,
    /// Where `web_search` shall assume the user to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_location: Option<RawJson>,
}

object!(ToolConfig = "name" { name, tool_type as "type", enabled, permission_policy, allowed_domains, blocked_domains, max_content_tokens, url_sources, user_location });

tagged_union! {
    /// Whether calls of a tool need approval.
    pub enum PermissionPolicy {
        /// Calls run.
        AlwaysAllow = "always_allow",
        /// Calls wait for a person.
        AlwaysAsk = "always_ask",
        /// The server judges each call.
        Auto = "auto",
    }
}
