//! A server with one session: a log, a listing that lags behind it, and open streams.

use playground_core::api::endpoints::{EventsQuery, Order};
use playground_core::protocol::{Event, EventType, Page, SessionStatus, Timestamp};
use serde_json::{Value, json};

use super::plan::Kind;

/// 2026-11-18T09:00:00Z.
const EPOCH_MICROS: i64 = 1_794_992_400_000_000;

/// Where an event stands in the log: its time, then when it was stored.
type Place = (i64, usize);

/// An event as the server keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Everything but `processed_at`.
    value: Value,
    /// Microseconds since the start; `None` while it waits.
    at: Option<i64>,
    /// When it appears in the listing, in milliseconds since the start.
    listed_from: u64,
    /// What it looks like now; it is read thousands of times.
    event: Event,
}

impl Stored {
    fn new(value: Value, at: Option<i64>, listed_from: u64) -> Self {
        let event = written(&value, at);
        Self {
            value,
            at,
            listed_from,
            event,
        }
    }

    fn processed(&mut self, at: i64) {
        self.at = Some(at);
        self.event = written(&self.value, self.at);
    }

    pub(crate) fn event(&self) -> Event {
        self.event.clone()
    }
}

fn written(value: &Value, at: Option<i64>) -> Event {
    let mut value = value.clone();
    let name = value["time_is_called"]
        .as_str()
        .unwrap_or("processed_at")
        .to_owned();
    if let Some(at) = at {
        value[name] = json!(Timestamp::from_micros(EPOCH_MICROS + at).to_string());
    }
    Event::parse(&value.to_string()).expect("an event")
}

/// The state of the server; time is passed in.
#[derive(Debug)]
pub(crate) struct Server {
    stored: Vec<Stored>,
    last_micros: i64,
    /// The most events on one page, whatever is asked for.
    pub(crate) page_limit: usize,
    /// Longer pages are refused.
    pub(crate) longest: u32,
    pub(crate) pages_served: usize,
    pub(crate) events_served: usize,
    kind: Kind,
    /// The status of the Session object and since when, in milliseconds.
    statuses: Vec<(u64, SessionStatus)>,
}

impl Server {
    pub(crate) fn new(page_limit: usize, kind: Kind) -> Self {
        Self {
            stored: Vec::new(),
            last_micros: 0,
            page_limit,
            longest: u32::MAX,
            pages_served: 0,
            events_served: 0,
            kind,
            statuses: vec![(0, SessionStatus::Idle)],
        }
    }

    /// The status that the Session object had at a time.
    pub(crate) fn status_at(&self, now: u64) -> SessionStatus {
        let then = self.statuses.iter().rev().find(|(since, _)| *since <= now);
        then.map_or(SessionStatus::Idle, |(_, status)| status.clone())
    }

    pub(crate) fn set_status(&mut self, now: u64, status: SessionStatus) {
        self.statuses.push((now, status));
    }

    /// Stores a processed event; `same_moment` gives it the time of the one before. Returns what the stream says.
    pub(crate) fn emit(&mut self, now: u64, lag: u64, same_moment: bool, mut value: Value) -> Event {
        let at = self.tick(now, same_moment);
        let id = format!("sevt_{:06}", self.stored.len());
        if value["id"].is_null() {
            value["id"] = json!(id);
        }
        let stored = Stored::new(value, Some(at), now + lag);
        let event = stored.event();
        match event.event_type() {
            EventType::SessionStatusIdle => self.set_status(now, SessionStatus::Idle),
            EventType::SessionStatusRunning => self.set_status(now, SessionStatus::Running),
            EventType::SessionStatusTerminated => self.set_status(now, SessionStatus::Terminated),
            _ => {}
        }
        self.stored.push(stored);
        event
    }

    /// Stores an input that waits to be processed.
    pub(crate) fn queue(&mut self, now: u64, mut value: Value) -> Event {
        let id = format!("sevt_{:06}", self.stored.len());
        value["id"] = json!(id);
        let stored = Stored::new(value, None, now);
        let event = stored.event();
        self.stored.push(stored);
        event
    }

    /// Processes the oldest waiting input, which gives it its place in the log.
    pub(crate) fn process_one(&mut self, now: u64) -> Option<Event> {
        let at = self.tick(now, false);
        let waiting = self.stored.iter_mut().find(|stored| stored.at.is_none())?;
        waiting.processed(at);
        Some(waiting.event())
    }

    /// The log in the order of the listing, oldest first.
    pub(crate) fn log(&self) -> Vec<Stored> {
        let mut log = self.stored.clone();
        log.sort_by_key(|stored| stored.at.unwrap_or(i64::MAX));
        log
    }

    /// Whether all processed events have the same time.
    pub(crate) fn is_of_one_moment(&self) -> bool {
        let mut times = self.stored.iter().filter_map(|stored| stored.at);
        let first = times.next();
        times.all(|time| Some(time) == first)
    }

    pub(crate) fn count(&self, event_type: &str) -> usize {
        let is = |stored: &&Stored| stored.value["type"] == event_type;
        self.stored.iter().filter(is).count()
    }

    /// One page, as `GET …/events` answers.
    pub(crate) fn list(&mut self, now: u64, query: &EventsQuery) -> Page<Event> {
        assert_eq!(query.order, Some(Order::Desc));
        let time = |text: &str| Timestamp::parse(text).expect("a time").micros() - EPOCH_MICROS;
        let heeded = |text: Option<&str>| text.filter(|_| !self.kind.ignores_filters).map(time);
        let (since, until) = (heeded(query.since.as_deref()), heeded(query.until.as_deref()));
        let is_filtered = since.or(until).is_some();
        // A cursor names the place of the last event that was listed, not a number of events.
        let page = query.page.as_deref().map(|cursor| {
            let (at, number) = cursor.split_once('.').expect("a cursor");
            (at.parse().expect("a time"), number.parse().expect("a number"))
        });
        let after_id = query.after_id.as_deref().map(|id| {
            let number = self.stored.iter().position(|s| s.value["id"] == id);
            self.place(number.expect("a known id"))
        });
        let is_behind = |place: Place| match page.or(after_id) {
            None => true,
            Some(cursor) if self.kind.ignores_order => place > cursor,
            Some(cursor) => place < cursor,
        };
        let mut places: Vec<Place> = (0..self.stored.len())
            .filter(|number| self.stored[*number].listed_from <= now)
            .map(|number| self.place(number))
            .filter(|place| is_behind(*place))
            .filter(|(at, _)| !is_filtered || *at < i64::MAX)
            .filter(|(at, _)| until.is_none_or(|until| *at <= until))
            .filter(|(at, _)| since.is_none_or(|since| *at >= since))
            .collect();
        places.sort_unstable();
        if !self.kind.ignores_order {
            places.reverse();
        }
        let limit = query
            .limit
            .map_or(1_000, |limit| limit as usize)
            .min(self.page_limit);
        let is_last = places.len() <= limit;
        places.truncate(limit);
        let last = places.last().filter(|_| !is_last);
        let by_id = self.kind.pages_by_id;
        self.pages_served += 1;
        self.events_served += places.len();
        Page {
            data: places
                .iter()
                .map(|(_, number)| self.stored[*number].event())
                .collect(),
            next_page: last
                .filter(|_| !by_id)
                .map(|(at, number)| format!("{at}.{number}")),
            has_more: by_id && !is_last,
            ..Page::default()
        }
    }

    fn place(&self, number: usize) -> Place {
        (self.stored[number].at.unwrap_or(i64::MAX), number)
    }

    /// Times never go back, and two events share one only if told to.
    fn tick(&mut self, now: u64, same_moment: bool) -> i64 {
        let now = now as i64 * 1_000;
        self.last_micros = match same_moment {
            true => self.last_micros.max(1),
            false => now.max(self.last_micros + 1),
        };
        self.last_micros
    }
}
