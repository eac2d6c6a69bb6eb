//! Carries out the effects of the stream machine.

use std::rc::Rc;

use leptos::prelude::Set;
use playground_core::api::endpoints;
use playground_core::protocol::{Event, EventType, Kept, SessionSummary};
use playground_core::session::Gap;
use playground_core::stream::{Effect, EndReason, Failure, Input, Phase};

use super::{HistoryProgress, OpenSession, set_if_changed};
use crate::platform::listener::Listener;
use crate::platform::timer::Timer;
use crate::platform::transport::Signal;
use crate::platform::{clock, fetch, frame, location};

impl OpenSession {
    /// Feeds the machine and does what it says.
    pub(super) fn drive(&self, input: Input) {
        let was_live = *self.inner.machine.borrow().phase() == Phase::Live;
        let effects = self.inner.machine.borrow_mut().handle(clock::now(), input);
        if was_live && *self.inner.machine.borrow().phase() != Phase::Live {
            self.mark_interruption();
        }
        for effect in effects {
            self.carry_out(effect);
        }
    }

    /// Wakes the machine when the page or the network comes back.
    pub(super) fn watch_browser(&self) {
        let drive = |input: Input| {
            let weak = Rc::downgrade(&self.inner);
            move |_| {
                if let Some(inner) = weak.upgrade() {
                    Self { inner }.drive(input.clone());
                }
            }
        };
        let weak = Rc::downgrade(&self.inner);
        let visible = Listener::on_document("visibilitychange", move |_| {
            if let Some(inner) = weak.upgrade().filter(|_| !frame::is_hidden()) {
                Self { inner }.drive(Input::Wake);
            }
        });
        let mut listeners = self.inner.listeners.borrow_mut();
        listeners.push(Listener::on_window("online", drive(Input::Wake)));
        listeners.push(Listener::on_window("pageshow", drive(Input::Wake)));
        listeners.push(Listener::on_window("offline", drive(Input::WentOffline)));
        listeners.extend(visible);
    }

    fn carry_out(&self, effect: Effect) {
        let inner = &self.inner;
        match effect {
            Effect::PhaseChanged => {
                let (phase, attempt) = {
                    let machine = inner.machine.borrow();
                    (machine.phase().clone(), machine.attempt())
                };
                if let Phase::Ended(_) = &phase {
                    inner.tick.borrow_mut().take();
                }
                if let Phase::Ended(EndReason::Refused(failure)) = &phase
                    && !inner.ever_live.get()
                {
                    inner
                        .signals
                        .history
                        .set(HistoryProgress::Failed(failure.message.clone()));
                }
                set_if_changed(&inner.signals.attempt, attempt);
                set_if_changed(&inner.signals.phase, phase);
            }
            Effect::OpenStream { attempt, previews } => self.open_stream(attempt, previews),
            Effect::Close { .. } => {
                inner.stream.borrow_mut().take();
                inner.catch_up.borrow_mut().take();
                inner.buffered.borrow_mut().clear();
            }
            Effect::LoadHistory { attempt } => self.catch_up(attempt),
            Effect::GoLive { .. } => {
                let buffered = std::mem::take(&mut *inner.buffered.borrow_mut());
                self.apply(buffered);
                inner.ever_live.set(true);
                self.settle(false);
                self.look_up_unconfirmed();
                self.close_gap();
                self.request_commit();
            }
            Effect::WakeAt(at) => {
                let weak = Rc::downgrade(inner);
                let timer = Timer::after(at - clock::now_ms(), move || {
                    if let Some(inner) = weak.upgrade() {
                        // The running timer's own closure must outlive this call.
                        let done = inner.tick.take();
                        Self { inner }.drive(Input::Tick);
                        drop(done);
                    }
                });
                *inner.tick.borrow_mut() = Some(timer);
            }
        }
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
        *self.inner.stream.borrow_mut() = Some(stream);
    }

    fn hear(&self, attempt: u32, signal: Signal) {
        match signal {
            Signal::Opened => self.drive(Input::StreamOpened { attempt }),
            Signal::Alive => self.drive(Input::StreamAlive { attempt }),
            Signal::Events(events) => {
                let is_live = *self.inner.machine.borrow().phase() == Phase::Live;
                if is_live {
                    self.apply(events);
                    self.request_commit();
                } else {
                    self.inner.buffered.borrow_mut().extend(events);
                }
            }
            Signal::BadFrame(message) => {
                self.inner.signals.notice.set(Some(format!(
                    "One frame of the stream could not be read; the history is asked for it. {message}"
                )));
                self.refresh_tail_soon();
            }
            Signal::Failed(failure) => self.stream_failed(attempt, failure),
        }
    }

    fn apply(&self, events: Vec<Event>) {
        let mut became_idle = false;
        {
            let mut timeline = self.inner.timeline.borrow_mut();
            for event in events {
                became_idle |= *event.event_type() == EventType::SessionStatusIdle;
                timeline.stream_event(event);
            }
        }
        self.settle(false);
        if became_idle {
            self.refresh_session_soon();
            if !self.inner.transport.sees_unknown_types() {
                self.refresh_tail_soon();
            }
        }
    }

    /// A transport without status codes cannot tell a cut from a refusal: a plain request explains it.
    fn stream_failed(&self, attempt: u32, failure: Failure) {
        let unexplained = failure.status.is_none()
            && !self.inner.transport.sees_every_byte()
            && *self.inner.machine.borrow().phase() == Phase::Connecting
            && location::is_online();
        if !unexplained {
            self.drive(Input::StreamFailed { attempt, failure });
            return;
        }
        let this = self.clone();
        self.inner.tasks.spawn(async move {
            let request = endpoints::retrieve_session(this.id());
            let asked = fetch::call::<Kept<SessionSummary>>(&this.inner.link.connection, &request).await;
            let failure = match asked {
                Ok(_) => failure,
                Err(error) => Failure {
                    status: error.status,
                    retry_after_ms: error.retry_after_ms,
                    message: error.to_string(),
                },
            };
            this.drive(Input::StreamFailed { attempt, failure });
        });
    }

    fn mark_interruption(&self) {
        let cause = match self.inner.machine.borrow().phase() {
            Phase::Backoff { failure, .. } => failure.message.clone(),
            Phase::Offline => "The browser went offline.".to_owned(),
            Phase::Ended(_) => return,
            _ => "The page was asleep.".to_owned(),
        };
        let from = self.inner.covered.get().unwrap_or_else(clock::wall);
        let gap = Gap {
            from,
            since: clock::wall(),
            until: None,
            filled: 0,
            cause,
        };
        let number = self.inner.timeline.borrow_mut().open_gap(gap);
        self.inner.open_gap.set(Some(number));
        self.request_commit();
    }

    fn close_gap(&self) {
        if let Some(number) = self.inner.open_gap.take() {
            self.inner
                .timeline
                .borrow_mut()
                .update_gap(number, |gap| gap.until = Some(clock::wall()));
        }
    }
}
