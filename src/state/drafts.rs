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

/// The message that a session was created with, until it is known to have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// What was typed.
    pub text: String,
    /// It was put into the message field, because the server had left it out.
    pub is_draft: bool,
}

/// The message that a session was created with, if it is not known to have arrived.
#[must_use]
pub fn first(session: &str) -> Option<First> {
    let kept = storage::get(&first_name(session))?;
    let is_draft = kept.starts_with(DRAFT);
    let text = kept.strip_prefix(DRAFT).or(kept.strip_prefix(SENT))?.to_owned();
    Some(First { text, is_draft })
}

/// Keeps the message that a session was created with, or forgets it.
pub fn set_first(session: &str, first: Option<&First>) {
    match first {
        Some(first) => {
            let mark = if first.is_draft { DRAFT } else { SENT };
            storage::set(&first_name(session), &format!("{mark}{}", first.text));
        }
        None => storage::remove(&first_name(session)),
    }
}

/// Tells the two states of a first message apart.
const SENT: char = '>';
const DRAFT: char = '=';

/// No id of a session has a colon.
fn first_name(session: &str) -> String {
    format!("{PREFIX}first:{session}")
}

fn name(session: &str) -> String {
    format!("{PREFIX}{session}")
}
