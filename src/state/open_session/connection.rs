//! Carries out what the watch says: streams, listings, timers; and tells it what the browser notices.

use std::rc::Rc;

use playground_core::api::endpoints::{self, EventsQuery};
use playground_core::api::{ApiError, ApiRequest};
use playground_core::protocol::{Event, Page};
use playground_core::stream::Failure;
use playground_core::watch::{Effect, Input, ListingId};

use super::{OpenSession, outbox_name, set_if_changed};
use crate::platform::listener::Listener;
use crate::platform::task::Task;
use crate::platform::transport::{OpenStream, Signal};
use crate::platform::{clock, fetch, frame, storage};

impl OpenSession {
    /// Feeds the watch and does what it says.
    pub(super) fn handle(&self, input: Input) {
        let effects = self.inner.watch.borrow_mut().handle(clock::now(), input);
        self.carry_out(effects);
    }

    /// Does what the watch says, then shows where it stands.
    pub(super) fn carry_out(&self, effects: Vec<Effect>) {
        for effect in effects {
            self.carry_out_one(effect);
        }
        let (phase, has_followed, history, wakes_at) = {
            let watch = self.inner.watch.borrow();
            (
                watch.phase().clone(),
                watch.has_followed(),
                watch.history().clone(),
                watch.wakes_at(),
            )
        };
        let signals = &self.inner.signals;
        set_if_changed(&signals.has_followed, has_followed);
        set_if_changed(&signals.phase, phase);
        set_if_changed(&signals.history, history);
        self.wake_at(wakes_at);
    }

    fn carry_out_one(&self, effect: Effect) {
        let inner = &self.inner;
        match effect {
            Effect::OpenStream { attempt, previews } => self.open_stream(attempt, previews),
            Effect::CloseStream { attempt } => drop(self.take_stream(attempt)),
            Effect::List { listing, query } => self.list(listing, &query),
            Effect::CancelListing(listing) => {
                drop(self.take_listing(listing));
            }
            Effect::RefreshSession => self.refresh_session(),
            Effect::Settled(id) => inner.signals.settled.update(|settled| settled.push(id)),
            Effect::KeepOutbox => {
                let kept = self.with_timeline(|timeline| timeline.outbox().keep());
                match kept {
                    Some(kept) => storage::set(&outbox_name(&inner.id), &kept),
                    None => storage::remove(&outbox_name(&inner.id)),
                }
            }
            Effect::Commit => self.request_commit(),
        }
    }

    /// Wakes the watch when the page or the network comes back.
    pub(super) fn watch_browser(&self) {
        let on = |name: &'static str, input: fn() -> Input| {
            let weak = Rc::downgrade(&self.inner);
            Listener::on_window(name, move |_| {
                if let Some(inner) = weak.upgrade() {
                    Self { inner }.handle(input());
                }
            })
        };
        let weak = Rc::downgrade(&self.inner);
        let visible = Listener::on_document("visibilitychange", move |_| {
            if let Some(inner) = weak.upgrade().filter(|_| !frame::is_hidden()) {
                Self { inner }.handle(Input::Wake);
            }
        });
        let mut listeners = self.inner.listeners.borrow_mut();
        listeners.push(on("online", || Input::Wake));
        listeners.push(on("pageshow", || Input::Wake));
        listeners.push(on("offline", || Input::WentOffline));
        listeners.extend(visible);
    }

    fn wake_at(&self, at: Option<f64>) {
        let weak = Rc::downgrade(&self.inner);
        self.inner.tick.set(at, move || {
            if let Some(inner) = weak.upgrade() {
                Self { inner }.handle(Input::Tick);
            }
        });
    }

    fn list(&self, listing: ListingId, query: &EventsQuery) {
        let this = self.clone();
        let request = endpoints::list_events(&self.inner.id, query);
        let task = Task::spawn(async move {
            let answer = this.ask_for_page(&request).await;
            // The task is done but for what follows from its answer, which may begin another under the same number.
            let done = this.take_listing(listing);
            let is_first = this.inner.signals.event_count.with_untracked(|count| *count == 0);
            this.handle(match answer {
                Ok(page) => Input::Page { listing, page },
                Err(error) => Input::ListingFailed {
                    listing,
                    failure: failure_of(error),
                },
            });
            // Someone waits for the first events; later ones have the time to share a frame.
            if is_first && let Some(frame) = &*this.inner.frame.borrow() {
                frame.flush();
            }
            drop(done);
        });
        drop(self.take_listing(listing));
        self.inner.listings.borrow_mut().push((listing, task));
    }

    /// The request of a listing. Dropping it may run code that borrows the listings, so they are free again by then.
    fn take_listing(&self, listing: ListingId) -> Option<Task> {
        let mut listings = self.inner.listings.borrow_mut();
        let at = listings.iter().position(|(id, _)| *id == listing)?;
        Some(listings.swap_remove(at).1)
    }

    async fn ask_for_page(&self, request: &ApiRequest) -> Result<Page<Event>, ApiError> {
        fetch::call(&self.inner.link.connection, request).await
    }

    fn open_stream(&self, attempt: u32, previews: bool) {
        let weak = Rc::downgrade(&self.inner);
        let request = endpoints::stream_events(&self.inner.id, previews);
        let sink = Rc::new(move |signal| {
            if let Some(inner) = weak.upgrade() {
                Self { inner }.hear(attempt, signal);
            }
        });
        let stream = self
            .inner
            .transport
            .open(&self.inner.link.connection, &request, sink);
        self.inner.streams.borrow_mut().push((attempt, stream));
    }

    /// A stream. Dropping it may run code that borrows the streams, so they are free again by then.
    fn take_stream(&self, attempt: u32) -> Option<Box<dyn OpenStream>> {
        let mut streams = self.inner.streams.borrow_mut();
        let at = streams.iter().position(|(of, _)| *of == attempt)?;
        Some(streams.swap_remove(at).1)
    }

    fn hear(&self, attempt: u32, signal: Signal) {
        match signal {
            Signal::Opened => self.handle(Input::Opened { attempt }),
            Signal::Heartbeat => self.handle(Input::Heartbeat { attempt }),
            Signal::Events(events) => self.handle(Input::Events { attempt, events }),
            Signal::Failed(failure) => self.handle(Input::Failed { attempt, failure }),
        }
    }
}

pub(super) fn failure_of(error: ApiError) -> Failure {
    Failure {
        status: error.status,
        retry_after_ms: error.retry_after_ms,
        message: error.to_string(),
    }
}
