//! Requests that the API refuses, with status, type and message.

use serde_json::{Value, json};

use crate::harness::{Demo, message, message_of};

#[tokio::test]
async fn creating_sessions() {
    let demo = Demo::start().await;
    let (agent, environment) = (demo.agent("Repo helper").await, demo.environment("cloud").await);
    let body = |more: Value| {
        let mut body = json!({"agent": agent, "environment_id": environment});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let budget = |amount: &str, currency: &str| json!({"budget": {"type": "limit", "max_list_cost": {"amount": amount, "currency": currency}}});
    let overrides = |more: Value| {
        let mut agent = json!({"type": "agent_with_overrides", "id": agent});
        for (key, value) in more.as_object().unwrap() {
            agent[key] = value.clone();
        }
        json!({"agent": agent})
    };
    let many: Vec<Value> = (0..51).map(|_| message("x")).collect();
    for (more, status, part) in [
        (json!({"agent": null}), 400, "agent"),
        (json!({"agent": "agent_01missing"}), 404, "Agent not found"),
        (
            json!({"agent": {"type": "agent", "id": agent, "version": 99}}),
            404,
            "has no version 99",
        ),
        (
            json!({"agent": {"type": "agent", "id": agent, "version": 0}}),
            400,
            "agent.version",
        ),
        (
            json!({"agent": {"type": "robot", "id": agent}}),
            400,
            "\"robot\" is not a valid value",
        ),
        (
            json!({"agent": {"type": "agent", "id": agent, "system": "x"}}),
            400,
            "agent.system: Extra inputs",
        ),
        (overrides(json!({"model": null})), 400, "agent_model_required"),
        (
            overrides(json!({"tools": [{"type": "teleport"}]})),
            400,
            "agent.tools[0].type",
        ),
        (
            overrides(json!({"mcp_servers": [{"name": "a", "url": "https://a.example"}]})),
            400,
            "not referenced",
        ),
        (
            json!({"environment_id": "env_01missing"}),
            404,
            "Environment not found",
        ),
        (json!({"environment_id": ""}), 400, "environment_id"),
        (json!({"vault_ids": ["vlt_01missing"]}), 404, "Vault not found"),
        (json!({"vault_ids": "vlt"}), 400, "vault_ids"),
        (json!({"title": "x".repeat(501)}), 400, "title"),
        (json!({"title": 5}), 400, "title"),
        (json!({"metadata": {"k": "x".repeat(513)}}), 400, "metadata.k"),
        (json!({"metadata": []}), 400, "metadata"),
        (budget("0", "USD"), 400, "whole number of cents"),
        (budget("2.50", "USD"), 400, "whole number of cents"),
        (budget("250", "EUR"), 400, "currency"),
        (
            json!({"initial_events": [{"type": "user.interrupt"}]}),
            400,
            "initial_events[0].type",
        ),
        (json!({"initial_events": many}), 400, "at most 50"),
        (
            json!({"resources": [{"type": "file", "file_id": "x"}]}),
            404,
            "File not found",
        ),
        (
            json!({"resources": [{"type": "github_repository", "url": "https://example.com/a/b"}]}),
            400,
            "resources[0].url",
        ),
        (
            json!({"surprise": 1}),
            400,
            "surprise: Extra inputs are not permitted",
        ),
    ] {
        let (found, answer) = demo.post("/v1/sessions", body(more.clone())).await;
        assert_eq!(found, status, "{more}: {answer}");
        assert!(message_of(&answer).contains(part), "{more}: {answer}");
        assert_eq!(answer["type"], "error");
        assert!(answer["request_id"].as_str().unwrap().starts_with("req_"));
    }
    let mut unpriced = body(overrides(json!({"model": "claude-unheard-of"})));
    unpriced["budget"] = budget("100", "USD")["budget"].clone();
    let (status, answer) = demo.post("/v1/sessions", unpriced).await;
    assert!(
        status == 400 && message_of(&answer).starts_with("model_not_budgetable"),
        "{answer}"
    );
}

#[tokio::test]
async fn malformed_bodies() {
    let demo = Demo::start().await;
    for (body, part) in [
        ("{\"agent\":", "not valid JSON"),
        ("", "not valid JSON"),
        ("[]", "valid dictionary"),
    ] {
        let request = demo.request(reqwest::Method::POST, "/v1/sessions").body(body);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400, "{body}");
        let answer: Value = response.json().await.unwrap();
        assert!(message_of(&answer).contains(part), "{answer}");
    }
    let request = demo
        .request(reqwest::Method::POST, "/v1/sessions")
        .header("content-type", "application/json; charset=utf-16")
        .body("{}");
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["error"]["details"]["error_code"], "unsupported_charset");
}

#[tokio::test]
async fn sending_events() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let system = json!({"type": "system.message", "content": [{"type": "text", "text": "Be kind."}]});
    for (events, status, part) in [
        (json!([]), 400, "at least 1 item"),
        (
            json!([{"type": "agent.message"}]),
            400,
            "events[0].type: \"agent.message\" is not a valid value",
        ),
        (
            json!([message("ok"), {"type": "user.message"}]),
            400,
            "events[1].content: Field required",
        ),
        (
            json!([{"type": "user.tool_confirmation", "tool_use_id": "sevt_x", "result": "maybe"}]),
            400,
            "\"maybe\"",
        ),
        (
            json!([{"type": "user.tool_confirmation", "tool_use_id": "sevt_x", "result": "allow"}]),
            400,
            "sevt_x",
        ),
        (
            json!([{"type": "user.custom_tool_result", "custom_tool_use_id": "sevt_x"}]),
            400,
            "sevt_x",
        ),
        (
            json!([{"type": "user.tool_result", "tool_use_id": "sevt_x"}]),
            400,
            "self-hosted",
        ),
        (json!([system]), 400, "must be the last event"),
        (
            json!([{"type": "user.interrupt", "session_thread_id": "sthr_01other"}]),
            404,
            "Thread not found",
        ),
    ] {
        let (found, answer) = demo.send(&session, events.clone()).await;
        assert_eq!(found, status, "{events}: {answer}");
        assert!(message_of(&answer).contains(part), "{events}: {answer}");
    }
    assert!(demo.events(&session).await.is_empty());

    let old = json!({"agent": {"type": "agent", "id": demo.agent("Repo helper").await, "version": 1}});
    let old = demo.session_with("Repo helper", old).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let (status, answer) = demo.send(&old, json!([message("hi"), system])).await;
    assert_eq!(status, 400);
    assert!(
        message_of(&answer).starts_with("model_does_not_support_mid_conversation_system"),
        "{answer}"
    );
    let (status, sent) = demo.send(&session, json!([message("hi"), system])).await;
    assert_eq!((status, sent["data"].as_array().unwrap().len()), (200, 2));

    let environment = demo.environment("self_hosted").await;
    let office = demo
        .session_with("Repo helper", json!({"environment_id": environment}))
        .await;
    let result = json!([{"type": "user.tool_result", "tool_use_id": "sevt_x"}]);
    let (status, answer) = demo.send(office["id"].as_str().unwrap(), result).await;
    assert_eq!(
        (status, &answer["error"]["type"]),
        (403, &json!("permission_error"))
    );
}

#[tokio::test]
async fn updating_sessions() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    for (body, part) in [
        (json!({"vault_ids": []}), "vault_ids"),
        (json!({"title": ""}), "title"),
        (json!({"agent": {"model": "x"}}), "agent.model: Extra inputs"),
        (
            json!({"agent": {"tools": [{"type": "x"}]}}),
            "agent.tools[0].type",
        ),
        (json!({"status": "idle"}), "status: Extra inputs"),
    ] {
        let (status, answer) = demo.post(&format!("/v1/sessions/{session}"), body.clone()).await;
        assert_eq!(status, 400, "{body}");
        assert!(message_of(&answer).contains(part), "{body}: {answer}");
    }
    assert!(demo.events(&session).await.is_empty());
}

#[tokio::test]
async fn queries() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    for (path, part) in [
        (
            format!("/v1/sessions/{session}/events?after=sevt_1"),
            "Accepted parameters: limit, page, order, types[]",
        ),
        (format!("/v1/sessions/{session}/events?limit=1001"), "limit"),
        (
            format!("/v1/sessions/{session}/events?types[]=event_delta"),
            "types[]",
        ),
        (
            format!("/v1/sessions/{session}/events?types[]=session.deleted"),
            "types[]",
        ),
        (
            format!("/v1/sessions/{session}/events?created_at[gte]=yesterday"),
            "created_at[gte]",
        ),
        (
            format!("/v1/sessions/{session}/events?page=page_nonsense"),
            "page",
        ),
        (
            format!("/v1/sessions/{session}/events/stream?event_deltas[]=agent.tool_use"),
            "event_deltas[]",
        ),
        (format!("/v1/sessions/{session}?expand=agent"), "expand"),
        ("/v1/sessions?order=up".to_owned(), "order"),
        ("/v1/sessions?statuses[]=busy".to_owned(), "statuses[]"),
        ("/v1/sessions?agent_version=1".to_owned(), "agent_id"),
        ("/v1/sessions?include_archived=yes".to_owned(), "include_archived"),
        ("/v1/agents?q=x".to_owned(), "q"),
    ] {
        let (status, answer) = demo.get(&path).await;
        assert_eq!(status, 400, "{path}: {answer}");
        assert!(message_of(&answer).contains(part), "{path}: {answer}");
    }
    assert_eq!(demo.get("/v1/sessions?beta=true").await.0, 200);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_not_found() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let agent = demo.agent("Repo helper").await;
    for path in [
        "/v1/nothing".to_owned(),
        format!("/v1/sessions/{session}/threads/x/events/stream"),
        "/v1".to_owned(),
    ] {
        let (status, answer) = demo.get(&path).await;
        assert_eq!(
            (status, &answer["error"]["type"]),
            (404, &json!("not_found_error")),
            "{path}"
        );
    }
    let (status, answer) = demo.delete(&format!("/v1/agents/{agent}")).await;
    assert_eq!((status, message_of(&answer)), (404, "not found"));
}
