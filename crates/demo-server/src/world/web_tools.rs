//! What `web_search` and `web_fetch` can be limited to.

use serde_json::{Map, Value, json};

const MAX_DOMAINS: usize = 64;
const SOURCES: [&str; 3] = ["user_input", "client_tool_results", "server_tool_results"];

/// The settings of one tool besides its policy, checked and in the form in which they are answered. `custom` names the
/// custom tools of the same list.
pub(crate) fn resolve(
    name: &str,
    config: &Value,
    custom: &[&str],
    at: &str,
) -> Result<Map<String, Value>, String> {
    let own: &[&str] = match name {
        "web_fetch" => &[
            "allowed_domains",
            "blocked_domains",
            "max_content_tokens",
            "url_sources",
        ],
        "web_search" => &["allowed_domains", "blocked_domains", "user_location"],
        _ => &[],
    };
    let mut out = Map::new();
    for (key, value) in config.as_object().into_iter().flatten() {
        if matches!(key.as_str(), "name" | "type" | "enabled" | "permission_policy") {
            continue;
        }
        let at = format!("{at}.{key}");
        if !own.contains(&key.as_str()) {
            return Err(format!("{at}: Extra inputs are not permitted"));
        }
        let value = match key.as_str() {
            "allowed_domains" | "blocked_domains" => domains(value, name == "web_search", &at)?,
            "max_content_tokens" if value.is_null() || value.as_u64().is_some_and(|n| n > 0) => value.clone(),
            "user_location" if value.is_null() || value["type"] == "approximate" => value.clone(),
            "url_sources" if value.is_null() => Value::Null,
            "url_sources" => sources(value, custom, &at)?,
            _ => return Err(format!("{at}: not a valid value")),
        };
        out.insert(key.clone(), value);
    }
    if out.contains_key("allowed_domains") && out.contains_key("blocked_domains") {
        return Err(format!(
            "{at}: allowed_domains cannot be combined with blocked_domains"
        ));
    }
    Ok(out)
}

fn domains(given: &Value, with_path: bool, at: &str) -> Result<Value, String> {
    let list = given
        .as_array()
        .filter(|list| (1..=MAX_DOMAINS).contains(&list.len()))
        .ok_or_else(|| format!("{at}: List should have 1 to {MAX_DOMAINS} items"))?;
    let is_domain = |domain: &Value| {
        let text = domain.as_str().unwrap_or_default();
        !text.is_empty() && !text.contains(':') && (with_path || !text.contains('/'))
    };
    match list.iter().find(|domain| !is_domain(domain)) {
        Some(wrong) => Err(format!("{at}: {wrong} is no plain host name")),
        None => Ok(given.clone()),
    }
}

/// Which parts of the conversation contribute addresses, each as an object; null where nothing was set.
fn sources(given: &Value, custom: &[&str], at: &str) -> Result<Value, String> {
    let fields = given
        .as_object()
        .ok_or_else(|| format!("{at}: Input should be a valid dictionary"))?;
    if let Some(key) = fields.keys().find(|key| !SOURCES.contains(&key.as_str())) {
        return Err(format!("{at}.{key}: Extra inputs are not permitted"));
    }
    let mut out = Map::new();
    for key in SOURCES {
        let tools: &[&str] = match key {
            "client_tool_results" => custom,
            "server_tool_results" => &["web_search", "web_fetch"],
            _ => &[],
        };
        let value = fields.get(key).unwrap_or(&Value::Null);
        out.insert(key.to_owned(), source(value, tools, &format!("{at}.{key}"))?);
    }
    if out.values().all(|source| source["type"] == "none") {
        return Err(format!("{at}: not every source can be \"none\""));
    }
    Ok(Value::Object(out))
}

fn source(given: &Value, tools: &[&str], at: &str) -> Result<Value, String> {
    let kind = given.as_str().or_else(|| given["type"].as_str());
    match kind {
        _ if given.is_null() => Ok(Value::Null),
        Some(kind @ ("all" | "none")) => Ok(json!({"type": kind})),
        Some(kind @ ("only" | "except")) if !tools.is_empty() => {
            let names: Option<Vec<&str>> = given["tools"]
                .as_array()
                .filter(|list| (1..=128).contains(&list.len()))
                .and_then(|list| list.iter().map(|tool| tool["name"].as_str()).collect());
            match names {
                Some(names) if names.iter().all(|name| tools.contains(name)) => {
                    Ok(json!({"type": kind, "tools": given["tools"]}))
                }
                _ => Err(format!(
                    "{at}.tools: must name 1 to 128 of the tools that are there"
                )),
            }
        }
        _ => Err(format!("{at}: not a valid value")),
    }
}
