//! What a picker needs of an agent, an environment or a vault.

use serde::Serialize;

use super::agent::ModelConfig;
use super::object::{id_field, object};
use super::timestamp::Timestamp;

/// The common part of objects in lists. A page that only offers them for choice does not carry the code that reads the
/// rest of each type.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Listed {
    /// Id; empty if there is none that a request could name.
    pub id: String,
    /// Name of an agent or an environment.
    pub name: String,
    /// Name of a vault.
    pub display_name: String,
    /// Version of an agent.
    pub version: Option<u64>,
    /// Model of an agent.
    pub model: Option<ModelConfig>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}

object!(Listed = "id" { id by id_field, name or default, display_name or default, version, model, archived_at });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Page;

    #[test]
    fn reads_agents_environments_and_vaults() {
        let json = r#"{"data":[
            {"type":"agent","id":"agent_1","name":"A","version":3,"model":{"id":"m"},"tools":[{"type":"new"}],"archived_at":null},
            {"type":"environment","id":"env_1","name":"E","config":{"type":"cloud"}},
            {"type":"vault","id":"vlt_1","display_name":"V","archived_at":"2026-11-23T10:00:00Z"}]}"#;
        let page: Page<Listed> = serde_json::from_str(json).unwrap();
        let [agent, environment, vault] = &page.data[..] else {
            panic!("three objects")
        };
        assert_eq!((agent.name.as_str(), agent.version), ("A", Some(3)));
        assert_eq!(agent.model.as_ref().map(|m| m.id.as_str()), Some("m"));
        assert_eq!((environment.name.as_str(), environment.archived_at), ("E", None));
        assert!(vault.display_name == "V" && vault.archived_at.is_some());
    }
}
