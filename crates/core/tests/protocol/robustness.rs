//! Whatever the server may send later, or send wrongly, is kept and never brings the page down.

use playground_core::protocol::{Event, EventBody, EventType};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::fixtures::{EVERY_EVENT_TYPE, all_events, elements};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has no infinity", |f| f.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any_key(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Keys that the protocol knows, so that odd values meet real fields, and any others.
fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "type",
            "id",
            "processed_at",
            "content",
            "text",
            "source",
            "input",
            "error",
            "stop_reason",
            "event_ids",
            "delta",
            "event",
            "agent",
            "tools",
            "usage",
            "index",
            "tool_use_id",
            "evaluation",
            "result",
            "phases",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ]
}

fn any_type() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(EventType::KNOWN).prop_map(str::to_owned),
        any::<String>()
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_object_with_a_type_survives(
        event_type in any_type(),
        fields in prop::collection::vec((any_key(), any_json()), 0..8),
        pretty in any::<bool>(),
    ) {
        let mut object: Map<String, Value> = fields.into_iter().collect();
        object.insert("type".to_owned(), Value::from(event_type.as_str()));
        let value = Value::Object(object);
        let json = if pretty { format!("{value:#}") } else { value.to_string() };

        let event = Event::parse(&json).unwrap();
        prop_assert_eq!(event.raw(), &json);
        prop_assert_eq!(event.event_type().as_str(), &event_type);
        prop_assert_eq!(&serde_json::to_string(&event).unwrap(), &json);
        prop_assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), &event);
        prop_assert_eq!(event.body() == EventBody::Unknown, !event.event_type().is_known());
    }

    #[test]
    fn any_text_is_an_event_or_an_error(text in any::<String>(), cut in any::<prop::sample::Index>()) {
        let _ = Event::parse(&text).map(|event| event.body());
        let events = elements(EVERY_EVENT_TYPE);
        let json = events[cut.index(events.len())].to_string();
        let end = json.char_indices().map(|(at, _)| at).nth(cut.index(json.chars().count())).unwrap();
        prop_assert!(Event::parse(&json[..end]).is_err(), "half an event is no event");
    }

    #[test]
    fn event_types_survive(name in any_type()) {
        let event_type = EventType::from(name.as_str());
        prop_assert_eq!(event_type.as_str(), &name);
        let json = serde_json::to_string(&event_type).unwrap();
        prop_assert_eq!(serde_json::from_str::<EventType>(&json).unwrap(), event_type);
    }
}

/// Calls `change` for every object inside `value`, innermost first.
fn each_object(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|inner| each_object(inner, change));
            change(object);
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| each_object(inner, change)),
        _ => {}
    }
}

#[test]
fn new_fields_anywhere_do_no_harm() {
    for original in all_events() {
        let mut extended = original.clone();
        each_object(&mut extended, &mut |object| {
            object.insert("field_of_tomorrow".into(), "x".into());
        });
        let (before, after) = (
            Event::parse(&original.to_string()).unwrap().body(),
            Event::parse(&extended.to_string()).unwrap().body(),
        );
        assert_eq!(
            std::mem::discriminant(&before),
            std::mem::discriminant(&after),
            "{after:?}"
        );
        assert!(!format!("{after:?}").contains("Unknown("), "{after:?}");
    }
}

#[test]
fn new_kinds_anywhere_do_no_harm() {
    for original in all_events() {
        let mut renamed = original.clone();
        for (_, field) in renamed.as_object_mut().unwrap() {
            each_object(field, &mut |object| {
                if let Some(Value::String(kind)) = object.get_mut("type") {
                    kind.insert_str(0, "new_");
                }
            });
        }
        let body = Event::parse(&renamed.to_string()).unwrap().body();
        assert!(
            !matches!(body, EventBody::Unknown | EventBody::Malformed(_)),
            "{body:?} of {renamed}"
        );
        if renamed != original {
            let encoded = serde_json::to_string(&body).unwrap();
            assert!(
                encoded.contains("\"new_") || renamed["type"] == "session.updated",
                "{encoded}"
            );
        }
    }
}

#[test]
fn a_wrong_value_anywhere_is_no_panic() {
    let wrong = [
        json!(null),
        json!(7),
        json!(-1.5),
        json!("x"),
        json!(["x"]),
        json!({"type": "x"}),
    ];
    let mut tried = 0;
    for original in all_events() {
        for pointer in pointers(&original) {
            if pointer == "/type" {
                continue;
            }
            for value in &wrong {
                let mut broken = original.clone();
                *broken.pointer_mut(&pointer).unwrap() = value.clone();
                let json = broken.to_string();
                let event = Event::parse(&json).unwrap();
                assert_ne!(event.body(), EventBody::Unknown);
                assert_eq!(event.raw(), json);
                tried += 1;
            }
        }
    }
    assert!(tried > 10_000, "{tried}");
}

fn pointers(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(object) => object
            .iter()
            .map(|(key, v)| (key.replace('~', "~0").replace('/', "~1"), v))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, v)| (index.to_string(), v))
            .collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    for (key, child) in children {
        found.push(format!("/{key}"));
        found.extend(pointers(child).into_iter().map(|rest| format!("/{key}{rest}")));
    }
    found
}

#[test]
fn depth_does_not_overflow_the_stack() {
    let depth = 200_000;
    let nested = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let block = r#"{"type":"search_result","source":"s","title":"t","content":["#;
    let blocks = format!("{}{}", block.repeat(depth / 10), "]}".repeat(depth / 10));
    for json in [
        format!(r#"{{"type":"agent.tool_use","id":"sevt_1","name":"t","input":{nested}}}"#),
        format!(r#"{{"type":"agent.message","content":{nested}}}"#),
        format!(r#"{{"type":"agent.message","content":[{{"type":"document","source":{nested}}}]}}"#),
        format!(r#"{{"type":"agent.tool_result","tool_use_id":"t","content":[{blocks}]}}"#),
        format!(r#"{{"type":"agent.dreamt","x":{nested}}}"#),
    ] {
        let event = Event::parse(&json).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        let _ = event.body();
    }
}
