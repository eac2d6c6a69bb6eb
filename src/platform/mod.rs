//! The browser behind small functions and owners: nothing above this module touches `web_sys` for anything but elements.
//!
//! Every listener, timer and request is owned by a value; dropping the value removes, stops or aborts it.

pub mod alarm;
mod body;
pub mod clipboard;
pub mod clock;
pub mod crash;
pub mod dialog;
pub mod fetch;
pub mod focus;
pub mod frame;
pub(crate) mod guard;
pub mod highlight;
pub mod intl;
pub mod listener;
pub mod location;
pub mod media;
pub mod mouse;
pub(crate) mod optional;
pub mod policy;
pub mod sight;
pub mod storage;
pub mod task;
pub mod timer;
pub mod transport;

/// The window this page runs in.
///
/// # Panics
/// Outside of a browser window.
pub(crate) fn window() -> web_sys::Window {
    web_sys::window().expect("the app runs in a browser window")
}
