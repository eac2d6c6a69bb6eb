//! The status of a session by shape and word.

use leptos::prelude::*;

/// A status word with its shape.
#[component]
pub fn StatusBadge(
    /// The word as the API says it.
    #[prop(into)]
    status: String,
) -> impl IntoView {
    let word = status.clone();
    view! {
        <span class="badge" data-status=status>
            <span class="badge-shape" aria-hidden="true"></span>
            {word}
        </span>
    }
}
