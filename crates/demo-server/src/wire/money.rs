//! Token prices and monetary amounts.

use serde_json::{Value, json};

/// Billionths of a US dollar: fine enough to add single tokens up without rounding.
pub(crate) type NanoDollars = u64;

pub(crate) const NANOS_PER_CENT: NanoDollars = 10_000_000;

/// Runtime price, $0.08 per hour of active time, per millisecond.
const RUNTIME_NANOS_PER_HOUR: NanoDollars = 80_000_000;

/// List price of one model in nano-dollars per token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Price {
    pub(crate) input: NanoDollars,
    pub(crate) output: NanoDollars,
}

/// The tokens of one model request, in the fields of `model_usage`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tokens {
    pub(crate) input: u64,
    pub(crate) output: u64,
    pub(crate) cache_read: u64,
    pub(crate) cache_write: u64,
}

impl Price {
    /// Cached input costs a tenth to read and a quarter more to write.
    pub(crate) fn of(self, tokens: Tokens) -> NanoDollars {
        tokens.input * self.input
            + tokens.output * self.output
            + tokens.cache_read * self.input / 10
            + tokens.cache_write * self.input * 5 / 4
    }
}

pub(crate) fn runtime_cost(active_seconds: f64) -> NanoDollars {
    (active_seconds * RUNTIME_NANOS_PER_HOUR as f64 / 3600.0) as NanoDollars
}

/// `MonetaryAmount`: whole cents as a decimal string.
pub(crate) fn amount(nanos: NanoDollars) -> Value {
    cents((nanos + NANOS_PER_CENT / 2) / NANOS_PER_CENT)
}

pub(crate) fn cents(cents: u64) -> Value {
    json!({"amount": cents.to_string(), "currency": "USD"})
}

/// `BudgetLimit` or null.
pub(crate) fn budget(limit_cents: Option<u64>) -> Value {
    limit_cents.map_or(
        Value::Null,
        |limit| json!({"type": "limit", "max_list_cost": cents(limit)}),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_priced_by_kind_of_token() {
        let price = Price {
            input: 5_000,
            output: 25_000,
        };
        let tokens = Tokens {
            input: 1000,
            output: 1000,
            cache_read: 10_000,
            cache_write: 1000,
        };
        assert_eq!(price.of(tokens), 5_000_000 + 25_000_000 + 5_000_000 + 6_250_000);
        assert_eq!(
            amount(price.of(tokens)),
            json!({"amount": "4", "currency": "USD"})
        );
    }

    #[test]
    fn an_hour_of_runtime_costs_eight_cents() {
        assert_eq!(amount(runtime_cost(3600.0))["amount"], "8");
    }
}
