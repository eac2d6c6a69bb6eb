//! The three forms of `agent` in a create request, resolved to the session's own snapshot.

use serde_json::{Map, Value, json};

use crate::http::body;
use crate::http::error::{ApiError, ApiResult};
use crate::scripts::Script;
use crate::world::agents::{mcp_servers, none_as_empty, servers_match_tools, skills};
use crate::world::catalog::Catalog;
use crate::world::{model_config, tools};

pub(super) fn resolve(catalog: &Catalog, given: &Value) -> ApiResult<(Value, Script)> {
    match given {
        Value::String(id) => snapshot(catalog, id, None),
        Value::Object(map) => match map.get("type").and_then(Value::as_str) {
            Some("agent") => {
                body::only(map, &["type", "id", "version"]).map_err(inside_agent)?;
                pinned(catalog, map)
            }
            Some("agent_with_overrides") => {
                let allowed = [
                    "type",
                    "id",
                    "version",
                    "model",
                    "system",
                    "tools",
                    "mcp_servers",
                    "skills",
                ];
                body::only(map, &allowed).map_err(inside_agent)?;
                let (mut agent, script) = pinned(catalog, map)?;
                override_fields(&mut agent, map)?;
                Ok((agent, script))
            }
            Some(other) => Err(ApiError::invalid(format!(
                "Failed to parse request: agent.type: \"{other}\" is not a valid value"
            ))),
            None => Err(ApiError::invalid("agent.type: Field required")),
        },
        _ => Err(ApiError::invalid(
            "agent: Input should be an agent id or an object",
        )),
    }
}

fn inside_agent(error: ApiError) -> ApiError {
    ApiError {
        message: format!("agent.{}", error.message),
        ..error
    }
}

fn pinned(catalog: &Catalog, map: &Map<String, Value>) -> ApiResult<(Value, Script)> {
    let id = body::text(map, "id").map_err(inside_agent)?;
    let version = match map.get("version") {
        None | Some(Value::Null) => None,
        Some(value) => {
            let number = value.as_u64().filter(|number| *number >= 1);
            Some(number.ok_or_else(|| {
                ApiError::invalid("agent.version: Input should be an integer greater than or equal to 1")
            })?)
        }
    };
    snapshot(catalog, id, version)
}

fn snapshot(catalog: &Catalog, id: &str, version: Option<u64>) -> ApiResult<(Value, Script)> {
    let agent = catalog
        .agent(id)
        .ok_or_else(|| ApiError::not_found(format!("Agent not found: {id}")))?;
    if agent.archived_at.is_some() {
        return Err(ApiError::invalid(format!("Agent {id} is archived")));
    }
    let number = version.unwrap_or(agent.latest());
    let snapshot = agent
        .snapshot(number, catalog)
        .ok_or_else(|| ApiError::not_found(format!("Agent {id} has no version {number}")))?;
    Ok((snapshot, agent.script))
}

/// Omitted means inherited; arrays replace; null and `[]` clear what may be cleared.
fn override_fields(agent: &mut Value, map: &Map<String, Value>) -> ApiResult<()> {
    match map.get("model") {
        None => {}
        Some(Value::Null) => {
            return Err(ApiError::invalid(
                "agent_model_required: agent.model cannot be cleared",
            ));
        }
        Some(given) => {
            agent["model"] = model_config::override_with(given, "agent.model").map_err(ApiError::invalid)?;
        }
    }
    match map.get("system") {
        None => {}
        Some(given @ (Value::Null | Value::String(_))) => agent["system"] = given.clone(),
        Some(_) => return Err(ApiError::invalid("agent.system: Input should be a valid string")),
    }
    if let Some(given) = map.get("skills") {
        agent["skills"] = skills(none_as_empty(given), "agent.skills").map_err(ApiError::invalid)?;
    }
    if let Some(given) = map.get("tools") {
        agent["tools"] = tools::resolve(none_as_empty(given), "agent.tools").map_err(ApiError::invalid)?;
        if agent["tools"] == json!([]) && agent["skills"] != json!([]) {
            return Err(ApiError::invalid(
                "agent.tools: cannot be cleared while the agent has skills",
            ));
        }
    }
    if let Some(given) = map.get("mcp_servers") {
        agent["mcp_servers"] =
            mcp_servers(none_as_empty(given), "agent.mcp_servers").map_err(ApiError::invalid)?;
    }
    servers_match_tools(agent).map_err(|message| ApiError::invalid(format!("agent.{message}")))
}
