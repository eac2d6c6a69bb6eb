//! Lists that ignore what is asked for, page in other ways, never end or hold something unreadable.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Demo, id_of, types};

async fn standing(demo: &Demo, path: &str, effect: Value) {
    demo.fault(json!({"match": {"method": "GET", "path": path}, "standing": true, "effect": effect}))
        .await;
}

fn ids(page: &Value) -> Vec<String> {
    page["data"].as_array().unwrap().iter().map(id_of).collect()
}

/// A session with some events, and their ids in order.
async fn with_events(demo: &Demo, count: usize) -> (String, Vec<String>) {
    let session = demo.session("Repo helper").await;
    let events: Vec<Value> = (0..count)
        .map(|n| json!({"type": "agent.message", "content": [{"type": "text", "text": format!("{n}")}]}))
        .collect();
    let injected = demo
        .ok_post(&format!("/demo/events/{session}"), json!(events))
        .await;
    (session, ids(&injected))
}

#[tokio::test]
async fn parameters_and_fields_can_be_ignored() {
    let demo = Demo::start().await;
    let (session, ids_in_order) = with_events(&demo, 5).await;
    let events = format!("/v1/sessions/{session}/events");
    standing(
        &demo,
        "/v1/sessions/*/events",
        json!({"ignore": ["order", "types[]", "limit"]}),
    )
    .await;
    let page = demo
        .ok_get(&format!("{events}?order=desc&types[]=agent.thinking&limit=2"))
        .await;
    assert_eq!(ids(&page), ids_in_order);
    let all = ids(&demo.ok_get("/v1/sessions?limit=100").await);
    standing(&demo, "/v1/sessions", json!({"ignore": ["statuses[]"]})).await;
    assert_eq!(
        ids(&demo
            .ok_get("/v1/sessions?limit=100&statuses[]=rescheduling")
            .await),
        all
    );
    // Something unknown is refused all the same.
    assert_eq!(demo.get(&format!("{events}?after=x")).await.0, 400);
}

#[tokio::test]
async fn initial_events_can_be_ignored() {
    let demo = Demo::start().await;
    demo.fault(json!({"match": {"method": "POST", "path": "/v1/sessions"}, "effect": {"ignore": ["initial_events"]}}))
        .await;
    let more = json!({"title": "kept", "initial_events": [crate::harness::message("list files")]});
    let session = demo.session_with("Repo helper", more).await;
    assert_eq!(
        (&session["status"], &session["title"]),
        (&json!("idle"), &json!("kept"))
    );
    assert!(demo.events(&id_of(&session)).await.is_empty());
}

#[tokio::test]
async fn the_order_can_be_always_the_same() {
    let demo = Demo::start().await;
    let (session, ids_in_order) = with_events(&demo, 5).await;
    let descending: Vec<String> = ids_in_order.iter().rev().cloned().collect();
    for (order, expected) in [("asc", &ids_in_order), ("desc", &descending)] {
        demo.delete("/demo/faults").await;
        standing(&demo, "/v1/sessions/*/events", json!({"list": {"order": order}})).await;
        for query in ["", "?order=desc", "?order=asc"] {
            let mut seen = Vec::new();
            let mut page = String::new();
            loop {
                let join = if query.is_empty() { "?" } else { "&" };
                let list = demo
                    .ok_get(&format!(
                        "/v1/sessions/{session}/events{query}{join}limit=2{page}"
                    ))
                    .await;
                seen.extend(ids(&list));
                match list["next_page"].as_str() {
                    Some(next) => page = format!("&page={next}"),
                    None => break,
                }
            }
            assert_eq!(&seen, expected, "{order} {query}");
        }
    }
    let sessions = ids(&demo.ok_get("/v1/sessions?limit=100&order=asc").await);
    standing(&demo, "/v1/sessions", json!({"list": {"order": "asc"}})).await;
    assert_eq!(ids(&demo.ok_get("/v1/sessions?limit=100").await), sessions);
}

#[tokio::test]
async fn has_more_and_ids_can_stand_for_cursors() {
    let demo = Demo::start().await;
    let (session, ids_in_order) = with_events(&demo, 5).await;
    let events = format!("/v1/sessions/{session}/events");
    demo.fault(
        json!({"match": {"session": session}, "standing": true, "effect": {"list": {"paging": "after_id"}}}),
    )
    .await;
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = demo.ok_get(&format!("{events}?limit=2{after}")).await;
        assert!(page.get("next_page").is_none());
        seen.extend(ids(&page));
        assert_eq!(page["last_id"], json!(seen.last().unwrap()));
        if page["has_more"] == json!(false) {
            break;
        }
        after = format!("&after_id={}", page["last_id"].as_str().unwrap());
    }
    assert_eq!(seen, ids_in_order);
    let back = demo
        .ok_get(&format!("{events}?limit=2&before_id={}", ids_in_order[3]))
        .await;
    assert_eq!(ids(&back), ids_in_order[1..3]);
    // A session itself is no list.
    assert_eq!(demo.status(&session).await, "idle");
}

#[tokio::test]
async fn after_id_can_be_ignored_so_that_the_same_page_comes() {
    let demo = Demo::start().await;
    let (session, ids_in_order) = with_events(&demo, 5).await;
    standing(
        &demo,
        "/v1/sessions/*/events",
        json!({"list": {"paging": "after_id_ignored", "page_size": 3}}),
    )
    .await;
    for query in ["", "?limit=1000", &format!("?after_id={}", ids_in_order[2])] {
        let page = demo
            .ok_get(&format!("/v1/sessions/{session}/events{query}"))
            .await;
        assert_eq!(ids(&page), ids_in_order[..3]);
        assert_eq!(
            (&page["has_more"], &page["last_id"]),
            (&json!(true), &json!(ids_in_order[2]))
        );
    }
    standing(
        &demo,
        "/v1/sessions",
        json!({"list": {"paging": "after_id_ignored", "page_size": 1}}),
    )
    .await;
    assert_eq!(ids(&demo.ok_get("/v1/sessions").await), [session]);
}

#[tokio::test]
async fn cursors_can_lead_in_circles_or_on_for_ever() {
    let demo = Demo::start().await;
    let (session, all) = with_events(&demo, 5).await;
    // What each paging shows in six pages of two.
    let cases = [
        (
            "cycle",
            vec![
                &all[0..2],
                &all[2..4],
                &all[4..5],
                &all[0..2],
                &all[2..4],
                &all[4..5],
            ],
        ),
        ("empty", vec![&all[0..0]; 6]),
        (
            "empty_at_end",
            vec![&all[0..2], &all[2..4], &all[4..5], &[], &[], &[]],
        ),
        ("repeat", vec![&all[0..2]; 6]),
        ("stuck", vec![&all[0..2]; 6]),
    ];
    for (paging, expected) in cases {
        demo.delete("/demo/faults").await;
        standing(
            &demo,
            "/v1/sessions/*/events",
            json!({"list": {"paging": paging}}),
        )
        .await;
        let mut cursors = Vec::new();
        let mut page = String::new();
        for shown in expected {
            let list = demo
                .ok_get(&format!("/v1/sessions/{session}/events?limit=2{page}"))
                .await;
            assert_eq!(ids(&list), shown, "{paging}");
            let next = list["next_page"].as_str().unwrap().to_owned();
            page = format!("&page={next}");
            cursors.push(next);
        }
        cursors.sort_unstable();
        cursors.dedup();
        let different = match paging {
            "cycle" => 3,
            "stuck" => 1,
            _ => 6,
        };
        assert_eq!(cursors.len(), different, "{paging}: {cursors:?}");
    }
    // Other lists of the API as well.
    standing(
        &demo,
        "/v1/agents",
        json!({"list": {"paging": "cycle", "page_size": 1}}),
    )
    .await;
    assert_eq!(demo.ok_get("/v1/agents").await["next_page"], "page_a");
}

#[tokio::test]
async fn a_refusal_is_passed_on_whatever_the_paging() {
    let demo = Demo::start().await;
    demo.fault(json!({"standing": true, "effect": {"list": {"paging": "cycle"}}}))
        .await;
    assert_eq!(demo.get("/v1/sessions/sesn_missing/events").await.0, 404);
    assert_eq!(demo.get("/v1/sessions?limit=x").await.0, 400);
    assert_eq!(demo.get("/v1/sessions?nonsense=1").await.0, 400);
    let stats = demo.ok_get("/demo/stats").await;
    assert_eq!(stats["lists"]["events"], json!(0));
}

#[tokio::test]
async fn one_element_of_a_page_can_be_unreadable() {
    let demo = Demo::start().await;
    let (session, all) = with_events(&demo, 4).await;
    let text_of = async |path: &str| {
        let response = demo.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.text().await.unwrap()
    };
    let events = format!("/v1/sessions/{session}/events");
    for (form, mark) in [
        ("nan", "\"score\":NaN"),
        ("lone_surrogate", "\"text\":\"1\\ud800\""),
        ("string", ",\"not an object\","),
        ("null", ",null,"),
        ("number", ",42,"),
        ("list", ",[],"),
        ("truncated", ",\"{\\\""),
    ] {
        demo.delete("/demo/faults").await;
        let shape = json!({"shape": {"unreadable": [{"at": 1, "as": form}]}});
        standing(&demo, "/v1/sessions/*/events", shape).await;
        let text = text_of(&events).await;
        assert!(text.contains(mark), "{form}: {text}");
        for id in [&all[0], &all[2], &all[3]] {
            assert!(text.contains(id.as_str()), "{form}: {text}");
        }
        let valid = serde_json::from_str::<Value>(&text).is_ok();
        assert_eq!(valid, !matches!(form, "nan" | "lone_surrogate"), "{form}");
    }
    demo.delete("/demo/faults").await;
    let spoiled = demo.session_with("Repo helper", json!({"title": "half"})).await;
    let shape = json!({"shape": {"unreadable": [{"where": {"id": spoiled["id"]}, "as": "lone_surrogate"}]}});
    standing(&demo, "/v1/sessions", shape).await;
    let text = text_of("/v1/sessions").await;
    assert!(text.contains("\"title\":\"half\\ud800\""), "{text}");
    assert!(text.contains(&session));
}

#[tokio::test]
async fn events_can_be_listed_but_not_streamed_and_the_other_way_round() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let omitting = |path: &str, omit: Value| json!({"match": {"path": path}, "standing": true, "effect": {"shape": {"omit": omit}}});
    demo.fault(json!([
        omitting(
            "/v1/sessions/*/events/stream",
            json!(["demo.listed", "session.status_*"])
        ),
        omitting("/v1/sessions/*/events", json!(["demo.streamed"])),
    ]))
    .await;
    let mut stream = demo.stream(&session, "").await;
    let event = |kind: &str| json!({"type": kind});
    let events = json!([
        event("demo.listed"),
        event("demo.streamed"),
        event("session.status_idle"),
        event("demo.end")
    ]);
    demo.ok_post(&format!("/demo/events/{session}"), events).await;
    let streamed = stream.until("demo.end").await;
    let names: Vec<&str> = streamed.iter().map(|frame| frame.name.as_str()).collect();
    assert_eq!(names, ["demo.streamed", "demo.end"]);
    let listed = demo.events(&session).await;
    assert_eq!(types(&listed), ["demo.listed", "session.status_idle", "demo.end"]);
}
