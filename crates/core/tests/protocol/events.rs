//! Every event type decodes into its typed body, and nothing of it is lost.

use std::collections::BTreeSet;

use playground_core::protocol::event::{
    AgentToolUse, AutoPermission, Evaluation, Permission, ReasonCode, SessionUpdated,
};
use playground_core::protocol::{
    ContentBlock, Event, EventBody, EventFamily, EventType, Page, RetryStatus, StopDetails, StopReason,
};
use serde_json::{Value, json};

use super::fixtures::{EVERY_EVENT_TYPE, TRANSCRIPTS, all_events, elements, normal};

fn event(value: &Value) -> Event {
    Event::parse(&value.to_string()).unwrap()
}

fn body(value: Value) -> EventBody {
    event(&value).body()
}

#[test]
fn transcripts_go_out_as_they_came() {
    for (name, json) in TRANSCRIPTS {
        let events: Vec<Event> = serde_json::from_str(json).unwrap();
        let encoded: Value = serde_json::to_value(&events).unwrap();
        assert_eq!(encoded, serde_json::from_str::<Value>(json).unwrap(), "{name}");
    }
    let lengths = TRANSCRIPTS.map(|(_, json)| elements(json).len());
    assert_eq!(lengths, [20, 44, 127]);
}

#[test]
fn every_known_event_has_a_typed_body_that_says_everything() {
    let events = all_events();
    assert!(events.len() > 300);
    for value in events {
        let event = event(&value);
        let body = event.body();
        assert!(event.event_type().is_known(), "{value}");
        assert!(
            !matches!(body, EventBody::Unknown | EventBody::Malformed(_)),
            "{body:?} of {value}"
        );
        let debug = format!("{body:?}");
        assert!(
            !debug.contains("Unknown(") && !debug.contains("Other("),
            "{debug}"
        );

        let mut expected = value.clone();
        let fields = expected.as_object_mut().unwrap();
        fields.retain(|key, _| !matches!(key.as_str(), "type" | "id" | "processed_at"));
        let encoded: Value = serde_json::from_str(&serde_json::to_string(&body).unwrap()).unwrap();
        assert_eq!(normal(encoded), normal(expected), "{}", event.event_type());
    }
}

#[test]
fn every_known_type_has_an_example() {
    let examples: BTreeSet<String> = elements(EVERY_EVENT_TYPE)
        .iter()
        .map(|e| e["type"].as_str().unwrap().to_owned())
        .collect();
    let known: BTreeSet<String> = EventType::KNOWN.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(examples, known);
}

#[test]
fn the_head_agrees_with_the_json() {
    for value in all_events() {
        let event = event(&value);
        assert_eq!(
            event.id().map(|id| &**id),
            value.get("id").and_then(Value::as_str)
        );
        assert_eq!(Some(event.event_type().as_str()), value["type"].as_str());
        let written = event.processed_at().map(|time| time.to_string());
        assert_eq!(
            written.as_deref(),
            value.get("processed_at").and_then(Value::as_str),
            "{value}"
        );
        assert_eq!(event.event_type().is_stored(), value.get("id").is_some());
    }
}

#[test]
fn the_head_does_not_depend_on_the_order_of_keys() {
    let event =
        Event::parse(r#" {"x":[{"type":"no"}],"processed_at":"2026-11-18T09:14:05.9Z","type":"agent.thinking","id":"sevt_1"} "#)
            .unwrap();
    assert_eq!(event.id().map(|id| &**id), Some("sevt_1"));
    assert_eq!(*event.event_type(), EventType::AgentThinking);
    assert_eq!(event.processed_at().unwrap().micros() % 1_000_000, 900_000);
    assert!(event.raw().starts_with('{') && event.raw().ends_with('}'));
}

#[test]
fn an_odd_head_costs_only_what_is_odd() {
    for (json, id) in [
        (
            r#"{"type":"agent.thinking","id":7,"processed_at":"yesterday"}"#,
            Some("7"),
        ),
        (r#"{"type":"agent.thinking","id":"\ud800"}"#, None),
        (r#"{"type":"agent.thinking","id":null,"processed_at":17}"#, None),
        (
            r#"{"type":"agent.thinking","id":{"a":1},"processed_at":{}}"#,
            None,
        ),
        (r#"{"type":"user.interrupt","id":"","processed_at":null}"#, None),
        (r#"{"type":"agent.thinking","id":"a","id":"b"}"#, Some("b")),
        (r#"{"type":"agent.thinking","id":"\u0061\"b"}"#, Some("a\"b")),
    ] {
        let event = Event::parse(json).unwrap();
        assert_eq!(event.id().map(|id| &**id), id, "{json}");
        assert_eq!(event.processed_at(), None);
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
    }
}

#[test]
fn what_is_no_event_says_what_and_where() {
    for (json, reason) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        (
            "{\"type\":\"a\",\n\"b\":tru}",
            "expected ident at line 2 column 8",
        ),
        (
            "{\"type\":\"a\"",
            "EOF while parsing an object at line 1 column 11",
        ),
        ("{\"type\":\"a\"} {}", "trailing characters at line 1 column 14"),
        (
            "[1]",
            "invalid type: sequence, expected an object at line 1 column 0",
        ),
        (
            "\"agent.message\"",
            "invalid type: string \"agent.message\", expected an object at line 1 column 15",
        ),
        (
            "{\"id\":\"sevt_1\"}",
            "the object has no `type` at line 1 column 15",
        ),
        ("{\"type\":null}", "its `type` is not a text at line 1 column 13"),
        (
            "{\"type\":[\"a\"]}",
            "its `type` is not a text at line 1 column 14",
        ),
    ] {
        let error = Event::parse(json).unwrap_err();
        assert_eq!(error.reason(), reason, "{json}");
        assert_eq!(error.excerpt(), json);
        assert!(serde_json::from_str::<Event>(json).is_err());
    }
    let long = Event::parse(&format!("[{}", "é".repeat(1_000))).unwrap_err();
    assert_eq!(long.excerpt().chars().count(), 81);
}

#[test]
fn unknown_and_misshapen_bodies_are_told_apart() {
    assert_eq!(
        body(json!({"type": "agent.dreamt", "content": 1})),
        EventBody::Unknown
    );
    assert_eq!(
        body(json!({"type": "event_start", "event": {"id": {}}})),
        EventBody::Malformed("event.id: expected a text".into())
    );
    assert_eq!(
        body(json!({"type": "event_start"})),
        EventBody::Malformed("event: missing".into())
    );
    assert_eq!(Event::keep("7").body(), EventBody::Unreadable);
}

#[test]
fn tool_input_keeps_its_spelling() {
    let input = r#"{"zeta": 1.0,"alpha":[1e-7, 12345678901234567890123],"ünï":"\u00fc"}"#;
    let json =
        format!(r#"{{"type":"agent.tool_use","name":"t","input":{input},"evaluated_permission":"ask"}}"#);
    let event = Event::parse(&json).unwrap();
    assert_eq!(event.raw(), json);
    let EventBody::AgentToolUse(AgentToolUse {
        input: kept,
        evaluated_permission,
        ..
    }) = event.body()
    else {
        panic!()
    };
    assert_eq!(kept.get(), input);
    assert_eq!(evaluated_permission, Some(Permission::Ask));
}

#[test]
fn a_judged_call_says_why() {
    let evaluation =
        json!({"type": "auto", "evaluated_permission": {"type": "deny", "reason_code": "high_risk"}});
    let EventBody::AgentMcpToolUse(call) = body(json!({"type": "agent.mcp_tool_use", "mcp_server_name": "m",
        "name": "t", "input": {}, "evaluated_permission": "deny", "evaluation": evaluation}))
    else {
        panic!()
    };
    let Some(Evaluation::Auto(auto)) = call.evaluation else {
        panic!()
    };
    let AutoPermission::Deny(reason) = auto.evaluated_permission else {
        panic!()
    };
    assert_eq!(reason.reason_code, ReasonCode::HighRisk);
}

#[test]
fn idle_says_why() {
    let idle = |reason: Value| body(json!({"type": "session.status_idle", "stop_reason": reason}));
    let EventBody::SessionStatusIdle(waiting) =
        idle(json!({"type": "requires_action", "event_ids": ["a", "b"]}))
    else {
        panic!()
    };
    let StopReason::RequiresAction(action) = waiting.stop_reason else {
        panic!()
    };
    assert_eq!(action.event_ids, ["a", "b"]);
    assert_eq!(waiting.stop_details, None);

    let EventBody::SessionStatusIdle(later) = idle(json!({"type": "lunch_break", "minutes": 30})) else {
        panic!()
    };
    let StopReason::Unknown(raw) = later.stop_reason else {
        panic!()
    };
    assert_eq!(raw.get(), r#"{"minutes":30,"type":"lunch_break"}"#);

    let EventBody::SessionStatusIdle(refused) = body(json!({"type": "session.status_idle",
        "stop_reason": {"type": "refusal"}, "stop_details": {"type": "refusal", "category": "new", "explanation": null}}))
    else {
        panic!()
    };
    let Some(StopDetails::Refusal(details)) = refused.stop_details else {
        panic!()
    };
    assert_eq!(details.category.unwrap().as_str(), "new");
}

#[test]
fn an_update_tells_removed_from_unchanged() {
    let updated = |fields: Value| {
        let mut value = json!({"type": "session.updated"});
        value
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        match body(value) {
            EventBody::SessionUpdated(updated) => updated,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(updated(json!({})), SessionUpdated::default());
    assert_eq!(updated(json!({"title": null})).title, Some(None));
    assert_eq!(updated(json!({"title": "T"})).title, Some(Some("T".into())));
    assert_eq!(updated(json!({"budget": null})).budget, Some(None));
    assert_eq!(updated(json!({"metadata": null})).metadata, None);
}

#[test]
fn an_unknown_error_keeps_message_and_retry_status() {
    let EventBody::SessionError(error) = body(json!({"type": "session.error",
        "error": {"type": "cosmic_ray_error", "message": "Bit flipped", "retry_status": {"type": "retrying"}}}))
    else {
        panic!()
    };
    assert_eq!(error.error.error_type.as_str(), "cosmic_ray_error");
    assert_eq!(error.error.message, "Bit flipped");
    assert_eq!(error.error.retry_status, Some(RetryStatus::Retrying));
}

#[test]
fn deltas_may_leave_the_index_out() {
    let delta = |delta: Value| body(json!({"type": "event_delta", "event_id": "sevt_1", "delta": delta}));
    let EventBody::EventDelta(first) =
        delta(json!({"type": "content_delta", "content": {"type": "text", "text": "Hi"}}))
    else {
        panic!()
    };
    assert_eq!((first.delta.index, first.delta.text()), (None, Some("Hi")));
    let EventBody::EventDelta(other) = delta(json!({"type": "colour_delta", "index": 2})) else {
        panic!()
    };
    assert_eq!((other.delta.index, other.delta.text()), (Some(2), None));
}

#[test]
fn lists_may_be_absent_or_null() {
    for content in [json!({}), json!({"content": null}), json!({"content": []})] {
        let mut value = json!({"type": "agent.message"});
        value
            .as_object_mut()
            .unwrap()
            .extend(content.as_object().unwrap().clone());
        let EventBody::AgentMessage(message) = body(value) else {
            panic!()
        };
        assert!(message.content.is_empty());
    }
}

#[test]
fn an_unknown_block_does_not_hide_the_others() {
    let hologram = json!({"type": "hologram", "z": [1, {"b": 1.50}]});
    let EventBody::AgentMessage(message) = body(
        json!({"type": "agent.message", "content": [{"type": "text", "text": "a"}, hologram, {"type": "text"}]}),
    ) else {
        panic!()
    };
    assert_eq!(message.content[0].as_text(), Some("a"));
    let [
        _,
        ContentBlock::Unknown(unknown),
        ContentBlock::Unknown(misshapen),
    ] = &message.content[..]
    else {
        panic!("{message:?}")
    };
    assert_eq!(unknown.get(), hologram.to_string());
    assert_eq!(misshapen.get(), r#"{"type":"text"}"#);
}

#[test]
fn families_are_told_from_the_name() {
    for (name, family) in [
        ("user.message", EventFamily::User),
        ("system.message", EventFamily::System),
        ("agent.dreamt", EventFamily::Agent),
        ("session.status_idle", EventFamily::Session),
        ("span.new_thing", EventFamily::Span),
        ("workflow_run.created", EventFamily::WorkflowRun),
        ("event_start", EventFamily::Preview),
        ("event_delta", EventFamily::Preview),
        ("ping", EventFamily::Other),
        ("agents.x", EventFamily::Other),
    ] {
        assert_eq!(EventType::from(name).family(), family, "{name}");
    }
}

#[test]
fn a_page_of_events() {
    let page: Page<Event> = serde_json::from_str(
        r#"{"data":[{"type":"agent.thinking","id":"sevt_1","new":true}],"next_page":"page_2"}"#,
    )
    .unwrap();
    assert_eq!(
        page.data[0].raw(),
        r#"{"type":"agent.thinking","id":"sevt_1","new":true}"#
    );
    assert_eq!(page.next_page.as_deref(), Some("page_2"));
}

#[test]
fn list_of_types() {
    insta::assert_snapshot!(EventType::KNOWN.join("\n"));
}
