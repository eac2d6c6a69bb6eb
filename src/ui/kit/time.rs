//! A moment: short words, the exact instant on hover.

use playground_core::protocol::Timestamp;

use super::element::{El, el};
use crate::platform::{clock, intl};

/// A moment relative to now; a dash without one.
pub(crate) fn time(at: Option<Timestamp>) -> El {
    match at {
        Some(at) => el("time")
            .attr("datetime", &at.to_string())
            .attr("title", &intl::exact(at))
            .with(intl::ago(at, clock::wall())),
        None => el("span").with("–"),
    }
}
