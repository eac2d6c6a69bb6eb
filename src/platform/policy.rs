//! The Content Security Policy of the page, seen from inside: it can be narrowed, and it can be asked.

use std::cell::RefCell;

use playground_core::api::Reach;

use super::{location, window};

thread_local! {
    static REACH: RefCell<Reach> = RefCell::new(Reach::of_page(location::origin()));
}

/// Makes the browser refuse connections to other origins than these and the page's own, by one policy more. What one
/// policy refuses stays refused until the page is loaded again, so nothing in the page can widen it.
///
/// The origins must be in the form of [`playground_core::api::BaseUrl::origin`].
pub fn hold_to(origins: &[&str]) {
    let policy = REACH.with_borrow_mut(|reach| reach.narrow(origins));
    let Some((policy, document)) = policy.zip(window().document()) else {
        return;
    };
    let (Some(head), Ok(meta)) = (document.head(), document.create_element("meta")) else {
        return;
    };
    let _ = meta.set_attribute("http-equiv", "Content-Security-Policy");
    let _ = meta.set_attribute("content", &policy);
    let _ = head.append_child(&meta);
}

/// Whether the page can connect to an origin until it is loaded again.
#[must_use]
pub fn allows(origin: &str) -> bool {
    REACH.with_borrow(|reach| reach.allows(origin))
}

/// Whether the policy in `index.html` lets a page connect to an origin at all.
#[must_use]
pub fn is_in_page(origin: &str) -> bool {
    REACH.with_borrow(|reach| reach.is_in_page(origin))
}
