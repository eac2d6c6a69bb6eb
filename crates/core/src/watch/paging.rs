//! The part of a watch that lists: which pages to ask for, and what their events are good for.

use std::collections::HashMap;
use std::sync::Arc;

use super::history::HistoryProgress;
use super::listing::{Listing, ListingId, Purpose, Step};
use super::messages::Effect;
use super::watch::Watch;
use crate::protocol::{Event, Page, Timestamp};
use crate::session::Slot;
use crate::stream::{self, EndReason, Failure, Now, Phase};

/// Pages that a reconnect lists before it goes live; what is left of a large hole follows behind the live connection.
const CATCH_UP_PAGES: u32 = 4;

/// Pause before a page is asked for again, and its bound; doubled with every failure in a row.
const RETRY_MS: (f64, f64) = (2_000.0, 30_000.0);

/// How often a second look is tried.
const LOOK_TRIES: u32 = 4;

/// Pause between two looks at the end of the history.
const LOOK_PACE_MS: f64 = 1_000.0;

impl Watch {
    pub(super) fn new_listing(&mut self, purpose: Purpose, floor: Option<Timestamp>) -> Listing {
        self.listing_count += 1;
        Listing::new(self.listing_count, purpose, floor)
    }

    pub(super) fn begin(&mut self, mut listing: Listing, effects: &mut Vec<Effect>) {
        if listing.sees_waiting() {
            listing.looks_for = self.timeline.outbox().to_look_up();
        }
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
        let step = listing.take(&page);
        let not_missed = self.heard_meanwhile(&listing, &page);
        let new = self.timeline.listed(&mut listing.listed, page.data);
        if let Some(number) = listing.gap {
            self.timeline
                .update_gap(number, |gap| gap.filled += new.saturating_sub(not_missed));
        }
        self.settle(effects);
        let down_to = match step {
            Step::Done => None,
            Step::More | Step::Stuck => listing.lowest,
        };
        if step == Step::Done || down_to.is_some() {
            self.timeline.looked_up(&listing.looks_for, down_to);
        }
        effects.push(Effect::Commit);
        match step {
            Step::Stuck => self.give_up_page(now, listing, &repeated_page(), effects),
            Step::More => self.goes_on(now, listing, effects),
            Step::Done => self.done(now, listing, effects),
        }
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

    /// A page is merged and another is needed.
    fn goes_on(&mut self, now: Now, mut listing: Listing, effects: &mut Vec<Effect>) {
        if let Purpose::CatchUp { attempt } = listing.purpose {
            let enough = if listing.floor.is_some() {
                CATCH_UP_PAGES
            } else {
                1
            };
            if listing.pages >= enough {
                listing.purpose = Purpose::Fill;
                if let Some(number) = listing.gap {
                    self.timeline.update_gap(number, |gap| gap.filling = true);
                }
                self.caught_up(now, attempt, &listing, effects);
            }
        }
        if listing.floor.is_none() {
            self.history = HistoryProgress::LoadingOlder;
        }
        effects.push(Effect::List {
            listing: listing.id,
            query: listing.query(),
        });
        self.listings.push(listing);
    }

    fn done(&mut self, now: Now, listing: Listing, effects: &mut Vec<Effect>) {
        if listing.floor.is_none() {
            self.history = HistoryProgress::Complete;
        }
        match listing.purpose {
            Purpose::CatchUp { attempt } => self.caught_up(now, attempt, &listing, effects),
            Purpose::Fill => {
                if let Some(number) = listing.gap {
                    self.timeline.update_gap(number, |gap| gap.filling = false);
                }
            }
            Purpose::Look(_) => {
                self.looks_from_ms = now.ms + LOOK_PACE_MS;
                if listing.is_from_the_end() {
                    self.coverage.reaches(listing.top);
                }
            }
        }
    }

    /// The attempt knows enough of the history to go live.
    fn caught_up(&mut self, now: Now, attempt: u32, listing: &Listing, effects: &mut Vec<Effect>) {
        // On the first connection everything is listed anyway; only its end may have been listed too early.
        let covered = self.coverage.covered().or(listing.top);
        self.coverage.reaches(listing.top);
        self.drive(now, stream::Input::HistoryLoaded { attempt }, effects);
        self.coverage
            .plan(now.ms, covered, self.timeline.newest_time(), listing.gap);
    }

    pub(super) fn listing_failed(
        &mut self,
        now: Now,
        id: ListingId,
        failure: Failure,
        effects: &mut Vec<Effect>,
    ) {
        let Some(listing) = self.take_listing(id) else {
            return;
        };
        self.give_up_page(now, listing, &failure, effects);
    }

    fn give_up_page(&mut self, now: Now, mut listing: Listing, failure: &Failure, effects: &mut Vec<Effect>) {
        listing.failures += 1;
        match listing.purpose {
            Purpose::CatchUp { attempt } => {
                let failure = failure.clone();
                self.drive(now, stream::Input::HistoryFailed { attempt, failure }, effects);
            }
            Purpose::Fill => {
                let is_refused = failure.is_final() && !listing.restart();
                if is_refused || listing.floor.is_none() {
                    self.history = HistoryProgress::Failed(failure.message.clone());
                }
                if !is_refused {
                    listing.retry_ms = Some(now.ms + retry_pause(&listing, failure, now.random));
                    self.listings.push(listing);
                }
            }
            Purpose::Look(look) => {
                self.looks_from_ms = now.ms + LOOK_PACE_MS;
                if !failure.is_final() && listing.failures < LOOK_TRIES {
                    let due = now.ms + retry_pause(&listing, failure, now.random);
                    self.coverage.postpone(look, due);
                }
            }
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

    pub(super) fn look_if_due(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.may_look()
            && now.ms >= self.looks_from_ms
            && let Some(look) = self.coverage.take_due(now.ms, self.timeline.newest_time())
        {
            self.listing_count += 1;
            let listing = Listing::look(self.listing_count, look);
            self.begin(listing, effects);
        }
    }

    /// Looks are taken one at a time, and only where a listing has a chance to succeed.
    pub(super) fn may_look(&self) -> bool {
        let is_looking = self
            .listings
            .iter()
            .any(|l| matches!(l.purpose, Purpose::Look(_)));
        let phase = self.machine.phase();
        !is_looking && matches!(phase, Phase::Live | Phase::Ended(EndReason::Terminated))
    }
}

fn retry_pause(listing: &Listing, failure: &Failure, random: f64) -> f64 {
    let (base, cap) = RETRY_MS;
    let doubled = base * f64::from(1u32 << listing.failures.min(10));
    let pause = doubled.min(cap) * (0.5 + random / 2.0);
    pause.max(failure.retry_after_ms.unwrap_or(0.0))
}

fn repeated_page() -> Failure {
    Failure::network("The server repeats a page of the history.")
}
