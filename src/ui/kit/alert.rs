//! Failures: what happened, at which step, and what to do.

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::markdown::visible_controls;

/// An error with its remedy, announced at once.
#[component]
pub fn ErrorAlert(
    /// The error; nothing is shown without one.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    move || {
        error.get().map(|error| {
            let status = error.status.map(|s| format!(" ({s})")).unwrap_or_default();
            let remedy = error.remedy();
            let message = visible_controls(&error.message).into_owned();
            view! {
                <div class="alert" role="alert">
                    <p class="alert-title">{error.title()}{status}</p>
                    {(!message.is_empty()).then(|| view! { <p>{message}</p> })}
                    <p class="alert-remedy">{remedy}</p>
                    {error.request_id.map(|id| view! {
                        <p class="alert-meta">"Request ID "<code>{id}</code></p>
                    })}
                </div>
            }
        })
    }
}

/// A plain problem without a request behind it.
#[component]
pub fn Problem(
    /// What is wrong and what to do.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <div class="alert" role="alert"><p>{text}</p></div> }
}
