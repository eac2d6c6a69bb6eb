//! What the screens are made of: elements that follow signals, and the parts that several screens use.
//!
//! Views are built node by node and not with the macro `view!`: that macro compiles its rendering machinery anew for
//! every shape of a view, and sets fixed parts as markup.

mod alert;
mod children;
pub(crate) mod controls;
mod copy;
mod element;
mod list;
mod long_text;
mod markdown;
mod nodes;
mod raw_text;
mod reactive;
mod scope;
mod status;
mod time;

pub(crate) use alert::{error_alert, problem};
pub use children::Children;
pub(crate) use copy::{copy_button, copy_for, copy_mark, pressed_mark};
pub use element::{El, IntoValue, Value, el, px};
pub use list::{Item, keyed};
pub(crate) use long_text::{long_text, payload_text};
pub(crate) use markdown::{block, markdown_text, outward};
pub use nodes::Nodes;
pub(crate) use raw_text::raw_text;
pub use reactive::{dynamic, when};
pub(crate) use reactive::{effect, either, memo, remove};
pub use scope::ScreenTasks;
pub(crate) use scope::on_cleanup_local;
pub(crate) use status::{shape, status_badge};
pub(crate) use time::time;

/// The first `limit` characters of a text, and whether something was left out.
#[must_use]
pub fn cut(text: &str, limit: usize) -> (&str, bool) {
    match text.char_indices().nth(limit) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    }
}
