//! The models that the demo knows, with made-up but plausible list prices.

use serde_json::{Value, json};

use crate::wire::money::Price;

pub(crate) struct Model {
    pub(crate) id: &'static str,
    name: &'static str,
    created_at: &'static str,
    end: End,
    /// Absent for a model that cannot be budgeted.
    pub(crate) price: Option<Price>,
    /// Whether `system.message` may be sent in the middle of a conversation.
    pub(crate) takes_system_messages: bool,
}

/// Where a model stands on its way out.
#[derive(Clone, Copy)]
enum End {
    Active,
    /// Since when, and from when on it is gone.
    Deprecated(&'static str, &'static str),
    Retired(&'static str, &'static str),
}

const fn dollars(input: u64, output: u64) -> Option<Price> {
    // A dollar per million tokens is a thousand nano-dollars per token.
    Some(Price {
        input: input * 1000,
        output: output * 1000,
    })
}

const fn model(
    id: &'static str,
    name: &'static str,
    created_at: &'static str,
    price: Option<Price>,
    takes_system_messages: bool,
) -> Model {
    Model {
        id,
        name,
        created_at,
        end: End::Active,
        price,
        takes_system_messages,
    }
}

/// Newest first.
pub(crate) const MODELS: &[Model] = &[
    model(
        "claude-fable-5-2",
        "Claude Fable 5.2 (preview)",
        "2026-11-02T00:00:00Z",
        None,
        false,
    ),
    model(
        "claude-haiku-5-5",
        "Claude Haiku 5.5",
        "2026-10-14T00:00:00Z",
        dollars(1, 5),
        true,
    ),
    model(
        "claude-sonnet-5-5",
        "Claude Sonnet 5.5",
        "2026-09-30T00:00:00Z",
        dollars(3, 15),
        true,
    ),
    model(
        "claude-opus-5-5",
        "Claude Opus 5.5",
        "2026-09-16T00:00:00Z",
        dollars(5, 25),
        true,
    ),
    model(
        "claude-fable-5-1",
        "Claude Fable 5.1",
        "2026-08-12T00:00:00Z",
        dollars(10, 50),
        true,
    ),
    model(
        "claude-sonnet-5",
        "Claude Sonnet 5",
        "2026-05-20T00:00:00Z",
        dollars(3, 15),
        false,
    ),
    model(
        "claude-opus-5",
        "Claude Opus 5",
        "2026-04-22T00:00:00Z",
        dollars(5, 25),
        true,
    ),
    model(
        "claude-opus-4-8",
        "Claude Opus 4.8",
        "2026-03-03T00:00:00Z",
        dollars(5, 25),
        true,
    ),
    Model {
        end: End::Deprecated("2026-11-23T00:00:00Z", "2027-01-22T00:00:00Z"),
        ..model(
            "claude-opus-4-5",
            "Claude Opus 4.5",
            "2025-11-24T00:00:00Z",
            dollars(5, 25),
            false,
        )
    },
    Model {
        end: End::Retired("2026-04-30T00:00:00Z", "2026-06-30T00:00:00Z"),
        ..model(
            "claude-mythos-preview",
            "Claude Mythos (preview)",
            "2025-10-20T00:00:00Z",
            None,
            false,
        )
    },
    Model {
        end: End::Deprecated("2026-09-30T00:00:00Z", "2026-11-30T00:00:00Z"),
        ..model(
            "claude-sonnet-4-5",
            "Claude Sonnet 4.5",
            "2025-09-29T00:00:00Z",
            dollars(3, 15),
            false,
        )
    },
];

/// The model of this id. Unknown ids are accepted elsewhere, as the set is open, but have no price.
pub(crate) fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id)
}

impl Model {
    /// `active`, `deprecated` or `retired`.
    pub(crate) fn lifecycle(&self) -> &'static str {
        match self.end {
            End::Active => "active",
            End::Deprecated(..) => "deprecated",
            End::Retired(..) => "retired",
        }
    }

    /// `ModelInfo`, Managed Agents API reference, "Models".
    pub(crate) fn json(&self) -> Value {
        let (deprecated_at, retires_at) = match self.end {
            End::Active => (None, None),
            End::Deprecated(since, until) | End::Retired(since, until) => (Some(since), Some(until)),
        };
        let line = self.id.split('-').nth(1);
        json!({
            "type": "model",
            "id": self.id,
            "display_name": self.name,
            "line": line,
            "lifecycle": self.lifecycle(),
            "deprecated_at": deprecated_at,
            "retires_at": retires_at,
            "max_input_tokens": 1_000_000,
            "max_tokens": 128_000,
            "capabilities": capabilities(line != Some("haiku")),
            "allowed_fallback_models": [],
            "created_at": self.created_at,
        })
    }
}

/// What a model can do; the large ones have the highest efforts as well.
fn capabilities(is_large: bool) -> Value {
    let yes = json!({"supported": true});
    let large = json!({"supported": is_large});
    json!({
        "batch": yes,
        "citations": yes,
        "code_execution": yes,
        "compaction": {"supported": true, "summarize": yes},
        "context_management": {"supported": true, "clear_thinking_20251015": yes, "clear_tool_uses_20250919": yes, "compact_20260112": yes},
        "effort": {"supported": true, "low": yes, "medium": yes, "high": yes, "xhigh": large, "max": large},
        "image_input": yes,
        "pdf_input": yes,
        "server_tools": {"supported": true, "code_execution": yes, "web_search": yes},
        "structured_outputs": yes,
        "thinking": {"supported": true, "types": {"adaptive": yes, "between_tools": yes, "disabled": yes, "enabled": yes}},
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_listed_newest_first() {
        assert!(
            MODELS
                .windows(2)
                .all(|pair| pair[0].created_at > pair[1].created_at)
        );
    }
}
