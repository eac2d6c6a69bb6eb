//! A fault as data: what it hits and what it does.

use std::collections::BTreeMap;

use hyper::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::amount::{Amount, Wait};
use super::paging::ListFaults;
use super::shape::Shape;
use super::stream::StreamFaults;

/// As it is given: `effect` is kept as it came, so that several can be merged.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(default, rename = "match")]
    pub(crate) matcher: Matcher,
    /// How many matching requests to let pass before.
    #[serde(default)]
    pub(crate) skip: u64,
    /// How many requests to hit; 0 means all until cleared. Absent: all for a standing fault, else one.
    #[serde(default)]
    pub(crate) times: Option<u64>,
    /// The share of the matching requests that it hits, drawn for each.
    #[serde(default = "always")]
    pub(crate) chance: f64,
    /// Makes what is drawn repeatable.
    #[serde(default)]
    pub(crate) seed: u64,
    /// Applies beside other faults: what the server is like, not what happens to one request.
    #[serde(default)]
    pub(crate) standing: bool,
    pub(crate) effect: Map<String, Value>,
}

fn always() -> f64 {
    1.0
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Matcher {
    /// Any but OPTIONS if absent.
    pub(crate) method: Option<String>,
    /// The whole path; `*` stands for one segment.
    pub(crate) path: Option<String>,
    /// A part of the path with its query.
    pub(crate) contains: Option<String>,
    /// The id of a session: everything at and below its own address.
    pub(crate) session: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Effect {
    /// Wait before anything else happens.
    pub(crate) delay_ms: u64,
    /// Answer with this status and the error below.
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<ErrorText>,
    /// Answer with this body, with status 200 if none is given.
    pub(crate) body: Option<Document>,
    /// Seconds, or an HTTP date.
    pub(crate) retry_after: Option<Value>,
    pub(crate) headers: BTreeMap<String, String>,
    /// With `status` or `body`: let the request take effect all the same.
    pub(crate) apply: bool,
    /// Close the connection without a byte of an answer.
    pub(crate) drop: Option<Sever>,
    /// The request takes effect, but its answer, headers included, is held back for this time.
    pub(crate) headers_after_ms: Option<Wait>,
    /// The headers go out at once, the body only after this time.
    pub(crate) body_after_ms: Option<Wait>,
    /// The body passes in blocks of this many bytes only, as through a proxy with a buffer; 0 is no buffer.
    pub(crate) buffer_bytes: u64,
    /// Send this many bytes of the body, then cut the connection.
    pub(crate) cut_after_bytes: Option<Amount>,
    /// Send this many bytes of the body, then nothing, with the connection open.
    pub(crate) stall_after_bytes: Option<Amount>,
    /// Answer 200 with half of the JSON.
    pub(crate) malformed_body: bool,
    /// Leave the CORS headers out.
    pub(crate) no_cors: bool,
    /// Leave events that were processed within the last so many milliseconds out of a list.
    pub(crate) list_lag_ms: u64,
    /// Names of query parameters and of fields in the body that the server does not know and does not mind.
    pub(crate) ignore: Vec<String>,
    pub(crate) list: ListFaults,
    pub(crate) shape: Shape,
    pub(crate) stream: StreamFaults,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ErrorText {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) message: String,
}

/// A body as it is to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// The `content-type`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) text: String,
}

/// Whether the request takes effect before the connection closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sever {
    Before,
    After,
}

impl Fault {
    /// The effect, checked.
    ///
    /// # Errors
    ///
    /// What is misspelt or out of bounds.
    pub(super) fn check(&self) -> Result<Effect, String> {
        let effect = Effect::read(self.effect.clone())?;
        let amounts = [effect.cut_after_bytes, effect.stall_after_bytes];
        if !amounts.into_iter().flatten().all(Amount::is_possible) {
            return Err("from: Input should not be larger than `to`".to_owned());
        }
        if !(0.0..=1.0).contains(&self.chance) {
            return Err("chance: Input should be between 0 and 1".to_owned());
        }
        Ok(effect)
    }

    /// How many requests it hits in all; 0 means all.
    pub(super) fn times(&self) -> u64 {
        self.times.unwrap_or(u64::from(!self.standing))
    }
}

impl Effect {
    pub(super) fn read(given: Map<String, Value>) -> Result<Self, String> {
        serde_json::from_value(Value::Object(given)).map_err(|error| error.to_string())
    }

    /// Whether the answer is made up, whatever the request asks for.
    pub(crate) fn answers_itself(&self) -> bool {
        self.status.is_some() || self.body.is_some()
    }
}

impl Matcher {
    /// Requests outside of the API are hit only by a fault that names their path.
    pub(super) fn hits(&self, method: &Method, path_and_query: &str) -> bool {
        let path = path_and_query.split('?').next().unwrap_or_default();
        let within_reach = self.path.is_some() || path == "/v1" || path.starts_with("/v1/");
        let method_fits = match &self.method {
            Some(wanted) => wanted.eq_ignore_ascii_case(method.as_str()),
            None => method != Method::OPTIONS,
        };
        let path_fits = self.path.as_ref().is_none_or(|pattern| {
            let (pattern, path) = (pattern.split('/'), path.split('/'));
            pattern.clone().count() == path.clone().count()
                && pattern
                    .zip(path)
                    .all(|(wanted, found)| wanted == "*" || wanted == found)
        });
        let part_fits = self
            .contains
            .as_ref()
            .is_none_or(|part| path_and_query.contains(part.as_str()));
        let session_fits = self.session.as_ref().is_none_or(|id| {
            path.strip_prefix("/v1/sessions/")
                .and_then(|rest| rest.strip_prefix(id.as_str()))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        within_reach && method_fits && path_fits && part_fits && session_fits
    }
}
