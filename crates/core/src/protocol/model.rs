//! Models, for pickers.

use serde::{Deserialize, Serialize};

use super::RawJson;
use super::open_enum::open_enum;
use super::raw_json::null_default;
use super::timestamp::{Timestamp, lenient};

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "model")]
pub struct ModelInfo {
    /// Id.
    pub id: String,
    /// Name for people.
    #[serde(default, deserialize_with = "null_default")]
    pub display_name: String,
    /// Whether it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<ModelLifecycle>,
    /// Family, such as `opus`.
    #[serde(default)]
    pub line: Option<String>,
    /// Size of the context window in tokens.
    #[serde(default)]
    pub max_input_tokens: Option<u64>,
    /// Limit of the output in tokens.
    #[serde(default)]
    pub max_tokens: Option<u64>,
    /// What it can do.
    #[serde(default)]
    pub capabilities: Option<RawJson>,
    /// When it was released.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<Timestamp>,
    /// When it was deprecated.
    #[serde(default, deserialize_with = "lenient")]
    pub deprecated_at: Option<Timestamp>,
    /// When it is retired.
    #[serde(default, deserialize_with = "lenient")]
    pub retires_at: Option<Timestamp>,
}

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
