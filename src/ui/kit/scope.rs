//! Requests that live as long as the screen that made them.

use std::future::Future;

use leptos::prelude::*;

use crate::platform::task::Tasks;
use crate::signals::StoredValue;

/// Starts tasks that are given up, with their requests, when the current scope ends.
#[derive(Clone, Copy)]
pub struct ScreenTasks(StoredValue<Tasks>);

impl ScreenTasks {
    /// Tasks of the current reactive scope.
    #[must_use]
    pub fn new() -> Self {
        let tasks = StoredValue::new(Tasks::default());
        on_cleanup(move || {
            tasks.try_with_value(Tasks::abort);
        });
        Self(tasks)
    }

    /// Starts a task; does nothing after the scope ended.
    pub fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        self.0.try_with_value(|tasks| tasks.spawn(future));
    }

    /// Gives all running tasks up.
    pub fn abort(&self) {
        self.0.try_with_value(Tasks::abort);
    }
}

impl Default for ScreenTasks {
    fn default() -> Self {
        Self::new()
    }
}

/// Keeps a value that is not thread-safe until the current scope ends.
pub(crate) fn on_cleanup_local<T: 'static>(value: T) {
    let kept = StoredValue::new(Some(value));
    on_cleanup(move || drop(kept.try_update_value(Option::take)));
}
