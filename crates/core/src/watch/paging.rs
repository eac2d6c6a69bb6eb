//! The part of a watch that lists: which pages to ask for, and what their events are good for.

use std::collections::HashMap;
use std::sync::Arc;

use super::history::HistoryProgress;
use super::listing::{Listing, ListingId, PageHead, Purpose, Step, waits};
use super::messages::Effect;
use super::watch::Watch;
use crate::protocol::{Event, Page, Timestamp};
use crate::session::{Row, Slot, View};
use crate::stream::{self, EndReason, Failure, Now, Phase};

/// Pages that a reconnect lists before it goes live; what is left of a large hole follows behind the live connection.
const CATCH_UP_PAGES: u32 = 4;

/// Pause before a page is asked for again, and its bound; doubled with every failure in a row.
const RETRY_MS: (f64, f64) = (2_000.0, 30_000.0);

/// The same for the first page, which somebody waits for.
const FIRST_RETRY_MS: f64 = 500.0;

/// How often a second look is tried.
const LOOK_TRIES: u32 = 4;

/// Pause between two looks at the end of the history.
const LOOK_PACE_MS: f64 = 1_000.0;

impl Watch {
    /// Lists the history beside the opening stream. A request of an earlier attempt that is still without an answer
    /// serves as well.
    pub(super) fn list_history(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let is_under_way =
            |l: &Listing| l.purpose == Purpose::History && l.pages == 0 && l.retry_ms.is_none();
        if let Some(listing) = self.listings.iter_mut().find(|l| is_under_way(l)) {
            listing.gap = listing.gap.or(self.open_gap);
            return;
        }
        // One that waits to be asked again is asked now.
        self.listings
            .retain(|l| l.purpose != Purpose::History || l.pages > 0);
        let mut listing = self.new_listing(Purpose::History, self.coverage.floor());
        listing.gap = self.open_gap;
        self.begin(now, listing, effects);
    }

    /// Lists behind the stream what happened before it was open.
    pub(super) fn list_tail(&mut self, now: Now, attempt: u32, effects: &mut Vec<Effect>) {
        // What lies below was listed a moment ago, and late events are looked for anyway.
        let mut listing = self.new_listing(Purpose::Tail { attempt }, self.coverage.covered());
        listing.gap = self.open_gap;
        self.begin(now, listing, effects);
    }

    fn new_listing(&mut self, purpose: Purpose, floor: Option<Timestamp>) -> Listing {
        self.listing_count += 1;
        Listing::new(self.listing_count, purpose, floor, self.habits)
    }

    fn begin(&mut self, now: Now, mut listing: Listing, effects: &mut Vec<Effect>) {
        listing.begun_ms = now.ms;
        if self.is_polling() {
            listing.expects(self.glance);
        }
        listing.previews = self.timeline.newest_preview();
        listing.frames = self.timeline.newest_frame();
        if listing.sees_waiting() {
            listing.looks_for = self.timeline.outbox().to_look_up();
            listing.for_outbox = self.timeline.outbox().iter().next().is_some();
        }
        if matches!(listing.purpose, Purpose::Look(look) if look.sees_waiting) {
            listing.begins_among(std::mem::take(&mut self.marks));
        }
        self.ask(listing, effects);
    }

    /// Asks for the next page of a listing.
    fn ask(&mut self, listing: Listing, effects: &mut Vec<Effect>) {
        effects.push(Effect::List {
            listing: listing.id,
            query: listing.query(),
        });
        self.listings.push(listing);
    }

    pub(super) fn cancel_listings(&mut self, effects: &mut Vec<Effect>, which: impl Fn(&Listing) -> bool) {
        let cancelled = self.listings.extract_if(.., |l| which(l));
        effects.extend(cancelled.map(|l| Effect::CancelListing(l.id)));
    }

    fn take_listing(&mut self, id: ListingId) -> Option<Listing> {
        let position = self.listings.iter().position(|l| l.id == id)?;
        Some(self.listings.swap_remove(position))
    }

    pub(super) fn listed(&mut self, now: Now, id: ListingId, page: Page<Event>, effects: &mut Vec<Effect>) {
        let Some(mut listing) = self.take_listing(id) else {
            return;
        };
        let newest = self
            .timeline
            .rows(View::Events)
            .iter()
            .rev()
            .find_map(|row| match row {
                Row::Event(slot) => Some(self.timeline.log().event(slot)).filter(|event| !waits(event)),
                _ => None,
            });
        let head = PageHead::of(&page, newest);
        if listing.judge(&head, self.has_merged) {
            self.habits = listing.habits();
            self.ask(listing, effects);
            return;
        }
        self.has_merged = true;
        listing.count(&page);
        let untold = (listing.purpose != Purpose::History).then(|| self.untold(&page));
        let not_missed = self.heard_meanwhile(&listing, &page);
        let new = self.timeline.listed(&mut listing.listed, page.data);
        let step = listing.take(head, untold.unwrap_or(new));
        self.habits = listing.habits();
        if new > 0 {
            self.vigil.news(now.ms);
        }
        if let Some(number) = listing.gap {
            self.timeline
                .update_gap(number, |gap| gap.filled += new.saturating_sub(not_missed));
        }
        self.settle(effects);
        let down_to = match step {
            Step::Done => None,
            _ => listing.lowest,
        };
        // Upwards, input that waits comes last: nothing is said before the end.
        if step == Step::Done || (down_to.is_some() && !listing.goes_upwards()) {
            self.timeline.looked_up(&listing.looks_for, down_to);
        }
        if step == Step::Done && listing.is_from_the_end() {
            self.timeline.previews_listed(listing.previews);
        }
        effects.push(Effect::Commit);
        match step {
            Step::Done => self.done(now, listing, effects),
            Step::More => self.goes_on(now, listing, None, effects),
            Step::After(pause) => self.goes_on(now, listing, Some(pause), effects),
            Step::Stuck => self.stuck(now, listing, effects),
            Step::Withholds => {
                self.history_incomplete(
                    &listing,
                    "The server says that there are more events and does not give them.",
                );
                self.done(now, listing, effects);
            }
        }
    }

    /// How many events of a page the log does not have: nobody told them yet. Input that waits is not counted, because
    /// streams need not tell it.
    fn untold(&self, page: &Page<Event>) -> usize {
        let is_untold = |event: &&Event| !waits(event) && !self.timeline.log().has(event);
        page.data.iter().filter(is_untold).count()
    }

    /// How many events of a page are new to the log, but on their way through the open stream: nobody missed them.
    fn heard_meanwhile(&self, listing: &Listing, page: &Page<Event>) -> usize {
        if listing.gap.is_none() || self.buffered.is_empty() {
            return 0;
        }
        // A map like the one of the log, whose compiled code it shares; a set of its own would bring another copy.
        let mut ids: HashMap<Arc<str>, Slot> = HashMap::new();
        for id in self.buffered.iter().filter_map(Event::id) {
            ids.insert(Arc::clone(id), 0);
        }
        let is_heard = |event: &&Event| {
            event
                .id()
                .is_some_and(|id| ids.contains_key(id) && self.timeline.log().find(id).is_none())
        };
        page.data.iter().filter(is_heard).count()
    }

    /// A page is merged and another is needed, perhaps after a pause.
    fn goes_on(&mut self, now: Now, mut listing: Listing, pause: Option<f64>, effects: &mut Vec<Effect>) {
        if listing.purpose == Purpose::History {
            self.shows_history(now, &mut listing, effects);
        }
        if listing.purpose == Purpose::History && listing.floor.is_none() {
            self.history = HistoryProgress::LoadingOlder;
        }
        match pause {
            None => self.ask(listing, effects),
            Some(pause) => {
                listing.retry_ms = Some(now.ms + pause);
                self.listings.push(listing);
            }
        }
    }

    /// Enough of the history is there for the connection to go on; the rest of it follows.
    fn shows_history(&mut self, now: Now, listing: &mut Listing, effects: &mut Vec<Effect>) {
        let enough = if listing.floor.is_some() {
            CATCH_UP_PAGES
        } else {
            1
        };
        if listing.pages < enough || listing.is_below_the_end() {
            return;
        }
        if let Some(number) = listing.gap {
            self.timeline.update_gap(number, |gap| gap.filling = true);
        }
        self.history_shown(now, listing, effects);
    }

    fn history_shown(&mut self, now: Now, listing: &mut Listing, effects: &mut Vec<Effect>) {
        if std::mem::replace(&mut listing.is_shown, true) {
            return;
        }
        // What lies below is being listed; the log is complete from there up to here, but for events that are listed late.
        let reached = listing.reached(now.ms);
        let covered = self.coverage.covered().or(reached);
        self.coverage.reaches(reached);
        self.coverage
            .plan(now.ms, covered, self.timeline.newest_time(), listing.gap);
        self.vigil.listed(now.ms);
        self.drive(now, stream::Input::HistoryShown, effects);
    }

    fn stuck(&mut self, now: Now, mut listing: Listing, effects: &mut Vec<Effect>) {
        if listing.purpose == Purpose::History && listing.restart() {
            let pause = RETRY_MS.0;
            self.goes_on(now, listing, Some(pause), effects);
            return;
        }
        self.history_incomplete(&listing, "The server repeats pages of the history.");
        self.done(now, listing, effects);
    }

    fn history_incomplete(&mut self, listing: &Listing, why: &str) {
        if listing.purpose == Purpose::History {
            self.incomplete.get_or_insert_with(|| why.to_owned());
        }
    }

    fn done(&mut self, now: Now, mut listing: Listing, effects: &mut Vec<Effect>) {
        if listing.is_from_the_end() {
            self.timeline.frames_listed(listing.frames);
            self.marks = listing.take_marks();
        }
        match listing.purpose {
            Purpose::History => {
                if listing.floor.is_none() {
                    self.history = match self.incomplete.clone() {
                        Some(why) => HistoryProgress::Failed(why),
                        None => HistoryProgress::Complete,
                    };
                }
                if let Some(number) = listing.gap {
                    self.timeline.update_gap(number, |gap| gap.filling = false);
                }
                self.history_shown(now, &mut listing, effects);
            }
            Purpose::Tail { attempt } => self.caught_up(now, attempt, &listing, effects),
            Purpose::Look(_) => {
                self.looks_from_ms = now.ms + LOOK_PACE_MS;
                if listing.is_from_the_end() {
                    self.glance = listing.next_glance();
                    self.coverage.reaches(listing.reached(now.ms));
                    self.vigil.listed(now.ms);
                    self.polled(now, effects);
                }
                self.judge_stream(now, &listing);
            }
        }
    }

    /// What happened before the stream was open is merged: the log is complete.
    fn caught_up(&mut self, now: Now, attempt: u32, listing: &Listing, effects: &mut Vec<Effect>) {
        let reached = listing.reached(now.ms);
        let covered = self.coverage.covered().or(reached);
        self.coverage.reaches(reached);
        self.vigil.listed(now.ms);
        self.is_contiguous = true;
        self.drive(now, stream::Input::CaughtUp { attempt }, effects);
        let was_quiet = self.renewed(now, listing, effects) && listing.news == 0;
        if !was_quiet {
            self.coverage
                .plan(now.ms, covered, self.timeline.newest_time(), listing.gap);
        }
    }

    pub(super) fn listing_failed(
        &mut self,
        now: Now,
        id: ListingId,
        failure: Failure,
        effects: &mut Vec<Effect>,
    ) {
        let Some(mut listing) = self.take_listing(id) else {
            return;
        };
        listing.failures += 1;
        let is_request_refused = matches!(failure.status, Some(400 | 422));
        if is_request_refused && listing.simplify() {
            self.habits = listing.habits();
            self.ask(listing, effects);
            return;
        }
        match listing.purpose {
            Purpose::Look(look) => {
                self.looks_from_ms = now.ms + LOOK_PACE_MS;
                if !failure.is_final() && listing.failures < LOOK_TRIES {
                    let due = now.ms + retry_pause(&listing, &failure, now.random);
                    self.coverage.postpone(look, due);
                }
                if self.is_polling() {
                    self.drive(now, stream::Input::HistoryFailed(failure), effects);
                }
            }
            Purpose::History | Purpose::Tail { .. } => self.page_failed(now, listing, failure, effects),
        }
    }

    fn page_failed(&mut self, now: Now, mut listing: Listing, failure: Failure, effects: &mut Vec<Effect>) {
        let is_needed = listing.pages == 0;
        let is_refused = failure.is_final() && (is_needed || !listing.restart());
        if is_refused || (listing.purpose == Purpose::History && listing.floor.is_none()) {
            self.history = HistoryProgress::Failed(failure.message.clone());
        }
        if !is_refused {
            listing.retry_ms = Some(now.ms + retry_pause(&listing, &failure, now.random));
            self.listings.push(listing);
        }
        if is_needed {
            self.drive(now, stream::Input::HistoryFailed(failure), effects);
            self.stop_buffering(now, effects);
        }
    }

    /// Asks again for the pages whose pause is over.
    pub(super) fn ask_again(&mut self, now: Now, effects: &mut Vec<Effect>) {
        for listing in &mut self.listings {
            if listing.retry_ms.is_some_and(|at| at <= now.ms) {
                listing.retry_ms = None;
                effects.push(Effect::List {
                    listing: listing.id,
                    query: listing.query(),
                });
            }
        }
    }

    /// When the end of the history is to be looked at next.
    pub(super) fn next_look_ms(&self) -> Option<f64> {
        let planned = match self.is_polling() {
            true => self.coverage.next_due_for_input_ms(),
            false => self.coverage.next_due_ms(),
        };
        let due = planned
            .into_iter()
            .chain(self.vigil_due_ms())
            .min_by(f64::total_cmp);
        due.filter(|_| self.may_look())
            .map(|due| due.max(self.looks_from_ms))
    }

    pub(super) fn look_if_due(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.next_look_ms().is_none_or(|due| due > now.ms) {
            return;
        }
        if self.vigil_due_ms().is_some_and(|due| due <= now.ms) {
            self.vigil.looks(now.ms);
            self.coverage
                .plan_tail(now.ms, self.vigil.has_recent_news(now.ms));
            self.doubt_status(now);
        }
        if let Some(look) = self.coverage.take_due(now.ms, self.timeline.newest_time()) {
            self.listing_count += 1;
            self.begin(now, Listing::look(self.listing_count, look, self.habits), effects);
        }
    }

    /// Looks are taken one at a time, and only where a listing has a chance to succeed.
    fn may_look(&self) -> bool {
        let is_looking = self
            .listings
            .iter()
            .any(|l| matches!(l.purpose, Purpose::Look(_) | Purpose::Tail { .. }));
        let may = matches!(
            self.machine.phase(),
            Phase::Live | Phase::Polling { .. } | Phase::Ended(EndReason::Terminated)
        );
        may && !is_looking
    }
}

fn retry_pause(listing: &Listing, failure: &Failure, random: f64) -> f64 {
    let (base, cap) = RETRY_MS;
    let base = if listing.pages == 0 { FIRST_RETRY_MS } else { base };
    let doubled = base * f64::from(1u32 << listing.failures.min(10));
    let pause = doubled.min(cap) * (0.5 + random / 2.0);
    pause.max(failure.retry_after_ms.unwrap_or(0.0))
}
