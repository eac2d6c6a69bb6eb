//! Tool entries of an agent: their resolved form, and the permission a call gets.

use serde_json::{Value, json};

use super::web_tools;

const BUILT_IN: &[&str] = &[
    "bash",
    "read",
    "write",
    "edit",
    "glob",
    "grep",
    "web_fetch",
    "web_search",
];
const POLICIES: &[&str] = &["always_allow", "always_ask", "auto"];

/// `evaluated_permission` and `evaluation` of one call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) permission: &'static str,
    /// Absent for a tool that is not enabled.
    pub(crate) evaluation: Option<Value>,
}

/// Which set a call belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum ToolSet<'a> {
    BuiltIn,
    Mcp(&'a str),
}

/// The verdict of an agent's tool policies on a call. `risk` is what the server's judge would say under `auto`:
/// the permission and its reason code.
pub(crate) fn judge(
    tools: &Value,
    set: ToolSet<'_>,
    name: &str,
    risk: Option<(&'static str, &'static str)>,
) -> Verdict {
    let entry = tools.as_array().into_iter().flatten().find(|tool| match set {
        ToolSet::BuiltIn => tool["type"] == "agent_toolset_20260401",
        ToolSet::Mcp(server) => tool["type"] == "mcp_toolset" && tool["mcp_server_name"] == server,
    });
    let denied = Verdict {
        permission: "deny",
        evaluation: None,
    };
    let Some(entry) = entry else { return denied };
    let config = entry["configs"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|config| config["name"] == name)
        .unwrap_or(&entry["default_config"]);
    if config["enabled"] == false {
        return denied;
    }
    match config["permission_policy"]["type"].as_str() {
        Some("always_ask") => Verdict {
            permission: "ask",
            evaluation: Some(json!({"type": "always_ask"})),
        },
        Some("auto") => {
            let (permission, judged) = match risk {
                None => ("allow", json!({"type": "allow"})),
                Some((permission, reason)) => {
                    (permission, json!({"type": permission, "reason_code": reason}))
                }
            };
            Verdict {
                permission,
                evaluation: Some(json!({"type": "auto", "evaluated_permission": judged})),
            }
        }
        _ => Verdict {
            permission: "allow",
            evaluation: Some(json!({"type": "always_allow"})),
        },
    }
}

/// Checks tool entries and fills in what the API always returns: `configs`, `default_config`, and every policy.
pub(crate) fn resolve(tools: &Value, at: &str) -> Result<Value, String> {
    let list = tools
        .as_array()
        .ok_or_else(|| format!("{at}: Input should be a valid list"))?;
    let custom: Vec<&str> = list
        .iter()
        .filter(|entry| entry["type"] == "custom")
        .filter_map(|entry| entry["name"].as_str())
        .collect();
    let entries: Result<Vec<Value>, String> = list
        .iter()
        .enumerate()
        .map(|(n, entry)| resolve_entry(entry, &custom, &format!("{at}[{n}]")))
        .collect();
    let entries = entries?;
    let mut names: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry["name"].as_str())
        .collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!(
            "{at}: tool names must be unique, \"{}\" appears twice",
            twice[0]
        ));
    }
    Ok(Value::Array(entries))
}

fn resolve_entry(entry: &Value, custom: &[&str], at: &str) -> Result<Value, String> {
    match entry["type"].as_str() {
        Some("agent_toolset_20260401") => resolve_set(entry, at, "always_allow", Some((BUILT_IN, custom))),
        Some("mcp_toolset") => {
            let name = entry["mcp_server_name"]
                .as_str()
                .filter(|name| !name.is_empty())
                .ok_or_else(|| format!("{at}.mcp_server_name: Field required"))?;
            let mut set = resolve_set(entry, at, "always_ask", None)?;
            set["mcp_server_name"] = json!(name);
            Ok(set)
        }
        Some("custom") => resolve_custom(entry, at),
        Some(other) => Err(format!("{at}.type: \"{other}\" is not a valid value")),
        None => Err(format!("{at}.type: Field required")),
    }
}

/// `known`: the tools of the set, if only these exist, and the custom tools beside it.
fn resolve_set(
    entry: &Value,
    at: &str,
    policy: &str,
    known: Option<(&[&str], &[&str])>,
) -> Result<Value, String> {
    let base = resolve_config(
        &entry["default_config"],
        &format!("{at}.default_config"),
        policy,
        true,
    )?;
    let (policy, enabled) = (
        base["permission_policy"]["type"]
            .as_str()
            .unwrap_or(policy)
            .to_owned(),
        base["enabled"].as_bool().unwrap_or(true),
    );
    let mut configs = Vec::new();
    for (n, config) in entry["configs"].as_array().into_iter().flatten().enumerate() {
        let at = format!("{at}.configs[{n}]");
        let name = config["name"]
            .as_str()
            .ok_or_else(|| format!("{at}.name: Field required"))?;
        let mut resolved = resolve_config(config, &at, &policy, enabled)?;
        resolved["name"] = json!(name);
        if let Some((known, custom)) = known {
            if !known.contains(&name) {
                return Err(format!("{at}.name: \"{name}\" is not a valid value"));
            }
            resolved["type"] = json!(name);
            for (key, value) in web_tools::resolve(name, config, custom, &at)? {
                resolved[key] = value;
            }
        }
        configs.push(resolved);
    }
    Ok(json!({"type": entry["type"], "default_config": base, "configs": configs}))
}

fn resolve_config(config: &Value, at: &str, policy: &str, enabled: bool) -> Result<Value, String> {
    let policy = match &config["permission_policy"] {
        Value::Null => policy,
        given => given["type"]
            .as_str()
            .filter(|name| POLICIES.contains(name))
            .ok_or_else(|| format!("{at}.permission_policy.type: not a valid value"))?,
    };
    let enabled = config["enabled"].as_bool().unwrap_or(enabled);
    Ok(json!({"enabled": enabled, "permission_policy": {"type": policy}}))
}

fn resolve_custom(entry: &Value, at: &str) -> Result<Value, String> {
    let name = entry["name"].as_str().unwrap_or_default();
    let well_formed = (1..=128).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if !well_formed {
        return Err(format!("{at}.name: must match [A-Za-z0-9_-]{{1,128}}"));
    }
    let description = entry["description"].as_str().unwrap_or_default();
    if description.is_empty() || description.chars().count() > 1024 {
        return Err(format!("{at}.description: must have 1 to 1024 characters"));
    }
    if entry["input_schema"]["type"] != "object" {
        return Err(format!("{at}.input_schema.type: must be \"object\""));
    }
    Ok(json!({
        "type": "custom", "name": name, "description": description, "input_schema": entry["input_schema"],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_filled_in_and_inherited() {
        let given = json!([
            {"type": "agent_toolset_20260401", "configs": [{"name": "bash", "permission_policy": {"type": "always_ask"}}]},
            {"type": "mcp_toolset", "mcp_server_name": "tracker"},
        ]);
        let tools = resolve(&given, "tools").unwrap();
        assert_eq!(
            tools[0],
            json!({
                "type": "agent_toolset_20260401",
                "default_config": {"enabled": true, "permission_policy": {"type": "always_allow"}},
                "configs": [{"name": "bash", "type": "bash", "enabled": true, "permission_policy": {"type": "always_ask"}}],
            })
        );
        assert_eq!(judge(&tools, ToolSet::BuiltIn, "bash", None).permission, "ask");
        assert_eq!(judge(&tools, ToolSet::BuiltIn, "read", None).permission, "allow");
        assert_eq!(
            judge(&tools, ToolSet::Mcp("tracker"), "list", None).permission,
            "ask"
        );
        assert_eq!(
            judge(&tools, ToolSet::Mcp("other"), "list", None).permission,
            "deny"
        );
    }

    #[test]
    fn the_judge_decides_only_under_auto() {
        let set = |policy: &str| {
            let entry = json!({"type": "agent_toolset_20260401", "default_config": {"permission_policy": {"type": policy}}});
            resolve(&json!([entry]), "tools").unwrap()
        };
        let risk = Some(("deny", "high_risk"));
        assert_eq!(
            judge(&set("auto"), ToolSet::BuiltIn, "bash", risk).permission,
            "deny"
        );
        assert_eq!(
            judge(&set("auto"), ToolSet::BuiltIn, "bash", None).permission,
            "allow"
        );
        assert_eq!(
            judge(&set("always_allow"), ToolSet::BuiltIn, "bash", risk).permission,
            "allow"
        );
    }

    #[test]
    fn wrong_entries_are_named() {
        let error = |entry: Value| resolve(&json!([entry]), "tools").unwrap_err();
        assert_eq!(
            error(json!({"type": "computer"})),
            "tools[0].type: \"computer\" is not a valid value"
        );
        assert!(
            error(json!({"type": "custom", "name": "a b", "description": "x"})).starts_with("tools[0].name")
        );
        let unknown = json!({"type": "agent_toolset_20260401", "configs": [{"name": "teleport"}]});
        assert!(error(unknown).contains("teleport"));
    }
}
