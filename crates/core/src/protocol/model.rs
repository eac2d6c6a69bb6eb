//! Models, for pickers.

use serde::Serialize;

use super::object::object;

use super::RawJson;
use super::open_enum::open_enum;
use super::timestamp::Timestamp;

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "model")]
pub struct ModelInfo {
    /// Id.
    pub id: String,
    /// Name for people.
    pub display_name: String,
    /// Whether it can be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<ModelLifecycle>,
    /// Family, such as `opus`.
    pub line: Option<String>,
    /// Size of the context window in tokens.
    pub max_input_tokens: Option<u64>,
    /// Limit of the output in tokens.
    pub max_tokens: Option<u64>,
    /// What it can do.
    pub capabilities: Option<RawJson>,
    /// When it was released.
    pub created_at: Option<Timestamp>,
    /// When it was deprecated.
    pub deprecated_at: Option<Timestamp>,
    /// When it is retired.
    pub retires_at: Option<Timestamp>,
}

object!(ModelInfo { id, display_name or default, lifecycle, line, max_input_tokens, max_tokens, capabilities, created_at, deprecated_at, retires_at });

open_enum! {
    /// Whether a model can be used.
    pub enum ModelLifecycle {
        /// By everybody.
        Active = "active",
        /// By those who already use it.
        Deprecated = "deprecated",
        /// By nobody.
        Retired = "retired",
    }
}
