//! What the demo world contains besides sessions: agents, environments, vaults.

use serde_json::{Map, Value, json};

use super::agents::{Agent, Version, configure};
use crate::scripts::Script;
use crate::scripts::careful_deployer::TRACKER;
use crate::wire::ids::Mint;
use crate::wire::time::Micros;

const DAY_MS: u64 = 86_400_000;

#[derive(Clone, Debug)]
pub(crate) struct Environment {
    pub(crate) id: String,
    pub(crate) json: Value,
}

impl Environment {
    pub(crate) fn is_self_hosted(&self) -> bool {
        self.json["config"]["type"] == "self_hosted"
    }

    pub(crate) fn is_archived(&self) -> bool {
        !self.json["archived_at"].is_null()
    }
}

/// Agents, environments and vaults, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) agents: Vec<Agent>,
    pub(crate) environments: Vec<Environment>,
    pub(crate) vaults: Vec<Value>,
}

impl Catalog {
    pub(crate) fn agent(&self, id: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.id == id)
    }

    pub(crate) fn environment(&self, id: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.id == id)
    }

    /// The world as it is at the start; `now` dates everything a few weeks back.
    pub(crate) fn seeded(mint: &mut Mint, now: Micros) -> Self {
        let past = |days: u64| Micros(now.0 - days * DAY_MS * 1000);
        let mut catalog = Self::default();
        for (script, versions) in agent_bodies() {
            let first = past(30 + catalog.agents.len() as u64);
            let mut base: Option<Value> = None;
            let mut stored = Vec::new();
            for (n, body) in versions.into_iter().enumerate() {
                let fields: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
                // The bodies below are constants, and a test configures each of them.
                if let Ok(config) = configure(base.as_ref(), &fields) {
                    base = Some(config.clone());
                    stored.push(Version {
                        config,
                        at: first.plus_ms(n as u64 * 5 * DAY_MS),
                    });
                }
            }
            let id = mint.id("agent", first.0);
            catalog.agents.push(Agent {
                id,
                script,
                created_at: first,
                archived_at: None,
                versions: stored,
            });
        }
        for (name, description, config) in environments() {
            let id = mint.id("env", past(60).0);
            let json = environment_json(&id, name, Some(description), config, past(60));
            catalog.environments.push(Environment { id, json });
        }
        for (name, team) in [("Tracker credentials", "shop"), ("Research sources", "library")] {
            let id = mint.id("vlt", past(50).0);
            catalog.vaults.push(json!({
                "type": "vault",
                "id": id,
                "display_name": name,
                "metadata": {"team": team},
                "created_at": past(50).to_string(),
                "updated_at": past(50).to_string(),
                "archived_at": null,
            }));
        }
        catalog
    }
}

fn environment_json(id: &str, name: &str, description: Option<&str>, config: Value, at: Micros) -> Value {
    json!({
        "type": "environment",
        "id": id,
        "name": name,
        "description": description,
        "config": config,
        "metadata": {},
        "scope": "organization",
        "created_at": at.to_string(),
        "updated_at": at.to_string(),
        "archived_at": null,
    })
}

fn environments() -> [(&'static str, &'static str, Value); 2] {
    let packages = json!({"apt": ["jq"], "cargo": [], "gem": [], "go": [], "npm": [], "pip": ["pandas"]});
    let networking = json!({
        "type": "limited", "allowed_hosts": ["example.com"], "allow_mcp_servers": true, "allow_package_managers": true,
    });
    [
        (
            "Cloud sandbox",
            "A fresh container with limited network access",
            json!({"type": "cloud", "networking": networking, "packages": packages}),
        ),
        (
            "Office runner",
            "Tools run on a machine in the office",
            json!({"type": "self_hosted"}),
        ),
    ]
}

/// Each agent's script and the bodies of its versions: the first creates it, the others update it.
fn agent_bodies() -> Vec<(Script, Vec<Value>)> {
    let toolset = json!({"type": "agent_toolset_20260401"});
    let asking_toolset = json!({
        "type": "agent_toolset_20260401",
        "configs": [
            {"name": "bash", "permission_policy": {"type": "always_ask"}},
            {"name": "web_fetch", "permission_policy": {"type": "auto"}},
        ],
    });
    let writing_asks = json!({
        "type": "agent_toolset_20260401",
        "configs": [{"name": "write", "permission_policy": {"type": "always_ask"}}],
    });
    let tracker = json!({"type": "url", "name": TRACKER, "url": "https://tracker.example.com/mcp"});
    let tracker_set = json!({
        "type": "mcp_toolset", "mcp_server_name": TRACKER, "default_config": {"permission_policy": {"type": "auto"}},
    });
    let custom = |name: &str, description: &str, properties: Value, required: &[&str]| {
        json!({
            "type": "custom", "name": name, "description": description,
            "input_schema": {"type": "object", "properties": properties, "required": required},
        })
    };
    let order_id = json!({"order_id": {"type": "string"}});
    vec![
        (
            Script::RepoHelper,
            vec![
                json!({
                    "name": "Repo helper", "model": "claude-sonnet-5",
                    "description": "Reads, searches, edits and tests a small repository",
                    "system": "You help with the repository in /workspace/lantern.", "tools": [toolset],
                }),
                json!({"model": "claude-sonnet-5-5"}),
                json!({"system": "You help with the repository in /workspace/lantern. Be brief.", "metadata": {"team": "storage"}}),
            ],
        ),
        (
            Script::CarefulDeployer,
            vec![
                json!({
                    "name": "Careful deployer", "model": {"id": "claude-opus-5-5", "effort": "high"},
                    "description": "Migrates and rolls out, each step after your approval",
                    "system": "You deploy the shop. Never touch a live system without approval.",
                    "tools": [asking_toolset], "mcp_servers": [],
                }),
                json!({"tools": [asking_toolset, tracker_set], "mcp_servers": [tracker]}),
            ],
        ),
        (
            Script::OrderDesk,
            vec![
                json!({
                    "name": "Order desk", "model": "claude-haiku-5-5",
                    "description": "Answers questions about orders with tools that you run",
                    "system": "You answer questions about orders.",
                    "tools": [custom("get_order", "Looks up an order", json!({"order_id": {"type": "string"}, "fields": {"type": "array", "items": {"type": "string"}}}), &["order_id"])],
                }),
                json!({
                    "tools": [
                        custom("get_order", "Looks up an order", json!({"order_id": {"type": "string"}, "fields": {"type": "array", "items": {"type": "string"}}}), &["order_id"]),
                        custom("refund_order", "Refunds an order", json!({"order_id": {"type": "string"}, "reason": {"type": "string"}}), &["order_id", "reason"]),
                        custom("notify_customer", "Sends the customer a message from a template", order_id, &["order_id"]),
                    ],
                }),
            ],
        ),
        (
            Script::ResearchTeam,
            vec![json!({
                "name": "Research team", "model": "claude-opus-5-5",
                "description": "A coordinator with a researcher and a writer, outcomes, and a workflow run",
                "system": "You coordinate a research team.", "tools": [writing_asks],
                "multiagent": {
                    "type": "multiagent_20261001",
                    "subagents": {"type": "enabled", "predefined_agents": [], "inline_agents": {"type": "enabled"}},
                    "workflows": {"type": "enabled", "predefined_agents": [], "inline_agents": {"type": "enabled"}},
                    "advisor": {"type": "disabled"},
                },
            })],
        ),
        (
            Script::BadDay,
            vec![json!({
                "name": "Bad day", "model": "claude-opus-4-8",
                "description": "Retries, rescheduling, refusal, exhaustion and fatal errors on request",
                "system": "You have a bad day.", "tools": [toolset],
            })],
        ),
        (
            Script::Firehose,
            vec![
                json!({
                    "name": "Firehose", "model": "claude-haiku-5-5",
                    "description": "Many events at a set rate: emit 10000 at 500", "tools": [toolset],
                }),
                json!({"system": "Emit as many events as you are asked for."}),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_of_every_agent_is_configured() {
        let mut mint = Mint::new(1, 1_000_000, false);
        let catalog = Catalog::seeded(&mut mint, Micros::now());
        for (agent, (script, bodies)) in catalog.agents.iter().zip(agent_bodies()) {
            assert_eq!(agent.script, script);
            assert_eq!(agent.versions.len(), bodies.len(), "{script:?}");
        }
        let helper = &catalog.agents[0];
        assert_eq!(helper.json(1).unwrap()["model"]["id"], "claude-sonnet-5");
        assert_eq!(helper.json(3).unwrap()["model"]["id"], "claude-sonnet-5-5");
        assert!(helper.json(4).is_none() && helper.json(0).is_none());
        assert!(catalog.environments.iter().any(Environment::is_self_hosted));
    }
}
