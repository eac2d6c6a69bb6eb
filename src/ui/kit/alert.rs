//! Failures: what happened, at which step, and what to do.

use leptos::prelude::*;
use playground_core::api::ApiError;
use playground_core::markdown::visible_controls;

use super::erased::{dynamic, optional};

/// An error with its remedy, announced at once.
#[component]
pub fn ErrorAlert(
    /// The error; nothing is shown without one.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    dynamic(move || {
        optional(error.get(), |error| {
            let status = error.status.map(|s| format!(" ({s})")).unwrap_or_default();
            let remedy = error.remedy();
            let message = visible_controls(&error.message).into_owned();
            view! {
                <div class="alert" role="alert">
                    <p class="alert-title">{error.title()}{status}</p>
                    {optional((!message.is_empty()).then_some(message), |message| view! { <p>{message}</p> }.into_any())}
                    <p class="alert-remedy">{remedy}</p>
                    {optional(error.request_id, |id| view! {
                        <p class="alert-meta">"Request ID "<code>{id}</code></p>
                    }.into_any())}
                </div>
            }
            .into_any()
        })
    })
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
