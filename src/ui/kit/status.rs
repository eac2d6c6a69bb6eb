//! The status of a session by shape and word.

use super::element::{El, el};

/// A status word, as the API says it, with its shape.
pub(crate) fn status_badge(status: &str) -> El {
    el("span.badge")
        .attr("data-status", status)
        .with((shape("badge-shape"), status))
}

/// The shape beside a word; it says nothing that the word does not.
pub(crate) fn shape(class: &str) -> El {
    el("span").class(class).attr("aria-hidden", "true")
}
