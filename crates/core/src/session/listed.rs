//! Reading a listing page by page, so that events of one moment get the order in which the server lists them.

use super::log::{EventLog, Slot};

/// The state of one listing between its pages.
///
/// Events of the same time can only be told apart by their place in a listing. The moment at the end of a page may go on
/// in the next one.
#[derive(Clone, Debug)]
pub struct Listed {
    newest_first: bool,
    moment: Vec<Slot>,
}

impl Listed {
    /// A listing that begins.
    #[must_use]
    pub fn new(newest_first: bool) -> Self {
        Self {
            newest_first,
            moment: Vec::new(),
        }
    }

    /// Which order the listing has.
    #[must_use]
    pub fn is_newest_first(&self) -> bool {
        self.newest_first
    }

    /// Takes the events of the next page, in its order. Returns them oldest first, together with those of the moment
    /// that the page before it ended with.
    pub(super) fn page(&mut self, log: &EventLog, page: Vec<Slot>) -> Vec<Slot> {
        let mut slots = std::mem::take(&mut self.moment);
        slots.extend(page);
        if let Some(last) = slots.last().map(|slot| log.key(*slot)) {
            let same = slots
                .iter()
                .rev()
                .take_while(|slot| log.key(**slot).same_time(last));
            self.moment = slots[slots.len() - same.count()..].to_vec();
        }
        if self.newest_first {
            slots.reverse();
        }
        slots
    }
}
