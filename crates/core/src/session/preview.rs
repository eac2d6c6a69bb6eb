//! Text that streams in before its final event (`event_start`, `event_delta`).

use std::collections::HashMap;
use std::sync::Arc;

use crate::protocol::EventType;

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
    pub(super) fn start(&mut self, event_id: &str, event_type: EventType) -> PreviewId {
        if let Some(number) = self.open.get(event_id).copied() {
            if let Some(preview) = self.get_mut(number) {
                preview.blocks.clear();
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
        }));
        number
    }

    /// Appends text to a block. A missing start or skipped block numbers do no harm.
    pub(super) fn append(&mut self, event_id: &str, index: usize, text: &str) -> PreviewId {
        // A real message has a handful of blocks; a hostile index must not allocate.
        const MOST_BLOCKS: usize = 1_000;
        let number = match self.open.get(event_id) {
            Some(number) => *number,
            None => self.start(event_id, EventType::AgentMessage),
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

    /// Closes all previews; called when the model request is over.
    pub(super) fn close_all(&mut self) -> Vec<PreviewId> {
        let mut closed: Vec<PreviewId> = self.open.drain().map(|(_, number)| number).collect();
        closed.sort_unstable();
        for number in &closed {
            self.by_number[*number as usize - 1] = None;
        }
        closed
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
