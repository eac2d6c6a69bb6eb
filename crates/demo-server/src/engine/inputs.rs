//! The events that a client may send, checked for their shape (Managed Agents API reference, "Sending events").

use serde_json::{Map, Value, json};

use crate::wire::events::Draft;

/// An input event whose shape is right. Whether the session takes it is another question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    Message,
    System,
    Interrupt {
        thread: Option<String>,
    },
    Confirmation {
        tool_use_id: String,
        allow: bool,
        reason: Option<String>,
    },
    CustomResult {
        tool_use_id: String,
        text: String,
        is_error: bool,
    },
    /// Only workers may send it, and workers are not clients.
    ToolResult,
    Outcome {
        description: String,
        rubric: String,
        max_iterations: u64,
    },
}

/// An input with the fields to store and echo.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) input: Input,
    pub(crate) draft: Draft,
}

const MAX_RUBRIC: usize = 262_144;
const MAX_DENY_MESSAGE: usize = 10_000;

/// Reads `{"events": […]}`.
pub(crate) fn parse_batch(body: &Map<String, Value>) -> Result<Vec<Parsed>, String> {
    if let Some(key) = body.keys().find(|key| *key != "events") {
        return Err(format!("{key}: Extra inputs are not permitted"));
    }
    let events = body
        .get("events")
        .ok_or("events: Field required")?
        .as_array()
        .ok_or("events: Input should be a valid list")?;
    if events.is_empty() {
        return Err("events: List should have at least 1 item".to_owned());
    }
    let parsed: Result<Vec<Parsed>, String> = events
        .iter()
        .enumerate()
        .map(|(n, event)| parse(event, &format!("events[{n}]")))
        .collect();
    let parsed = parsed?;
    system_messages_follow_inputs(&parsed)?;
    Ok(parsed)
}

/// Reads `initial_events`, where only messages and one outcome are allowed.
pub(crate) fn parse_initial(events: &Value) -> Result<Vec<Parsed>, String> {
    let list = match events {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        _ => return Err("initial_events: Input should be a valid list".to_owned()),
    };
    if list.len() > 50 {
        return Err("initial_events: List should have at most 50 items".to_owned());
    }
    let mut parsed = Vec::new();
    for (n, event) in list.iter().enumerate() {
        let at = format!("initial_events[{n}]");
        let event = parse(event, &at)?;
        if !matches!(event.input, Input::Message | Input::Outcome { .. }) {
            return Err(format!(
                "{at}.type: only `user.message` and `user.define_outcome` are allowed"
            ));
        }
        parsed.push(event);
    }
    let outcomes = parsed
        .iter()
        .filter(|event| matches!(event.input, Input::Outcome { .. }))
        .count();
    if outcomes > 1 {
        return Err("initial_events: at most one `user.define_outcome`".to_owned());
    }
    Ok(parsed)
}

fn system_messages_follow_inputs(parsed: &[Parsed]) -> Result<(), String> {
    for (n, event) in parsed.iter().enumerate() {
        if event.input != Input::System {
            continue;
        }
        let before = n.checked_sub(1).map(|before| &parsed[before].input);
        let follows = matches!(
            before,
            Some(
                Input::Message | Input::CustomResult { .. } | Input::Confirmation { .. } | Input::ToolResult
            )
        );
        if n + 1 != parsed.len() || !follows {
            return Err(format!(
                "events[{n}]: `system.message` must be the last event, directly after the `user.message` or tool \
                 result that it accompanies"
            ));
        }
    }
    Ok(())
}

fn parse(event: &Value, at: &str) -> Result<Parsed, String> {
    let Value::Object(fields) = event else {
        return Err(format!("{at}: Input should be a valid dictionary"));
    };
    let kind = fields
        .get("type")
        .ok_or_else(|| format!("{at}.type: Field required"))?
        .as_str()
        .ok_or_else(|| format!("{at}.type: Input should be a valid string"))?;
    let reader = Fields { fields, at };
    match kind {
        "user.message" => {
            reader.only(&["content"])?;
            let content = reader.content("content", &["text", "image", "document"], true)?;
            Ok(Parsed {
                input: Input::Message,
                draft: Draft::new("user.message", json!({"content": content})),
            })
        }
        "system.message" => {
            reader.only(&["content"])?;
            let content = reader.content("content", &["text"], true)?;
            if content.as_array().is_some_and(|list| list.len() > 1000) {
                return Err(format!("{at}.content: List should have at most 1000 items"));
            }
            Ok(Parsed {
                input: Input::System,
                draft: Draft::new("system.message", json!({"content": content})),
            })
        }
        "user.interrupt" => {
            reader.only(&["session_thread_id"])?;
            let thread = reader.optional_text("session_thread_id")?;
            let mut draft = Draft::bare("user.interrupt");
            if let Some(thread) = &thread {
                draft = draft.with("session_thread_id", thread.clone());
            }
            Ok(Parsed {
                input: Input::Interrupt { thread },
                draft,
            })
        }
        "user.tool_confirmation" => reader.confirmation(),
        "user.custom_tool_result" => {
            let (id, text, is_error, draft) =
                reader.result("user.custom_tool_result", "custom_tool_use_id")?;
            Ok(Parsed {
                input: Input::CustomResult {
                    tool_use_id: id,
                    text,
                    is_error,
                },
                draft,
            })
        }
        "user.tool_result" => {
            let (_, _, _, draft) = reader.result("user.tool_result", "tool_use_id")?;
            Ok(Parsed {
                input: Input::ToolResult,
                draft,
            })
        }
        "user.define_outcome" => reader.outcome(),
        other => Err(format!(
            "Failed to parse request: {at}.type: \"{other}\" is not a valid value"
        )),
    }
}

struct Fields<'a> {
    fields: &'a Map<String, Value>,
    at: &'a str,
}

impl Fields<'_> {
    fn only(&self, allowed: &[&str]) -> Result<(), String> {
        match self
            .fields
            .keys()
            .find(|key| *key != "type" && !allowed.contains(&key.as_str()))
        {
            Some(key) => Err(format!("{}.{key}: Extra inputs are not permitted", self.at)),
            None => Ok(()),
        }
    }

    fn text(&self, key: &str) -> Result<String, String> {
        self.optional_text(key)?
            .ok_or_else(|| format!("{}.{key}: Field required", self.at))
    }

    fn optional_text(&self, key: &str) -> Result<Option<String>, String> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("{}.{key}: Input should be a valid string", self.at)),
        }
    }

    fn id(&self, key: &str) -> Result<String, String> {
        let id = self.text(key)?;
        if (1..=128).contains(&id.chars().count()) {
            Ok(id)
        } else {
            Err(format!(
                "{}.{key}: String should have 1 to 128 characters",
                self.at
            ))
        }
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, String> {
        match self.fields.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(format!("{}.{key}: Input should be a valid boolean", self.at)),
        }
    }

    fn confirmation(&self) -> Result<Parsed, String> {
        self.only(&["tool_use_id", "result", "deny_message", "session_thread_id"])?;
        let tool_use_id = self.id("tool_use_id")?;
        let result = self.text("result")?;
        let allow = match result.as_str() {
            "allow" => true,
            "deny" => false,
            other => {
                return Err(format!(
                    "Failed to parse request: {}.result: \"{other}\" is not a valid value",
                    self.at
                ));
            }
        };
        let reason = self.optional_text("deny_message")?;
        if reason.is_some() && allow {
            return Err(format!(
                "{}.deny_message: only allowed when result is \"deny\"",
                self.at
            ));
        }
        if reason
            .as_ref()
            .is_some_and(|text| text.chars().count() > MAX_DENY_MESSAGE)
        {
            return Err(format!(
                "{}.deny_message: at most {MAX_DENY_MESSAGE} characters",
                self.at
            ));
        }
        let mut draft = Draft::new(
            "user.tool_confirmation",
            json!({"tool_use_id": tool_use_id, "result": result}),
        );
        if let Some(reason) = &reason {
            draft = draft.with("deny_message", reason.clone());
        }
        Ok(Parsed {
            input: Input::Confirmation {
                tool_use_id,
                allow,
                reason,
            },
            draft,
        })
    }

    fn result(&self, kind: &'static str, id_key: &str) -> Result<(String, String, bool, Draft), String> {
        self.only(&[id_key, "content", "is_error", "session_thread_id"])?;
        let id = self.id(id_key)?;
        let is_error = self.flag("is_error")?;
        let content = self.content("content", &["text", "image", "document", "search_result"], false)?;
        let text = super::turn::plain_text(&content);
        let mut draft = Draft::new(kind, json!({id_key: id, "content": content}));
        if let Some(is_error) = is_error {
            draft = draft.with("is_error", is_error);
        }
        Ok((id, text, is_error.unwrap_or(false), draft))
    }

    fn outcome(&self) -> Result<Parsed, String> {
        self.only(&["description", "rubric", "max_iterations"])?;
        let description = self.text("description")?;
        if description.is_empty() {
            return Err(format!(
                "{}.description: String should have at least 1 character",
                self.at
            ));
        }
        let given = self
            .fields
            .get("rubric")
            .filter(|rubric| rubric.is_object())
            .ok_or_else(|| format!("{}.rubric: Field required", self.at))?;
        let rubric = match given["type"].as_str() {
            Some("text") => given["content"].as_str().unwrap_or_default().to_owned(),
            // The server has no file store; a file rubric becomes the text that names it.
            Some("file") => format!(
                "(the rubric in file {})",
                given["file_id"].as_str().unwrap_or_default()
            ),
            _ => return Err(format!("{}.rubric.type: not a valid value", self.at)),
        };
        if rubric.is_empty() || rubric.chars().count() > MAX_RUBRIC {
            return Err(format!(
                "{}.rubric.content: must have 1 to {MAX_RUBRIC} characters",
                self.at
            ));
        }
        let max_iterations = match self.fields.get("max_iterations") {
            None | Some(Value::Null) => 3,
            Some(value) => value
                .as_u64()
                .filter(|n| (1..=20).contains(n))
                .ok_or_else(|| format!("{}.max_iterations: must be between 1 and 20", self.at))?,
        };
        let draft = Draft::new(
            "user.define_outcome",
            json!({
                "description": description,
                "rubric": {"type": "text", "content": rubric},
                "max_iterations": max_iterations,
            }),
        );
        Ok(Parsed {
            input: Input::Outcome {
                description,
                rubric,
                max_iterations,
            },
            draft,
        })
    }

    /// A content list with only the given block types.
    fn content(&self, key: &str, kinds: &[&str], required: bool) -> Result<Value, String> {
        let at = format!("{}.{key}", self.at);
        let list = match self.fields.get(key) {
            None | Some(Value::Null) if !required => return Ok(json!([])),
            None | Some(Value::Null) => return Err(format!("{at}: Field required")),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(format!("{at}: Input should be a valid list")),
        };
        if required && list.is_empty() {
            return Err(format!("{at}: List should have at least 1 item"));
        }
        for (n, block) in list.iter().enumerate() {
            check_block(block, kinds, &format!("{at}[{n}]"))?;
        }
        Ok(Value::Array(list.clone()))
    }
}

fn check_block(block: &Value, kinds: &[&str], at: &str) -> Result<(), String> {
    let kind = block["type"]
        .as_str()
        .ok_or_else(|| format!("{at}.type: Field required"))?;
    if !kinds.contains(&kind) {
        return Err(format!(
            "Failed to parse request: {at}.type: \"{kind}\" is not a valid value"
        ));
    }
    let required: &[&str] = match kind {
        "text" => {
            let text = block["text"]
                .as_str()
                .ok_or_else(|| format!("{at}.text: Field required"))?;
            if text.is_empty() {
                return Err(format!("{at}.text: String should have at least 1 character"));
            }
            return Ok(());
        }
        "search_result" => {
            if block["source"].is_string() && block["title"].is_string() && block["content"].is_array() {
                return Ok(());
            }
            return Err(format!("{at}: source, title and content are required"));
        }
        _ => match block["source"]["type"].as_str() {
            Some("base64") => &["media_type", "data"],
            Some("url") => &["url"],
            Some("file") => &["file_id"],
            Some("text") if kind == "document" => &["media_type", "data"],
            Some(other) => return Err(format!("{at}.source.type: \"{other}\" is not a valid value")),
            None => return Err(format!("{at}.source.type: Field required")),
        },
    };
    match required.iter().find(|key| !block["source"][**key].is_string()) {
        Some(key) => Err(format!("{at}.source.{key}: Field required")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(events: Value) -> String {
        let body = json!({"events": events});
        parse_batch(body.as_object().unwrap()).unwrap_err()
    }

    #[test]
    fn shapes_are_refused_with_the_place_of_the_fault() {
        for (events, expected) in [
            (json!([]), "events: List should have at least 1 item"),
            (json!([{}]), "events[0].type: Field required"),
            (
                json!([{"type": "session.usage"}]),
                "Failed to parse request: events[0].type: \"session.usage\" is not a valid value",
            ),
            (
                json!([{"type": "user.message", "content": []}]),
                "events[0].content: List should have at least 1 item",
            ),
            (
                json!([{"type": "user.message", "content": [{"type": "text", "text": ""}]}]),
                "events[0].content[0].text: String should have at least 1 character",
            ),
            (
                json!([{"type": "user.message", "content": [{"type": "redacted"}]}]),
                "Failed to parse request: events[0].content[0].type: \"redacted\" is not a valid value",
            ),
            (
                json!([{"type": "user.interrupt"}, {"type": "user.message", "content": [], "id": "x"}]),
                "events[1].id: Extra inputs are not permitted",
            ),
            (
                json!([{"type": "user.tool_confirmation", "tool_use_id": "e", "result": "allow", "deny_message": "no"}]),
                "events[0].deny_message: only allowed when result is \"deny\"",
            ),
            (
                json!([{"type": "user.define_outcome", "description": "d", "rubric": {"type": "text", "content": "r"}, "max_iterations": 21}]),
                "events[0].max_iterations: must be between 1 and 20",
            ),
        ] {
            assert_eq!(refusal(events), expected);
        }
    }

    #[test]
    fn a_system_message_follows_an_input() {
        let system = json!({"type": "system.message", "content": [{"type": "text", "text": "s"}]});
        let message = json!({"type": "user.message", "content": [{"type": "text", "text": "m"}]});
        assert!(refusal(json!([system])).contains("must be the last event"));
        assert!(refusal(json!([message, system, message])).contains("events[1]"));
        let body = json!({"events": [message, system]});
        assert_eq!(parse_batch(body.as_object().unwrap()).unwrap().len(), 2);
    }

    #[test]
    fn initial_events_are_messages_and_one_outcome() {
        assert!(parse_initial(&json!([{"type": "user.interrupt"}])).is_err());
        let outcome = json!({"type": "user.define_outcome", "description": "d", "rubric": {"type": "text", "content": "r"}});
        assert!(parse_initial(&json!([outcome])).is_ok());
        assert!(parse_initial(&json!([outcome, outcome])).is_err());
    }
}
