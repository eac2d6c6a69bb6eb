//! Text that streams in before its final event (`event_start`, `event_delta`).

use std::sync::Arc;

use super::order::OrderKey;
use crate::protocol::{EventType, Timestamp};

/// Number of a preview; never reused within a session.
pub type PreviewId = u32;

/// An event that is being written.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The preview's own number.
    pub number: PreviewId,
    /// Id that the final event will have.
    pub event_id: Arc<str>,
    /// Type that the final event will have.
    pub event_type: EventType,
    /// Text so far, one entry per content block.
    pub blocks: Vec<String>,
    opening: Opening,
}

/// What was known when a preview opened: what ends it must be newer.
#[derive(Clone, Debug, Default)]
pub(super) struct Opening {
    /// The newest processed event.
    pub(super) newest: Option<Timestamp>,
    /// The open model request, by the id of its start.
    pub(super) request: Option<Arc<str>>,
}

impl Opening {
    /// Whether an event at this place ends what was opened; `request` is the model request that it closes, if it closes
    /// one.
    pub(super) fn is_ended_by(&self, key: OrderKey, request: Option<&str>) -> bool {
        match (&self.request, request) {
            (Some(own), Some(closed)) => **own == *closed,
            _ => self.newest.is_none_or(|newest| key >= OrderKey::at(newest)),
        }
    }
}

/// The open previews of one stream. Never stored, never counted as events.
#[derive(Clone, Debug, Default)]
pub(super) struct Previews {
    open: Vec<Preview>,
    count: PreviewId,
}

impl Previews {
    /// Opens a preview, or starts a known one over: deltas after a start are a prefix of the whole text.
    pub(super) fn start(&mut self, event_id: &str, event_type: EventType, opening: Opening) -> PreviewId {
        if let Some(preview) = self.open.iter_mut().find(|p| &*p.event_id == event_id) {
            preview.blocks.clear();
            return preview.number;
        }
        self.count += 1;
        self.open.push(Preview {
            number: self.count,
            event_id: Arc::from(event_id),
            event_type,
            blocks: Vec::new(),
            opening,
        });
        self.count
    }

    /// Appends text to a block. A missing start or skipped block numbers do no harm.
    pub(super) fn append(
        &mut self,
        event_id: &str,
        index: usize,
        text: &str,
        opening: impl FnOnce() -> Opening,
    ) -> PreviewId {
        // A real message has a handful of blocks; a hostile index must not allocate.
        const MOST_BLOCKS: usize = 1_000;
        let position = match self.open.iter().position(|p| &*p.event_id == event_id) {
            Some(position) => position,
            None => {
                self.start(event_id, EventType::AgentMessage, opening());
                self.open.len() - 1
            }
        };
        let preview = &mut self.open[position];
        let index = index.min(MOST_BLOCKS);
        if preview.blocks.len() <= index {
            preview.blocks.resize(index + 1, String::new());
        }
        preview.blocks[index].push_str(text);
        preview.number
    }

    /// Closes the preview of an event; called when the final event is here.
    pub(super) fn close(&mut self, event_id: &str) -> Option<PreviewId> {
        let position = self.open.iter().position(|p| &*p.event_id == event_id)?;
        Some(self.open.remove(position).number)
    }

    /// Closes the previews that opened in a certain way.
    pub(super) fn close_where(&mut self, is_over: impl Fn(&Opening) -> bool) -> Vec<PreviewId> {
        let over = self.open.extract_if(.., |p| is_over(&p.opening));
        over.map(|p| p.number).collect()
    }

    /// Whether nothing is being written.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// An open preview by number.
    #[must_use]
    pub(super) fn get(&self, number: PreviewId) -> Option<&Preview> {
        self.open.iter().find(|p| p.number == number)
    }
}
