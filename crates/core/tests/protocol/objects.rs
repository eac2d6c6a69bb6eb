//! The objects other than events.

use playground_core::protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fixtures::{elements, normal};

/// Decodes every element, checks that nothing is unknown, and that both the kept and the typed value go out equal.
fn go_out_as_they_came<T: DeserializeOwned + Serialize + std::fmt::Debug>(json: &str) -> Vec<Kept<T>> {
    let objects: Vec<Kept<T>> = serde_json::from_str(json).unwrap();
    for (kept, value) in objects.iter().zip(elements(json)) {
        let debug = format!("{kept:?}");
        assert!(
            !debug.contains("Unknown(") && !debug.contains("Other("),
            "{debug}"
        );
        assert_eq!(serde_json::from_str::<Value>(kept.raw()).unwrap(), value);
        let typed: Value = serde_json::from_str(&serde_json::to_string(kept.get()).unwrap()).unwrap();
        assert_eq!(normal(typed), normal(value));
    }
    assert!(!objects.is_empty());
    objects
}

#[test]
fn sessions() {
    let sessions =
        go_out_as_they_came::<Session>(include_str!("../../../../tests/fixtures/objects/sessions.json"));
    let full = &sessions[0];
    assert_eq!(full.status, SessionStatus::Running);
    assert_eq!(full.agent.model.id, "claude-opus-5-5");
    assert_eq!(full.usage.list_cost.as_ref().unwrap().to_string(), "$0.42");
    assert_eq!(full.created_at.unwrap().to_string(), "2026-11-20T08:00:00Z");
    assert_eq!(full.resources.len(), 6);
    let Some(Multiagent::Members(members)) = &full.agent.multiagent else {
        panic!()
    };
    let Some(Delegation::Enabled(subagents)) = &members.subagents else {
        panic!()
    };
    let RosterEntry::Agent(Member::Snapshot(member)) = &subagents.predefined_agents[0] else {
        panic!()
    };
    assert_eq!(member.name, "Researcher");
}

#[test]
fn threads() {
    let threads =
        go_out_as_they_came::<SessionThread>(include_str!("../../../../tests/fixtures/objects/threads.json"));
    assert!(threads[0].is_primary() && !threads[1].is_primary());
    let names: Vec<_> = threads.iter().map(|t| t.agent.name()).collect();
    assert_eq!(names, [Some("Lead"), Some("Helper"), None]);
}

#[test]
fn agents() {
    let agents = go_out_as_they_came::<Agent>(include_str!("../../../../tests/fixtures/objects/agents.json"));
    let Some(Multiagent::Coordinator(roster)) = &agents[1].multiagent else {
        panic!()
    };
    let RosterEntry::Agent(Member::Reference(reference)) = &roster.agents[0] else {
        panic!()
    };
    assert_eq!(
        (reference.id.as_str(), reference.version),
        ("agent_01ExR", Some(2))
    );
    let ToolEntry::AgentToolset(toolset) = &agents[0].tools[0] else {
        panic!()
    };
    assert_eq!(
        toolset.configs[0].permission_policy,
        Some(PermissionPolicy::AlwaysAsk)
    );
}

#[test]
fn environments_and_vaults() {
    let environments = go_out_as_they_came::<Environment>(include_str!(
        "../../../../tests/fixtures/objects/environments.json"
    ));
    assert_eq!(environments[2].config, EnvironmentConfig::SelfHosted);
    assert!(environments[2].archived_at.is_some());
    go_out_as_they_came::<Vault>(include_str!("../../../../tests/fixtures/objects/vaults.json"));
    go_out_as_they_came::<Credential>(include_str!(
        "../../../../tests/fixtures/objects/credentials.json"
    ));
}

#[test]
fn models() {
    let json = r#"{"data":[{"type":"model","id":"claude-opus-5-5","display_name":"Claude Opus 5.5","lifecycle":"active","line":"opus",
        "max_input_tokens":1000000,"max_tokens":64000,"capabilities":{"batch":{"supported":true}},"created_at":"2026-10-01T00:00:00Z",
        "deprecated_at":null,"retires_at":null}],"has_more":false,"first_id":"claude-opus-5-5","last_id":"claude-opus-5-5"}"#;
    let page: IdPage<ModelInfo> = serde_json::from_str(json).unwrap();
    assert_eq!(page.data[0].lifecycle, Some(ModelLifecycle::Active));
    let typed: Value = serde_json::from_str(&serde_json::to_string(&page).unwrap()).unwrap();
    assert_eq!(normal(typed), normal(serde_json::from_str(json).unwrap()));
}

#[test]
fn the_error_envelope() {
    let value = json!({"type": "error", "error": {"type": "invalid_request_error", "message": "No.",
        "details": {"error_code": "workflow_run_open", "new": 1}}, "request_id": "req_1"});
    let envelope: ErrorEnvelope = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(envelope.error.error_type, ErrorType::InvalidRequest);
    assert_eq!(envelope.error.error_code().as_deref(), Some("workflow_run_open"));
    assert_eq!(serde_json::to_value(&envelope).unwrap(), value);
    let bare: ErrorEnvelope = serde_json::from_value(json!({"error": {"type": "tea_error"}})).unwrap();
    assert_eq!(bare.error.error_type.as_str(), "tea_error");
    assert_eq!((bare.error.error_code(), bare.request_id), (None, None));
}

#[test]
fn a_session_needs_only_an_id_and_a_status() {
    let session: Session = serde_json::from_value(
        json!({"id": "sesn_1", "status": "hibernating", "created_at": "long ago", "usage": null}),
    )
    .unwrap();
    assert_eq!(session.status.as_str(), "hibernating");
    assert_eq!((session.created_at, session.title), (None, None));
    assert!(serde_json::from_value::<Session>(json!({"status": "idle"})).is_err());
}

#[test]
fn unknown_parts_of_a_session_survive() {
    let json = r#"{"status":"idle","id":"sesn_1","resources":[{"type":"hologram","b":1,"a":2}],"mood":{"good":1.0}}"#;
    let session: Kept<Session> = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&session).unwrap(), json);
    let SessionResource::Unknown(resource) = &session.resources[0] else {
        panic!()
    };
    assert_eq!(resource.get(), r#"{"type":"hologram","b":1,"a":2}"#);
}

#[test]
fn answers_to_deletion() {
    let deleted: Deleted = serde_json::from_str(r#"{"id":"sesn_1","type":"session_deleted"}"#).unwrap();
    assert_eq!(deleted.object_type, "session_deleted");
}
