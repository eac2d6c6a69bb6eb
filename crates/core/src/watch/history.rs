//! How much of the history is loaded, for the reader.

/// How far the history is loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum HistoryProgress {
    /// Nothing is there yet.
    #[default]
    Loading,
    /// The newest events are there, older ones are being loaded.
    LoadingOlder,
    /// Everything is there.
    Complete,
    /// Older events could not be loaded; the message says why.
    Failed(String),
}
