//! A button that copies a text.

use leptos::prelude::*;

use super::ScreenTasks;
use super::controls::plain_button;
use super::element::El;
use crate::platform::{clipboard, timer};

/// Copies a text, made when it is needed, to the clipboard and says whether it worked. `what` is copied, for the
/// accessible name.
pub(crate) fn copy_button(what: &str, text: impl Fn() -> String + 'static) -> El {
    let tasks = ScreenTasks::new();
    let outcome = RwSignal::new(None);
    plain_button("quiet small")
        .attr("aria-label", &format!("Copy {what}"))
        .with(move || outcome.get().unwrap_or("Copy"))
        .on_press(move || {
            let text = text();
            tasks.spawn(async move {
                let copied = clipboard::copy(&text).await;
                let _ = outcome.try_set(Some(if copied { "Copied" } else { "Copying was refused" }));
                timer::sleep(2_000.0).await;
                let _ = outcome.try_set(None);
            });
        })
}
