//! Frames of the stream that cannot be read and do not say which event they are.
//!
//! The history has what they were. Until it was asked, each is a row with its text; then the history's copy stands in its place,
//! or nothing does.

use super::order::OrderKey;

/// Number of such a frame; never reused within a session.
pub type FrameId = u32;

/// The frames that the history was not asked for yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    count: FrameId,
    waiting: Vec<(FrameId, OrderKey, Box<str>)>,
}

impl Frames {
    /// Keeps a frame at its place.
    pub(super) fn add(&mut self, key: OrderKey, text: &str) -> FrameId {
        self.count += 1;
        self.waiting.push((self.count, key, text.into()));
        self.count
    }

    /// The number of the newest frame; 0 before the first.
    pub(super) fn newest(&self) -> FrameId {
        self.count
    }

    /// The place of a frame and its text.
    pub(super) fn get(&self, id: FrameId) -> Option<(OrderKey, &str)> {
        let (_, key, text) = self.waiting.iter().find(|(number, ..)| *number == id)?;
        Some((*key, text))
    }

    /// Forgets the frames up to a number and returns them.
    pub(super) fn take_up_to(&mut self, newest: FrameId) -> Vec<(FrameId, OrderKey)> {
        let taken = self.waiting.extract_if(.., |(number, ..)| *number <= newest);
        taken.map(|(number, key, _)| (number, key)).collect()
    }
}
