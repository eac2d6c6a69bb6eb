//! Components that several screens use.

mod alert;
pub(crate) mod controls;
mod copy;
pub(crate) mod erased;
mod markdown;
mod scope;
mod status;
mod time;

pub use alert::{ErrorAlert, Problem};
pub use copy::CopyButton;
pub use markdown::MarkdownText;
pub(crate) use markdown::block_view;
pub use scope::ScreenTasks;
pub use status::StatusBadge;
pub use time::Time;

/// The first `limit` characters of a text, and whether something was left out.
#[must_use]
pub fn cut(text: &str, limit: usize) -> (&str, bool) {
    match text.char_indices().nth(limit) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}
