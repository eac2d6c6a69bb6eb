//! Small questions about many objects: each asked once, a few at a time.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::session::Slot;

/// How many may be under way together.
const TOGETHER: usize = 4;

/// What is to be looked up, by id.
#[derive(Debug, Default)]
pub struct Lookups {
    // A map like the one of the event log, whose compiled code it shares.
    asked: HashMap<Arc<str>, Slot>,
    waiting: VecDeque<Box<str>>,
    under_way: usize,
}

impl Lookups {
    /// Somebody wants to know about an id; whoever asks twice gets one answer.
    pub fn want(&mut self, id: &str) {
        if self.asked.insert(id.into(), 0).is_none() {
            self.waiting.push_back(id.into());
        }
    }

    /// The next id to look up, if one more may be under way. Call [`Lookups::done`] when it is over.
    pub fn begin(&mut self) -> Option<Box<str>> {
        if self.under_way >= TOGETHER {
            return None;
        }
        let id = self.waiting.pop_front()?;
        self.under_way += 1;
        Some(id)
    }

    /// One that was begun is over, however it ended.
    pub fn done(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_objects_are_asked_about_four_at_a_time() {
        let mut lookups = Lookups::default();
        (0..1_000).for_each(|n| lookups.want(&format!("sesn_{n}")));
        let mut under_way = 0;
        let mut asked = std::collections::BTreeSet::new();
        loop {
            while let Some(id) = lookups.begin() {
                under_way += 1;
                assert!(asked.insert(id), "asked twice");
            }
            assert!(under_way <= 4, "{under_way} at a time");
            if under_way == 0 {
                break;
            }
            lookups.done();
            under_way -= 1;
        }
        assert_eq!(asked.len(), 1_000);
    }

    #[test]
    fn what_was_asked_is_not_asked_again() {
        let mut lookups = Lookups::default();
        lookups.want("sesn_1");
        lookups.want("sesn_1");
        assert_eq!(lookups.begin().as_deref(), Some("sesn_1"));
        assert_eq!(lookups.begin(), None);
        lookups.done();
        lookups.want("sesn_1");
        assert_eq!(lookups.begin(), None);
    }
}
