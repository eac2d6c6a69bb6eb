//! What was typed into a session's message field and not sent yet; kept in the storage of this tab.

use crate::platform::storage;

/// Begins the name of every draft.
pub(super) const PREFIX: &str = "playground.draft.";

/// The draft of a session; empty if there is none.
#[must_use]
pub fn get(session: &str) -> String {
    storage::get(&name(session)).unwrap_or_default()
}

/// Keeps a draft; an empty one is forgotten.
pub fn set(session: &str, text: &str) {
    if text.is_empty() {
        storage::remove(&name(session));
    } else {
        storage::set(&name(session), text);
    }
}

/// Forgets the draft if it is this text: it has arrived.
pub fn arrived(session: &str, text: &str) {
    if get(session) == text {
        set(session, "");
    }
}

fn name(session: &str) -> String {
    format!("{PREFIX}{session}")
}
