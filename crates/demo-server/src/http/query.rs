//! Query strings, read strictly: an unknown or malformed parameter is an error.

use std::collections::BTreeMap;

use super::error::ApiError;
use crate::wire::time::Micros;

/// The bounds of `created_at[gt|gte|lt|lte]`.
pub(crate) const RANGE: [&str; 4] = [
    "created_at[gt]",
    "created_at[gte]",
    "created_at[lt]",
    "created_at[lte]",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Asc,
    Desc,
}

impl Order {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Query {
    values: BTreeMap<String, Vec<String>>,
}

impl Query {
    /// `allowed` names the parameters; those that end in `[]` may repeat.
    pub(crate) fn parse(raw: Option<&str>, allowed: &[&str]) -> Result<Self, ApiError> {
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
            // Older clients append it everywhere.
            if key == "beta" {
                continue;
            }
            if !allowed.contains(&key.as_ref()) {
                return Err(ApiError::invalid(format!(
                    "Unknown query parameter \"{key}\". Accepted parameters: {}",
                    if allowed.is_empty() {
                        "none".to_owned()
                    } else {
                        allowed.join(", ")
                    }
                )));
            }
            let list = values.entry(key.into_owned()).or_default();
            list.push(value.into_owned());
        }
        if let Some((key, _)) = values
            .iter()
            .find(|(key, list)| list.len() > 1 && !key.ends_with("[]"))
        {
            return Err(ApiError::invalid(format!("{key}: given more than once")));
        }
        Ok(Self { values })
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.values
            .get(key)
            .and_then(|list| list.first())
            .map(String::as_str)
    }

    pub(crate) fn list(&self, key: &str) -> &[String] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// A list whose members must be among `known`.
    pub(crate) fn list_of(&self, key: &str, known: &[&str]) -> Result<&[String], ApiError> {
        let list = self.list(key);
        match list.iter().find(|value| !known.contains(&value.as_str())) {
            Some(value) => Err(ApiError::invalid(format!(
                "{key}: \"{value}\" is not a valid value"
            ))),
            None => Ok(list),
        }
    }

    pub(crate) fn flag(&self, key: &str) -> Result<bool, ApiError> {
        match self.text(key) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::invalid(format!("{key}: Input should be true or false"))),
        }
    }

    pub(crate) fn number(&self, key: &str) -> Result<Option<u64>, ApiError> {
        self.text(key)
            .map(|text| {
                text.parse()
                    .map_err(|_| ApiError::invalid(format!("{key}: Input should be a valid integer")))
            })
            .transpose()
    }

    pub(crate) fn limit(&self, default: usize, max: usize) -> Result<usize, ApiError> {
        match self.number("limit")? {
            None => Ok(default),
            Some(n) if (1..=max as u64).contains(&n) => Ok(n as usize),
            Some(_) => Err(ApiError::invalid(format!(
                "limit: Input should be between 1 and {max}"
            ))),
        }
    }

    pub(crate) fn order(&self, default: Order) -> Result<Order, ApiError> {
        match self.text("order") {
            None => Ok(default),
            Some("asc") => Ok(Order::Asc),
            Some("desc") => Ok(Order::Desc),
            Some(_) => Err(ApiError::invalid("order: Input should be asc or desc")),
        }
    }

    /// The first and the last instant that `created_at[…]` lets through.
    pub(crate) fn range(&self) -> Result<(Micros, Micros), ApiError> {
        let (mut from, mut to) = (Micros(0), Micros(u64::MAX));
        for key in RANGE {
            let Some(text) = self.text(key) else { continue };
            // A plus sign that nobody escaped arrives as a space.
            let at = Micros::parse(text)
                .or_else(|| Micros::parse(&text.replace(' ', "+")))
                .ok_or_else(|| ApiError::invalid(format!("{key}: Input should be an RFC 3339 timestamp")))?;
            match key {
                "created_at[gt]" => from = from.max(Micros(at.0 + 1)),
                "created_at[gte]" => from = from.max(at),
                "created_at[lt]" => to = to.min(Micros(at.0.saturating_sub(1))),
                _ => to = to.min(at),
            }
        }
        Ok((from, to))
    }

    /// Whether `created_at[…]` was given at all.
    pub(crate) fn has_range(&self) -> bool {
        RANGE.iter().any(|key| self.values.contains_key(*key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_parameters_are_named_with_the_known_ones() {
        let error = Query::parse(Some("after=x"), &["limit", "page"]).unwrap_err();
        assert_eq!(
            error.message,
            "Unknown query parameter \"after\". Accepted parameters: limit, page"
        );
        assert!(Query::parse(Some("beta=true"), &[]).is_ok());
        assert!(Query::parse(Some("limit=1&limit=2"), &["limit"]).is_err());
    }

    #[test]
    fn brackets_may_be_escaped() {
        let allowed = ["types[]"];
        let query = Query::parse(Some("types%5B%5D=a&types[]=b"), &allowed).unwrap();
        assert_eq!(query.list("types[]"), ["a", "b"]);
        assert!(query.list_of("types[]", &["a"]).is_err());
    }

    #[test]
    fn ranges_exclude_or_include_their_bounds() {
        let query = Query::parse(
            Some("created_at[gt]=2026-01-01T00:00:00Z&created_at%5Blte%5D=2026-01-01T00:00:01.5+00:00"),
            &RANGE,
        )
        .unwrap();
        let (from, to) = query.range().unwrap();
        assert_eq!(from.to_string(), "2026-01-01T00:00:00.000001Z");
        assert_eq!(to.to_string(), "2026-01-01T00:00:01.5Z");
    }

    #[test]
    fn limits_have_bounds() {
        let query = |text| Query::parse(Some(text), &["limit"]).unwrap().limit(20, 100);
        assert_eq!(query("").unwrap(), 20);
        assert_eq!(query("limit=100").unwrap(), 100);
        assert!(query("limit=101").is_err() && query("limit=0").is_err() && query("limit=x").is_err());
    }
}
