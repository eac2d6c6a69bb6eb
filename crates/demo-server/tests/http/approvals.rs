//! Calls that wait for a person.

use serde_json::{Value, json};

use crate::harness::{Demo, id_of, message, message_of, of_type, types};

/// A deployer that waits for both approvals; answers the session and the ids of the calls.
async fn waiting(demo: &Demo) -> (String, Vec<String>) {
    let session = demo.session("Careful deployer").await;
    let events = demo.turn(&session, "Deploy v2.0.1 to production").await;
    let idle = events.last().unwrap();
    assert_eq!(idle["stop_reason"]["type"], "requires_action");
    let ids: Vec<String> = serde_json::from_value(idle["stop_reason"]["event_ids"].clone()).unwrap();
    assert_eq!(ids.len(), 2);
    for id in &ids {
        let call = events.iter().find(|event| event["id"] == id.as_str()).unwrap();
        assert_eq!(call["evaluated_permission"], "ask");
        assert_eq!(call["evaluation"], json!({"type": "always_ask"}));
    }
    (session, ids)
}

fn confirm(id: &str, result: &str) -> Value {
    json!({"type": "user.tool_confirmation", "tool_use_id": id, "result": result})
}

#[tokio::test]
async fn one_answer_re_idles_with_the_remainder_and_the_last_one_resumes() {
    let demo = Demo::start().await;
    let (session, ids) = waiting(&demo).await;
    let before = demo.events(&session).await.len();
    assert_eq!(
        demo.send(&session, json!([confirm(&ids[0], "allow")])).await.0,
        200
    );
    let events = demo.events(&session).await;
    assert_eq!(
        types(&events[before..]),
        [
            "user.tool_confirmation",
            "session.thread_status_idle",
            "session.usage",
            "session.status_idle"
        ]
    );
    assert_eq!(
        events.last().unwrap()["stop_reason"]["event_ids"],
        json!([ids[1]])
    );

    assert_eq!(
        demo.send(&session, json!([confirm(&ids[1], "allow")])).await.0,
        200
    );
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let after = &types(&events)[before + 4..];
    assert_eq!(
        after[..6],
        [
            "user.tool_confirmation",
            "session.status_running",
            "session.thread_status_running",
            "agent.tool_result",
            "agent.tool_result",
            "span.model_request_start",
        ]
    );
    assert!(after.contains(&"agent.mcp_tool_use") && after.contains(&"agent.mcp_tool_result"));
    let last = of_type(&events, "agent.message").pop().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap();
    assert!(
        last.contains("v2.0.1") && last.contains("is live on production"),
        "{last}"
    );
}

#[tokio::test]
async fn a_denial_reaches_the_model_as_an_error_result_directly_before_its_request() {
    let demo = Demo::start().await;
    let (session, ids) = waiting(&demo).await;
    let mut denial = confirm(&ids[1], "deny");
    denial["deny_message"] = json!("Not on a Friday.");
    let before = demo.events(&session).await.len();
    assert_eq!(
        demo.send(&session, json!([confirm(&ids[0], "allow"), denial]))
            .await
            .0,
        200
    );
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let rest = &events[before..];
    assert_eq!(
        types(rest)[..7],
        [
            "user.tool_confirmation",
            "user.tool_confirmation",
            "session.status_running",
            "session.thread_status_running",
            "agent.tool_result",
            "agent.tool_result",
            "span.model_request_start",
        ]
    );
    assert_eq!(rest[4]["is_error"], false);
    assert_eq!(rest[5]["tool_use_id"], ids[1].as_str());
    assert_eq!(rest[5]["is_error"], true);
    assert_eq!(rest[5]["content"][0]["text"], "Not on a Friday.");
    let last = of_type(&events, "agent.message").pop().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap();
    assert!(last.contains("Not on a Friday."), "{last}");
}

#[tokio::test]
async fn answers_are_taken_once_and_only_for_calls_that_wait() {
    let demo = Demo::start().await;
    let (session, ids) = waiting(&demo).await;
    let events = demo.events(&session).await;
    let allowed = of_type(&events, "agent.tool_use")[0]["id"].as_str().unwrap();
    for id in ["sevt_01unknown", allowed] {
        let (status, body) = demo.send(&session, json!([confirm(id, "allow")])).await;
        assert_eq!(
            (status, &body["error"]["type"]),
            (400, &json!("invalid_request_error"))
        );
    }
    assert_eq!(
        demo.send(&session, json!([confirm(&ids[0], "deny")])).await.0,
        200
    );
    assert_eq!(
        demo.send(&session, json!([confirm(&ids[0], "allow")])).await.0,
        400
    );
    let custom = json!([{"type": "user.custom_tool_result", "custom_tool_use_id": ids[1]}]);
    assert_eq!(demo.send(&session, custom).await.0, 400);
}

#[tokio::test]
async fn a_batch_with_one_bad_event_stores_nothing() {
    let demo = Demo::start().await;
    let (session, ids) = waiting(&demo).await;
    let before = demo.events(&session).await;
    let batch = json!([confirm(&ids[0], "allow"), confirm("sevt_01unknown", "allow")]);
    assert_eq!(demo.send(&session, batch).await.0, 400);
    assert_eq!(demo.events(&session).await, before);
    assert_eq!(
        demo.send(&session, json!([confirm(&ids[0], "allow")])).await.0,
        200
    );
}

#[tokio::test]
async fn messages_are_refused_while_answers_are_awaited() {
    let demo = Demo::start().await;
    let (session, ids) = waiting(&demo).await;
    let (status, body) = demo.send(&session, json!([message("hello?")])).await;
    assert_eq!(status, 400);
    assert_eq!(
        message_of(&body),
        format!(
            "Invalid user.message event at events[0]: waiting on responses to events [{}]; only \
             `user.tool_confirmation`, `user.custom_tool_result`, `user.tool_result`, or `user.interrupt` may be sent (a \
             `system.message` may trail a tool result)",
            ids.join(", ")
        )
    );
}

#[tokio::test]
async fn custom_tools_are_answered_by_the_client() {
    let demo = Demo::start().await;
    let session = demo.session("Order desk").await;
    let events = demo.turn(&session, "Refund order B-2077, please.").await;
    let call = of_type(&events, "agent.custom_tool_use")[0].clone();
    assert_eq!(call["input"]["order_id"], "B-2077");
    assert!(call.get("evaluated_permission").is_none());
    let result = |id: &str, text: &str| json!({"type": "user.custom_tool_result", "custom_tool_use_id": id, "content": [{"type": "text", "text": text}]});
    assert_eq!(
        demo.send(
            &session,
            json!([result(&id_of(&call), "{\"status\":\"shipped\"}")])
        )
        .await
        .0,
        200
    );
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let waiting = &events.last().unwrap()["stop_reason"]["event_ids"];
    assert_eq!(waiting.as_array().unwrap().len(), 2);
    for id in waiting.as_array().unwrap() {
        assert_eq!(
            demo.send(&session, json!([result(id.as_str().unwrap(), "done by hand")]))
                .await
                .0,
            200
        );
    }
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let last = of_type(&events, "agent.message").pop().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap();
    assert!(last.contains("done by hand"), "{last}");
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "end_turn");
}

#[tokio::test]
async fn an_override_of_the_tools_changes_who_is_asked() {
    let demo = Demo::start().await;
    let agent = demo.agent("Repo helper").await;
    let asking = json!([{"type": "agent_toolset_20260401", "default_config": {"permission_policy": {"type": "always_ask"}}}]);
    let agent = json!({"type": "agent_with_overrides", "id": agent, "tools": asking});
    let session = id_of(&demo.session_with("Repo helper", json!({"agent": agent})).await);
    let events = demo.turn(&session, "list the files").await;
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "requires_action");

    let session = demo.session("Careful deployer").await;
    let events = demo.turn(&session, "force it to production").await;
    let ids = events.last().unwrap()["stop_reason"]["event_ids"].clone();
    let answers: Vec<Value> = ids
        .as_array()
        .unwrap()
        .iter()
        .map(|id| confirm(id.as_str().unwrap(), "allow"))
        .collect();
    demo.send(&session, json!(answers)).await;
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let blocked = of_type(&events, "agent.tool_use")
        .into_iter()
        .find(|call| call["name"] == "web_fetch")
        .unwrap();
    assert_eq!(blocked["evaluated_permission"], "deny");
    assert_eq!(
        blocked["evaluation"]["evaluated_permission"]["reason_code"],
        "high_risk"
    );
    let result = of_type(&events, "agent.tool_result")
        .into_iter()
        .find(|result| result["tool_use_id"] == blocked["id"]);
    assert_eq!(
        result.unwrap()["content"][0]["text"],
        "Permission to use web_fetch has been denied."
    );
}
