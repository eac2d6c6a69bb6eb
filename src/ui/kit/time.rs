//! A moment: short words, the exact instant on hover.

use leptos::prelude::*;
use playground_core::protocol::Timestamp;

use crate::platform::{clock, intl};

/// A moment relative to now.
#[component]
pub fn Time(
    /// The moment; a dash without one.
    at: Option<Timestamp>,
) -> impl IntoView {
    match at {
        Some(at) => view! {
            <time datetime=at.to_string() title=intl::exact(at)>{intl::ago(at, clock::wall())}</time>
        }
        .into_any(),
        None => view! { <span>"–"</span> }.into_any(),
    }
}
