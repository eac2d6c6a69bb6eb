//! What came as it came, one press away.

use super::copy::copy_button;
use super::element::{El, el};
use super::long_text::long_text;

/// A text that cannot be shown otherwise, behind a line that says what it is.
pub(crate) fn raw_text(label: &str, raw: &str) -> El {
    let text = raw.to_owned();
    el("details.raw-text").with((
        el("summary").with(label),
        long_text(raw, "output"),
        copy_button("raw text", move || text.clone()),
    ))
}
