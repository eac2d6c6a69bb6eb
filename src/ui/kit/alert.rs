//! Failures: what happened, at which step, and what to do.

use playground_core::api::ApiError;

use super::element::{El, el};
use super::nodes::Nodes;
use super::reactive::dynamic;

/// An error with its remedy, announced at once; nothing without an error.
pub(crate) fn error_alert(error: impl Fn() -> Option<ApiError> + 'static) -> Nodes {
    dynamic(move || error().map(one_alert))
}

fn one_alert(error: ApiError) -> El {
    let status = error.status.map(|s| format!(" ({s})"));
    el("div.alert").attr("role", "alert").with((
        el("p.alert-title").with((error.title(), status)),
        (!error.message.is_empty()).then(|| el("p").with(error.message.as_str())),
        el("p.alert-remedy").with(error.remedy()),
        error
            .request_id
            .as_deref()
            .map(|id| el("p.alert-meta").with(("Request ID ", el("code").with(id)))),
    ))
}

/// A plain problem without a request behind it: what is wrong and what to do.
pub(crate) fn problem(text: &str) -> El {
    el("div.alert").attr("role", "alert").with(el("p").with(text))
}
