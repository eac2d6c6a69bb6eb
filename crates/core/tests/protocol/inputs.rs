//! Requests have exactly the documented bodies: what is unset is absent, what is cleared is null.

use playground_core::protocol::event::{SystemMessage, UserInterrupt, UserToolResult};
use playground_core::protocol::*;
use serde_json::{Value, json};

fn json_of(value: &impl serde::Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

#[test]
fn a_message_is_written_like_the_documented_sample() {
    let send = SendEvents {
        events: vec![InputEvent::message("Where is order #1234?")],
    };
    assert_eq!(
        serde_json::to_string(&send).unwrap(),
        r#"{"events":[{"type":"user.message","content":[{"type":"text","text":"Where is order #1234?"}]}]}"#
    );
}

#[test]
fn every_input_event() {
    for (event, expected) in [
        (InputEvent::interrupt(), json!({"type": "user.interrupt"})),
        (
            InputEvent::UserInterrupt(UserInterrupt {
                session_thread_id: Some("sthr_1".into()),
            }),
            json!({"type": "user.interrupt", "session_thread_id": "sthr_1"}),
        ),
        (
            InputEvent::allow("sevt_1"),
            json!({"type": "user.tool_confirmation", "tool_use_id": "sevt_1", "result": "allow"}),
        ),
        (
            InputEvent::deny("sevt_1", Some("Not today".into())),
            json!({"type": "user.tool_confirmation", "tool_use_id": "sevt_1", "result": "deny", "deny_message": "Not today"}),
        ),
        (
            InputEvent::deny("sevt_1", None),
            json!({"type": "user.tool_confirmation", "tool_use_id": "sevt_1", "result": "deny"}),
        ),
        (
            InputEvent::custom_tool_result("sevt_1", "42", false),
            json!({"type": "user.custom_tool_result", "custom_tool_use_id": "sevt_1", "content": [{"type": "text", "text": "42"}]}),
        ),
        (
            InputEvent::custom_tool_result("sevt_1", "no", true),
            json!({"type": "user.custom_tool_result", "custom_tool_use_id": "sevt_1", "content": [{"type": "text", "text": "no"}], "is_error": true}),
        ),
        (
            InputEvent::UserToolResult(UserToolResult {
                tool_use_id: "sevt_1".into(),
                content: vec![],
                is_error: None,
                session_thread_id: None,
            }),
            json!({"type": "user.tool_result", "tool_use_id": "sevt_1"}),
        ),
        (
            InputEvent::UserDefineOutcome(DefineOutcome {
                description: "Green".into(),
                rubric: Rubric::Text(TextRubric {
                    content: "- tests pass".into(),
                }),
                max_iterations: None,
            }),
            json!({"type": "user.define_outcome", "description": "Green", "rubric": {"type": "text", "content": "- tests pass"}}),
        ),
        (
            InputEvent::SystemMessage(SystemMessage {
                content: vec![ContentBlock::text("Be brief.")],
            }),
            json!({"type": "system.message", "content": [{"type": "text", "text": "Be brief."}]}),
        ),
        (
            InputEvent::Raw(RawJson::parse(r#"{"type":"user.wave","hand":"left"}"#).unwrap()),
            json!({"type": "user.wave", "hand": "left"}),
        ),
    ] {
        assert_eq!(json_of(&event), expected);
    }
}

#[test]
fn sent_events_come_back_with_ids() {
    let sent: SentEvents =
        serde_json::from_str(r#"{"data":[{"type":"user.interrupt","id":"sevt_1","processed_at":null}]}"#)
            .unwrap();
    assert_eq!(sent.data[0].id().map(|id| &**id), Some("sevt_1"));
    assert!(serde_json::from_str::<SentEvents>("{}").unwrap().data.is_empty());
}

#[test]
fn the_smallest_session() {
    let create = SessionCreate::new(AgentParam::Id("agent_1".into()), "env_1");
    assert_eq!(
        serde_json::to_string(&create).unwrap(),
        r#"{"agent":"agent_1","environment_id":"env_1"}"#
    );
}

#[test]
fn every_form_of_agent() {
    let reference = |version| {
        AgentParam::Reference(AgentReference {
            id: "agent_1".into(),
            version,
        })
    };
    assert_eq!(
        json_of(&reference(Some(3))),
        json!({"type": "agent", "id": "agent_1", "version": 3})
    );
    assert_eq!(
        json_of(&reference(None)),
        json!({"type": "agent", "id": "agent_1"})
    );
    let overrides = AgentOverrides {
        id: "agent_1".into(),
        model: Some(ModelParam::new("claude-haiku-5-5", None, None)),
        system: Some(None),
        tools: Some(vec![ToolEntry::AgentToolset(AgentToolset {
            default_config: None,
            configs: vec![ToolConfig {
                name: "bash".into(),
                permission_policy: Some(PermissionPolicy::AlwaysAsk),
                ..ToolConfig::default()
            }],
        })]),
        skills: Some(vec![]),
        ..AgentOverrides::default()
    }
    .into_param()
    .unwrap();
    assert_eq!(
        json_of(&overrides),
        json!({"type": "agent_with_overrides", "id": "agent_1", "model": "claude-haiku-5-5", "system": null, "skills": [],
            "tools": [{"type": "agent_toolset_20260401",
                "configs": [{"name": "bash", "permission_policy": {"type": "always_ask"}}]}]})
    );
}

#[test]
fn a_session_with_everything() {
    let create = SessionCreate {
        title: Some("T".into()),
        metadata: [("k".to_owned(), "v".to_owned())].into(),
        resources: vec![
            ResourceParam::File(FileParam {
                file_id: "file_1".into(),
                mount_path: None,
            }),
            ResourceParam::GithubRepository(GithubRepositoryParam {
                url: "https://github.com/o/r".into(),
                authorization_token: Some(Secret::new("ghp_x")),
                checkout: Some(Checkout::Branch(Branch { name: "main".into() })),
                mount_path: None,
            }),
            ResourceParam::MemoryStore(MemoryStoreParam {
                memory_store_id: "memstore_1".into(),
                access: Some(MemoryAccess::ReadOnly),
                instructions: None,
            }),
        ],
        vault_ids: vec!["vlt_1".into()],
        budget: Some(Budget::usd(2_500)),
        initial_events: vec![InputEvent::message("Go")],
        ..SessionCreate::new(AgentParam::Id("agent_1".into()), "env_1")
    };
    assert_eq!(
        json_of(&create),
        json!({"agent": "agent_1", "environment_id": "env_1", "title": "T", "metadata": {"k": "v"},
            "resources": [{"type": "file", "file_id": "file_1"},
                {"type": "github_repository", "url": "https://github.com/o/r", "authorization_token": "ghp_x",
                 "checkout": {"type": "branch", "name": "main"}},
                {"type": "memory_store", "memory_store_id": "memstore_1", "access": "read_only"}],
            "vault_ids": ["vlt_1"],
            "budget": {"type": "limit", "max_list_cost": {"amount": "2500", "currency": "USD"}},
            "initial_events": [{"type": "user.message", "content": [{"type": "text", "text": "Go"}]}]})
    );
    assert!(
        !format!("{create:?}").contains("ghp_x"),
        "a secret must not reach a log"
    );
}

#[test]
fn updates_tell_cleared_from_unchanged() {
    assert_eq!(serde_json::to_string(&SessionUpdate::default()).unwrap(), "{}");
    let update = SessionUpdate {
        title: Some(None),
        metadata: Some(
            [
                ("gone".to_owned(), None),
                ("new".to_owned(), Some("v".to_owned())),
            ]
            .into(),
        ),
        agent: Some(SessionAgentUpdate {
            tools: Some(vec![]),
            mcp_servers: None,
        }),
        budget: Some(None),
    };
    assert_eq!(
        json_of(&update),
        json!({"title": null, "metadata": {"gone": null, "new": "v"}, "agent": {"tools": []}, "budget": null})
    );
    let titled = SessionUpdate {
        title: Some(Some("T".into())),
        ..SessionUpdate::default()
    };
    assert_eq!(json_of(&titled), json!({"title": "T"}));
}

#[test]
fn agents_environments_and_vaults() {
    let effort = EffortLevel { level: Effort::High };
    let agent = AgentCreate::new(
        "A",
        ModelParam::new("claude-opus-5-5", Some(effort), Some(Speed::Fast)),
    );
    assert_eq!(
        json_of(&agent),
        json!({"name": "A", "model": {"id": "claude-opus-5-5", "effort": {"type": "high"}, "speed": "fast"}})
    );
    let change = AgentUpdate {
        version: Some(2),
        system: Some(None),
        ..AgentUpdate::default()
    };
    assert_eq!(json_of(&change), json!({"version": 2, "system": null}));
    let environment = EnvironmentCreate {
        name: "E".into(),
        config: Some(EnvironmentConfig::SelfHosted),
        description: None,
        metadata: [].into(),
    };
    assert_eq!(
        json_of(&environment),
        json!({"name": "E", "config": {"type": "self_hosted"}})
    );
    let vault = VaultCreate {
        display_name: "V".into(),
        metadata: [].into(),
    };
    assert_eq!(json_of(&vault), json!({"display_name": "V"}));
}
