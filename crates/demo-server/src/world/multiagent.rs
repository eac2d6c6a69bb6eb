//! The `multiagent` part of an agent: who may be called, and what is filled in when it is not said.

use serde_json::{Map, Value, json};

use super::agents::Agent;
use super::catalog::Catalog;

const CURRENT: &str = "multiagent_20261001";
const MAX_MEMBERS: usize = 20;

/// Checks what is given and fills in defaults. If `stored` is of the current type as well, it is the base of an update:
/// what is left out stays, null takes the default.
pub(crate) fn resolve(given: &Value, stored: &Value, at: &str) -> Result<Value, String> {
    match kind_of(given, at)? {
        None => Ok(Value::Null),
        Some(CURRENT) => {
            only(given, &["type", "subagents", "workflows", "advisor"], at)?;
            let stored = if stored["type"] == CURRENT {
                stored
            } else {
                &Value::Null
            };
            let mut out = json!({"type": CURRENT});
            for key in ["subagents", "workflows"] {
                out[key] = callers(given.get(key), &stored[key], &format!("{at}.{key}"))?;
            }
            out["advisor"] = advisor(given.get("advisor"), &stored["advisor"], &format!("{at}.advisor"))?;
            Ok(out)
        }
        Some("coordinator") => {
            only(given, &["type", "agents"], at)?;
            let members = members(&given["agents"], true, &format!("{at}.agents"))?;
            if members.is_empty() {
                return Err(format!("{at}.agents: List should have at least 1 item"));
            }
            Ok(json!({"type": "coordinator", "agents": members}))
        }
        Some(other) => Err(format!("{at}.type: \"{other}\" is not a valid value")),
    }
}

fn kind_of<'a>(given: &'a Value, at: &str) -> Result<Option<&'a str>, String> {
    match given {
        Value::Null => Ok(None),
        Value::Object(fields) => match fields.get("type") {
            Some(Value::String(kind)) => Ok(Some(kind)),
            _ => Err(format!("{at}.type: Field required")),
        },
        _ => Err(format!("{at}: Input should be a valid dictionary")),
    }
}

fn only(given: &Value, allowed: &[&str], at: &str) -> Result<(), String> {
    match given
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .find(|key| !allowed.contains(&key.as_str()))
    {
        Some(key) => Err(format!("{at}.{key}: Extra inputs are not permitted")),
        None => Ok(()),
    }
}

/// `subagents` or `workflows`, enabled unless said otherwise.
fn callers(given: Option<&Value>, stored: &Value, at: &str) -> Result<Value, String> {
    let enabled = json!({"type": "enabled"});
    let given = match given {
        None if stored.is_object() => return Ok(stored.clone()),
        None | Some(Value::Null) => &enabled,
        Some(given) => given,
    };
    match kind_of(given, at)? {
        Some("disabled") => {
            only(given, &["type"], at)?;
            Ok(given.clone())
        }
        Some("enabled") => {
            only(given, &["type", "predefined_agents", "inline_agents"], at)?;
            let stays = |key: &str| given.get(key).is_none() && stored["type"] == "enabled";
            let predefined = if stays("predefined_agents") {
                stored["predefined_agents"].clone()
            } else {
                let at = format!("{at}.predefined_agents");
                json!(members(&given["predefined_agents"], false, &at)?)
            };
            let inline = match &given["inline_agents"] {
                _ if stays("inline_agents") => stored["inline_agents"].clone(),
                Value::Null => enabled.clone(),
                one if one["type"] == "enabled" || one["type"] == "disabled" => one.clone(),
                _ => return Err(format!("{at}.inline_agents.type: not a valid value")),
            };
            if inline["type"] == "disabled" && predefined == json!([]) {
                return Err(format!(
                    "{at}.predefined_agents: at least one is needed while inline agents are disabled"
                ));
            }
            Ok(json!({"type": "enabled", "predefined_agents": predefined, "inline_agents": inline}))
        }
        _ => Err(format!("{at}.type: not a valid value")),
    }
}

/// Disabled unless said otherwise.
fn advisor(given: Option<&Value>, stored: &Value, at: &str) -> Result<Value, String> {
    match given {
        None if stored.is_object() => Ok(stored.clone()),
        None | Some(Value::Null) => Ok(json!({"type": "disabled"})),
        Some(given) => match kind_of(given, at)? {
            Some("disabled") => Ok(json!({"type": "disabled"})),
            Some("enabled") if given["model"].is_string() => {
                Ok(json!({"type": "enabled", "model": given["model"]}))
            }
            Some("enabled") => Err(format!("{at}.model: Field required")),
            _ => Err(format!("{at}.type: not a valid value")),
        },
    }
}

/// A list of members in the object form, not yet pinned to a version.
fn members(given: &Value, with_advisor: bool, at: &str) -> Result<Vec<Value>, String> {
    let list = match given {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) if list.len() <= MAX_MEMBERS => list,
        Value::Array(_) => return Err(format!("{at}: List should have at most {MAX_MEMBERS} items")),
        _ => return Err(format!("{at}: Input should be a valid list")),
    };
    let mut members: Vec<Value> = Vec::new();
    for (n, entry) in list.iter().enumerate() {
        let at = format!("{at}[{n}]");
        let member = match entry {
            Value::String(id) => json!({"type": "agent", "id": id}),
            Value::Object(_) => match entry["type"].as_str() {
                Some("agent") if entry["id"].is_string() => entry.clone(),
                Some("self") => json!({"type": "self"}),
                Some("advisor") if with_advisor && entry["model"].is_string() => entry.clone(),
                _ => return Err(format!("{at}: not a valid member")),
            },
            _ => return Err(format!("{at}: Input should be an agent id or an object")),
        };
        if members
            .iter()
            .any(|known| known["type"] == member["type"] && known["id"] == member["id"])
        {
            return Err(format!("{at}: members must be distinct"));
        }
        members.push(member);
    }
    Ok(members)
}

/// Calls `change` for every member of every list.
fn each_member<E>(
    multiagent: &mut Value,
    mut change: impl FnMut(&mut Value) -> Result<(), E>,
) -> Result<(), E> {
    for pointer in [
        "/agents",
        "/subagents/predefined_agents",
        "/workflows/predefined_agents",
    ] {
        if let Some(Value::Array(list)) = multiagent.pointer_mut(pointer) {
            list.iter_mut().try_for_each(&mut change)?;
        }
    }
    Ok(())
}

/// Pins the members to versions that exist. They must be agents without a team of their own.
pub(crate) fn pin(multiagent: &mut Value, catalog: &Catalog) -> Result<(), String> {
    each_member(multiagent, |member| {
        if member["type"] != "agent" {
            return Ok(());
        }
        let id = member["id"].as_str().unwrap_or_default();
        let agent = catalog
            .agent(id)
            .filter(|agent| agent.archived_at.is_none())
            .ok_or_else(|| format!("multiagent: agent {id} does not exist or is archived"))?;
        let number = match &member["version"] {
            Value::Null => agent.latest(),
            given => given.as_u64().unwrap_or_default(),
        };
        let version = agent
            .version(number)
            .ok_or_else(|| format!("multiagent: agent {id} has no version {number}"))?;
        if !version.config["multiagent"].is_null() {
            return Err(format!(
                "multiagent: agent {id} has a multiagent configuration itself"
            ));
        }
        *member = json!({"type": "agent", "id": id, "version": number});
        Ok(())
    })
}

/// As an agent's own version shows it: `self` is that version.
pub(crate) fn shown(multiagent: &Value, agent: &Agent, number: u64) -> Value {
    let mut out = multiagent.clone();
    let _ = each_member(&mut out, |member| {
        if member["type"] == "self" {
            *member = json!({"type": "agent", "id": agent.id, "version": number});
        }
        Ok::<(), ()>(())
    });
    out
}

/// As a session carries it: whole definitions instead of references.
pub(crate) fn expanded(multiagent: &Value, catalog: &Catalog) -> Value {
    let mut out = multiagent.clone();
    let _ = each_member(&mut out, |member| {
        let id = member["id"].as_str().unwrap_or_default();
        let definition = catalog
            .agent(id)
            .and_then(|agent| agent.member(member["version"].as_u64()?));
        if let Some(definition) = definition {
            *member = definition;
        }
        Ok::<(), ()>(())
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(given: Value) -> Result<Value, String> {
        resolve(&given, &Value::Null, "multiagent")
    }

    #[test]
    fn what_is_left_out_has_defaults() {
        let open = json!({"type": "enabled", "predefined_agents": [], "inline_agents": {"type": "enabled"}});
        assert_eq!(
            resolved(json!({"type": CURRENT})).unwrap(),
            json!({"type": CURRENT, "subagents": open, "workflows": open, "advisor": {"type": "disabled"}})
        );
        assert_eq!(resolved(Value::Null), Ok(Value::Null));
    }

    #[test]
    fn an_update_keeps_what_it_leaves_out_and_null_is_the_default() {
        let stored = resolved(json!({
            "type": CURRENT, "workflows": {"type": "disabled"}, "advisor": {"type": "enabled", "model": "m"},
            "subagents": {"type": "enabled", "predefined_agents": ["agent_1"], "inline_agents": {"type": "disabled"}},
        }))
        .unwrap();
        let update = |given| resolve(&given, &stored, "multiagent").unwrap();
        assert_eq!(update(json!({"type": CURRENT})), stored);
        let partly = update(
            json!({"type": CURRENT, "workflows": null, "subagents": {"type": "enabled", "inline_agents": null}}),
        );
        assert_eq!(partly["workflows"]["type"], "enabled");
        assert_eq!(
            partly["subagents"]["predefined_agents"],
            json!([{"type": "agent", "id": "agent_1"}])
        );
        assert_eq!(partly["subagents"]["inline_agents"]["type"], "enabled");
        assert_eq!(partly["advisor"], stored["advisor"]);
        let other = update(json!({"type": "coordinator", "agents": [{"type": "self"}]}));
        assert_eq!(
            other,
            json!({"type": "coordinator", "agents": [{"type": "self"}]})
        );
    }

    #[test]
    fn teams_that_cannot_be_are_refused() {
        let many: Vec<String> = (0..21).map(|n| format!("agent_{n}")).collect();
        for given in [
            json!("team"),
            json!({"subagents": null}),
            json!({"type": CURRENT, "agents": []}),
            json!({"type": CURRENT, "subagents": {"type": "some"}}),
            json!({"type": CURRENT, "subagents": {"type": "enabled", "inline_agents": {"type": "disabled"}}}),
            json!({"type": CURRENT, "subagents": {"type": "enabled", "predefined_agents": many}}),
            json!({"type": CURRENT, "subagents": {"type": "enabled", "predefined_agents": ["a", "a"]}}),
            json!({"type": CURRENT, "subagents": {"type": "enabled", "predefined_agents": [{"type": "advisor", "model": "m"}]}}),
            json!({"type": CURRENT, "advisor": {"type": "enabled"}}),
            json!({"type": "coordinator", "agents": null}),
        ] {
            assert!(resolved(given.clone()).is_err(), "{given}");
        }
    }
}
