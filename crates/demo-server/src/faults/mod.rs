//! Faults on purpose: which requests they hit, and what they do to them.

pub(crate) mod body;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hyper::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A fault waits in a queue; each request takes at most one, the first that matches.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    #[serde(default, rename = "match")]
    pub(crate) matcher: Matcher,
    /// How many matching requests to let pass before.
    #[serde(default)]
    pub(crate) skip: u64,
    /// How many requests to hit; 0 means all until cleared.
    #[serde(default = "once")]
    pub(crate) times: u64,
    pub(crate) effect: Effect,
}

fn once() -> u64 {
    1
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
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Effect {
    /// Wait before anything else happens.
    pub(crate) delay_ms: u64,
    /// Answer with this status and the error below.
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<ErrorText>,
    /// Seconds, or an HTTP date.
    pub(crate) retry_after: Option<Value>,
    pub(crate) headers: BTreeMap<String, String>,
    /// With `status`: let the request take effect all the same.
    pub(crate) apply: bool,
    /// Close the connection without a byte of an answer.
    pub(crate) drop: Option<Sever>,
    /// Send this many bytes of the body, then cut the connection.
    pub(crate) cut_after_bytes: Option<u64>,
    /// Send this many bytes of the body, then nothing, with the connection open.
    pub(crate) stall_after_bytes: Option<u64>,
    /// Answer 200 with half of the JSON.
    pub(crate) malformed_body: bool,
    /// Leave the CORS headers out.
    pub(crate) no_cors: bool,
    pub(crate) stream: StreamFaults,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ErrorText {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) message: String,
}

/// Whether the request takes effect before the connection closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sever {
    Before,
    After,
}

/// What may go wrong with the frames of an event stream. Counts are in frames; 0 is never.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct StreamFaults {
    /// Begin with the whole history.
    pub(crate) replay: bool,
    /// Send every nth frame twice.
    pub(crate) duplicate_every: u64,
    /// Swap every nth frame with the one after it.
    pub(crate) reorder_every: u64,
    /// Leave the `event:` lines out.
    pub(crate) omit_event_names: bool,
    /// A comment before every nth frame.
    pub(crate) comment_every: u64,
    /// An `event: ping` before every nth frame.
    pub(crate) ping_every: u64,
    /// Begin with one frame of this many bytes, of a type that nobody knows.
    pub(crate) giant_frame_bytes: u64,
    /// After this many frames, an `event: error` with the fault's error, then the end.
    pub(crate) error_after_frames: Option<u64>,
    /// After this many frames, a clean end.
    pub(crate) end_after_frames: Option<u64>,
    /// CR, LF or CRLF; LF if absent.
    pub(crate) line_ending: Option<String>,
}

impl Matcher {
    fn hits(&self, method: &Method, path_and_query: &str) -> bool {
        let path = path_and_query.split('?').next().unwrap_or_default();
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
        method_fits && path_fits && part_fits
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    queue: Mutex<Vec<Fault>>,
}

impl Faults {
    /// Adds a fault, a list of them, or `{"faults": […]}`.
    pub(crate) fn add(&self, given: Value) -> Result<(), String> {
        let list = match given {
            Value::Array(list) => list,
            Value::Object(mut map) if map.contains_key("faults") => match map.remove("faults") {
                Some(Value::Array(list)) => list,
                _ => return Err("faults: Input should be a valid list".to_owned()),
            },
            one => vec![one],
        };
        let faults: Result<Vec<Fault>, _> = list.into_iter().map(serde_json::from_value).collect();
        let faults = faults.map_err(|error| error.to_string())?;
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(faults);
        Ok(())
    }

    pub(crate) fn list(&self) -> Value {
        json!({"faults": *self.queue.lock().unwrap_or_else(PoisonError::into_inner)})
    }

    pub(crate) fn clear(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The effect for a request, which uses up one of the fault's times.
    pub(crate) fn take(&self, method: &Method, path_and_query: &str) -> Option<Effect> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        for place in 0..queue.len() {
            let fault = &mut queue[place];
            if !fault.matcher.hits(method, path_and_query) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            let effect = fault.effect.clone();
            match fault.times {
                0 => {}
                1 => {
                    queue.remove(place);
                }
                _ => fault.times -= 1,
            }
            return Some(effect);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_hit_in_order_as_often_as_told() {
        let faults = Faults::default();
        faults
            .add(json!([
                {"match": {"method": "GET", "path": "/v1/sessions/*/events"}, "skip": 1, "times": 2, "effect": {"status": 500}},
                {"match": {"contains": "/stream?"}, "times": 0, "effect": {"delay_ms": 5}},
            ]))
            .unwrap();
        let status = |path: &str| faults.take(&Method::GET, path).map(|effect| effect.status);
        let events = "/v1/sessions/sesn_1/events?limit=5";
        assert_eq!(status(events), None);
        assert_eq!(status("/v1/sessions/sesn_1"), None);
        assert_eq!(status(events), Some(Some(500)));
        assert_eq!(status(events), Some(Some(500)));
        assert_eq!(status(events), None);
        for _ in 0..3 {
            assert_eq!(status("/v1/sessions/sesn_1/events/stream?x=1"), Some(None));
        }
        assert_eq!(faults.take(&Method::OPTIONS, "/stream?"), None);
    }

    #[test]
    fn misspelt_faults_are_refused() {
        let faults = Faults::default();
        assert!(
            faults
                .add(json!({"effect": {"cut_after": 5}}))
                .unwrap_err()
                .contains("cut_after")
        );
        assert!(faults.add(json!({"match": {}})).is_err());
    }
}
