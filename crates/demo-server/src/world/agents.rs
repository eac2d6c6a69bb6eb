//! Agents with their versions, and the checks on their configuration.

use serde_json::{Map, Value, json};

use super::catalog::Catalog;
use super::{model_config, multiagent, tools};
use crate::scripts::Script;
use crate::wire::time::Micros;

#[derive(Clone, Debug)]
pub(crate) struct Agent {
    pub(crate) id: String,
    pub(crate) script: Script,
    pub(crate) created_at: Micros,
    pub(crate) archived_at: Option<Micros>,
    /// Oldest first; the version number is the position plus one.
    pub(crate) versions: Vec<Version>,
}

#[derive(Clone, Debug)]
pub(crate) struct Version {
    /// The configurable fields of an agent, resolved, with `metadata`.
    pub(crate) config: Value,
    pub(crate) at: Micros,
}

impl Agent {
    pub(crate) fn latest(&self) -> u64 {
        self.versions.len() as u64
    }

    pub(crate) fn version(&self, number: u64) -> Option<&Version> {
        self.versions.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The Agent object at a version (Managed Agents API reference, "Agents").
    pub(crate) fn json(&self, number: u64) -> Option<Value> {
        let version = self.version(number)?;
        let mut out = version.config.clone();
        out["multiagent"] = multiagent::shown(&out["multiagent"], self, number);
        out["type"] = json!("agent");
        out["id"] = json!(self.id);
        out["version"] = json!(number);
        out["created_at"] = json!(self.created_at.to_string());
        out["updated_at"] = json!(version.at.to_string());
        out["archived_at"] = json!(self.archived_at.map(|at| at.to_string()));
        Some(out)
    }

    /// The snapshot that a session takes of the agent at a version, with the members of its team.
    pub(crate) fn snapshot(&self, number: u64, catalog: &Catalog) -> Option<Value> {
        let mut out = self.member(number)?;
        let team = multiagent::shown(&self.version(number)?.config["multiagent"], self, number);
        out["multiagent"] = multiagent::expanded(&team, catalog);
        Some(out)
    }

    /// The same without a team, as the member of another one.
    pub(crate) fn member(&self, number: u64) -> Option<Value> {
        let mut out = self.version(number)?.config.clone();
        if let Value::Object(map) = &mut out {
            map.remove("metadata");
            map.remove("multiagent");
        }
        out["type"] = json!("agent");
        out["id"] = json!(self.id);
        out["version"] = json!(number);
        Some(out)
    }
}

const FIELDS: &[&str] = &[
    "name",
    "description",
    "model",
    "system",
    "tools",
    "mcp_servers",
    "skills",
    "multiagent",
    "execution_identity",
    "metadata",
];

/// The configuration that results from `body` over `base`: omitted fields are inherited, arrays replaced.
pub(crate) fn configure(base: Option<&Value>, body: &Map<String, Value>) -> Result<Value, String> {
    for key in body.keys() {
        if !FIELDS.contains(&key.as_str()) && key != "version" {
            return Err(format!("{key}: Extra inputs are not permitted"));
        }
    }
    let mut config = base.cloned().unwrap_or_else(|| {
        json!({
            "description": null, "system": null, "tools": [], "mcp_servers": [], "skills": [], "multiagent": null,
            "execution_identity": {"type": "service_account"}, "metadata": {},
        })
    });
    if let Some(name) = body.get("name") {
        let length = name.as_str().map_or(0, |text| text.chars().count());
        if !(1..=256).contains(&length) {
            return Err("name: must have 1 to 256 characters".to_owned());
        }
        config["name"] = name.clone();
    }
    if config.get("name").is_none() {
        return Err("name: Field required".to_owned());
    }
    match body.get("model") {
        Some(given) => {
            config["model"] = model_config::resolve(given, base.map(|base| &base["model"]), "model")?
        }
        None if config.get("model").is_none() => return Err("model: Field required".to_owned()),
        None => {}
    }
    for (key, limit) in [("description", 2048), ("system", 100_000)] {
        match body.get(key) {
            Some(Value::String(text)) if text.chars().count() > limit => {
                return Err(format!("{key}: must have at most {limit} characters"));
            }
            Some(Value::String(text)) if !text.is_empty() => config[key] = json!(text),
            Some(Value::String(_) | Value::Null) => config[key] = Value::Null,
            Some(_) => return Err(format!("{key}: Input should be a valid string")),
            None => {}
        }
    }
    if let Some(given) = body.get("tools") {
        config["tools"] = tools::resolve(none_as_empty(given), "tools")?;
    }
    if let Some(given) = body.get("mcp_servers") {
        config["mcp_servers"] = mcp_servers(none_as_empty(given), "mcp_servers")?;
    }
    servers_match_tools(&config)?;
    if let Some(given) = body.get("skills") {
        config["skills"] = skills(none_as_empty(given), "skills")?;
    }
    if let Some(given) = body.get("multiagent") {
        config["multiagent"] = multiagent::resolve(given, &config["multiagent"], "multiagent")?;
    }
    match body.get("execution_identity") {
        None => {}
        Some(Value::Null) => config["execution_identity"] = json!({"type": "service_account"}),
        Some(given) if given["type"] == "service_account" => config["execution_identity"] = given.clone(),
        Some(given) if given["type"] == "aws_role" && given["role_arn"].is_string() => {
            config["execution_identity"] = given.clone();
        }
        Some(_) => return Err("execution_identity.type: not a valid value".to_owned()),
    }
    if let Some(patch) = body.get("metadata") {
        let mut metadata = config["metadata"].as_object().cloned().unwrap_or_default();
        super::metadata::patch(&mut metadata, patch)?;
        config["metadata"] = Value::Object(metadata);
    }
    Ok(config)
}

pub(crate) fn none_as_empty(value: &Value) -> &Value {
    static EMPTY: Value = Value::Array(Vec::new());
    if value.is_null() { &EMPTY } else { value }
}

/// Skills with the version that they are pinned to.
pub(crate) fn skills(given: &Value, at: &str) -> Result<Value, String> {
    let list = given
        .as_array()
        .ok_or_else(|| format!("{at}: Input should be a valid list"))?;
    let mut out = Vec::new();
    for (n, skill) in list.iter().enumerate() {
        let at = format!("{at}[{n}]");
        let kind = skill["type"]
            .as_str()
            .filter(|kind| matches!(*kind, "anthropic" | "custom"))
            .ok_or_else(|| format!("{at}.type: not a valid value"))?;
        let id = skill["skill_id"]
            .as_str()
            .filter(|id| !id.is_empty())
            .ok_or_else(|| format!("{at}.skill_id: Field required"))?;
        let version = match &skill["version"] {
            Value::Null => "latest",
            Value::String(version) => version,
            _ => return Err(format!("{at}.version: Input should be a valid string")),
        };
        out.push(json!({"type": kind, "skill_id": id, "version": version}));
    }
    Ok(Value::Array(out))
}

pub(crate) fn mcp_servers(given: &Value, at: &str) -> Result<Value, String> {
    let list = given
        .as_array()
        .ok_or_else(|| format!("{at}: Input should be a valid list"))?;
    if list.len() > 20 {
        return Err(format!("{at}: at most 20 servers"));
    }
    let mut names = Vec::new();
    let mut out = Vec::new();
    for (n, server) in list.iter().enumerate() {
        let field = |key: &str| {
            server[key]
                .as_str()
                .filter(|text| !text.is_empty())
                .ok_or_else(|| format!("{at}[{n}].{key}: Field required"))
        };
        let (name, url) = (field("name")?, field("url")?);
        if names.contains(&name) {
            return Err(format!("{at}[{n}].name: \"{name}\" is already used"));
        }
        names.push(name);
        out.push(json!({"type": "url", "name": name, "url": url}));
    }
    Ok(Value::Array(out))
}

/// Every server must be named by an `mcp_toolset`, and every toolset must name a server.
pub(crate) fn servers_match_tools(config: &Value) -> Result<(), String> {
    let names = |list: &Value, key: &str| -> Vec<String> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| entry[key].as_str().map(str::to_owned))
            .collect()
    };
    let servers = names(&config["mcp_servers"], "name");
    let sets = names(&config["tools"], "mcp_server_name");
    if let Some(lonely) = servers.iter().find(|name| !sets.contains(name)) {
        return Err(format!(
            "mcp_servers: server \"{lonely}\" is not referenced by any mcp_toolset"
        ));
    }
    if let Some(unknown) = sets.iter().find(|name| !servers.contains(name)) {
        return Err(format!(
            "tools: mcp_toolset names the unknown server \"{unknown}\""
        ));
    }
    Ok(())
}
