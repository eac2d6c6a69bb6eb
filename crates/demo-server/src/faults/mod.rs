//! Faults on purpose: which requests they hit, and what they do to them.

pub(crate) mod body;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::wire::ids::Rng;
use body::Ending;

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
    /// The share of the matching requests that it hits, drawn for each.
    #[serde(default = "always")]
    pub(crate) chance: f64,
    /// Makes what is drawn repeatable.
    #[serde(default)]
    pub(crate) seed: u64,
    pub(crate) effect: Effect,
}

fn once() -> u64 {
    1
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
    pub(crate) cut_after_bytes: Option<Amount>,
    /// Send this many bytes of the body, then nothing, with the connection open.
    pub(crate) stall_after_bytes: Option<Amount>,
    /// Answer 200 with half of the JSON.
    pub(crate) malformed_body: bool,
    /// Leave the CORS headers out.
    pub(crate) no_cors: bool,
    /// Leave events that were processed within the last so many milliseconds out of a list.
    pub(crate) list_lag_ms: u64,
    pub(crate) stream: StreamFaults,
}

/// A number of bytes, the same every time or drawn for each request.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Amount {
    Exactly(u64),
    Between(Range),
}

/// Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    from: u64,
    to: u64,
}

impl Amount {
    fn draw(self, rng: &mut Rng) -> u64 {
        match self {
            Self::Exactly(bytes) => bytes,
            Self::Between(Range { from, to }) => from + rng.below((to - from).saturating_add(1)),
        }
    }

    fn is_possible(self) -> bool {
        match self {
            Self::Exactly(_) => true,
            Self::Between(Range { from, to }) => from <= to,
        }
    }
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

/// What a fault does to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Hit {
    pub(crate) effect: Effect,
    /// After how many bytes the body ends early, and how.
    pub(crate) breaks: Option<(u64, Ending)>,
}

#[derive(Debug)]
struct Waiting {
    fault: Fault,
    hits: u64,
    rng: Rng,
}

impl Waiting {
    fn new(fault: Fault) -> Self {
        let rng = Rng::new(fault.seed);
        Self { fault, hits: 0, rng }
    }

    fn hit(&mut self) -> Hit {
        self.hits += 1;
        let effect = self.fault.effect.clone();
        let cut = effect.cut_after_bytes.map(|bytes| (bytes, Ending::Cut));
        let stall = effect.stall_after_bytes.map(|bytes| (bytes, Ending::Stall));
        let breaks = cut
            .or(stall)
            .map(|(bytes, ending)| (bytes.draw(&mut self.rng), ending));
        Hit { effect, breaks }
    }

    fn is_used_up(&self) -> bool {
        self.fault.times > 0 && self.hits >= self.fault.times
    }
}

#[derive(Debug, Default)]
pub(crate) struct Faults {
    queue: Mutex<Queue>,
    /// Bodies that were really cut, which a body shorter than its cut is as well.
    pub(crate) cuts: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Waiting>,
    hits: u64,
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
        for fault in &faults {
            let amounts = [fault.effect.cut_after_bytes, fault.effect.stall_after_bytes];
            if !amounts.into_iter().flatten().all(Amount::is_possible) {
                return Err("from: Input should not be larger than `to`".to_owned());
            }
            if !(0.0..=1.0).contains(&fault.chance) {
                return Err("chance: Input should be between 0 and 1".to_owned());
            }
        }
        self.queue().waiting.extend(faults.into_iter().map(Waiting::new));
        Ok(())
    }

    /// The faults that are left with their hits, and all hits and cuts since the last `clear`.
    pub(crate) fn list(&self) -> Value {
        let queue = self.queue();
        let faults: Vec<Value> = queue
            .waiting
            .iter()
            .map(|waiting| {
                let mut shown = json!(waiting.fault);
                shown["hits"] = json!(waiting.hits);
                shown
            })
            .collect();
        json!({"faults": faults, "hits": queue.hits, "cuts": self.cuts.load(Ordering::Relaxed)})
    }

    pub(crate) fn clear(&self) {
        *self.queue() = Queue::default();
        self.cuts.store(0, Ordering::Relaxed);
    }

    /// What happens to a request, which uses up one of the fault's times.
    pub(crate) fn take(&self, method: &Method, path_and_query: &str) -> Option<Hit> {
        let mut queue = self.queue();
        for place in 0..queue.waiting.len() {
            let waiting = &mut queue.waiting[place];
            if !waiting.fault.matcher.hits(method, path_and_query) {
                continue;
            }
            if waiting.fault.skip > 0 {
                waiting.fault.skip -= 1;
                continue;
            }
            if waiting.fault.chance < 1.0 && waiting.rng.fraction() >= waiting.fault.chance {
                continue;
            }
            let hit = waiting.hit();
            if waiting.is_used_up() {
                queue.waiting.remove(place);
            }
            queue.hits += 1;
            return Some(hit);
        }
        None
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
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
        let status = |path: &str| faults.take(&Method::GET, path).map(|hit| hit.effect.status);
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

    fn draws(fault: Value, requests: usize) -> Vec<Option<u64>> {
        let faults = Faults::default();
        faults.add(fault).unwrap();
        (0..requests)
            .map(|_| Some(faults.take(&Method::GET, "/v1/sessions")?.breaks?.0))
            .collect()
    }

    #[test]
    fn amounts_are_drawn_for_each_request_and_repeat_with_their_seed() {
        let fault =
            |seed| json!({"times": 0, "seed": seed, "effect": {"cut_after_bytes": {"from": 5, "to": 7}}});
        let drawn = draws(fault(1), 100);
        for bytes in 5..=7 {
            assert!(drawn.contains(&Some(bytes)));
        }
        assert!(drawn.iter().flatten().all(|bytes| (5..=7).contains(bytes)));
        assert_eq!(drawn, draws(fault(1), 100));
        assert_ne!(drawn, draws(fault(2), 100));
    }

    #[test]
    fn chance_spares_some_requests() {
        let fault = |chance| json!({"times": 0, "chance": chance, "effect": {"cut_after_bytes": 1}});
        let hits = |chance| draws(fault(chance), 1000).iter().flatten().count();
        assert_eq!((hits(0.0), hits(1.0)), (0, 1000));
        assert!((150..350).contains(&hits(0.25)));
    }

    #[test]
    fn hits_are_counted_also_those_of_used_up_faults() {
        let faults = Faults::default();
        faults
            .add(json!([{"effect": {"status": 500}}, {"times": 0, "effect": {"status": 502}}]))
            .unwrap();
        for _ in 0..3 {
            assert!(faults.take(&Method::GET, "/v1/sessions").is_some());
        }
        let list = faults.list();
        assert_eq!(
            (&list["hits"], &list["faults"][0]["hits"]),
            (&json!(3), &json!(2))
        );
        assert_eq!(list["faults"].as_array().unwrap().len(), 1);
        faults.clear();
        assert_eq!(faults.list(), json!({"faults": [], "hits": 0, "cuts": 0}));
    }

    #[test]
    fn misspelt_faults_are_refused() {
        let faults = Faults::default();
        for fault in [
            json!({"effect": {"cut_after_bytes": {"from": 5, "too": 7}}}),
            json!({"effect": {"cut_after_bytes": {"from": 7, "to": 5}}}),
            json!({"chance": 2, "effect": {}}),
        ] {
            assert!(faults.add(fault).is_err());
        }
        assert!(
            faults
                .add(json!({"effect": {"cut_after": 5}}))
                .unwrap_err()
                .contains("cut_after")
        );
        assert!(faults.add(json!({"match": {}})).is_err());
    }
}
