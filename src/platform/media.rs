//! What the reader's device is.

use super::{optional, window};

/// Whether the main way to point is a finger, so that the keyboard is most likely one on the screen.
#[must_use]
pub fn is_touch() -> bool {
    optional::call(&window(), "matchMedia", &["(pointer: coarse)".into()])
        .and_then(|query| optional::get(&query, "matches"))
        .is_some_and(|matches| matches.is_truthy())
}
