//! Other forms for the same things, as servers that imitate the API have them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::loose::Loose;
use crate::wire::time::Micros;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Forms {
    /// `model` of agents is its id alone.
    pub(crate) model: Option<Model>,
    /// Tool calls without `evaluated_permission`.
    pub(crate) permission: Option<Permission>,
    /// What stands in a `session.error` instead of `error: {type, message}`.
    pub(crate) session_error: Option<SessionError>,
    /// The `stop_reason` of idle events.
    pub(crate) stop_reason: Option<StopReason>,
    /// The `content` of events.
    pub(crate) content: Option<Content>,
    /// The `processed_at` of inputs, also when they have been processed.
    pub(crate) inputs: Option<Inputs>,
    /// What tells the time of an event instead of `processed_at`.
    pub(crate) times: Option<Times>,
    /// Whole numbers.
    pub(crate) numbers: Option<Numbers>,
    /// The envelope of errors.
    pub(crate) errors: Option<Errors>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Model {
    String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Permission {
    Absent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SessionError {
    /// `{"message": "…"}`
    Message,
    /// `{"error": "code", "message": "…"}`
    Code,
    /// `{"content": [{"type": "text", "text": "…"}]}`
    Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StopReason {
    Absent,
    Null,
    /// `"end_turn"`
    String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Content {
    Absent,
    Null,
    /// The text of all blocks.
    String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Inputs {
    Absent,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Times {
    Absent,
    /// The same under another name.
    CreatedAt,
    /// A number that grows with the time.
    Seq,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Numbers {
    /// `12.0`
    Decimal,
    /// `1.2e1`
    Exponent,
    /// `"12"`
    String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Errors {
    /// `{"error": "Session not found"}`
    Error,
    /// `{"message": "Session not found"}`
    Message,
    /// `{"detail": "Session not found"}`
    Detail,
}

impl Forms {
    /// Changes an object and all in it.
    pub(super) fn apply(&self, object: &mut Loose) {
        if self == &Self::default() {
            return;
        }
        if let Some(form) = self.errors {
            form.apply(object);
        }
        object.walk(&mut |value| self.change(value));
    }

    fn change(&self, value: &mut Loose) {
        if let (Some(form), Loose::Raw(raw)) = (self.numbers, &mut *value) {
            if let Some(new) = form.of(raw) {
                *raw = new;
            }
            return;
        }
        if self.model.is_some()
            && let Some(id) = value.get("model").and_then(|model| model.get("id")).cloned()
        {
            value.set("model", id);
        }
        let Some(kind) = value.text_at("type") else { return };
        match kind.as_str() {
            "agent.tool_use" | "agent.mcp_tool_use" if self.permission.is_some() => {
                value.remove("evaluated_permission");
            }
            "session.error" => {
                if let Some(form) = self.session_error {
                    form.apply(value);
                }
            }
            "session.status_idle" | "session.thread_status_idle" => {
                if let Some(form) = self.stop_reason {
                    form.apply(value);
                }
            }
            _ => {}
        }
        let is_event = kind.contains('.');
        if let (true, Some(form), Some(Loose::List(_))) = (is_event, self.content, value.get("content")) {
            form.apply(value);
        }
        if let (true, Some(form)) = (is_input(&kind), self.inputs) {
            match form {
                Inputs::Absent => drop(value.remove("processed_at")),
                Inputs::Null => value.set("processed_at", Loose::null()),
            }
        }
        if let (true, Some(form)) = (is_event, self.times) {
            form.apply(value);
        }
    }
}

fn is_input(kind: &str) -> bool {
    kind.starts_with("user.") || kind == "system.message"
}

impl SessionError {
    fn apply(self, event: &mut Loose) {
        let Some(error) = event.remove("error") else {
            return;
        };
        let message = error.get("message").cloned().unwrap_or(Loose::text(""));
        match self {
            Self::Message => event.set("message", message),
            Self::Code => {
                event.set(
                    "error",
                    error.get("type").cloned().unwrap_or(Loose::text("error")),
                );
                event.set("message", message);
            }
            Self::Content => {
                let text = message.as_text().unwrap_or_default();
                event.set("content", Loose::of(&json!([{"type": "text", "text": text}])));
            }
        }
    }
}

impl StopReason {
    fn apply(self, event: &mut Loose) {
        event.remove("stop_details");
        match self {
            Self::Absent => drop(event.remove("stop_reason")),
            Self::Null => event.set("stop_reason", Loose::null()),
            Self::String => {
                if let Some(kind) = event
                    .get("stop_reason")
                    .and_then(|reason| reason.get("type"))
                    .cloned()
                {
                    event.set("stop_reason", kind);
                }
            }
        }
    }
}

impl Content {
    fn apply(self, event: &mut Loose) {
        match self {
            Self::Absent => drop(event.remove("content")),
            Self::Null => event.set("content", Loose::null()),
            Self::String => {
                if let Some(Loose::List(blocks)) = event.get("content") {
                    let text: String = blocks.iter().filter_map(|block| block.text_at("text")).collect();
                    event.set("content", Loose::text(&text));
                }
            }
        }
    }
}

impl Times {
    fn apply(self, event: &mut Loose) {
        match self {
            Self::Absent => drop(event.remove("processed_at")),
            Self::CreatedAt => event.rename("processed_at", "created_at"),
            Self::Seq => {
                let at = event.remove("processed_at").and_then(|at| at.as_text());
                if let Some(at) = at.as_deref().and_then(Micros::parse) {
                    event.set("seq", Loose::Raw(at.0.to_string()));
                }
            }
        }
    }
}

impl Numbers {
    /// Another form of a whole number.
    fn of(self, raw: &str) -> Option<String> {
        let number: i128 = raw.parse().ok()?;
        Some(match self {
            Self::Decimal => format!("{number}.0"),
            Self::Exponent => format!("{number:e}"),
            Self::String => Value::from(raw).to_string(),
        })
    }
}

impl Errors {
    fn apply(self, body: &mut Loose) {
        if body.text_at("type").as_deref() != Some("error") {
            return;
        }
        let Some(message) = body.get("error").and_then(|error| error.get("message")).cloned() else {
            return;
        };
        let key = match self {
            Self::Error => "error",
            Self::Message => "message",
            Self::Detail => "detail",
        };
        *body = Loose::Object(vec![(key.to_owned(), message)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formed(forms: Value, object: Value) -> String {
        let forms: Forms = serde_json::from_value(forms).unwrap();
        let mut object = Loose::of(&object);
        forms.apply(&mut object);
        String::from_utf8(object.written()).unwrap()
    }

    #[test]
    fn models_are_strings_at_any_depth() {
        let agent =
            json!({"agent": {"model": {"id": "m"}}, "list": [{"model": {"id": "n", "speed": "fast"}}]});
        assert_eq!(
            formed(json!({"model": "string"}), agent),
            r#"{"agent":{"model":"m"},"list":[{"model":"n"}]}"#
        );
    }

    #[test]
    fn session_errors_have_three_other_forms() {
        let event = || json!({"type": "session.error", "error": {"type": "x", "message": "m"}});
        for (form, expected) in [
            ("message", r#"{"type":"session.error","message":"m"}"#),
            ("code", r#"{"type":"session.error","error":"x","message":"m"}"#),
            (
                "content",
                r#"{"type":"session.error","content":[{"text":"m","type":"text"}]}"#,
            ),
        ] {
            assert_eq!(formed(json!({"session_error": form}), event()), expected);
        }
    }

    #[test]
    fn whole_numbers_have_three_other_forms() {
        for (form, expected) in [
            ("decimal", r#"{"a":1000.0,"b":[12.0],"c":0.5,"d":"7"}"#),
            ("exponent", r#"{"a":1e3,"b":[1.2e1],"c":0.5,"d":"7"}"#),
            ("string", r#"{"a":"1000","b":["12"],"c":0.5,"d":"7"}"#),
        ] {
            let object = json!({"a": 1000, "b": [12], "c": 0.5, "d": "7"});
            assert_eq!(formed(json!({"numbers": form}), object), expected);
        }
    }

    #[test]
    fn times_have_another_name_or_are_numbers() {
        let event = || json!({"type": "agent.thinking", "processed_at": "1970-01-01T00:00:01.5Z"});
        for (form, expected) in [
            ("absent", r#"{"type":"agent.thinking"}"#),
            (
                "created_at",
                r#"{"created_at":"1970-01-01T00:00:01.5Z","type":"agent.thinking"}"#,
            ),
            ("seq", r#"{"type":"agent.thinking","seq":1500000}"#),
        ] {
            assert_eq!(formed(json!({"times": form}), event()), expected);
        }
        // Objects that are no events keep theirs, and what waits has no number.
        assert_eq!(
            formed(json!({"times": "absent"}), json!({"processed_at": "t"})),
            r#"{"processed_at":"t"}"#
        );
        let waiting = json!({"type": "user.message", "processed_at": null});
        assert_eq!(
            formed(json!({"times": "seq"}), waiting),
            r#"{"type":"user.message"}"#
        );
    }

    #[test]
    fn the_rest_is_left_out_or_plain() {
        let call = json!({"type": "agent.tool_use", "evaluated_permission": "ask"});
        assert_eq!(
            formed(json!({"permission": "absent"}), call),
            r#"{"type":"agent.tool_use"}"#
        );
        let idle = || json!({"type": "session.status_idle", "stop_reason": {"type": "end_turn"}, "stop_details": null});
        for (form, expected) in [
            ("absent", r#"{"type":"session.status_idle"}"#),
            ("null", r#"{"stop_reason":null,"type":"session.status_idle"}"#),
            (
                "string",
                r#"{"stop_reason":"end_turn","type":"session.status_idle"}"#,
            ),
        ] {
            assert_eq!(formed(json!({"stop_reason": form}), idle()), expected);
        }
        let said = || {
            let text = |text| json!({"type": "text", "text": text});
            json!({"type": "user.message", "content": [text("a"), text("b")], "processed_at": "t"})
        };
        for (forms, expected) in [
            (
                json!({"content": "string"}),
                r#"{"content":"ab","processed_at":"t","type":"user.message"}"#,
            ),
            (
                json!({"content": "null", "inputs": "absent"}),
                r#"{"content":null,"type":"user.message"}"#,
            ),
            (
                json!({"content": "absent", "inputs": "null"}),
                r#"{"processed_at":null,"type":"user.message"}"#,
            ),
        ] {
            assert_eq!(formed(forms, said()), expected);
        }
        let error = || json!({"type": "error", "error": {"type": "not_found_error", "message": "m"}});
        for (form, expected) in [
            ("error", r#"{"error":"m"}"#),
            ("message", r#"{"message":"m"}"#),
            ("detail", r#"{"detail":"m"}"#),
        ] {
            assert_eq!(formed(json!({"errors": form}), error()), expected);
        }
    }
}
