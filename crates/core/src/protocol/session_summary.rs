//! What a page shows of a session outside its events.

use serde::Serialize;

use super::agent::ModelConfig;
use super::object::{id_field, object};
use super::session::{SessionStatus, status_of};
use super::timestamp::Timestamp;
use super::usage::SessionUsage;

/// A [`Session`](super::Session) without its configuration. A page that only lists and heads sessions does not carry the
/// code that reads tools, resources and rosters; [`Kept`](super::Kept) still has them as text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionSummary {
    /// Id (`sesn_…`); empty if there is none that a request could name.
    pub id: String,
    /// State.
    pub status: SessionStatus,
    /// Title, at most 500 characters.
    pub title: Option<String>,
    /// The agent as of creation.
    pub agent: AgentSummary,
    /// Cumulative usage.
    pub usage: SessionUsage,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}

object!(SessionSummary { id by id_field, status by status_of, title, agent or default, usage or default, created_at, updated_at, archived_at });

/// Which agent a session runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AgentSummary {
    /// Id (`agent_…`).
    pub id: String,
    /// Version, from 1.
    pub version: u64,
    /// Name.
    pub name: String,
    /// Model and its settings.
    pub model: ModelConfig,
}

object!(AgentSummary = "id" { id by id_field, version or default, name or default, model or default });

impl AgentSummary {
    /// The name, or the id of an agent without one.
    #[must_use]
    pub fn name_or_id(&self) -> &str {
        if self.name.is_empty() {
            &self.id
        } else {
            &self.name
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Kept, Session};

    #[test]
    fn says_what_the_whole_session_says() {
        let json = r#"{"type":"session","id":"sesn_1","status":"idle","title":"T","environment_id":"env_1",
            "agent":{"type":"agent","id":"agent_1","version":2,"name":"A","model":{"id":"m"},"tools":[{"type":"new"}]},
            "resources":[{"type":"new"}],"usage":{"input_tokens":7},"created_at":"2026-11-23T10:00:00Z"}"#;
        let summary: Kept<SessionSummary> = Kept::parse(json).unwrap();
        let whole: Session = serde_json::from_str(json).unwrap();
        assert_eq!(
            (&summary.id, &summary.status, &summary.title, &summary.usage),
            (&whole.id, &whole.status, &whole.title, &whole.usage)
        );
        assert_eq!(
            (summary.agent.version, &summary.agent.name, &summary.agent.model),
            (whole.agent.version, &whole.agent.name, &whole.agent.model)
        );
        assert_eq!(
            (summary.created_at, summary.updated_at, summary.archived_at),
            (whole.created_at, whole.updated_at, whole.archived_at)
        );
        assert_eq!(summary.raw(), json);
    }
}
