//! What the window remembers of each row that is or was drawn.

use std::collections::HashMap;

use leptos::prelude::*;
use playground_core::session::{Row, Timeline};
use web_sys::Element;

use crate::signals::RcRwSignal;

/// The place of a row in the list, from 1.
const POSITION: &str = "aria-posinset";

/// What a drawn row reacts to.
#[derive(Clone)]
pub(super) struct RowSignals {
    /// Counts the changes of what it shows.
    pub(super) version: RcRwSignal<u32>,
    /// Whether its details are shown.
    pub(super) is_open: RcRwSignal<bool>,
    /// The row as it is now: a preview becomes an event and keeps its element.
    pub(super) row: ArcStoredValue<Row>,
}

struct Slot {
    signals: RowSignals,
    /// The row as it was drawn first, which names its element.
    drawn_as: Row,
    /// Its element while it is drawn.
    element: Option<Element>,
    /// Its index, and the number of rows, as its element says them.
    place: (usize, usize),
}

impl Slot {
    fn new(row: Row) -> Self {
        Self {
            signals: RowSignals {
                version: RcRwSignal::new(0),
                is_open: RcRwSignal::new(false),
                row: ArcStoredValue::new(row),
            },
            drawn_as: row,
            element: None,
            place: (0, 0),
        }
    }
}

/// What one row of all is, as its element says it. No row follows a signal for that: there are many, and it is one.
#[derive(Clone, Copy)]
pub(super) enum Tag {
    /// Its event is the selected one.
    Selected,
    /// The search has led to it.
    Match,
}

impl Tag {
    const ALL: [Self; 2] = [Self::Selected, Self::Match];

    fn put(self, element: &Element, is_on: bool) {
        let names: &[&str] = match self {
            Self::Selected => &["data-selected"],
            Self::Match => &["data-match", "aria-current"],
        };
        for name in names {
            let _ = if is_on {
                element.set_attribute(name, "true")
            } else {
                element.remove_attribute(name)
            };
        }
    }
}

/// All of them by row.
#[derive(Default)]
pub(super) struct Slots {
    by_row: HashMap<Row, Slot>,
    tagged: [Option<Row>; 2],
}

impl Slots {
    /// What a row reacts to.
    pub(super) fn signals(&mut self, row: Row) -> RowSignals {
        self.slot(row).signals.clone()
    }

    /// Tells where a row stands. Written directly: a signal and an effect for each row cost more than all else that one
    /// more row does.
    pub(super) fn put(&mut self, row: Row, index: usize, total: usize) {
        let slot = self.slot(row);
        let (old_index, old_total) = std::mem::replace(&mut slot.place, (index, total));
        if let Some(element) = &slot.element {
            if old_index != index {
                number(element, POSITION, index + 1);
            }
            if old_total != total {
                number(element, "aria-setsize", total);
            }
        }
    }

    /// The row under which an element is known to the list on the page.
    pub(super) fn drawn_as(&self, row: Row) -> Row {
        self.by_row.get(&row).map_or(row, |slot| slot.drawn_as)
    }

    /// A row shows something else now.
    pub(super) fn updated(&self, row: Row) {
        if let Some(slot) = self.by_row.get(&row) {
            slot.signals.version.update(|v| *v = v.wrapping_add(1));
        }
    }

    /// A row is another one now, in the same element.
    pub(super) fn became(&mut self, timeline: &Timeline, from: Row, to: Row) {
        if let Some(slot) = self.by_row.remove(&from) {
            slot.signals.row.set_value(to);
            if let Some(element) = &slot.element {
                identify(element, timeline, to);
            }
            self.by_row.insert(to, slot);
            self.updated(to);
        }
    }

    /// Gives a tag to a row, drawn or not, and takes it from the one that had it.
    pub(super) fn tag(&mut self, tag: Tag, row: Option<Row>) {
        let old = std::mem::replace(&mut self.tagged[tag as usize], row);
        if old == row {
            return;
        }
        for (row, is_on) in [(old, false), (row, true)] {
            let slot = row.and_then(|row| self.by_row.get(&row));
            if let Some(element) = slot.and_then(|slot| slot.element.as_ref()) {
                tag.put(element, is_on);
            }
        }
    }

    /// A row is drawn, by this element.
    pub(super) fn mounted(&mut self, timeline: &Timeline, row: Row, element: Element) {
        identify(&element, timeline, row);
        for tag in Tag::ALL {
            if self.tagged[tag as usize] == Some(row) {
                tag.put(&element, true);
            }
        }
        let slot = self.slot(row);
        number(&element, POSITION, slot.place.0 + 1);
        number(&element, "aria-setsize", slot.place.1);
        slot.element = Some(element);
    }

    /// A row is no longer drawn. Returns the element that drew it.
    pub(super) fn gone(&mut self, row: Row) -> Option<Element> {
        self.by_row.get_mut(&row)?.element.take()
    }

    /// The drawn elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.by_row.values().filter_map(|slot| slot.element.as_ref())
    }

    /// Forgets rows that are out of sight, but for open ones, once there are many.
    pub(super) fn tidy(&mut self, visible: &[Row]) {
        if self.by_row.len() > 2 * visible.len() + 50 {
            self.by_row.retain(|row, slot| {
                slot.element.is_some() || visible.contains(row) || slot.signals.is_open.get_untracked()
            });
        }
    }

    fn slot(&mut self, row: Row) -> &mut Slot {
        self.by_row.entry(row).or_insert_with(|| Slot::new(row))
    }
}

/// The index of a drawn row, as its element says it, and its height.
pub(super) fn measure(row: &Element) -> Option<(usize, f64)> {
    let position: usize = row.get_attribute(POSITION)?.parse().ok()?;
    let height = row.get_bounding_client_rect().height();
    (height > 0.0).then_some((position.checked_sub(1)?, height))
}

/// Says which event a row shows, for programs.
fn identify(element: &Element, timeline: &Timeline, row: Row) {
    if let Row::Event(slot) = row {
        let event = timeline.log().event(slot);
        if let Some(id) = event.id() {
            let _ = element.set_attribute("data-event-id", id);
        }
        let _ = element.set_attribute("data-event-type", event.event_type().as_str());
    }
}

fn number(element: &Element, name: &str, value: usize) {
    let _ = element.set_attribute(name, &value.to_string());
}
