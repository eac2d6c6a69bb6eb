//! Text that streams in before its final event (`event_start`, `event_delta`).

use std::collections::HashMap;
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
    /// How often it was started over; in between the blocks only grow.
    pub restarts: u32,
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
    /// By number, counted from 1; closed ones are gone and leave their place.
    by_number: Vec<Option<Preview>>,
    open: HashMap<Arc<str>, PreviewId>,
}

impl Previews {
    /// Opens a preview, or starts a known one over: deltas after a start are a prefix of the whole text.
    pub(super) fn start(&mut self, event_id: &str, event_type: EventType, opening: Opening) -> PreviewId {
        if let Some(number) = self.open.get(event_id).copied() {
            if let Some(preview) = self.get_mut(number) {
                preview.blocks.clear();
                preview.restarts += 1;
            }
            return number;
        }
        let event_id: Arc<str> = Arc::from(event_id);
        let number = self.by_number.len() as PreviewId + 1;
        self.open.insert(Arc::clone(&event_id), number);
        self.by_number.push(Some(Preview {
            number,
            event_id,
            event_type,
            blocks: Vec::new(),
            restarts: 0,
            opening,
        }));
        number
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
        let number = match self.open.get(event_id) {
            Some(number) => *number,
            None => self.start(event_id, EventType::AgentMessage, opening()),
        };
        if let Some(preview) = self.get_mut(number) {
            let index = index.min(MOST_BLOCKS);
            if preview.blocks.len() <= index {
                preview.blocks.resize(index + 1, String::new());
            }
            preview.blocks[index].push_str(text);
        }
        number
    }

    /// Closes the preview of an event; called when the final event is here.
    pub(super) fn close(&mut self, event_id: &str) -> Option<PreviewId> {
        let number = self.open.remove(event_id)?;
        self.by_number[number as usize - 1] = None;
        Some(number)
    }

    /// Closes the previews that opened in a certain way.
    pub(super) fn close_where(&mut self, is_over: impl Fn(PreviewId, &Opening) -> bool) -> Vec<PreviewId> {
        let mut closed: Vec<PreviewId> = Vec::new();
        for number in self.open.values() {
            let place = &mut self.by_number[*number as usize - 1];
            if place
                .take_if(|preview| is_over(preview.number, &preview.opening))
                .is_some()
            {
                closed.insert(closed.partition_point(|other| other < number), *number);
            }
        }
        let by_number = &self.by_number;
        self.open
            .retain(|_, number| by_number[*number as usize - 1].is_some());
        closed
    }

    /// The number of the preview that opened last; 0 before the first.
    pub(super) fn newest(&self) -> PreviewId {
        self.by_number.len() as PreviewId
    }

    /// Whether nothing is being written.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// An open preview by number.
    #[must_use]
    pub(super) fn get(&self, number: PreviewId) -> Option<&Preview> {
        self.by_number.get((number as usize).checked_sub(1)?)?.as_ref()
    }

    fn get_mut(&mut self, number: PreviewId) -> Option<&mut Preview> {
        self.by_number
            .get_mut((number as usize).checked_sub(1)?)?
            .as_mut()
    }
}
