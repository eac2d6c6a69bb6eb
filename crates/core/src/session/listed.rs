//! Reading a listing page by page, so that events of one moment get the order in which the server lists them.

use std::collections::HashSet;

use super::log::{EventLog, Slot};

/// The state of one listing between its pages.
///
/// Events of the same time can only be told apart by their place in a listing. Such a moment is collected until it is
/// over; it may go on in the next page.
#[derive(Clone, Debug)]
pub struct Listed {
    newest_first: bool,
    moment: Vec<Slot>,
    /// The same as a set, once there are several.
    members: HashSet<Slot>,
}

impl Listed {
    /// A listing that begins.
    #[must_use]
    pub fn new(newest_first: bool) -> Self {
        Self {
            newest_first,
            moment: Vec::new(),
            members: HashSet::new(),
        }
    }

    /// Which order the listing has.
    #[must_use]
    pub fn is_newest_first(&self) -> bool {
        self.newest_first
    }

    /// Takes the next listed event; returns the events of the moment that ended with it, if there are several.
    pub(super) fn take(&mut self, log: &EventLog, slot: Slot) -> Option<Vec<Slot>> {
        let Some(&last) = self.moment.last() else {
            self.moment.push(slot);
            return None;
        };
        // A page may repeat what the one before it ended with.
        if last == slot || self.members.contains(&slot) {
            return None;
        }
        if log.key(last).same_time(log.key(slot)) {
            self.members.extend([last, slot]);
            self.moment.push(slot);
            return None;
        }
        self.members.clear();
        several(std::mem::replace(&mut self.moment, vec![slot]))
    }

    /// The moment at the end of a page, which the next page may continue.
    pub(super) fn page_ends(&self) -> Option<Vec<Slot>> {
        several(self.moment.clone())
    }
}

fn several(moment: Vec<Slot>) -> Option<Vec<Slot>> {
    (moment.len() > 1).then_some(moment)
}
