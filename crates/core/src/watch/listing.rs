//! One listing of the history: page after page, newest first, down to a moment that is known.

use crate::api::endpoints::{EventsQuery, Order};
use crate::protocol::{Event, Page, Timestamp};
use crate::session::{Listed, OutgoingId};

/// Number of a listing; never reused within a watch.
pub type ListingId = u32;

/// Events of the first page: enough for a screen, and soon there.
const FEW: u32 = 100;

/// Events of every other page; the largest page that is documented.
const MANY: u32 = 1_000;

/// What a listing is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Purpose {
    /// What an attempt needs before it is live.
    CatchUp {
        /// The attempt, which ends with the listing if the listing fails.
        attempt: u32,
    },
    /// The rest of a hole, behind a live connection. It does not belong to an attempt.
    Fill,
    /// A second look at a time that was listed already.
    Look(super::coverage::Look),
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
    /// When to ask again after a failure.
    pub(super) retry_ms: Option<f64>,
    /// The newest time on the first page.
    pub(super) top: Option<Timestamp>,
    /// Unconfirmed input that would be found by this listing.
    pub(super) looks_for: Vec<OutgoingId>,
    pub(super) listed: Listed,
    /// The lowest time that was listed.
    pub(super) lowest: Option<Timestamp>,
    from_the_end: bool,
    sees_waiting: bool,
    ceiling: Option<Timestamp>,
    cursor: Option<String>,
}

/// Whether a listing goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Another page is needed.
    More,
    /// Everything down to the floor was listed.
    Done,
    /// The server names the page that it just sent as the next one.
    Stuck,
}

impl Listing {
    pub(super) fn new(id: ListingId, purpose: Purpose, floor: Option<Timestamp>) -> Self {
        Self {
            id,
            purpose,
            floor,
            gap: None,
            pages: 0,
            failures: 0,
            retry_ms: None,
            top: None,
            looks_for: Vec::new(),
            listed: Listed::new(true),
            lowest: None,
            from_the_end: true,
            sees_waiting: true,
            ceiling: None,
            cursor: None,
        }
    }

    /// A look at a part of the history.
    pub(super) fn look(id: ListingId, look: super::coverage::Look) -> Self {
        Self {
            gap: look.gap,
            from_the_end: look.sees_waiting || look.ceiling.is_none(),
            sees_waiting: look.sees_waiting,
            // Input that waits stands above every ceiling.
            ceiling: look.ceiling.filter(|_| !look.sees_waiting),
            ..Self::new(id, Purpose::Look(look), look.floor)
        }
    }

    /// Whether the listing began at the very end of the history.
    pub(super) fn is_from_the_end(&self) -> bool {
        self.from_the_end
    }

    /// Whether input that waits to be processed is listed.
    pub(super) fn sees_waiting(&self) -> bool {
        self.sees_waiting
    }

    /// The request for the next page.
    pub(super) fn query(&self) -> EventsQuery {
        let is_glance = self.pages == 0 && self.sees_waiting;
        let since = self.floor.filter(|_| !self.sees_waiting);
        EventsQuery {
            order: Order::Desc,
            since: since.map(|time| time.to_string()),
            until: self.ceiling.map(|time| time.to_string()),
            types: Vec::new(),
            limit: Some(if is_glance { FEW } else { MANY }),
            page: self.cursor.clone(),
        }
    }

    /// Notes a page and tells whether another is needed. The events are merged by the caller.
    pub(super) fn take(&mut self, page: &Page<Event>) -> Step {
        let times = page.data.iter().filter_map(Event::processed_at);
        let (newest, oldest) = (times.clone().max(), times.min());
        if self.pages == 0 {
            self.top = newest;
        }
        self.pages += 1;
        self.failures = 0;
        self.lowest = oldest.or(self.lowest);
        let reached = matches!((oldest, self.floor), (Some(oldest), Some(floor)) if oldest < floor);
        let is_stuck = page.next_page.is_some() && page.next_page == self.cursor;
        self.cursor.clone_from(&page.next_page);
        match () {
            () if reached || self.cursor.is_none() => Step::Done,
            () if is_stuck => Step::Stuck,
            () => Step::More,
        }
    }

    /// Begins anew at the lowest moment that was listed, for example because the server no longer takes the cursor.
    /// Returns whether that is another request than the one before.
    pub(super) fn restart(&mut self) -> bool {
        if self.cursor.take().is_none() {
            return false;
        }
        self.ceiling = self.lowest.or(self.ceiling);
        true
    }
}
