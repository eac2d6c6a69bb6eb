//! The windowed list as a pure store: actions in, state out, no browser.
//!
//! Rows are addressed by index and have an estimated height until they are measured. The view draws the rows of
//! [`VirtualList::window`] between two paddings, reports scrolling and measured heights, and applies each returned
//! [`Adjust`] in the same frame, after it has changed the DOM and before anything reads the scroll position.
//! The browser's own scroll anchoring must be off (`overflow-anchor: none`), or both would correct the same change.
//!
//! All lengths are CSS pixels. *Offset* and *position* are distances in the list as if its element could be of any
//! height; *scroll* is the element's `scrollTop`. They differ only above the browsers' cap on element heights.

mod heights;
mod list;
mod scale;

pub use list::{Adjust, Align, Settings, VirtualList, Window};
