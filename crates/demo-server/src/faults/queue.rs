//! Which requests are hit, how often, and by what.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use hyper::Method;
use serde_json::{Value, json};

use super::body::Ending;
use super::fault::{Effect, Fault};
use super::merge::merge;
use crate::wire::ids::Rng;

/// What faults do to one request.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Hit {
    pub(crate) effect: Effect,
    /// After how many bytes the body ends early, and how.
    pub(crate) breaks: Option<(u64, Ending)>,
}

static NOTHING: LazyLock<Arc<Hit>> = LazyLock::new(Arc::default);

#[derive(Debug)]
struct Waiting {
    fault: Fault,
    effect: Effect,
    hits: u64,
    rng: Rng,
}

impl Waiting {
    fn new(fault: Fault) -> Result<Self, String> {
        Ok(Self {
            effect: fault.check()?,
            hits: 0,
            rng: Rng::new(fault.seed),
            fault,
        })
    }

    /// Whether it hits this request; one that is let pass counts.
    fn wants(&mut self, method: &Method, path_and_query: &str) -> bool {
        if self.is_used_up() || !self.fault.matcher.hits(method, path_and_query) {
            return false;
        }
        if self.fault.skip > 0 {
            self.fault.skip -= 1;
            return false;
        }
        self.fault.chance >= 1.0 || self.rng.fraction() < self.fault.chance
    }

    fn is_used_up(&self) -> bool {
        let times = self.fault.times();
        times > 0 && self.hits >= times
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
        let faults: Result<Vec<Waiting>, String> = list
            .into_iter()
            .map(|given| serde_json::from_value(given).map_err(|error| error.to_string()))
            .map(|fault| Waiting::new(fault?))
            .collect();
        self.queue().waiting.extend(faults?);
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
                shown["times"] = json!(waiting.fault.times());
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

    /// What happens to a request: the first fault that matches, and every standing one. Uses up one of their times.
    pub(crate) fn take(&self, method: &Method, path_and_query: &str) -> Arc<Hit> {
        let mut queue = self.queue();
        let mut hitting: Vec<usize> = Vec::new();
        let mut has_single = false;
        for (place, waiting) in queue.waiting.iter_mut().enumerate() {
            if has_single && !waiting.fault.standing || !waiting.wants(method, path_and_query) {
                continue;
            }
            waiting.hits += 1;
            if waiting.fault.standing {
                hitting.push(place);
            } else {
                has_single = true;
                // What happens to this one request goes before what the server is like.
                hitting.insert(0, place);
            }
        }
        let Some(first) = hitting.first().copied() else {
            return Arc::clone(&NOTHING);
        };
        queue.hits += 1;
        let effect = queue.effect_of(&hitting);
        let rng = &mut queue.waiting[first].rng;
        let cut = effect.cut_after_bytes.map(|bytes| (bytes, Ending::Cut));
        let stall = effect.stall_after_bytes.map(|bytes| (bytes, Ending::Stall));
        let breaks = cut.or(stall).map(|(bytes, ending)| (bytes.draw(rng), ending));
        queue.waiting.retain(|waiting| !waiting.is_used_up());
        Arc::new(Hit { effect, breaks })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// The effects at these places as one.
    fn effect_of(&self, places: &[usize]) -> Effect {
        let [first, others @ ..] = places else {
            return Effect::default();
        };
        let first = &self.waiting[*first];
        if others.is_empty() {
            return first.effect.clone();
        }
        let mut merged = first.fault.effect.clone();
        for place in others {
            merge(&mut merged, &self.waiting[*place].fault.effect);
        }
        // Each of them could be read alone, so what is joined can be as well.
        Effect::read(merged).unwrap_or_else(|_| first.effect.clone())
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
        let status = |path: &str| {
            let hit = faults.take(&Method::GET, path);
            (*hit != Hit::default()).then_some(hit.effect.status)
        };
        let events = "/v1/sessions/sesn_1/events?limit=5";
        assert_eq!(status(events), None);
        assert_eq!(status("/v1/sessions/sesn_1"), None);
        assert_eq!(status(events), Some(Some(500)));
        assert_eq!(status(events), Some(Some(500)));
        assert_eq!(status(events), None);
        for _ in 0..3 {
            assert_eq!(status("/v1/sessions/sesn_1/events/stream?x=1"), Some(None));
        }
        assert_eq!(*faults.take(&Method::OPTIONS, "/v1/stream?"), Hit::default());
    }

    fn draws(fault: Value, requests: usize) -> Vec<Option<u64>> {
        let faults = Faults::default();
        faults.add(fault).unwrap();
        (0..requests)
            .map(|_| Some(faults.take(&Method::GET, "/v1/sessions").breaks?.0))
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
            faults.take(&Method::GET, "/v1/sessions");
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

    #[test]
    fn standing_faults_apply_beside_others() {
        let faults = Faults::default();
        faults
            .add(json!([
                {"standing": true, "effect": {"delay_ms": 5, "stream": {"no_opening_comment": true}}},
                {"effect": {"status": 500}},
                {"effect": {"status": 502, "delay_ms": 7}},
                {"standing": true, "times": 2, "effect": {"stream": {"heartbeat_ms": "never"}}},
            ]))
            .unwrap();
        let told = || {
            let hit = faults.take(&Method::GET, "/v1/sessions");
            let stream = &hit.effect.stream;
            (
                hit.effect.status,
                hit.effect.delay_ms,
                stream.no_opening_comment,
                stream.heartbeat_ms.is_some(),
            )
        };
        assert_eq!(told(), (Some(500), 5, true, true));
        assert_eq!(told(), (Some(502), 7, true, true));
        assert_eq!(told(), (None, 5, true, false));
        let list = faults.list();
        assert_eq!(
            (&list["hits"], &list["faults"][0]["hits"]),
            (&json!(3), &json!(3))
        );
        assert_eq!(list["faults"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn a_fault_keeps_to_its_session_and_out_of_the_pages() {
        let faults = Faults::default();
        faults
            .add(json!([
                {"match": {"session": "sesn_1"}, "times": 0, "effect": {"status": 500}},
                {"match": {"path": "/config.json"}, "times": 0, "effect": {"status": 431}},
                {"match": {"contains": "o"}, "times": 0, "effect": {"status": 404}},
            ]))
            .unwrap();
        let status = |path: &str| faults.take(&Method::GET, path).effect.status;
        assert_eq!(status("/v1/sessions/sesn_1"), Some(500));
        assert_eq!(status("/v1/sessions/sesn_1/events/stream?x=1"), Some(500));
        assert_eq!(status("/v1/sessions/sesn_12"), Some(404));
        assert_eq!(status("/config.json"), Some(431));
        assert_eq!(status("/other.json"), None);
    }
}
