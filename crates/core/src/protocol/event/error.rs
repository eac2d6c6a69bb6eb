//! Why a text is no event.

use std::fmt;

/// Characters of the text that an error repeats.
const EXCERPT: usize = 80;

/// A text is not one JSON object with a text under `type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventError {
    reason: Box<str>,
    excerpt: Box<str>,
}

impl EventError {
    pub(super) fn new(reason: Box<str>, json: &str) -> Self {
        let end = json
            .char_indices()
            .nth(EXCERPT)
            .map_or(json.len(), |(end, _)| end);
        let excerpt = if end < json.len() {
            format!("{}…", &json[..end])
        } else {
            json.to_owned()
        };
        Self {
            reason,
            excerpt: excerpt.into(),
        }
    }

    /// What is wrong and, for a syntax error, at which line and column.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The beginning of the text.
    #[must_use]
    pub fn excerpt(&self) -> &str {
        &self.excerpt
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not an event: {}; the text begins: {}",
            self.reason, self.excerpt
        )
    }
}

impl std::error::Error for EventError {}
