//! The sessions that are there from the start.

use demo_server::Options;
use playground_core::protocol::{Event, EventBody};
use serde_json::{Value, json};

use crate::harness::{Demo, id_of, message, of_type, types};

async fn past(demo: &Demo) -> Vec<Value> {
    demo.ok_get("/v1/sessions?include_archived=true&limit=100").await["data"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn every_event_is_of_a_known_type_and_shape() {
    let demo = Demo::start().await;
    let mut seen = std::collections::BTreeSet::new();
    for session in past(&demo).await {
        let events = demo.events(&id_of(&session)).await;
        for event in &events {
            let parsed = Event::parse(&event.to_string()).unwrap();
            let body = parsed.body();
            assert!(
                !matches!(body, EventBody::Unknown | EventBody::Malformed(_)),
                "{event}: {body:?}"
            );
            seen.insert(event["type"].as_str().unwrap().to_owned());
        }
        let times: Vec<_> = events
            .iter()
            .map(|event| event["processed_at"].as_str().unwrap())
            .collect();
        assert!(
            times
                .iter()
                .all(|time| *time > session["created_at"].as_str().unwrap())
        );
    }
    assert!(seen.len() >= 30, "only {} types: {seen:?}", seen.len());
}

#[tokio::test]
async fn they_are_varied() {
    let demo = Demo::start().await;
    let sessions = past(&demo).await;
    let count = |test: &dyn Fn(&Value) -> bool| sessions.iter().filter(|session| test(session)).count();
    assert!(count(&|session| session["title"].is_null()) >= 2);
    assert!(count(&|session| !session["archived_at"].is_null()) >= 1);
    assert!(count(&|session| session["status"] == "terminated" && session["archived_at"].is_null()) >= 1);
    assert!(count(&|session| session["agent"]["name"] == "Research team") >= 1);
    assert!(count(&|session| session["usage"]["list_cost"]["amount"] != "0") >= 8);
}

#[tokio::test]
async fn a_waiting_one_can_still_be_answered() {
    let demo = Demo::start().await;
    let sessions = past(&demo).await;
    let waiting = sessions.iter().find(|session| {
        session["title"]
            .as_str()
            .is_some_and(|title| title.starts_with("Waiting for you"))
    });
    let session = id_of(waiting.unwrap());
    let events = demo.events(&session).await;
    let ids = events.last().unwrap()["stop_reason"]["event_ids"].clone();
    assert_eq!(demo.send(&session, json!([message("hello")])).await.0, 400);
    for id in ids.as_array().unwrap() {
        let allow = json!([{"type": "user.tool_confirmation", "tool_use_id": id, "result": "allow"}]);
        assert_eq!(demo.send(&session, allow).await.0, 200);
    }
    demo.wait_for(&session, "idle").await;
    let after = demo.events(&session).await;
    assert_eq!(of_type(&after[events.len()..], "agent.tool_result").len(), 2);
    assert_eq!(after.last().unwrap()["stop_reason"]["type"], "end_turn");
    let again = demo.turn(&session, "Deploy v3.0.0").await;
    assert_eq!(again.last().unwrap()["stop_reason"]["type"], "requires_action");
}

#[tokio::test]
async fn a_waiting_one_can_be_interrupted() {
    let demo = Demo::start().await;
    let sessions = past(&demo).await;
    let waiting = sessions.iter().find(|session| {
        session["title"]
            .as_str()
            .is_some_and(|title| title.starts_with("Waiting for you"))
    });
    let session = id_of(waiting.unwrap());
    let before = demo.events(&session).await.len();
    demo.send(
        &session,
        json!([{"type": "user.interrupt"}, message("Deploy to staging")]),
    )
    .await;
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    assert_eq!(
        types(&events[before..])[..3],
        ["agent.tool_result", "agent.tool_result", "user.interrupt"]
    );
    assert_eq!(events.last().unwrap()["stop_reason"]["type"], "requires_action");
}

#[tokio::test]
async fn the_large_one_has_ten_thousand_events() {
    let demo = Demo::with(Options::default()).await;
    let sessions = past(&demo).await;
    let large = sessions
        .iter()
        .find(|session| session["title"] == "10,000 events")
        .unwrap();
    let (mut count, mut page) = (0, String::new());
    loop {
        let body = demo
            .ok_get(&format!("/v1/sessions/{}/events?{page}", id_of(large)))
            .await;
        count += body["data"].as_array().unwrap().len();
        match body.get("next_page") {
            Some(next) => page = format!("page={}", next.as_str().unwrap()),
            None => break,
        }
    }
    assert_eq!(count, 10_000);
}
