//! Search over the events of a session: which rows of a view say something, and which of them is the current one.

use super::log::Slot;
use super::order::OrderKey;
use super::query::Query;
use super::rows::{Row, RowChange, RowList};
use super::timeline::{Changes, Timeline};
use super::view::View;

/// Bytes that are looked through between two looks at the clock.
const PIECE: usize = 32 << 10;

/// What an event costs whose answer is known, in bytes that could be looked through instead.
const KNOWN: usize = 256;

/// A search that is open. Every event is looked at once, also those that arrive later, and again when a better copy of it
/// arrives.
#[derive(Clone, Debug)]
pub struct Search {
    query: Query,
    view: View,
    /// Events to look at once more.
    again: Vec<Slot>,
    /// By number: whether an event matches.
    matches: Vec<bool>,
    /// How many events the rows and counts below take account of.
    counted: usize,
    /// The rows that show matches.
    hits: RowList,
    /// Matches that the view does not show.
    hidden: usize,
    current: Option<Row>,
}

impl Search {
    /// A search that has not looked at anything yet.
    #[must_use]
    pub fn new(query: Query, view: View) -> Self {
        Self {
            query,
            view,
            again: Vec::new(),
            matches: Vec::new(),
            counted: 0,
            hits: RowList::default(),
            hidden: 0,
            current: None,
        }
    }

    /// Looks at more events for as long as `goes_on`, which is asked every few kilobytes. Returns whether all are seen.
    pub fn look(&mut self, timeline: &Timeline, mut goes_on: impl FnMut() -> bool) -> bool {
        let mut found = Vec::new();
        let mut has_lost = false;
        let mut read = 0;
        while !self.is_done(timeline) {
            let again = self.again.pop();
            let slot = again.unwrap_or(self.counted as Slot);
            let at = slot as usize;
            if again.is_some() || at == self.matches.len() {
                let json = timeline.log().event(slot).raw();
                let is_match = self.query.is_in(json);
                read += json.len();
                if again.is_none() {
                    self.matches.push(is_match);
                } else {
                    let was_match = std::mem::replace(&mut self.matches[at], is_match);
                    if at < self.counted {
                        has_lost |= was_match && !is_match;
                        found.extend((is_match && !was_match).then_some(slot));
                    }
                }
            }
            if again.is_none() {
                self.counted += 1;
                found.extend(self.matches[at].then_some(slot));
            }
            read += KNOWN;
            if read > PIECE {
                read = 0;
                if !goes_on() {
                    break;
                }
            }
        }
        if has_lost {
            self.show_in(self.view);
        } else {
            self.show(timeline, found);
        }
        self.is_done(timeline)
    }

    /// Follows a commit: rows may have moved, and events may say something else. What is to be looked at is left to
    /// [`look`](Self::look).
    pub fn committed(&mut self, timeline: &Timeline, changes: &Changes) {
        for change in changes.rows(View::Events) {
            if let RowChange::Updated(Row::Event(slot)) = change
                && (*slot as usize) < self.matches.len()
            {
                self.again.push(*slot);
            }
        }
        if changes.is_regrouped && self.view == View::Transcript {
            self.show_in(self.view);
            return;
        }
        let mut changes = changes.rows(self.view).iter();
        if !changes.any(|change| matches!(change, RowChange::Removed { .. })) {
            return;
        }
        let view = self.view;
        let stale = self
            .hits
            .take_where(|key, row| timeline.placement(view, row) != Some((key, true)));
        self.current = self.current.map(|row| shown_as(timeline, view, row));
        let slots = stale.into_iter().filter_map(|row| match row {
            Row::Event(slot) => Some(slot),
            _ => None,
        });
        self.show(timeline, slots.collect());
    }

    /// Counts and steps through the rows of another view. They are found by [`look`](Self::look), a few at a time.
    pub fn show_in(&mut self, view: View) {
        self.view = view;
        self.counted = 0;
        self.hits = RowList::default();
        self.hidden = 0;
    }

    /// Whether every event has been looked at.
    #[must_use]
    pub fn is_done(&self, timeline: &Timeline) -> bool {
        self.again.is_empty() && self.counted == timeline.log().len()
    }

    /// How many of a hundred events have been looked at.
    #[must_use]
    pub fn percent(&self, timeline: &Timeline) -> usize {
        100 * self.counted / timeline.log().len().max(1)
    }

    /// Number of rows that match.
    #[must_use]
    pub fn count(&self) -> usize {
        self.hits.len()
    }

    /// Number of matching events that the view does not show in any row.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// The current row and its place among the matches, from 0.
    #[must_use]
    pub fn current(&self, timeline: &Timeline) -> Option<(Row, usize)> {
        let row = self.current?;
        let place = self.hits.index_of(key(timeline, row)?, row)?;
        Some((row, place))
    }

    /// Makes a match the current one: the first from where the reader is, else the newest. That is the match that was the
    /// current one in another view, or before any the row at the top of what is seen.
    pub fn begin(&mut self, timeline: &Timeline, top: Option<Row>) {
        let from = self.current.or(top).and_then(|row| {
            let row = shown_as(timeline, self.view, row);
            timeline.placement(self.view, row)
        });
        let at = from.map_or(0, |(key, _)| self.hits.first_from(key));
        self.current = self.hits.get(at.min(self.hits.len().saturating_sub(1)));
    }

    /// Makes the next match the current one, or the one before; behind the last one comes the first.
    pub fn step(&mut self, timeline: &Timeline, is_forward: bool) {
        let count = self.hits.len();
        let next = match self.current(timeline) {
            Some((_, place)) if is_forward => place + 1,
            Some((_, place)) => place + count.max(1) - 1,
            None => 0,
        };
        self.current = self.hits.get(next % count.max(1));
    }

    fn show(&mut self, timeline: &Timeline, matches: Vec<Slot>) {
        let mut rows = Vec::new();
        for slot in matches {
            match timeline.row_showing(self.view, slot) {
                Some(row) => rows.extend(key(timeline, row).map(|key| (key, row))),
                None => self.hidden += 1,
            }
        }
        self.hits.insert(rows, &mut Vec::new());
    }
}

/// The row of a view in which a row of another view is seen, if there is one.
fn shown_as(timeline: &Timeline, view: View, row: Row) -> Row {
    match row {
        Row::Event(slot) => timeline.row_showing(view, slot).unwrap_or(row),
        _ => row,
    }
}

fn key(timeline: &Timeline, row: Row) -> Option<OrderKey> {
    match row {
        Row::Event(slot) => Some(timeline.log().key(slot)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::protocol::Event;

    fn event(value: &Value) -> Event {
        Event::parse(&value.to_string()).expect("an event")
    }

    fn query(text: &str) -> Query {
        Query::new(text).expect("a query")
    }

    /// A call, its result, and messages around them; every third says "blue".
    fn log(length: u32) -> Vec<Value> {
        let at = |n: u32| format!("2026-11-18T09:{:02}:{:02}Z", n / 60, n % 60);
        let word = |n: u32| if n.is_multiple_of(3) { "Blue" } else { "red" };
        let text = |n: u32| json!([{"type": "text", "text": format!("{} {n}", word(n))}]);
        (0..length)
            .map(|n| match n % 4 {
                0 => json!({"type": "agent.tool_use", "id": format!("call{n}"), "name": "bash",
                    "input": {"command": word(n)}, "processed_at": at(n)}),
                1 => json!({"type": "agent.tool_result", "id": format!("e{n}"), "tool_use_id": format!("call{}", n - 1),
                    "content": text(n), "processed_at": at(n)}),
                2 => json!({"type": "agent.message", "id": format!("e{n}"), "content": text(n), "processed_at": at(n)}),
                _ => json!({"type": "agent.thinking", "id": format!("e{n}"), "note": word(n), "processed_at": at(n)}),
            })
            .collect()
    }

    /// The rows that a view must count, and how many matches it does not show.
    fn expected(timeline: &Timeline, view: View, word: &str) -> (Vec<Row>, usize) {
        let says = |slot: Slot| timeline.log().event(slot).raw().to_lowercase().contains(word);
        let matching: Vec<Slot> = (0..timeline.log().len() as Slot)
            .filter(|slot| says(*slot))
            .collect();
        let shown: Vec<Option<Row>> = matching
            .iter()
            .map(|slot| timeline.row_showing(view, *slot))
            .collect();
        let rows = timeline
            .rows(view)
            .iter()
            .filter(|row| shown.contains(&Some(*row)));
        (rows.collect(), shown.iter().filter(|row| row.is_none()).count())
    }

    fn rows(search: &Search) -> Vec<Row> {
        search.hits.iter().collect()
    }

    #[test]
    fn a_match_leads_to_the_row_that_shows_it() {
        let mut timeline = Timeline::default();
        timeline.page(log(13).iter().map(event).collect(), false);
        timeline.commit();
        let mut search = Search::new(query("blue"), View::Transcript);
        assert!(search.look(&timeline, || true));
        // 0 and 12 are calls, 9 is the result of call 8, 6 a message; 3 is thinking, which has no row.
        let slots = [0, 6, 8, 12].map(|n: usize| Row::Event(n as Slot));
        assert_eq!((rows(&search).as_slice(), search.hidden()), (&slots[..], 1));
        search.show_in(View::Events);
        search.look(&timeline, || true);
        assert_eq!((search.count(), search.hidden()), (5, 0));
    }

    #[test]
    fn a_call_and_its_result_are_one_match_of_the_transcript() {
        let events = [
            json!({"type": "agent.tool_use", "id": "call", "name": "bash", "input": {"command": "blue"},
                "processed_at": "2026-11-18T09:00:00Z"}),
            json!({"type": "agent.tool_result", "id": "result", "tool_use_id": "call",
                "content": [{"type": "text", "text": "blue"}], "processed_at": "2026-11-18T09:00:01Z"}),
        ];
        for (view, count) in [(View::Transcript, 1), (View::Events, 2)] {
            for order in [[0, 1], [1, 0]] {
                let mut timeline = Timeline::default();
                let mut search = Search::new(query("blue"), view);
                for n in order {
                    timeline.stream_event(event(&events[n]));
                    let changes = timeline.commit();
                    search.committed(&timeline, &changes);
                    search.look(&timeline, || true);
                }
                assert_eq!(
                    (search.count(), search.hidden()),
                    (count, 0),
                    "{view:?} {order:?}"
                );
            }
        }
    }

    #[test]
    fn steps_go_round() {
        let mut timeline = Timeline::default();
        timeline.page(log(13).iter().map(event).collect(), false);
        timeline.commit();
        let mut search = Search::new(query("blue"), View::Events);
        search.look(&timeline, || true);
        let place = |search: &Search| search.current(&timeline).map(|(_, place)| place);
        assert_eq!(place(&search), None);
        search.begin(&timeline, Some(Row::Event(4)));
        assert_eq!(search.current(&timeline), Some((Row::Event(6), 2)));
        for (is_forward, expected) in [(true, 3), (true, 4), (true, 0), (false, 4), (false, 3)] {
            search.step(&timeline, is_forward);
            assert_eq!(place(&search), Some(expected));
        }
        let mut search = Search::new(query("blue"), View::Events);
        search.look(&timeline, || true);
        search.begin(&timeline, None);
        assert_eq!(place(&search), Some(0));
        let mut none = Search::new(query("green"), View::Events);
        none.look(&timeline, || true);
        none.begin(&timeline, None);
        none.step(&timeline, true);
        assert_eq!((none.count(), none.current(&timeline)), (0, None));
    }

    #[test]
    fn looks_no_longer_than_it_may_and_goes_on_later() {
        let mut timeline = Timeline::default();
        let long = "x".repeat(PIECE);
        let message = |n: usize| {
            json!({"type": "agent.message", "id": format!("e{n}"), "content": [],
            "note": format!("{long} blue"), "processed_at": format!("2026-11-18T09:00:{n:02}Z")})
        };
        timeline.page((0..10).map(message).map(|m| event(&m)).collect(), false);
        timeline.commit();
        let mut search = Search::new(query("blue"), View::Events);
        let mut left = 3;
        let done = search.look(&timeline, || {
            left -= 1;
            left > 0
        });
        assert_eq!((done, search.count(), search.percent(&timeline)), (false, 3, 30));
        assert!(search.look(&timeline, || true));
        assert_eq!((search.count(), search.percent(&timeline)), (10, 100));
    }

    #[test]
    fn another_view_goes_on_where_the_reader_is() {
        let mut timeline = Timeline::default();
        timeline.page(log(25).iter().map(event).collect(), false);
        timeline.commit();
        let mut search = Search::new(query("blue"), View::Events);
        search.look(&timeline, || true);
        let show = |search: &mut Search, view| {
            search.show_in(view);
            search.look(&timeline, || true);
            search.begin(&timeline, None);
            search.current(&timeline).map(|(row, _)| row)
        };
        // A result leads to its call, and from there to the first match at or behind it.
        search.begin(&timeline, Some(Row::Event(21)));
        assert_eq!(search.current(&timeline), Some((Row::Event(21), 7)));
        assert_eq!(show(&mut search, View::Transcript), Some(Row::Event(20)));
        assert_eq!(show(&mut search, View::Events), Some(Row::Event(21)));
        // Thinking has no row in the transcript: what comes behind it is next.
        let mut search = Search::new(query("blue"), View::Events);
        search.look(&timeline, || true);
        search.begin(&timeline, Some(Row::Event(15)));
        assert_eq!(show(&mut search, View::Transcript), Some(Row::Event(18)));
    }

    #[test]
    fn another_view_is_counted_no_longer_than_it_may() {
        let mut timeline = Timeline::default();
        let message = |n: u32| {
            json!({"type": "agent.message", "id": format!("e{n}"), "content": [{"type": "text", "text": "blue"}],
            "processed_at": format!("2026-11-18T09:{:02}:{:02}Z", n / 60, n % 60)})
        };
        timeline.page((0..2_000).map(message).map(|m| event(&m)).collect(), false);
        timeline.commit();
        let mut search = Search::new(query("blue"), View::Events);
        assert!(search.look(&timeline, || true));
        search.show_in(View::Transcript);
        assert!(!search.look(&timeline, || false));
        assert!(search.count() > 0 && search.count() < 2_000, "{}", search.count());
        assert!(search.look(&timeline, || true));
        assert_eq!(search.count(), 2_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn a_search_that_is_open_ends_like_one_that_begins_at_the_end(
            order in Just((0..60usize).collect::<Vec<_>>()).prop_shuffle(),
            batch in 1..9usize,
            patience in 0..4usize,
            early in (0..3u8).prop_flat_map(|most| prop::collection::vec(0..=most, 60)),
        ) {
            let log = log(60);
            let mut timeline = Timeline::default();
            let mut search = Search::new(query("blue"), View::Transcript);
            let follow = |timeline: &mut Timeline, search: &mut Search| {
                let changes = timeline.commit();
                search.committed(timeline, &changes);
                let mut left = patience;
                search.look(timeline, || { left = left.saturating_sub(1); left > 0 });
            };
            for events in order.chunks(batch) {
                for n in events {
                    let mut copy = log[*n].clone();
                    // Many runs have no copy that stops to match: it would have everything counted anew.
                    if early[*n] > 0 {
                        copy["processed_at"] = Value::Null;
                    }
                    if early[*n] > 1 {
                        copy["note"] = Value::from("blue");
                    }
                    timeline.stream_event(event(&copy));
                }
                follow(&mut timeline, &mut search);
            }
            for n in &order {
                timeline.stream_event(event(&log[*n]));
            }
            follow(&mut timeline, &mut search);
            search.look(&timeline, || true);
            prop_assert_eq!((rows(&search), search.hidden()), expected(&timeline, View::Transcript, "blue"));
            for view in View::ALL {
                search.show_in(view);
                search.look(&timeline, || true);
                prop_assert_eq!((rows(&search), search.hidden()), expected(&timeline, view, "blue"));
            }
        }
    }
}
