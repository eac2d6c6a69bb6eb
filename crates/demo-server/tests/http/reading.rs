//! Every answer is read with the core's types as well: it must fit, be known, and be written again with nothing lost.
//! Server and core write their forms independently, so a name that is wrong on one side shows here.

use std::fmt::Debug;

use playground_core::protocol::{
    Agent, Credential, Deleted, Environment, ErrorEnvelope, ErrorType, Event, EventBody, IdPage, Kept,
    ModelInfo, Page, SentEvents, Session, SessionResource, SessionSummary, SessionThread, Vault,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads the answer to a request under `/v1`; panics if the core cannot.
pub(crate) fn answer(method: &str, path: &str, status: u16, text: &str) {
    let place = format!("{method} {path}: {status}");
    let path = path.split('?').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    if status >= 400 {
        let error: ErrorEnvelope = whole(&place, text);
        assert!(
            !matches!(error.error.error_type, ErrorType::Other(_)),
            "{place}: {text}"
        );
        assert!(
            !error.error.message.is_empty() && error.request_id.is_some(),
            "{place}: {text}"
        );
        return;
    }
    match (method, &segments[..]) {
        ("DELETE", _) => drop(whole::<Deleted>(&place, text)),
        ("GET", ["sessions"]) => {
            whole::<Page<Session>>(&place, text);
            // The page itself reads less of each.
            read::<Page<Kept<SessionSummary>>>(&place, text);
        }
        (_, ["sessions"] | ["sessions", _] | ["sessions", _, "archive"]) => {
            whole::<Session>(&place, text);
        }
        ("POST", ["sessions", _, "events"]) => drop(whole::<SentEvents>(&place, text)),
        (_, ["sessions", _, "events"] | ["sessions", _, "threads", _, "events"]) => {
            for event in read::<Page<Event>>(&place, text).data {
                self::event(event.raw());
            }
        }
        ("GET", ["sessions", _, "threads"]) => drop(whole::<Page<SessionThread>>(&place, text)),
        (_, ["sessions", _, "threads", ..]) => drop(whole::<SessionThread>(&place, text)),
        ("GET", ["sessions", _, "resources"]) => drop(whole::<Page<SessionResource>>(&place, text)),
        (_, ["sessions", _, "resources", ..]) => drop(whole::<SessionResource>(&place, text)),
        ("GET", ["agents"] | ["agents", _, "versions"]) => drop(whole::<Page<Agent>>(&place, text)),
        (_, ["agents", ..]) => drop(whole::<Agent>(&place, text)),
        ("GET", ["environments"]) => drop(whole::<Page<Environment>>(&place, text)),
        (_, ["environments", ..]) => drop(whole::<Environment>(&place, text)),
        ("GET", ["vaults"]) => drop(whole::<Page<Vault>>(&place, text)),
        ("GET", ["vaults", _, "credentials"]) => drop(whole::<Page<Credential>>(&place, text)),
        (_, ["vaults", ..]) => drop(whole::<Vault>(&place, text)),
        ("GET", ["models"]) => drop(whole::<IdPage<ModelInfo>>(&place, text)),
        (_, ["models", ..]) => drop(whole::<ModelInfo>(&place, text)),
        _ => panic!("{place}: what is this? {text}"),
    }
}

/// Reads one event, from a list or a frame. Tests put types of their own into sessions, which begin with `demo.`.
pub(crate) fn event(text: &str) {
    let event = Event::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    if event.event_type().as_str().starts_with("demo.") {
        return;
    }
    let body = event.body();
    assert!(
        !matches!(body, EventBody::Unknown | EventBody::Malformed(_)),
        "{body:?}: {text}"
    );
    all_known(text, &format!("{body:?}"));
    let mut sent: Value = serde_json::from_str(text).unwrap();
    for head in ["id", "type", "processed_at"] {
        sent.as_object_mut().unwrap().remove(head);
    }
    nothing_lost(text, "", &sent, &serde_json::to_value(&body).unwrap());
}

fn read<T: DeserializeOwned>(place: &str, text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{place}: {error}: {text}"))
}

fn whole<T: DeserializeOwned + Serialize + Debug>(place: &str, text: &str) -> T {
    let value: T = read(place, text);
    all_known(text, &format!("{value:?}"));
    let sent: Value = read(place, text);
    nothing_lost(place, "", &sent, &serde_json::to_value(&value).unwrap());
    value
}

/// No enumeration and no union had to fall back to what it does not know.
fn all_known(text: &str, shown: &str) {
    for unknown in ["Unknown(", "Other(\""] {
        assert!(!shown.contains(unknown), "{text} is {shown}");
    }
}

/// Every value that was sent is there again. What was null may be absent.
fn nothing_lost(place: &str, at: &str, sent: &Value, again: &Value) {
    match (sent, again) {
        (Value::Null, _) => {}
        (Value::Object(sent), Value::Object(again)) => {
            for (key, value) in sent {
                nothing_lost(
                    place,
                    &format!("{at}.{key}"),
                    value,
                    again.get(key).unwrap_or(&Value::Null),
                );
            }
        }
        (Value::Array(sent), Value::Array(again)) if sent.len() == again.len() => {
            for (n, (sent, again)) in sent.iter().zip(again).enumerate() {
                nothing_lost(place, &format!("{at}[{n}]"), sent, again);
            }
        }
        (Value::Array(list), Value::Null) if list.is_empty() => {}
        (Value::Object(map), Value::Null) if map.is_empty() => {}
        (Value::Number(sent), Value::Number(again)) if sent.as_f64() == again.as_f64() => {}
        (sent, again) => assert_eq!(sent, again, "{place}{at}"),
    }
}
