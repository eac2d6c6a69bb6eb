//! What has been spent: tokens, active time, money.

use serde_json::{Value, json};

use crate::wire::money::{self, NanoDollars, Price, Tokens};
use crate::wire::time::Micros;

/// Cumulative usage of a session or of one thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Usage {
    tokens: Tokens,
    web_searches: u64,
    model_cost: NanoDollars,
    active_micros: u64,
    active_since: Option<Micros>,
}

/// $10 per 1000 searches.
const SEARCH_NANOS: NanoDollars = 10_000_000;

impl Usage {
    pub(crate) fn add(&mut self, tokens: Tokens, price: Option<Price>) {
        self.tokens.input += tokens.input;
        self.tokens.output += tokens.output;
        self.tokens.cache_read += tokens.cache_read;
        self.tokens.cache_write += tokens.cache_write;
        self.model_cost += price.map_or(0, |price| price.of(tokens));
    }

    pub(crate) fn add_search(&mut self) {
        self.web_searches += 1;
        self.model_cost += SEARCH_NANOS;
    }

    pub(crate) fn start(&mut self, now: Micros) {
        self.active_since.get_or_insert(now);
    }

    pub(crate) fn stop(&mut self, now: Micros) {
        if let Some(since) = self.active_since.take() {
            self.active_micros += now.0.saturating_sub(since.0);
        }
    }

    pub(crate) fn active_micros(&self, now: Micros) -> u64 {
        self.active_micros + self.active_since.map_or(0, |since| now.0.saturating_sub(since.0))
    }

    pub(crate) fn active_seconds(&self, now: Micros) -> f64 {
        Micros(self.active_micros(now)).seconds_since(Micros(0))
    }

    /// List cost so far, with the price of the active time.
    pub(crate) fn cost(&self, now: Micros) -> NanoDollars {
        self.model_cost + money::runtime_cost(self.active_seconds(now))
    }

    /// `SessionUsage`, Managed Agents API reference, "Sessions".
    pub(crate) fn json(&self, now: Micros) -> Value {
        json!({
            "input_tokens": self.tokens.input,
            "output_tokens": self.tokens.output,
            "cache_read_input_tokens": self.tokens.cache_read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.tokens.cache_write,
                "ephemeral_1h_input_tokens": 0,
            },
            "active_seconds": self.active_seconds(now),
            "list_cost": money::amount(self.cost(now)),
            "server_tool_use": {"web_search_requests": self.web_searches, "web_fetch_requests": 0},
        })
    }

    /// A thread's usage, which leaves runtime out of the cost.
    pub(crate) fn thread_json(&self, now: Micros) -> Value {
        let mut out = self.json(now);
        out["list_cost"] = money::amount(self.model_cost);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_counts_only_between_start_and_stop() {
        let mut usage = Usage::default();
        usage.start(Micros(1_000_000));
        usage.start(Micros(2_000_000));
        assert_eq!(usage.active_seconds(Micros(4_000_000)), 3.0);
        usage.stop(Micros(5_000_000));
        assert_eq!(usage.active_seconds(Micros(99_000_000)), 4.0);
    }

    #[test]
    fn cost_is_in_whole_cents() {
        let mut usage = Usage::default();
        let price = Price {
            input: 5_000,
            output: 25_000,
        };
        usage.add(
            Tokens {
                input: 10_000,
                output: 2_000,
                ..Tokens::default()
            },
            Some(price),
        );
        assert_eq!(usage.json(Micros(0))["list_cost"]["amount"], "10");
    }
}
