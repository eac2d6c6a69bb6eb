//! How an agent works with other agents. Saved agents name their members by reference; sessions write them out in full.

use serde::Serialize;

use super::agent::{AgentReference, AgentSnapshot};
use super::object::{Fields, FromFields, Misfit, object, readable};
use super::tagged_union::tagged_union;

tagged_union! {
    /// `multiagent` of an agent.
    pub enum Multiagent {
        /// Members that are enabled each on its own.
        Members(MultiagentMembers) = "multiagent_20261001",
        /// A coordinator with a roster; the older form.
        Coordinator(Roster) = "coordinator",
    }
}

/// Subagents, workflows and an advisor. An absent member has the server's default.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct MultiagentMembers {
    /// Agents that may be started as threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subagents: Option<Delegation>,
    /// Agents that workflows may start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflows: Option<Delegation>,
    /// A model that may be asked for advice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisor: Option<AdvisorSetting>,
}

object!(MultiagentMembers {
    subagents,
    workflows,
    advisor
});

tagged_union! {
    /// Whether and to whom an agent may delegate.
    pub enum Delegation {
        /// It may.
        Enabled(DelegationTargets) = "enabled",
        /// It may not.
        Disabled = "disabled",
    }
}

/// To whom an agent may delegate.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DelegationTargets {
    /// Saved agents, at most 20.
    pub predefined_agents: Vec<RosterEntry>,
    /// Whether it may define agents of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline_agents: Option<Switch>,
}

object!(DelegationTargets {
    predefined_agents,
    inline_agents
});

tagged_union! {
    /// On or off.
    pub enum Switch {
        /// On.
        Enabled = "enabled",
        /// Off.
        Disabled = "disabled",
    }
}

tagged_union! {
    /// Whether an agent may ask for advice.
    pub enum AdvisorSetting {
        /// It may ask this model.
        Enabled(Advisor) = "enabled",
        /// It may not.
        Disabled = "disabled",
    }
}

/// A model that gives advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advisor {
    /// Id of the model.
    pub model: String,
}

object!(Advisor = "model" { model });

/// The members of a coordinator.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Roster {
    /// 1 to 20 members.
    pub agents: Vec<RosterEntry>,
}

object!(Roster { agents });

tagged_union! {
    /// A member of a roster. An id alone, as it may be sent, is kept in `Unknown`.
    pub enum RosterEntry {
        /// A saved agent.
        Agent(Member) = "agent",
        /// A model that gives advice.
        Advisor(Advisor) = "advisor",
        /// A copy of the agent itself; only sent.
        Itself = "self",
    }
}

/// A saved agent as a member.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Member {
    /// Written out in full, as in a session.
    Snapshot(Box<AgentSnapshot>),
    /// By id and version, as in a saved agent.
    Reference(AgentReference),
}

impl FromFields for Member {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, Misfit> {
        if fields.string("name").is_some() {
            FromFields::from_fields(fields).map(Self::Snapshot)
        } else {
            FromFields::from_fields(fields).map(Self::Reference)
        }
    }
}

readable!(Member);
