//! The first words of sessions without a title, looked up for the rows that are seen.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::*;
use playground_core::api::Connection;
use playground_core::api::endpoints::{self, EventsQuery, Order};
use playground_core::lookups::Lookups;
use playground_core::protocol::{Event, EventType, Page};
use playground_core::session::words;

use super::kit::ScreenTasks;
use crate::platform::fetch;
use crate::signals::{RwSignal, StoredValue};

thread_local! {
    /// What was found, by origin and session, for as long as the page lives: the first words of a session never change.
    static FOUND: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// The first words of the sessions of one list.
#[derive(Clone, Copy)]
pub(super) struct FirstWords {
    connection: StoredValue<Connection>,
    lookups: StoredValue<Lookups>,
    /// Grows with everything that is found.
    found: RwSignal<usize>,
    tasks: ScreenTasks,
}

impl FirstWords {
    pub(super) fn new(connection: StoredValue<Connection>) -> Self {
        Self {
            connection,
            lookups: StoredValue::new(Lookups::default()),
            found: RwSignal::new(0),
            tasks: ScreenTasks::new(),
        }
    }

    /// The first words of a session, as soon as they are known.
    pub(super) fn of(&self, id: &str) -> Option<String> {
        self.found.track();
        FOUND.with_borrow(|found| found.get(&self.name(id)).cloned())
    }

    /// Somebody sees the row of a session.
    pub(super) fn want(&self, id: &str) {
        if untrack(|| self.of(id)).is_none() {
            let _ = self.lookups.try_update_value(|lookups| lookups.want(id));
            self.go_on();
        }
    }

    fn go_on(self) {
        while let Some(id) = self.lookups.try_update_value(Lookups::begin).flatten() {
            self.tasks.spawn(async move {
                let words = first_words(&self.connection.get_value(), &id).await;
                if let Some(words) = words {
                    FOUND.with_borrow_mut(|found| found.insert(self.name(&id), words));
                    let _ = self.found.try_update(|found| *found += 1);
                }
                let _ = self.lookups.try_update_value(Lookups::done);
                self.go_on();
            });
        }
    }

    fn name(&self, id: &str) -> String {
        self.connection
            .with_value(|connection| format!("{} {id}", connection.base().origin()))
    }
}

async fn first_words(connection: &Connection, id: &str) -> Option<String> {
    let query = EventsQuery {
        order: Some(Order::Asc),
        since: None,
        until: None,
        types: vec!["user.message".to_owned()],
        limit: Some(1),
        page: None,
        after_id: None,
    };
    let page = fetch::call::<Page<Event>>(connection, &endpoints::list_events(id, &query))
        .await
        .ok()?;
    // A server may ignore which types it was asked for.
    let is_message = |event: &&Event| *event.event_type() == EventType::UserMessage;
    Some(words::describe(page.data.iter().find(is_message)?).detail)
}
