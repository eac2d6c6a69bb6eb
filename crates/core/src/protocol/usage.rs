//! Counters of tokens, time and cost.

use serde::Serialize;

use super::object::object;

use super::{MonetaryAmount, open_enum::open_enum};

open_enum! {
    /// Service tier of a model request.
    pub enum Speed {
        /// The default.
        Standard = "standard",
        /// Faster at a higher price.
        Fast = "fast",
    }
}

/// Cumulative usage of a session or a thread; also the snapshot in `session.usage`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SessionUsage {
    /// Uncached input tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Output tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Input tokens read from the cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read_input_tokens: Option<u64>,
    /// Input tokens written to the cache, by lifetime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_creation: Option<CacheCreation>,
    /// Seconds with at least one running thread; overlaps count once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_seconds: Option<f64>,
    /// Cost at list prices; absent until it is tracked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_cost: Option<MonetaryAmount>,
    /// Requests of tools that run at the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_tool_use: Option<ServerToolUsage>,
}

object!(SessionUsage {
    input_tokens,
    output_tokens,
    cache_read_input_tokens,
    cache_creation,
    active_seconds,
    list_cost,
    server_tool_use
});

/// Tokens written to the prompt cache.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CacheCreation {
    /// Kept for five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_5m_input_tokens: Option<u64>,
    /// Kept for an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_1h_input_tokens: Option<u64>,
}

object!(CacheCreation {
    ephemeral_5m_input_tokens,
    ephemeral_1h_input_tokens
});

/// Requests of tools that run at the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServerToolUsage {
    /// Web searches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_search_requests: Option<u64>,
    /// Web fetches; not metered, stays 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_fetch_requests: Option<u64>,
}

object!(ServerToolUsage {
    web_search_requests,
    web_fetch_requests
});

/// Tokens of one span: a model request or an outcome evaluation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ModelUsage {
    /// Uncached input tokens.
    pub input_tokens: u64,
    /// Output tokens.
    pub output_tokens: u64,
    /// Input tokens read from the cache.
    pub cache_read_input_tokens: u64,
    /// Input tokens written to the cache.
    pub cache_creation_input_tokens: u64,
    /// Service tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
}

object!(ModelUsage { input_tokens or default, output_tokens or default, cache_read_input_tokens or default, cache_creation_input_tokens or default, speed });

/// Durations of a session or a thread, in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stats {
    /// Time spent running, summed over threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_seconds: Option<f64>,
    /// Time since creation; stands still after termination.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// Time until a thread was ready; threads only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_seconds: Option<f64>,
}

object!(Stats {
    active_seconds,
    duration_seconds,
    startup_seconds
});
