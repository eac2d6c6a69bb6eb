//! Dialogs, also where the browser has no modal ones.

use web_sys::HtmlDialogElement;

use super::optional;

/// Opens a dialog, over everything if the browser can.
pub fn open(dialog: &HtmlDialogElement) {
    let is_open = || dialog.has_attribute("open");
    if !is_open() {
        optional::call(dialog, "showModal", &[]);
    }
    if !is_open() {
        // The style sheet lays it over the page.
        let _ = dialog.set_attribute("data-modeless", "");
        let _ = dialog.set_attribute("open", "");
        let first = dialog.query_selector("[autofocus], button, textarea, input");
        if let Ok(Some(first)) = first {
            optional::call(&first, "focus", &[]);
        }
    }
}

/// Closes a dialog.
pub fn close(dialog: &HtmlDialogElement) {
    optional::call(dialog, "close", &[]);
    if dialog.has_attribute("open") {
        let _ = dialog.remove_attribute("open");
    }
}
