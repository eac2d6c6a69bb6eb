//! Which events a stream or a history has: some left out, others added.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::loose::{Loose, text_fits};

/// A type, perhaps with a `*` at its end, or what the event contains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum EventPattern {
    Type(String),
    Part(Map<String, Value>),
}

impl EventPattern {
    fn fits(&self, event: &Loose) -> bool {
        match self {
            Self::Type(wanted) => event.text_at("type").is_some_and(|kind| text_fits(&kind, wanted)),
            Self::Part(part) => event.fits(&Value::Object(part.clone())),
        }
    }
}

/// Pieces of each answer before the answer itself, as events of a type that the API does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Chunks {
    /// Their type.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Characters in each.
    pub(crate) chars: usize,
}

impl Default for Chunks {
    fn default() -> Self {
        Self {
            kind: "agent.message_chunk".to_owned(),
            chars: 4,
        }
    }
}

impl Chunks {
    /// The pieces of an `agent.message`. Their ids come from its own, so that stream and history agree.
    fn of(&self, event: &Loose) -> Vec<Loose> {
        let (Some(id), Some(Loose::List(blocks))) = (event.text_at("id"), event.get("content")) else {
            return Vec::new();
        };
        if event.text_at("type").as_deref() != Some("agent.message") {
            return Vec::new();
        }
        let text: Vec<char> = blocks
            .iter()
            .filter_map(|block| block.text_at("text"))
            .flat_map(|text| text.chars().collect::<Vec<_>>())
            .collect();
        text.chunks(self.chars.max(1))
            .enumerate()
            .map(|(n, piece)| {
                Loose::of(&json!({
                    "id": format!("{id}c{n}"),
                    "type": self.kind,
                    "delta": piece.iter().collect::<String>(),
                    "processed_at": null,
                }))
            })
            .collect()
    }
}

/// What becomes of one event.
pub(super) fn become_of(event: Loose, omit: &[EventPattern], chunks: Option<&Chunks>) -> Vec<Loose> {
    let mut events = chunks.map_or_else(Vec::new, |chunks| chunks.of(&event));
    events.push(event);
    events.retain(|event| !omit.iter().any(|pattern| pattern.fits(event)));
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Loose {
        Loose::of(
            &json!({"id": "sevt_1", "type": "agent.message", "content": [{"type": "text", "text": text}]}),
        )
    }

    #[test]
    fn an_answer_comes_in_pieces_first() {
        let events = become_of(said("Hello, 東京"), &[], Some(&Chunks::default()));
        let deltas: Vec<String> = events.iter().filter_map(|event| event.text_at("delta")).collect();
        assert_eq!(deltas, ["Hell", "o, 東", "京"]);
        let ids: Vec<String> = events.iter().filter_map(|event| event.text_at("id")).collect();
        assert_eq!(ids, ["sevt_1c0", "sevt_1c1", "sevt_1c2", "sevt_1"]);
        assert_eq!(events[0].get("processed_at"), Some(&Loose::null()));
    }

    #[test]
    fn events_are_left_out_by_type_or_by_a_part_of_them() {
        let patterns: Vec<EventPattern> = serde_json::from_value(json!([
            "session.status_*",
            {"type": "agent.tool_use", "name": "bash"},
        ]))
        .unwrap();
        let stays = |event: Value| !become_of(Loose::of(&event), &patterns, None).is_empty();
        assert!(!stays(json!({"type": "session.status_idle"})));
        assert!(stays(json!({"type": "session.thread_status_idle"})));
        assert!(!stays(
            json!({"type": "agent.tool_use", "name": "bash", "input": {}})
        ));
        assert!(stays(json!({"type": "agent.tool_use", "name": "read"})));
    }
}
