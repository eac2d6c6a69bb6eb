//! Amounts of money.

use std::fmt;

use serde::Serialize;

use super::object::object;

use super::tagged_union::tagged_union;

/// An amount in the smallest unit of its currency (Managed Agents API reference, monetary amounts).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonetaryAmount {
    /// Whole cents as a decimal string: `"2500"` is 25 dollars.
    pub amount: String,
    /// ISO 4217 code; the API uses `USD`.
    pub currency: String,
}

object!(MonetaryAmount { amount, currency });

impl MonetaryAmount {
    /// An amount of US dollars.
    #[must_use]
    pub fn usd(cents: i64) -> Self {
        Self {
            amount: cents.to_string(),
            currency: "USD".to_owned(),
        }
    }

    /// The amount in cents, unless it is written in another form than documented.
    #[must_use]
    pub fn cents(&self) -> Option<i64> {
        self.amount.parse().ok()
    }
}

impl fmt::Display for MonetaryAmount {
    /// `$25.00`, or the amount as it came with its currency if it is not a whole number of US cents.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cents() {
            Some(cents) if self.currency == "USD" => {
                let sign = if cents < 0 { "-" } else { "" };
                let cents = cents.unsigned_abs();
                write!(f, "{sign}${}.{:02}", cents / 100, cents % 100)
            }
            _ => write!(f, "{} {}", self.amount, self.currency),
        }
    }
}

tagged_union! {
    /// What a session may spend.
    pub enum Budget {
        /// A fixed limit.
        Limit(BudgetLimit) = "limit",
    }
}

impl Budget {
    /// A limit in US cents.
    #[must_use]
    pub fn usd(cents: i64) -> Self {
        Self::Limit(BudgetLimit {
            max_list_cost: MonetaryAmount::usd(cents),
        })
    }

    /// The limit, if the budget has the known form.
    #[must_use]
    pub fn max_list_cost(&self) -> Option<&MonetaryAmount> {
        match self {
            Self::Limit(limit) => Some(&limit.max_list_cost),
            Self::Unknown(_) => None,
        }
    }
}

impl fmt::Display for Budget {
    /// The limit, or the JSON of an unknown form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(limit) => limit.max_list_cost.fmt(f),
            Self::Unknown(raw) => f.write_str(raw.get()),
        }
    }
}

/// A fixed limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetLimit {
    /// The session pauses when its list cost reaches this.
    pub max_list_cost: MonetaryAmount,
}

object!(BudgetLimit { max_list_cost });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_dollars() {
        for (amount, text) in [
            ("2500", "$25.00"),
            ("7", "$0.07"),
            ("0", "$0.00"),
            ("-105", "-$1.05"),
            ("12.5", "12.5 USD"),
        ] {
            let money = MonetaryAmount {
                amount: amount.into(),
                currency: "USD".into(),
            };
            assert_eq!(money.to_string(), text);
        }
        assert_eq!(MonetaryAmount::usd(2500).cents(), Some(2500));
    }

    #[test]
    fn other_currencies_keep_their_amount() {
        let money: MonetaryAmount = serde_json::from_str(r#"{"amount":"300","currency":"JPY"}"#).unwrap();
        assert_eq!(money.to_string(), "300 JPY");
    }

    #[test]
    fn a_budget_names_its_type() {
        let budget = Budget::usd(500);
        let json = serde_json::to_string(&budget).unwrap();
        assert_eq!(
            json,
            r#"{"type":"limit","max_list_cost":{"amount":"500","currency":"USD"}}"#
        );
        assert_eq!(serde_json::from_str::<Budget>(&json).unwrap(), budget);
        assert_eq!(budget.max_list_cost(), Some(&MonetaryAmount::usd(500)));
        let later: Budget = serde_json::from_str(r#"{"type":"hourly"}"#).unwrap();
        assert_eq!(later.max_list_cost(), None);
        assert_eq!(format!("{budget}, {later}"), r#"$5.00, {"type":"hourly"}"#);
    }
}
