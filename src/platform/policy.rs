//! The Content Security Policy of the page, seen from inside: it can be narrowed, and it can be asked.

use super::{location, window};

/// Adds a policy that allows connections to these origins and the page's own only. Policies add up: what one of them
/// refuses stays refused, so nothing in the page can widen it again.
///
/// The origins must be in the form of [`playground_core::api::BaseUrl::origin`].
pub fn connect_only_to(origins: &[&str]) {
    let Some(document) = window().document() else {
        return;
    };
    let (Some(head), Ok(meta)) = (document.head(), document.create_element("meta")) else {
        return;
    };
    let policy = format!("connect-src 'self' {}", origins.join(" "));
    let _ = meta.set_attribute("http-equiv", "Content-Security-Policy");
    let _ = meta.set_attribute("content", &policy);
    let _ = head.append_child(&meta);
}

/// Whether the policy in `index.html` lets the page connect to an origin.
#[must_use]
pub fn allows(origin: &str) -> bool {
    let is = |name: &str| {
        origin
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    origin.starts_with("https:")
        || is("http://localhost")
        || is("http://127.0.0.1")
        || origin == location::origin()
}
