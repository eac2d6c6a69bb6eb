//! A button that copies a text.

use leptos::prelude::*;

use super::ScreenTasks;
use super::erased::on_press;
use crate::platform::{clipboard, timer};

/// Copies a text to the clipboard and says whether it worked.
#[component]
pub fn CopyButton(
    /// Makes the text when it is needed.
    text: impl Fn() -> String + 'static,
    /// What is copied, for the accessible name.
    what: &'static str,
) -> impl IntoView {
    let tasks = ScreenTasks::new();
    let state = RwSignal::new("Copy");
    let on_click = on_press(move || {
        let text = text();
        tasks.spawn(async move {
            let copied = clipboard::copy(&text).await;
            let _ = state.try_set(if copied { "Copied" } else { "Copying was refused" });
            timer::sleep(2_000.0).await;
            let _ = state.try_set("Copy");
        });
    });
    view! {
        <button type="button" class="quiet small" aria-label=format!("Copy {what}") on:click=on_click>
            {move || state.get()}
        </button>
    }
}
