//! The models that the demo knows, with made-up but plausible list prices.

use serde_json::{Value, json};

use crate::wire::money::Price;

pub(crate) struct Model {
    pub(crate) id: &'static str,
    name: &'static str,
    created_at: &'static str,
    lifecycle: &'static str,
    /// Absent for a model that cannot be budgeted.
    pub(crate) price: Option<Price>,
    /// Whether `system.message` may be sent in the middle of a conversation.
    pub(crate) takes_system_messages: bool,
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
        lifecycle: "active",
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
        lifecycle: "deprecated",
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
    /// `ModelInfo`, Managed Agents API reference, "Models".
    pub(crate) fn json(&self) -> Value {
        json!({
            "type": "model",
            "id": self.id,
            "display_name": self.name,
            "created_at": self.created_at,
            "lifecycle": self.lifecycle,
            "max_input_tokens": 1_000_000,
            "max_tokens": 128_000,
            "capabilities": null,
        })
    }
}
