//! What clients cost: open connections and streams, and how much history they asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

#[derive(Debug, Default)]
pub(crate) struct Stats {
    connections: Gauge,
    streams: Gauge,
    list_requests: AtomicU64,
    listed_events: AtomicU64,
}

#[derive(Debug, Default)]
struct Gauge {
    opened: AtomicU64,
    closed: AtomicU64,
}

/// Counts as open until dropped.
#[derive(Debug)]
pub(crate) struct Open {
    stats: Arc<Stats>,
    gauge: fn(&Stats) -> &Gauge,
}

/// Marks the answer to a list of events with their number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed(pub(crate) u64);

impl Stats {
    pub(crate) fn connection(self: &Arc<Self>) -> Open {
        Open::new(self, |stats| &stats.connections)
    }

    pub(crate) fn stream(self: &Arc<Self>) -> Open {
        Open::new(self, |stats| &stats.streams)
    }

    pub(crate) fn list(&self, events: u64) {
        self.list_requests.fetch_add(1, Ordering::Relaxed);
        self.listed_events.fetch_add(events, Ordering::Relaxed);
    }

    pub(crate) fn show(&self) -> Value {
        json!({
            "connections": self.connections.show(),
            "streams": self.streams.show(),
            "lists": {
                "requests": self.list_requests.load(Ordering::Relaxed),
                "events": self.listed_events.load(Ordering::Relaxed),
            },
        })
    }
}

impl Gauge {
    fn show(&self) -> Value {
        // Read in this order, what closes in between cannot make the difference negative.
        let closed = self.closed.load(Ordering::Relaxed);
        let opened = self.opened.load(Ordering::Relaxed);
        json!({"opened": opened, "open": opened.saturating_sub(closed)})
    }
}

impl Open {
    fn new(stats: &Arc<Stats>, gauge: fn(&Stats) -> &Gauge) -> Self {
        gauge(stats).opened.fetch_add(1, Ordering::Relaxed);
        Self {
            stats: Arc::clone(stats),
            gauge,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        (self.gauge)(&self.stats).closed.fetch_add(1, Ordering::Relaxed);
    }
}
