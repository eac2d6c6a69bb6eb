//! What a turn looks like from outside.

use serde_json::json;

use crate::harness::{Demo, message, names, of_type, types};

#[tokio::test]
async fn a_turn_has_the_documented_order() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    assert_eq!(demo.status(&session).await, "idle");
    assert!(demo.events(&session).await.is_empty());
    let events = demo
        .turn(&session, "List the files in the working directory.")
        .await;
    assert_eq!(
        types(&events),
        [
            "session.status_running",
            "session.thread_status_running",
            "user.message",
            "span.model_request_start",
            "agent.thinking",
            "agent.tool_use",
            "span.model_request_end",
            "agent.tool_result",
            "span.model_request_start",
            "agent.thinking",
            "agent.message",
            "span.model_request_end",
            "session.thread_status_idle",
            "session.usage",
            "session.status_idle",
        ]
    );
    assert_eq!(events[7]["tool_use_id"], events[5]["id"]);
    assert_eq!(events[6]["model_request_start_id"], events[3]["id"]);
    assert_eq!(events[14]["stop_reason"], json!({"type": "end_turn"}));
    assert_eq!(events[14]["stop_details"], json!(null));
}

#[tokio::test]
async fn a_message_is_stamped_one_microsecond_before_the_request_that_reads_it() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let events = demo.turn(&session, "markdown").await;
    let micros = |n: usize| {
        let text = events[n]["processed_at"].as_str().unwrap().trim_end_matches('Z');
        let fraction = text.split('.').nth(1).unwrap_or("0");
        format!("{fraction:0<6}").parse::<i64>().unwrap()
    };
    assert_eq!(events[2]["type"], "user.message");
    assert_eq!((micros(3) - micros(2)).rem_euclid(1_000_000), 1);
}

#[tokio::test]
async fn the_stream_and_the_history_tell_the_same_story() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "Read the README and run the tests.").await;
    let frames = stream.until("session.status_idle").await;
    let live: Vec<_> = frames.iter().map(|frame| frame.data.clone()).collect();
    assert_eq!(live, demo.events(&session).await);
    assert!(
        frames
            .iter()
            .all(|frame| frame.data["type"] == frame.name.as_str())
    );
}

#[tokio::test]
async fn previews_are_a_prefix_of_the_message_and_leave_no_trace() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo
        .stream(
            &session,
            "?event_deltas[]=agent.message&event_deltas%5B%5D=agent.thinking",
        )
        .await;
    demo.say(&session, "show me markdown").await;
    let frames = stream.until("session.status_idle").await;
    let position = |name: &str, kind: &str| {
        frames
            .iter()
            .position(|frame| frame.name == name && frame.data["event"]["type"] == kind)
    };
    let start = position("event_start", "agent.message").unwrap();
    let thinking = position("event_start", "agent.thinking").unwrap();
    assert_eq!(names(&frames)[thinking + 1], "agent.thinking");
    assert_eq!(
        frames[thinking].data["event"]["id"],
        frames[thinking + 1].data["id"]
    );
    let id = &frames[start].data["event"]["id"];
    let text: String = frames
        .iter()
        .filter(|frame| frame.name == "event_delta" && frame.data["event_id"] == *id)
        .map(|frame| frame.data["delta"]["content"]["text"].as_str().unwrap())
        .collect();
    let done = frames.iter().find(|frame| frame.name == "agent.message").unwrap();
    assert_eq!(done.data["id"], *id);
    assert_eq!(done.data["content"][0]["text"], text);
    assert!(text.contains("Grüße"));
    assert!(
        demo.events(&session)
            .await
            .iter()
            .all(|event| event["type"] != "event_delta")
    );
}

#[tokio::test]
async fn a_late_reader_gets_no_previews_of_the_open_request() {
    let demo = Demo::slow().await;
    let session = demo.session("Repo helper").await;
    let mut early = demo.stream(&session, "?event_deltas[]=agent.message").await;
    demo.say(&session, "a long answer").await;
    early.until("event_delta").await;
    let mut late = demo.stream(&session, "?event_deltas[]=agent.message").await;
    let frames = late.until("session.status_idle").await;
    assert!(!names(&frames).contains(&"event_delta"), "{:?}", names(&frames));
    assert!(names(&frames).contains(&"agent.message"));
}

#[tokio::test]
async fn messages_sent_meanwhile_wait_and_are_read_by_the_next_request() {
    let demo = Demo::slow().await;
    let session = demo.session("Repo helper").await;
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "something slow").await;
    stream.until("span.model_request_end").await;
    let (_, sent) = demo.send(&session, json!([message("and hurry")])).await;
    let echo = &sent["data"][0];
    assert!(echo.get("processed_at").is_none());
    let tail = demo.events(&session).await.pop().unwrap();
    assert_eq!(tail["id"], echo["id"]);
    assert!(tail.get("processed_at").is_none());
    demo.wait_for(&session, "idle").await;
    let events = demo.events(&session).await;
    let read = events.iter().find(|event| event["id"] == echo["id"]).unwrap();
    assert!(read["processed_at"].is_string());
    assert_eq!(of_type(&events, "session.status_idle").len(), 1);
}

#[tokio::test]
async fn usage_and_cost_grow_with_every_turn() {
    let demo = Demo::start().await;
    let session = demo.session("Repo helper").await;
    demo.turn(&session, "list files").await;
    let first = demo.ok_get(&format!("/v1/sessions/{session}")).await["usage"].clone();
    let events = demo.turn(&session, "find the TODOs").await;
    let second = demo.ok_get(&format!("/v1/sessions/{session}")).await["usage"].clone();
    for key in [
        "input_tokens",
        "output_tokens",
        "cache_read_input_tokens",
        "active_seconds",
    ] {
        assert!(second[key].as_f64() > first[key].as_f64(), "{key}");
    }
    let snapshots = of_type(&events, "session.usage");
    assert_eq!(snapshots.len(), 2);
    assert_eq!(snapshots[1]["usage"]["output_tokens"], second["output_tokens"]);
    assert_eq!(second["list_cost"]["currency"], "USD");
    let spans: u64 = of_type(&events, "span.model_request_end")
        .iter()
        .map(|span| span["model_usage"]["output_tokens"].as_u64().unwrap())
        .sum();
    assert_eq!(Some(spans), second["output_tokens"].as_u64());
}

#[tokio::test]
async fn the_firehose_emits_exactly_as_many_events_as_asked() {
    let demo = Demo::start().await;
    for count in [2, 7, 23, 990] {
        let session = demo.session("Firehose").await;
        let events = demo.turn(&session, &format!("emit {count} at 100000")).await;
        let inner = &events[3..events.len() - 3];
        assert_eq!(inner.len(), count);
        assert_eq!(inner[0]["type"], "span.model_request_start");
        assert_eq!(
            inner[count - 1]["type"],
            if count < 5 {
                "span.model_request_end"
            } else {
                "agent.tool_result"
            }
        );
        let (starts, ends) = (
            of_type(inner, "span.model_request_start"),
            of_type(inner, "span.model_request_end"),
        );
        assert_eq!(starts.len(), ends.len());
        let times: Vec<&str> = events
            .iter()
            .map(|event| event["processed_at"].as_str().unwrap())
            .collect();
        let mut unique = times.clone();
        unique.dedup();
        assert_eq!(times.len(), unique.len());
    }
}

#[tokio::test]
async fn in_a_self_hosted_environment_a_worker_answers_the_tools() {
    let demo = Demo::start().await;
    let environment = demo.environment("self_hosted").await;
    let session = demo
        .session_with("Repo helper", json!({"environment_id": environment}))
        .await;
    let session = session["id"].as_str().unwrap().to_owned();
    let mut stream = demo.stream(&session, "").await;
    demo.say(&session, "list the files").await;
    stream.until("session.status_idle").await;
    let frames = stream.until("session.status_idle").await;
    assert!(
        names(&frames).contains(&"user.tool_result"),
        "{:?}",
        names(&frames)
    );
    assert!(!names(&frames).contains(&"agent.tool_result"));
}
