//! Reading a listing page by page, so that events of one moment get the order in which the server lists them.

use std::collections::HashMap;
use std::sync::Arc;

use super::log::{EventLog, Slot};
use super::place::{Around, Item, Place, places};
use crate::protocol::Event;

/// The state of one listing between its pages.
///
/// Events of the same time can only be told apart by their place in a listing, and events without a time stand by what is
/// beside them. The moment at the end of a page may go on in the next one.
#[derive(Clone, Debug)]
pub struct Listed {
    newest_first: bool,
    /// The moment that the page before ended with, in the order of the page.
    moment: Vec<Slot>,
    around: Around,
    /// How many events without an id have had the same text so far.
    twins: HashMap<Arc<str>, u32>,
}

/// A page and the moment before it: where what has no time stands, in the order of the page.
pub(super) struct Places {
    pub(super) of_moment: Vec<(Slot, Option<Place>)>,
    pub(super) of_page: Vec<Option<Place>>,
}

impl Listed {
    /// A listing that begins.
    #[must_use]
    pub fn new(newest_first: bool) -> Self {
        Self {
            newest_first,
            moment: Vec::new(),
            around: Around::default(),
            twins: HashMap::new(),
        }
    }

    /// Which order the listing has.
    #[must_use]
    pub fn is_newest_first(&self) -> bool {
        self.newest_first
    }

    /// Where the events of the next page stand, and those of the moment that the page before it ended with.
    pub(super) fn places(&mut self, log: &EventLog, page: &[Event]) -> Places {
        let moment = std::mem::take(&mut self.moment);
        let of_moment = moment.iter().map(|slot| log.item(log.event(*slot)));
        let mut items: Vec<Item> = of_moment
            .chain(page.iter().map(|event| log.item(event)))
            .collect();
        if self.newest_first {
            items.reverse();
        }
        let mut found = places(&items, self.around, log.newest_time());
        if self.newest_first {
            found.reverse();
        }
        let of_page = found.split_off(moment.len());
        Places {
            of_moment: moment.into_iter().zip(found).collect(),
            of_page,
        }
    }

    /// How many events without an id and with the text of this one the listing has shown before.
    pub(super) fn twins(&mut self, event: &Event) -> u32 {
        if event.id().is_some() {
            return 0;
        }
        let count = self.twins.entry(Arc::from(event.raw())).or_insert(0);
        *count += 1;
        *count - 1
    }

    /// Takes the events of a page with those of the moment before it, in the order of the page, and returns them oldest
    /// first. Keeps the moment that the page ends with.
    pub(super) fn page(&mut self, log: &EventLog, mut slots: Vec<Slot>) -> Vec<Slot> {
        let has_time = |slot: &Slot| log.event(*slot).happened_at().is_some();
        // What has no time behind the last that has one stands by what the next page tells.
        let start = match slots.iter().rposition(has_time) {
            Some(last) => {
                let key = log.key(slots[last]);
                let same = slots[..last].iter().rev();
                last - same.take_while(|slot| log.key(**slot).same_time(key)).count()
            }
            None => 0,
        };
        let passed: Vec<Item> = slots[..start]
            .iter()
            .map(|slot| log.item(log.event(*slot)))
            .collect();
        self.around.pass(&passed, self.newest_first);
        self.moment = slots[start..].to_vec();
        if self.newest_first {
            slots.reverse();
        }
        slots
    }
}
