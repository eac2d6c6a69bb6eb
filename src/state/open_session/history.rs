//! Lists the history: the newest page first, older pages behind it, and after an interruption only what may be missing.

use std::rc::Rc;

use leptos::prelude::Set;
use playground_core::api::ApiError;
use playground_core::api::endpoints::{self, EventsQuery, Order};
use playground_core::protocol::{Event, Page, Timestamp};
use playground_core::session::OutgoingState;
use playground_core::stream::{Failure, Input};

use super::{HistoryProgress, OVERLAP_MICROS, OpenSession, set_if_changed};
use crate::platform::fetch;
use crate::platform::task::Task;
use crate::platform::timer::{Timer, sleep};

/// Events per page; the largest page that is documented.
const PAGE: u32 = 1_000;

/// Pause before older pages are asked for again after a failure.
const OLDER_RETRY_MS: f64 = 3_000.0;

/// How long after an idle event late events may still appear in the listing.
const LATE_MS: f64 = 1_500.0;

impl OpenSession {
    /// Lists what the log may lack and tells the machine.
    pub(super) fn catch_up(&self, attempt: u32) {
        let this = self.clone();
        let task = Task::spawn(async move {
            let listed = if this.inner.ever_live.get() {
                this.list_newer().await
            } else {
                this.list_newest().await
            };
            let input = match listed {
                Ok(()) => Input::HistoryLoaded { attempt },
                Err(error) => Input::HistoryFailed {
                    attempt,
                    failure: failure_of(&error),
                },
            };
            this.drive(input);
        });
        *self.inner.catch_up.borrow_mut() = Some(task);
    }

    /// Asks for the end of the history again soon: for events that the stream could not deliver.
    pub(super) fn refresh_tail_soon(&self) {
        let weak = Rc::downgrade(&self.inner);
        let timer = Timer::after(LATE_MS, move || {
            if let Some(inner) = weak.upgrade() {
                let this = Self { inner };
                let task_this = this.clone();
                this.inner.tasks.spawn(async move {
                    // A failure is no loss: the next idle event or reconnect asks again.
                    if task_this.list_newer().await.is_ok() {
                        task_this.settle(false);
                        task_this.look_up_unconfirmed();
                    }
                    task_this.request_commit();
                });
            }
        });
        *self.inner.tail_refresh.borrow_mut() = Some(timer);
    }

    /// Asks for the end of the history without a filter, if some input is unconfirmed: a list by time leaves out input
    /// that waits to be processed, and "not in the history" may be said only after a look at all of it.
    pub(super) fn look_up_unconfirmed(&self) {
        let waits = self.with_timeline(|t| {
            t.outbox()
                .iter()
                .any(|e| matches!(e.state, OutgoingState::Unconfirmed { looked_up: false, .. }))
        });
        if !waits {
            return;
        }
        let this = self.clone();
        self.inner.tasks.spawn(async move {
            if let Ok(mut page) = this.list(Order::Desc, None, None).await {
                page.data.reverse();
                this.merge(page.data, false);
                this.settle(true);
                this.request_commit();
            }
        });
    }

    /// The status that can be queried lags behind the idle event.
    pub(super) fn refresh_session_soon(&self) {
        let this = self.clone();
        self.inner.tasks.spawn(async move {
            sleep(300.0).await;
            this.refresh_session();
        });
    }

    /// First connection: the newest page, then everything older in the background.
    async fn list_newest(&self) -> Result<(), ApiError> {
        let page = self.list(Order::Desc, None, None).await?;
        let next = page.next_page;
        self.merge(page.data, true);
        match next {
            Some(cursor) => {
                set_if_changed(&self.inner.signals.history, HistoryProgress::LoadingOlder);
                let this = self.clone();
                self.inner.older.abort();
                self.inner
                    .older
                    .spawn(async move { this.list_older(cursor).await });
            }
            None => set_if_changed(&self.inner.signals.history, HistoryProgress::Complete),
        }
        Ok(())
    }

    async fn list_older(&self, mut cursor: String) {
        loop {
            match self.list(Order::Desc, None, Some(cursor.clone())).await {
                Ok(page) => {
                    self.merge(page.data, true);
                    match page.next_page {
                        Some(next) => cursor = next,
                        None => break,
                    }
                    set_if_changed(&self.inner.signals.history, HistoryProgress::LoadingOlder);
                }
                Err(error) if failure_is_final(&error) => {
                    self.inner
                        .signals
                        .history
                        .set(HistoryProgress::Failed(error.to_string()));
                    return;
                }
                Err(error) => {
                    self.inner
                        .signals
                        .history
                        .set(HistoryProgress::Failed(error.to_string()));
                    sleep(OLDER_RETRY_MS.max(error.retry_after_ms.unwrap_or(0.0))).await;
                }
            }
        }
        self.inner.signals.history.set(HistoryProgress::Complete);
    }

    /// After an interruption: everything since shortly before the last moment that is known without a gap.
    async fn list_newer(&self) -> Result<(), ApiError> {
        let since = self
            .inner
            .covered
            .get()
            .map(|time| Timestamp::from_micros(time.micros() - OVERLAP_MICROS).to_string());
        let mut cursor = None;
        loop {
            let page = self.list(Order::Asc, since.clone(), cursor).await?;
            let filled = self.merge(page.data, false);
            if let Some(number) = self.inner.open_gap.get() {
                self.inner
                    .timeline
                    .borrow_mut()
                    .update_gap(number, |gap| gap.filled += filled);
            }
            match page.next_page {
                Some(next) => cursor = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn list(
        &self,
        order: Order,
        since: Option<String>,
        page: Option<String>,
    ) -> Result<Page<Event>, ApiError> {
        let query = EventsQuery {
            order,
            since,
            types: Vec::new(),
            limit: Some(PAGE),
            page,
        };
        let request = endpoints::list_events(&self.inner.id, &query);
        fetch::call(&self.inner.link.connection, &request).await
    }

    fn merge(&self, events: Vec<Event>, newest_first: bool) -> usize {
        let new = self.inner.timeline.borrow_mut().page(events, newest_first);
        self.request_commit();
        new
    }
}

fn failure_of(error: &ApiError) -> Failure {
    Failure {
        status: error.status,
        retry_after_ms: error.retry_after_ms,
        message: error.to_string(),
    }
}

fn failure_is_final(error: &ApiError) -> bool {
    error
        .status
        .is_some_and(|s| (400..500).contains(&s) && !matches!(s, 408 | 409 | 429))
}
