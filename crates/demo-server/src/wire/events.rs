//! Builders for events. Field names and shapes follow the Managed Agents API reference, "Events".

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::money::Tokens;
use super::time::Micros;

/// The `type` of an event. Own types are static; injected ones may be anything.
pub(crate) type Kind = Cow<'static, str>;

/// An event before it has an id and a place in time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    pub(crate) fields: Map<String, Value>,
}

impl Draft {
    /// `fields` must be an object; anything else counts as empty.
    pub(crate) fn new(kind: impl Into<Kind>, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        Self {
            kind: kind.into(),
            fields,
        }
    }

    pub(crate) fn bare(kind: &'static str) -> Self {
        Self {
            kind: kind.into(),
            fields: Map::new(),
        }
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(key.to_owned(), value.into());
        self
    }

    /// One line of JSON: `type`, `id`, the fields, and `processed_at` once the event has been processed.
    pub(crate) fn render(&self, id: &str, processed_at: Option<Micros>) -> Bytes {
        let mut out = String::with_capacity(160);
        out.push_str("{\"type\":");
        push_json(&mut out, &self.kind);
        out.push_str(",\"id\":");
        push_json(&mut out, id);
        for (key, value) in &self.fields {
            out.push(',');
            push_json(&mut out, key);
            out.push(':');
            push_json(&mut out, value);
        }
        if let Some(at) = processed_at {
            out.push_str(",\"processed_at\":\"");
            out.push_str(&at.to_string());
            out.push('"');
        }
        out.push('}');
        Bytes::from(out)
    }

    /// For the stream-only types, which have neither id nor time.
    pub(crate) fn render_bare(&self) -> Bytes {
        let mut map = self.fields.clone();
        map.insert("type".to_owned(), Value::String(self.kind.to_string()));
        Bytes::from(Value::Object(map).to_string())
    }
}

fn push_json(out: &mut String, value: &(impl serde::Serialize + ?Sized)) {
    if let Ok(text) = serde_json::to_string(value) {
        out.push_str(&text);
    }
}

/// Why a turn ended (`stop_reason` with its `stop_details`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stop {
    EndTurn,
    RequiresAction(Vec<String>),
    RetriesExhausted,
    BudgetReached,
    Refusal {
        category: &'static str,
        explanation: &'static str,
    },
}

impl Stop {
    pub(crate) fn reason(&self) -> Value {
        match self {
            Self::EndTurn => json!({"type": "end_turn"}),
            Self::RequiresAction(ids) => json!({"type": "requires_action", "event_ids": ids}),
            Self::RetriesExhausted => json!({"type": "retries_exhausted"}),
            Self::BudgetReached => json!({"type": "budget_reached"}),
            Self::Refusal { .. } => json!({"type": "refusal"}),
        }
    }

    pub(crate) fn details(&self) -> Value {
        match self {
            Self::Refusal {
                category,
                explanation,
            } => {
                json!({"type": "refusal", "category": category, "explanation": explanation})
            }
            _ => Value::Null,
        }
    }
}

pub(crate) fn text_block(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn thread(id: &str, name: &str) -> Value {
    json!({"session_thread_id": id, "agent_name": name})
}

pub(crate) fn status_running() -> Draft {
    Draft::bare("session.status_running")
}

pub(crate) fn status_idle(stop: &Stop) -> Draft {
    Draft::new(
        "session.status_idle",
        json!({"stop_reason": stop.reason(), "stop_details": stop.details()}),
    )
}

pub(crate) fn status_rescheduled() -> Draft {
    Draft::bare("session.status_rescheduled")
}

pub(crate) fn status_terminated() -> Draft {
    Draft::bare("session.status_terminated")
}

pub(crate) fn deleted() -> Draft {
    Draft::bare("session.deleted")
}

pub(crate) fn updated(changes: Map<String, Value>) -> Draft {
    Draft {
        kind: "session.updated".into(),
        fields: changes,
    }
}

pub(crate) fn usage(usage: Value, budget: Value) -> Draft {
    Draft::new("session.usage", json!({"usage": usage, "budget": budget}))
}

/// `retry`: `retrying`, `exhausted` or `terminal`. `extra` holds the fields particular to the error type.
pub(crate) fn error(kind: &str, message: &str, retry: &str, extra: Value) -> Draft {
    let mut error = json!({"type": kind, "message": message, "retry_status": {"type": retry}});
    if let (Value::Object(error), Value::Object(extra)) = (&mut error, extra) {
        error.extend(extra);
    }
    Draft::new("session.error", json!({"error": error}))
}

pub(crate) fn thread_created(id: &str, name: &str, run: Option<&str>) -> Draft {
    Draft::new("session.thread_created", thread(id, name)).with("workflow_run_id", run)
}

pub(crate) fn thread_running(id: &str, name: &str) -> Draft {
    Draft::new("session.thread_status_running", thread(id, name))
}

pub(crate) fn thread_idle(id: &str, name: &str, stop: &Stop) -> Draft {
    Draft::new("session.thread_status_idle", thread(id, name))
        .with("stop_reason", stop.reason())
        .with("stop_details", stop.details())
}

pub(crate) fn thread_rescheduled(id: &str, name: &str) -> Draft {
    Draft::new("session.thread_status_rescheduled", thread(id, name))
}

pub(crate) fn thread_terminated(id: &str, name: &str) -> Draft {
    Draft::new("session.thread_status_terminated", thread(id, name))
}

pub(crate) fn request_start() -> Draft {
    Draft::bare("span.model_request_start")
}

pub(crate) fn request_end(start_id: &str, is_error: bool, tokens: Tokens) -> Draft {
    Draft::new(
        "span.model_request_end",
        json!({"model_request_start_id": start_id, "is_error": is_error, "model_usage": token_fields(tokens)}),
    )
}

/// The `model_usage` and span `usage` object.
pub(crate) fn token_fields(tokens: Tokens) -> Value {
    json!({
        "input_tokens": tokens.input,
        "output_tokens": tokens.output,
        "cache_read_input_tokens": tokens.cache_read,
        "cache_creation_input_tokens": tokens.cache_write,
    })
}

pub(crate) fn thinking() -> Draft {
    Draft::bare("agent.thinking")
}

pub(crate) fn message(text: &str) -> Draft {
    Draft::new("agent.message", json!({"content": [text_block(text)]}))
}

pub(crate) fn event_start(kind: &str, id: &str) -> Draft {
    Draft::new("event_start", json!({"event": {"type": kind, "id": id}}))
}

pub(crate) fn event_delta(id: &str, text: &str) -> Draft {
    let content = text_block(text);
    Draft::new(
        "event_delta",
        json!({"event_id": id, "delta": {"type": "content_delta", "index": 0, "content": content}}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_type_id_fields_time() {
        let draft = message("Grüße \"you\"");
        let pending = String::from_utf8(draft.render("sevt_1", None).to_vec()).unwrap();
        assert_eq!(
            pending,
            r#"{"type":"agent.message","id":"sevt_1","content":[{"text":"Grüße \"you\"","type":"text"}]}"#
        );
        let done: Value = serde_json::from_slice(&draft.render("sevt_1", Some(Micros(0)))).unwrap();
        assert_eq!(done["processed_at"], "1970-01-01T00:00:00Z");
    }

    #[test]
    fn previews_have_no_id() {
        let value: Value = serde_json::from_slice(&event_delta("sevt_1", "x").render_bare()).unwrap();
        assert!(value.get("id").is_none() && value.get("processed_at").is_none());
        assert_eq!(value["type"], "event_delta");
    }
}
