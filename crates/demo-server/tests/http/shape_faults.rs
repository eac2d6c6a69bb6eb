//! Answers and frames in other forms, with unknown events, or bent at random.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Demo, Frame, id_of, message, of_type, types};

async fn shaped(demo: &Demo, shape: Value) {
    demo.fault(json!({"standing": true, "effect": {"shape": shape}}))
        .await;
}

/// Runs a turn with previews on, and answers what was streamed and what is listed afterwards.
async fn streamed_and_listed(demo: &Demo, session: &str, text: &str) -> (Vec<Frame>, Vec<Value>) {
    let mut stream = demo.stream(session, "?event_deltas[]=agent.message").await;
    demo.say(session, text).await;
    demo.wait_for(session, "idle").await;
    demo.ok_post(
        &format!("/demo/events/{session}?only=stream"),
        json!({"type": "demo.end"}),
    )
    .await;
    (stream.until("demo.end").await, demo.events(session).await)
}

fn stored(frames: &[Frame]) -> Vec<Value> {
    frames
        .iter()
        .filter(|frame| frame.data.get("id").is_some() && frame.data["type"] != "demo.end")
        .map(|frame| frame.data.clone())
        .collect()
}

#[tokio::test]
async fn models_can_be_plain_strings_everywhere() {
    let demo = Demo::start().await;
    shaped(&demo, json!({"forms": {"model": "string"}})).await;
    let session = demo.session_with("Research team", json!({})).await;
    assert!(session["agent"]["model"].as_str().unwrap().starts_with("claude-"));
    let id = id_of(&session);
    for (path, pointer) in [
        ("/v1/sessions".to_owned(), "/data/0/agent/model"),
        ("/v1/agents".to_owned(), "/data/0/model"),
        (format!("/v1/sessions/{id}"), "/agent/model"),
        (format!("/v1/sessions/{id}/threads"), "/data/0/agent/model"),
    ] {
        let body = demo.ok_get(&path).await;
        assert!(body.pointer(pointer).is_some_and(Value::is_string), "{path}");
    }
}

#[tokio::test]
async fn tool_calls_can_lack_their_permission() {
    let demo = Demo::start().await;
    shaped(&demo, json!({"forms": {"permission": "absent"}})).await;
    let session = demo.session("Careful deployer").await;
    let (frames, listed) = streamed_and_listed(&demo, &session, "deploy v1.9.0 to production").await;
    for events in [stored(&frames), listed] {
        let calls = of_type(&events, "agent.tool_use");
        assert!(!calls.is_empty());
        assert!(
            calls
                .iter()
                .all(|call| call.get("evaluated_permission").is_none())
        );
        let idle = of_type(&events, "session.status_idle");
        assert_eq!(idle[0]["stop_reason"]["type"], "requires_action");
    }
}

#[tokio::test]
async fn session_errors_and_stop_reasons_have_other_forms() {
    let demo = Demo::start().await;
    let session = demo.session("Bad day").await;
    demo.turn(&session, "exhaust").await;
    let original = demo.events(&session).await;
    let error = of_type(&original, "session.error")[0]["error"].clone();
    let text = error["message"].clone();
    for (form, expected) in [
        ("message", json!({"message": text})),
        ("code", json!({"error": error["type"], "message": text})),
        ("content", json!({"content": [{"type": "text", "text": text}]})),
    ] {
        demo.delete("/demo/faults").await;
        shaped(&demo, json!({"forms": {"session_error": form}})).await;
        let events = demo.events(&session).await;
        let mut found = of_type(&events, "session.error")[0].clone();
        for key in ["id", "type", "processed_at"] {
            found.as_object_mut().unwrap().remove(key);
        }
        assert_eq!(found, expected);
    }
    for (form, expected) in [
        ("absent", None),
        ("null", Some(Value::Null)),
        ("string", Some(json!("retries_exhausted"))),
    ] {
        demo.delete("/demo/faults").await;
        shaped(&demo, json!({"forms": {"stop_reason": form}})).await;
        let events = demo.events(&session).await;
        for kind in ["session.status_idle", "session.thread_status_idle"] {
            assert_eq!(
                of_type(&events, kind)[0].get("stop_reason"),
                expected.as_ref(),
                "{kind}"
            );
        }
    }
}

#[tokio::test]
async fn contents_and_times_of_inputs_have_other_forms() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    shaped(&demo, json!({"forms": {"content": "string", "inputs": "null"}})).await;
    let (frames, listed) = streamed_and_listed(&demo, &session, "list files").await;
    for events in [stored(&frames), listed] {
        let said = of_type(&events, "user.message")[0];
        assert_eq!(
            (&said["content"], &said["processed_at"]),
            (&json!("list files"), &Value::Null)
        );
        assert!(of_type(&events, "agent.message")[0]["processed_at"].is_string());
    }
    demo.delete("/demo/faults").await;
    shaped(&demo, json!({"forms": {"content": "null", "inputs": "absent"}})).await;
    let events = demo.events(&session).await;
    let said = of_type(&events, "user.message")[0];
    assert_eq!(
        (said.get("content"), said.get("processed_at")),
        (Some(&Value::Null), None)
    );
}

#[tokio::test]
async fn times_have_other_names_or_are_numbers() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.turn(&session, "list files").await;
    let told = async |form: &str, key: &str| {
        demo.delete("/demo/faults").await;
        shaped(&demo, json!({"forms": {"times": form}})).await;
        let events = demo.events(&session).await;
        assert!(events.iter().all(|event| event.get("processed_at").is_none()));
        events.iter().map(|event| event[key].clone()).collect::<Vec<_>>()
    };
    assert!(
        told("created_at", "created_at")
            .await
            .iter()
            .all(Value::is_string)
    );
    let numbers = told("seq", "seq").await;
    assert!(
        numbers
            .windows(2)
            .all(|pair| pair[0].as_u64().unwrap() < pair[1].as_u64().unwrap())
    );
    assert!(told("absent", "created_at").await.iter().all(Value::is_null));
}

#[tokio::test]
async fn numbers_have_other_forms() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.turn(&session, "list files").await;
    let path = format!("/v1/sessions/{session}");
    let version = demo.ok_get(&path).await["agent"]["version"].as_u64().unwrap();
    for (form, expected) in [
        ("decimal", format!("\"version\":{version}.0,")),
        ("exponent", format!("\"version\":{version}e0,")),
        ("string", format!("\"version\":\"{version}\",")),
    ] {
        demo.delete("/demo/faults").await;
        shaped(&demo, json!({"forms": {"numbers": form}})).await;
        let response = demo.request(Method::GET, &path).send().await.unwrap();
        let text = response.text().await.unwrap();
        assert!(
            text.contains(&expected) || text.contains(&expected.replace(',', "}")),
            "{text}"
        );
    }
}

#[tokio::test]
async fn errors_have_other_envelopes() {
    let demo = Demo::start().await;
    for (form, key) in [("error", "error"), ("message", "message"), ("detail", "detail")] {
        demo.delete("/demo/faults").await;
        shaped(&demo, json!({"forms": {"errors": form}})).await;
        let (status, body) = demo.get("/v1/sessions/sesn_missing").await;
        assert_eq!(
            (status, body),
            (404, json!({key: "Session not found: sesn_missing"}))
        );
        let (status, body) = demo.get("/v1/nowhere").await;
        assert_eq!((status, body), (404, json!({key: "not found"})));
    }
}

#[tokio::test]
async fn a_web_page_can_stand_for_json() {
    let demo = Demo::start().await;
    let page = "<!doctype html><title>Welcome</title>";
    for (status, sent) in [(json!(null), 200), (json!(404), 404)] {
        demo.fault(json!({"effect": {"status": status, "body": {"type": "text/html", "text": page}}}))
            .await;
        let (status, body) = demo.get("/v1/sessions").await;
        assert_eq!((status, body), (sent, json!(page)));
    }
}

#[tokio::test]
async fn any_field_can_be_set_removed_or_renamed() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.turn(&session, "list files").await;
    shaped(
        &demo,
        json!({"rewrite": [
            {"where": {"type": "session"}, "set": {"status": "running"}},
            {"where": {"type": "span.*"}, "rename": {"processed_at": "created_at"}},
            {"where": {"type": "user.message"}, "remove": ["type"]},
        ]}),
    )
    .await;
    assert_eq!(demo.status(&session).await, "running");
    let events = demo.events(&session).await;
    assert!(events.iter().any(|event| event.get("type").is_none()));
    let spans: Vec<&Value> = events
        .iter()
        .filter(|event| event["type"].as_str().unwrap_or("").starts_with("span."))
        .collect();
    assert!(!spans.is_empty());
    assert!(
        spans
            .iter()
            .all(|span| span.get("created_at").is_some() && span.get("processed_at").is_none())
    );
}

#[tokio::test]
async fn a_session_can_tell_nothing_of_its_status_or_not_of_its_end() {
    let demo = Demo::start().await;
    for (omit, left) in [
        (json!(["session.status_*", "session.thread_status_*"]), 0),
        (
            json!([{"type": "session.status_idle", "stop_reason": {"type": "end_turn"}}]),
            1,
        ),
    ] {
        demo.delete("/demo/faults").await;
        shaped(&demo, json!({"omit": omit})).await;
        let session = demo.session("Repo helper").await;
        let (frames, listed) = streamed_and_listed(&demo, &session, "list files").await;
        for events in [stored(&frames), listed] {
            assert_eq!(of_type(&events, "session.status_running").len(), left);
            assert_eq!(of_type(&events, "session.status_idle").len(), 0);
            assert!(!of_type(&events, "agent.message").is_empty());
        }
        assert_eq!(demo.status(&session).await, "idle");
    }
}

#[tokio::test]
async fn answers_can_come_in_pieces_of_an_unknown_type() {
    let demo = Demo::start().await;
    shaped(&demo, json!({"chunks": {}})).await;
    let session = demo.session("Repo helper").await;
    let (frames, listed) = streamed_and_listed(&demo, &session, "show me markdown").await;
    assert_eq!(types(&stored(&frames)), types(&listed));
    let chunks = of_type(&listed, "agent.message_chunk");
    assert!(chunks.len() >= 24, "{}", chunks.len());
    assert!(
        chunks
            .iter()
            .all(|chunk| chunk["processed_at"].is_null() && chunk["id"].is_string())
    );
    let pieces: String = chunks
        .iter()
        .map(|chunk| chunk["delta"].as_str().unwrap())
        .collect();
    let whole: String = of_type(&listed, "agent.message")
        .iter()
        .map(|answer| answer["content"][0]["text"].as_str().unwrap())
        .collect();
    assert_eq!(pieces, whole);
    let named = frames.iter().filter(|frame| frame.name == "agent.message_chunk");
    assert_eq!(named.count(), chunks.len());
    let path = format!("/v1/sessions/{session}/events?order=desc");
    let mut newest_first = demo.ok_get(&path).await["data"].as_array().unwrap().clone();
    newest_first.reverse();
    assert_eq!(newest_first, listed, "the same order from both ends");
}

#[tokio::test]
async fn a_frame_of_a_stream_can_be_unreadable() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    shaped(
        &demo,
        json!({"unreadable": [{"where": {"type": "demo.b"}, "as": "nan"}]}),
    )
    .await;
    let path = format!("/v1/sessions/{session}/events/stream");
    let mut response = demo.request(Method::GET, &path).send().await.unwrap();
    let events = json!([{"type": "demo.a"}, {"type": "demo.b"}, {"type": "demo.c"}]);
    demo.ok_post(&format!("/demo/events/{session}"), events).await;
    let mut text = String::new();
    while !text.contains("event: demo.c") {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    let bad = text.split("\n\n").find(|block| block.contains("NaN")).unwrap();
    assert!(bad.starts_with("event: demo.b\ndata: {"), "{bad}");
    assert_eq!(text.matches("NaN").count(), 1);
}

#[tokio::test]
async fn a_server_can_bend_everything_at_random_and_in_the_same_way_again() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let (_, plain) = streamed_and_listed(&demo, &session, "read the README and run the tests").await;
    let raw = async |path: &str| {
        let response = demo.request(Method::GET, path).send().await.unwrap();
        response.text().await.unwrap()
    };
    let events = format!("/v1/sessions/{session}/events");
    let agents = raw("/v1/agents").await;
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        demo.delete("/demo/faults").await;
        shaped(&demo, json!({"bend": {"rate": 0.2, "seed": seed}})).await;
        let text = raw(&events).await;
        // Every event is there under its id and in its place, in whatever form.
        let mut from = 0;
        for event in &plain {
            let id = format!("\"id\":\"{}\"", id_of(event));
            from += text[from..].find(&id).unwrap_or_else(|| panic!("{id} is gone"));
        }
        assert_ne!(raw("/v1/agents").await, agents);
        seen.push(text);
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0], seen[2]);
    // The stream bends an event as the history does.
    demo.delete("/demo/faults").await;
    shaped(&demo, json!({"bend": {"rate": 0.2, "seed": 1}})).await;
    demo.fault(json!({"effect": {"stream": {"replay": true}}})).await;
    let mut response = demo
        .request(Method::GET, &format!("{events}/stream"))
        .send()
        .await
        .unwrap();
    let mut streamed = String::new();
    while streamed.matches("\ndata: ").count() < plain.len() {
        streamed.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    for line in streamed.lines().filter_map(|line| line.strip_prefix("data: ")) {
        assert!(seen[0].contains(line), "{line}");
    }
}

#[tokio::test]
async fn a_bent_server_still_takes_input() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    shaped(
        &demo,
        json!({"bend": {"rate": 0.5, "seed": 4, "keep": ["status"]}}),
    )
    .await;
    let (status, _) = demo.send(&session, json!([message("list files")])).await;
    assert_eq!(status, 200);
    demo.wait_for(&session, "idle").await;
    demo.delete("/demo/faults").await;
    assert!(!of_type(&demo.events(&session).await, "agent.message").is_empty());
}
