//! Sessions with several threads.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Demo, PATIENCE, id_of, of_type, types};

async fn threads(demo: &Demo, session: &str) -> Vec<Value> {
    demo.ok_get(&format!("/v1/sessions/{session}/threads")).await["data"]
        .as_array()
        .unwrap()
        .clone()
}

/// A team whose writer waits for approval; answers the session and the call on the primary stream.
async fn waiting_team(demo: &Demo) -> (String, Value) {
    let session = demo.session("Research team").await;
    demo.say(&session, "Compare three job queues").await;
    let asked = async {
        loop {
            let events = demo.events(&session).await;
            let is_asked = |event: &&Value| {
                event["evaluated_permission"] == "ask" && event["session_thread_id"].is_string()
            };
            if let Some(call) = events.iter().find(is_asked) {
                return call.clone();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let call = tokio::time::timeout(PATIENCE, asked)
        .await
        .expect("somebody asked");
    (session, call)
}

#[tokio::test]
async fn every_session_has_its_primary_thread() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let list = threads(&demo, &session).await;
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["type"], "session_thread");
    assert!(list[0]["parent_thread_id"].is_null());
    let path = format!("/v1/sessions/{session}/threads/{}", id_of(&list[0]));
    assert_eq!(demo.ok_get(&path).await["id"], list[0]["id"]);
    let events = demo.turn(&session, "list files").await;
    assert_eq!(
        demo.ok_get(&format!("{path}/events")).await["data"],
        json!(events)
    );
    assert_eq!(demo.post(&format!("{path}/archive"), json!({})).await.0, 400);
    assert_eq!(
        demo.get(&format!("/v1/sessions/{session}/threads/sth_1")).await.0,
        400
    );
    assert_eq!(
        demo.get(&format!("/v1/sessions/{session}/threads/sthr_01x"))
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn a_childs_approval_is_asked_and_answered_on_the_primary() {
    let demo = Demo::start().await;
    let (session, call) = waiting_team(&demo).await;
    let writer = call["session_thread_id"].as_str().unwrap().to_owned();
    let allow = json!([{"type": "user.tool_confirmation", "tool_use_id": call["id"], "result": "allow"}]);
    let (status, sent) = demo.send(&session, allow.clone()).await;
    assert_eq!(status, 200);
    assert_eq!(sent["data"][0]["session_thread_id"], writer.as_str());
    assert_eq!(demo.send(&session, allow).await.0, 400);
    demo.wait_for(&session, "idle").await;
    let primary = demo.events(&session).await;
    let child = demo
        .ok_get(&format!("/v1/sessions/{session}/threads/{writer}/events"))
        .await;
    let child = child["data"].as_array().unwrap().clone();
    assert!(types(&child).contains(&"agent.thread_message_received"));
    let original = child.iter().find(|event| event["id"] == call["id"]).unwrap();
    assert!(original.get("session_thread_id").is_none());
    let answer = of_type(&child, "user.tool_confirmation")[0];
    assert_ne!(answer["id"], sent["data"][0]["id"]);
    assert_eq!(answer["tool_use_id"], call["id"]);
    assert!(of_type(&primary, "agent.tool_result").is_empty());
    assert_eq!(of_type(&primary, "session.thread_created").len(), 2);
    assert_eq!(of_type(&primary, "agent.thread_message_sent").len(), 2);
    assert_eq!(of_type(&primary, "agent.thread_message_received").len(), 2);
    assert_eq!(primary.last().unwrap()["stop_reason"]["type"], "end_turn");
    let list = threads(&demo, &session).await;
    assert_eq!(list.len(), 3);
    assert!(list.iter().all(|thread| thread["status"] == "idle"));
    assert!(list[1..].iter().all(|thread| thread["agent"]["type"] == "inline"));
    let path = format!("/v1/sessions/{session}/threads/{writer}/archive");
    assert_eq!(demo.ok_post(&path, json!({})).await["status"], "terminated");
}

#[tokio::test]
async fn a_childs_stream_carries_its_own_previews() {
    let demo = Demo::slow().await;
    let session = demo.session("Research team").await;
    let mut primary = demo.stream(&session, "?event_deltas[]=agent.message").await;
    demo.say(&session, "Compare three job queues").await;
    let created = primary.until("session.thread_created").await.pop().unwrap().data;
    let path = format!(
        "/v1/sessions/{session}/threads/{}/stream",
        created["session_thread_id"].as_str().unwrap()
    );
    let mut own = demo
        .stream_at(&format!("{path}?event_deltas[]=agent.message"))
        .await;
    let frames = own.until("agent.thread_message_sent").await;
    let names: Vec<&str> = frames.iter().map(|frame| frame.name.as_str()).collect();
    assert!(
        names.contains(&"event_delta") && names.contains(&"agent.tool_result"),
        "{names:?}"
    );
    assert!(!names.iter().any(|name| name.starts_with("session.status")));
}

#[tokio::test]
async fn one_child_can_be_interrupted() {
    let demo = Demo::start().await;
    let (session, call) = waiting_team(&demo).await;
    let writer = call["session_thread_id"].as_str().unwrap().to_owned();
    let interrupt = json!([{"type": "user.interrupt", "session_thread_id": writer}]);
    assert_eq!(demo.send(&session, interrupt).await.0, 200);
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    assert_eq!(of_type(&events, "agent.thread_message_received").len(), 1);
    let last = of_type(&events, "agent.message").pop().unwrap()["content"][0]["text"]
        .as_str()
        .unwrap();
    assert!(last.contains("**writer**: interrupted"), "{last}");
    let child = demo
        .ok_get(&format!("/v1/sessions/{session}/threads/{writer}/events"))
        .await;
    let child = child["data"].as_array().unwrap().clone();
    assert!(types(&child).contains(&"user.interrupt"));
    assert_eq!(of_type(&child, "agent.tool_result")[0]["is_error"], true);
}

#[tokio::test]
async fn an_interrupt_of_all_idles_once() {
    let demo = Demo::start().await;
    let (session, _) = waiting_team(&demo).await;
    demo.send(&session, json!([{"type": "user.interrupt"}])).await;
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    assert_eq!(of_type(&events, "session.status_idle").len(), 1);
    assert!(
        threads(&demo, &session)
            .await
            .iter()
            .all(|thread| thread["status"] == "idle")
    );
    assert_eq!(
        demo.turn(&session, "workflow, please").await.last().unwrap()["stop_reason"]["type"],
        "end_turn"
    );
}

#[tokio::test]
async fn a_workflow_run_keeps_the_session_running_until_it_ends() {
    let demo = Demo::start().await;
    let session = demo.session("Research team").await;
    let events = demo
        .turn(&session, "Check every repository's licence in a workflow")
        .await;
    let kinds = types(&events);
    let place = |kind: &str| kinds.iter().position(|found| *found == kind).unwrap();
    assert!(place("workflow_run.created") < place("workflow_run.status_running"));
    assert!(place("workflow_run.status_running") < place("workflow_run.phase_started"));
    assert!(place("workflow_run.phase_ended") < place("workflow_run.status_ended"));
    assert!(place("workflow_run.status_ended") < place("session.status_idle"));
    assert_eq!(of_type(&events, "session.status_idle").len(), 1);
    let run = &of_type(&events, "workflow_run.created")[0]["workflow_run_id"];
    let list = threads(&demo, &session).await;
    assert_eq!(list.len(), 4);
    assert!(
        list[1..]
            .iter()
            .all(|thread| thread["workflow_run_id"] == *run && thread["status"] == "terminated")
    );
    let running = demo
        .ok_get(&format!("/v1/sessions/{session}/threads?statuses[]=idle"))
        .await;
    assert_eq!(running["data"].as_array().unwrap().len(), 1);
}
