//! Frames of the stream that cannot be read and do not say which event they are.
//!
//! The history has what they were. Until it was asked, each is a row with its text; then the history's copy stands in its place,
//! or nothing does.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::order::OrderKey;

/// Texts that are remembered.
const ASKED: usize = 64;

/// Number of such a frame; never reused within a session.
pub type FrameId = u32;

/// The frames that the history was not asked for yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    count: FrameId,
    waiting: Vec<(FrameId, OrderKey, Box<str>)>,
    /// What the last texts were for which the history was asked.
    asked: Vec<u64>,
}

impl Frames {
    /// Keeps a frame at its place; `None` if the history was asked for the same text before, or is about to be.
    pub(super) fn add(&mut self, key: OrderKey, text: &str) -> Option<FrameId> {
        let is_waiting = self.waiting.iter().any(|(.., waiting)| **waiting == *text);
        if is_waiting || self.asked.contains(&hash(text)) {
            return None;
        }
        self.count += 1;
        self.waiting.push((self.count, key, text.into()));
        Some(self.count)
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
        let mut taken = Vec::new();
        for (number, key, text) in self.waiting.extract_if(.., |(number, ..)| *number <= newest) {
            self.asked.push(hash(&text));
            taken.push((number, key));
        }
        let surplus = self.asked.len().saturating_sub(ASKED);
        self.asked.drain(..surplus);
        taken
    }
}

/// The texts can be long.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
