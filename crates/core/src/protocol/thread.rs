//! Threads of a session.

use serde::Serialize;

use super::object::object;

use super::agent::AgentSnapshot;
use super::multiagent::Advisor;
use super::session::{SessionStatus, status_of};
use super::tagged_union::tagged_union;
use super::timestamp::Timestamp;
use super::usage::{SessionUsage, Stats};

/// A thread (Managed Agents API reference, threads). Every session has a primary one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "session_thread")]
pub struct SessionThread {
    /// Id (`sthr_…`).
    pub id: String,
    /// The session.
    pub session_id: String,
    /// The thread that started it; null for the primary thread.
    pub parent_thread_id: Option<String>,
    /// State.
    pub status: SessionStatus,
    /// Who works in it.
    pub agent: ThreadAgent,
    /// The workflow run it belongs to.
    pub workflow_run_id: Option<String>,
    /// Durations.
    pub stats: Option<Stats>,
    /// Usage; rounded on its own and without runtime, so threads do not add up to the session.
    pub usage: Option<SessionUsage>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was archived.
    pub archived_at: Option<Timestamp>,
}

object!(SessionThread { id, session_id or default, parent_thread_id, status by status_of, agent or default, workflow_run_id, stats, usage, created_at, updated_at, archived_at });

impl SessionThread {
    /// Whether this is the session's primary thread.
    #[must_use]
    pub fn is_primary(&self) -> bool {
        self.parent_thread_id.is_none()
    }
}

tagged_union! {
    /// Who works in a thread.
    pub enum ThreadAgent {
        /// A saved agent.
        Agent(Box<AgentSnapshot>) = "agent",
        /// A model that gives advice; it has no name.
        Advisor(Advisor) = "advisor",
        /// An agent that was defined in the session.
        Inline(Box<AgentSnapshot>) = "inline",
    }
}

impl ThreadAgent {
    /// Name of the agent.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Agent(agent) | Self::Inline(agent) => Some(&agent.name),
            Self::Advisor(_) | Self::Unknown(_) => None,
        }
    }
}
