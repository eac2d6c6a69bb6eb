//! One listing of the history: page after page, newest first, down to a moment that is known.

use std::sync::Arc;

use super::coverage::Look;
use super::direction::{Direction, direction};
use crate::api::endpoints::{EventsQuery, Order};
use crate::protocol::{Event, Page, Timestamp};
use crate::session::{FrameId, Listed, OutgoingId, PreviewId};

/// Number of a listing; never reused within a watch.
pub type ListingId = u32;

/// Events of the first page of the history: enough for a screen, and soon there.
const FEW: u32 = 100;

/// Events of the first page where little is expected: the end of a log that was listed a moment ago.
pub(super) const GLANCE: u32 = 25;

/// Events of every other page; the largest page that is documented.
pub(super) const MANY: u32 = 1_000;

/// Pages in a row that may bring neither new events nor other times.
const IDLE_PAGES: u32 = 8;

/// Pause before the page after one that brought nothing, doubled with each in a row, and its bound.
const IDLE_PAUSE_MS: (f64, f64) = (250.0, 10_000.0);

/// What a listing is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Purpose {
    /// The history as a connection finds it, down to what is covered. It does not belong to an attempt: what is left of
    /// it goes on behind the stream.
    History,
    /// The end of the history behind a stream that has shown life.
    Tail {
        /// The attempt that opened the stream.
        attempt: u32,
    },
    /// A second look at a time that was listed already.
    Look(Look),
}

/// What a server does other than documented with lists; learnt from one listing and kept for the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Habits {
    /// `order=desc` is ignored: the oldest events come first.
    pub(super) ascends: bool,
    /// Parameters other than the cursor are refused.
    pub(super) plain: bool,
    /// Pages of the documented length are refused.
    pub(super) short: bool,
    /// Filters by time are ignored.
    pub(super) unfiltered: bool,
    /// Cursors go on without an end: a page that brings nothing is the last that is worth asking for.
    pub(super) endless: bool,
}

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cursor {
    /// `page={next_page}`.
    Page(String),
    /// `after_id={id}`, where a server says `has_more` and names no page.
    AfterId(String),
}

/// A page but the first: where it begins, and the lowest time on it.
#[derive(Debug)]
pub(super) struct Mark {
    cursor: Cursor,
    oldest: Option<Timestamp>,
}

/// A listing under way.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) id: ListingId,
    pub(super) purpose: Purpose,
    /// The listing is over once it reaches below this; `None` lists down to the first event.
    pub(super) floor: Option<Timestamp>,
    /// The gap that gets the credit for what is found.
    pub(super) gap: Option<u32>,
    /// Pages that were merged.
    pub(super) pages: u32,
    /// Failures since the last page.
    pub(super) failures: u32,
    /// When to ask for the next page, if not at once.
    pub(super) retry_ms: Option<f64>,
    /// When it was begun.
    pub(super) begun_ms: f64,
    /// The newest time that was listed.
    top: Option<Timestamp>,
    /// Unconfirmed input that would be found by this listing.
    pub(super) looks_for: Vec<OutgoingId>,
    /// The newest frame that could not be read when the listing was begun.
    pub(super) frames: FrameId,
    /// Input without an answer is on the timeline: its echo may be waiting.
    pub(super) for_outbox: bool,
    /// The newest preview when it was begun.
    pub(super) previews: PreviewId,
    pub(super) listed: Listed,
    /// The lowest time that was listed.
    pub(super) lowest: Option<Timestamp>,
    /// Events above the floor.
    above: u32,
    /// Processed events that the log did not know before.
    pub(super) news: usize,
    /// Whether the connection goes on with what this listing has brought.
    pub(super) is_shown: bool,
    habits: Habits,
    few: u32,
    from_the_end: bool,
    sees_waiting: bool,
    ceiling: Option<Timestamp>,
    cursor: Option<Cursor>,
    seen: Vec<Mark>,
    /// The first events of the pages since the last that went further.
    firsts: Vec<Arc<str>>,
    idle_pages: u32,
    restarts: u32,
    /// It begins at the first event, whatever it is for.
    is_whole: bool,
}

/// What a listing needs to know of a page, whose events go to the timeline.
#[derive(Debug)]
pub(super) struct PageHead {
    newest: Option<Timestamp>,
    oldest: Option<Timestamp>,
    next: Option<Cursor>,
    first: Option<Arc<str>>,
    ascends: bool,
    /// The newest event that was known before stands on it.
    has_newest: bool,
}

impl PageHead {
    /// `newest` is the newest event of the log that does not wait.
    pub(super) fn of(page: &Page<Event>, newest: Option<&Event>) -> Self {
        let times = page.data.iter().filter_map(Event::happened_at);
        Self {
            newest: times.clone().max(),
            oldest: times.min(),
            next: next_cursor(page),
            first: page.data.first().map(identity),
            ascends: direction(&page.data) == Some(Direction::Up),
            has_newest: newest.is_some_and(|newest| {
                let newest = identity(newest);
                page.data.iter().any(|event| identity(event) == newest)
            }),
        }
    }
}

/// How a listing goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// Another page is needed, at once.
    More,
    /// Another page is needed, but this one brought nothing: after a pause in milliseconds.
    After(f64),
    /// Everything down to the floor was listed.
    Done,
    /// The server names pages again that it sent before, or goes on without an end.
    Stuck,
    /// The server says that it has more and gives the same page again.
    Withholds,
}

impl Listing {
    pub(super) fn new(id: ListingId, purpose: Purpose, floor: Option<Timestamp>, habits: Habits) -> Self {
        Self {
            id,
            purpose,
            floor,
            gap: None,
            pages: 0,
            failures: 0,
            retry_ms: None,
            begun_ms: 0.0,
            top: None,
            looks_for: Vec::new(),
            frames: 0,
            for_outbox: false,
            previews: 0,
            listed: Listed::new(!habits.ascends),
            lowest: None,
            above: 0,
            news: 0,
            is_shown: false,
            habits,
            few: if purpose == Purpose::History { FEW } else { GLANCE },
            from_the_end: true,
            sees_waiting: true,
            ceiling: None,
            cursor: None,
            seen: Vec::new(),
            firsts: Vec::new(),
            idle_pages: 0,
            restarts: 0,
            is_whole: false,
        }
    }

    /// A look at a part of the history.
    pub(super) fn look(id: ListingId, look: Look, habits: Habits) -> Self {
        Self {
            gap: look.gap,
            from_the_end: look.sees_waiting || look.ceiling.is_none(),
            sees_waiting: look.sees_waiting,
            // Input that waits stands above every ceiling.
            ceiling: look.ceiling.filter(|_| !look.sees_waiting),
            ..Self::new(id, Purpose::Look(look), look.floor, habits)
        }
    }

    /// Begins at the page of an earlier listing that holds the floor, where a list goes upwards and no filter leads there.
    pub(super) fn begins_among(&mut self, mut marks: Vec<Mark>) {
        if !self.habits.ascends || !self.habits.unfiltered || self.for_outbox {
            return;
        }
        // Without a floor everything is to be listed.
        let is_below =
            |mark: &Mark| matches!((mark.oldest, self.floor), (Some(oldest), Some(floor)) if oldest < floor);
        if let Some(at) = marks.iter().rposition(is_below) {
            marks.truncate(at + 1);
            self.cursor = marks.pop().map(|mark| mark.cursor);
            self.seen = marks;
        }
    }

    /// The pages, for the next listing.
    pub(super) fn take_marks(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.seen)
    }

    /// Whether the listing began at the very end of the history.
    pub(super) fn is_from_the_end(&self) -> bool {
        self.from_the_end
    }

    /// Whether input that waits to be processed is listed.
    pub(super) fn sees_waiting(&self) -> bool {
        self.sees_waiting
    }

    /// Up to which time the log is complete now, but for events that are listed late. A listing that goes upwards has left
    /// its first pages behind for a while, so what is late there is older.
    pub(super) fn reached(&self, now_ms: f64) -> Option<Timestamp> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no page is open for 2^63 microseconds"
        )]
        let behind = if self.habits.ascends {
            ((now_ms - self.begun_ms) * 1_000.0) as i64
        } else {
            0
        };
        self.top
            .map(|top| Timestamp::from_micros(top.micros().saturating_sub(behind)))
    }

    /// What the server was seen to do with lists.
    pub(super) fn habits(&self) -> Habits {
        self.habits
    }

    /// Counts what is above the floor on a page.
    pub(super) fn count(&mut self, page: &Page<Event>) {
        let is_above = |event: &&Event| match (event.happened_at(), self.floor) {
            (Some(time), Some(floor)) => time >= floor,
            _ => false,
        };
        self.above = self
            .above
            .saturating_add(page.data.iter().filter(is_above).count() as u32);
    }

    /// Asks for as much on the first page as an earlier listing needed.
    pub(super) fn expects(&mut self, glance: u32) {
        if self.purpose != Purpose::History {
            self.few = self.few.max(glance);
        }
    }

    /// How many events the first page of the next look should hold, so that one page will do while as much happens as now.
    pub(super) fn next_glance(&self) -> u32 {
        self.above.saturating_mul(2).clamp(GLANCE, MANY)
    }

    /// Whether the server gives the oldest events first.
    pub(super) fn goes_upwards(&self) -> bool {
        self.habits.ascends
    }

    /// Whether a listing that goes upwards is not at the newest events yet.
    pub(super) fn is_below_the_end(&self) -> bool {
        self.habits.ascends && self.cursor.is_some()
    }

    /// The request for the next page.
    pub(super) fn query(&self) -> EventsQuery {
        let is_glance = self.pages == 0 && self.sees_waiting;
        // Upwards, a filter is the only way not to begin at the first event. It costs the sight of input that waits.
        let is_short = self.habits.ascends && self.purpose != Purpose::History && !self.for_outbox;
        let is_filtered = (!self.sees_waiting || is_short) && !self.is_whole;
        let since = self.floor.filter(|_| is_filtered && !self.habits.plain);
        let until = self.ceiling.filter(|_| !self.habits.plain);
        let limit = if is_glance && !self.habits.ascends {
            self.few
        } else {
            MANY
        };
        let limit = if self.habits.short { limit.min(FEW) } else { limit };
        let (page, after_id) = match self.cursor.clone() {
            None => (None, None),
            Some(Cursor::Page(cursor)) => (Some(cursor), None),
            Some(Cursor::AfterId(id)) => (None, Some(id)),
        };
        EventsQuery {
            order: (!self.habits.plain).then_some(Order::Desc),
            since: since.map(|time| time.to_string()),
            until: until.map(|time| time.to_string()),
            types: Vec::new(),
            limit: (!self.habits.plain).then_some(limit),
            page,
            after_id,
        }
    }

    /// Looks at the order of a page before it is merged: a server may ignore the one that was asked for. Where pages that
    /// do not tell their order were merged before, as if they went downwards, the listing begins anew at the first event;
    /// returns whether it does.
    pub(super) fn judge(&mut self, page: &PageHead, has_merged: bool) -> bool {
        if self.habits.ascends || !page.ascends {
            return false;
        }
        self.habits.ascends = true;
        self.listed = Listed::new(false);
        if has_merged {
            self.cursor = None;
            self.seen.clear();
            self.ceiling = None;
            self.is_whole = true;
        }
        has_merged
    }

    /// Notes a merged page, of which `news` events were not known, and tells how to go on.
    pub(super) fn take(&mut self, page: PageHead, news: usize) -> Step {
        let known = (self.top, self.lowest);
        self.top = self.top.max(page.newest);
        self.lowest = match (self.lowest, page.oldest) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
        self.pages += 1;
        self.failures = 0;
        self.news += news;
        let was_after_id = matches!(self.cursor, Some(Cursor::AfterId(_)));
        let goes_further = known != (self.top, self.lowest);
        if goes_further {
            self.firsts.clear();
        }
        // A moment can be longer than a page: then only the events tell that a page is another one.
        let is_other = page.first.is_some_and(|first| {
            let is_new = !self.firsts.contains(&first);
            self.firsts.push(first);
            is_new
        });
        let is_at_its_end = if self.habits.ascends {
            // What waits has no time and comes last.
            page.newest.is_none() || page.newest == self.top
        } else {
            page.oldest == self.lowest
        };
        let has_news = news > 0 || goes_further || (is_other && is_at_its_end);
        let reached = matches!((page.oldest, self.floor), (Some(oldest), Some(floor)) if oldest < floor);
        self.habits.unfiltered |= reached && self.query().since.is_some();
        if let Some(cursor) = self.cursor.take() {
            let oldest = page.oldest;
            self.seen.push(Mark { cursor, oldest });
        }
        self.cursor = page.next;
        let Some(next) = &self.cursor else {
            return Step::Done;
        };
        // Without any time there is no floor either: a second look ends where nothing is new, but not before it has come to
        // what was known. Input that waits says nothing of what lies below, and neither does the beginning of the log.
        let is_timeless = self.floor.is_none() && self.lowest.is_none();
        let is_known = self.purpose != Purpose::History && is_timeless && news == 0 && page.has_newest;
        if (reached && !self.habits.ascends) || is_known {
            self.cursor = None;
            return Step::Done;
        }
        if was_after_id && !has_news {
            self.cursor = None;
            return Step::Withholds;
        }
        if self.seen.iter().any(|mark| mark.cursor == *next) {
            self.habits.endless = true;
            return Step::Stuck;
        }
        if has_news {
            self.idle_pages = 0;
            return Step::More;
        }
        self.idle_pages += 1;
        if self.habits.endless || self.idle_pages > IDLE_PAGES {
            self.habits.endless = true;
            return Step::Stuck;
        }
        let (first, longest) = IDLE_PAUSE_MS;
        let doubled = first * f64::from(1u32 << (self.idle_pages - 1).min(10));
        Step::After(doubled.min(longest))
    }

    /// Begins anew at the lowest moment that was listed, for example because the server no longer takes the cursor.
    /// Returns whether that is another request than the one before; it is not tried for ever.
    pub(super) fn restart(&mut self) -> bool {
        const MOST: u32 = 3;
        let can = self.lowest.is_some() && !self.habits.plain;
        let is_anew = self.cursor.take().is_some() && self.restarts < MOST && can;
        self.restarts += 1;
        // Shorter pages did not mend it.
        self.habits.short = false;
        if is_anew {
            self.ceiling = self.lowest.or(self.ceiling);
            self.seen.clear();
        }
        is_anew
    }

    /// Asks for shorter pages from now on, or without parameters, because the server refused the request as it was. Returns
    /// whether that is another request.
    pub(super) fn simplify(&mut self) -> bool {
        if self.query().limit > Some(FEW) {
            self.habits.short = true;
            return true;
        }
        let is_first = self.pages == 0;
        is_first && !std::mem::replace(&mut self.habits.plain, true)
    }
}

/// Whether an event is input that was not processed yet. Streams need not tell it.
pub(super) fn waits(event: &Event) -> bool {
    event.event_type().is_input() && event.processed_at().is_none()
}

fn identity(event: &Event) -> Arc<str> {
    event.id().map_or_else(|| Arc::from(event.raw()), Arc::clone)
}

fn next_cursor(page: &Page<Event>) -> Option<Cursor> {
    if let Some(next) = &page.next_page {
        return Some(Cursor::Page(next.clone()));
    }
    if !page.has_more {
        return None;
    }
    let last_id = || page.data.last().and_then(Event::id).map(ToString::to_string);
    page.last_id.clone().or_else(last_id).map(Cursor::AfterId)
}

#[cfg(test)]
mod tests;
