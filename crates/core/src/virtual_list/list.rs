//! The state of a windowed list and what keeps still when it changes.

use super::heights::Heights;
use super::scale::Scale;
use crate::bounds::within;

/// Scroll positions closer than this are the same: browsers round to device pixels.
const SAME_SCROLL: f64 = 1.0;

/// Corrections below this are put off until they add up: they could not be seen.
const UNSEEN: f64 = 0.05;

/// Scrolling up by no more than this does not stop following the end.
const RELEASE_SLACK: f64 = 8.0;

/// The share of the overscan that is drawn where the user scrolls by leaps.
const LEAP_SHARE: f64 = 0.125;

/// How a list behaves. Lengths in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Height of a row that has not been measured. Above 0.
    pub estimate: f64,
    /// How far beyond the viewport rows are drawn, on each side.
    pub overscan: f64,
    /// Whether a list that shows its end goes on showing it while it grows.
    pub follow_end: bool,
    /// Scrolling down to this distance from the end counts as being there.
    pub end_threshold: f64,
    /// Tallest content element. Chrome and Safari cap elements near 33.5 million pixels, Firefox near 17.9 million.
    pub max_extent: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            estimate: 32.0,
            overscan: 600.0,
            follow_end: false,
            end_threshold: 48.0,
            max_extent: 15_000_000.0,
        }
    }
}

/// What to do with the element's scroll position after a change.
#[must_use = "the rows jump unless the scroll position is adjusted"]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Adjust {
    /// Nothing.
    Keep,
    /// Add this to `scrollTop`. Relative, because the position may have moved since it was last reported.
    By(f64),
    /// Set `scrollTop` to this.
    To(f64),
}

/// Where a row is brought into the viewport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Its top to the top.
    Start,
    /// Its middle to the middle; its top to the top when it is taller than the viewport.
    Center,
    /// Its bottom to the bottom.
    End,
    /// As little as possible: nowhere when it is visible already.
    Nearest,
}

/// The rows to draw and the room around them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// First row to draw.
    pub start: usize,
    /// One past the last row to draw.
    pub end: usize,
    /// Distance of the first drawn row from the top of the content. Can be below 0, but only in a list taller than
    /// [`Settings::max_extent`]: place the rows by transform or absolute position then, not by padding.
    pub pad_top: f64,
    /// Room below the last drawn row.
    pub pad_bottom: f64,
    /// Height of the whole content.
    pub extent: f64,
}

/// What stays still when heights or rows change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Hold {
    /// The row at the top of the viewport.
    Anchor,
    /// The end of the list at the bottom of the viewport.
    End,
    /// The row that was last scrolled to, until the user scrolls.
    Row { index: usize, align: Align },
}

/// A row and how far the viewport begins below its top.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Anchor {
    row: usize,
    into: f64,
}

/// A windowed list of rows with measured, variable heights.
#[derive(Clone, Debug)]
pub struct VirtualList {
    settings: Settings,
    heights: Heights,
    viewport: f64,
    /// Offset at the top of the viewport.
    position: f64,
    /// The element's scroll position as last reported or adjusted.
    scroll: f64,
    /// Where the last adjustment put the element; what is reported close to it is an echo. Infinite once the user scrolled.
    settled: f64,
    hold: Hold,
    /// The user scrolled by more than the viewport, so that hardly anything that was drawn is seen again.
    leaps: bool,
    /// The anchor that could not be put where it was because the rows below it are estimated too low. Measuring them may
    /// make room.
    unreached: Option<Anchor>,
}

impl VirtualList {
    /// An empty list. With [`Settings::follow_end`] it starts at its end.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            heights: Heights::new(settings.estimate),
            viewport: 0.0,
            position: 0.0,
            scroll: 0.0,
            settled: 0.0,
            hold: if settings.follow_end {
                Hold::End
            } else {
                Hold::Anchor
            },
            leaps: false,
            unreached: None,
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heights.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Height of all rows together. O(log n).
    #[must_use]
    pub fn total(&self) -> f64 {
        self.heights.total()
    }

    /// Offset of a row's top; the total from [`VirtualList::len`] on. O(log n).
    #[must_use]
    pub fn offset_of(&self, index: usize) -> f64 {
        self.heights.offset_of(index)
    }

    /// Height of a row: measured, else estimated; 0 past the end.
    #[must_use]
    pub fn height_of(&self, index: usize) -> f64 {
        self.heights.get(index)
    }

    /// The row that covers an offset, the nearest one when it lies outside, 0 in an empty list. O(log n).
    #[must_use]
    pub fn index_at(&self, offset: f64) -> usize {
        self.heights.index_at(offset)
    }

    /// Offset at the top of the viewport.
    #[must_use]
    pub fn position(&self) -> f64 {
        self.position
    }

    /// Scroll position at which `offset` is at the top of the viewport. Equal to it unless the list is taller than
    /// [`Settings::max_extent`].
    #[must_use]
    pub fn to_scroll(&self, offset: f64) -> f64 {
        self.scale().to_scroll(offset)
    }

    /// Inverse of [`VirtualList::to_scroll`].
    #[must_use]
    pub fn to_offset(&self, scroll: f64) -> f64 {
        self.scale().to_offset(scroll)
    }

    /// Whether the end is in view and, with [`Settings::follow_end`], will be kept in view.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        match self.hold {
            Hold::End => true,
            _ if self.settings.follow_end => false,
            _ => self.distance_to_end() <= RELEASE_SLACK,
        }
    }

    /// The rows to draw for the present position.
    #[must_use]
    pub fn window(&self) -> Window {
        let scale = self.scale();
        let extent = scale.extent();
        if self.is_empty() {
            return Window {
                start: 0,
                end: 0,
                pad_top: 0.0,
                pad_bottom: 0.0,
                extent,
            };
        }
        let share = if self.leaps { LEAP_SHARE } else { 1.0 };
        let overscan = self.settings.overscan * share;
        let start = self.index_at(self.position - overscan);
        let end = self.index_at(self.position + self.viewport + overscan) + 1;
        let top = self.offset_of(start);
        // Rows keep their true heights around the viewport; only the room above and below is scaled.
        let pad_top = if scale.total > extent {
            top - self.position + self.scroll
        } else {
            top
        };
        let pad_bottom = (extent - pad_top - (self.offset_of(end) - top)).max(0.0);
        Window {
            start,
            end,
            pad_top,
            pad_bottom,
            extent,
        }
    }

    /// Whether the user scrolls by leaps: less is drawn around the viewport until [`VirtualList::on_rest`].
    #[must_use]
    pub fn leaps(&self) -> bool {
        self.leaps
    }

    /// The user has stopped scrolling: all of the overscan is drawn again.
    pub fn on_rest(&mut self) {
        self.leaps = false;
    }

    /// The element was scrolled, by the user or as the echo of an adjustment.
    pub fn on_scroll(&mut self, scroll_top: f64) {
        if !scroll_top.is_finite() {
            return;
        }
        self.unreached = None;
        let scale = self.scale();
        let moved = scroll_top - self.scroll;
        if moved.abs() <= SAME_SCROLL {
            // By the difference: in a scaled list the scroll position is coarser than the position.
            self.position = within(self.position + moved, 0.0, scale.max_offset());
            self.scroll = scroll_top;
        } else {
            // Clamped, because an elastic scroller reports positions beyond both ends.
            self.position = within(scale.to_offset(scroll_top), 0.0, scale.max_offset());
            self.scroll = scale.to_scroll(self.position);
        }
        if (scroll_top - self.settled).abs() <= SAME_SCROLL {
            return;
        }
        self.settled = f64::INFINITY;
        let near = if moved < 0.0 {
            RELEASE_SLACK
        } else {
            self.settings.end_threshold
        };
        let is_end = self.settings.follow_end && self.distance_to_end() <= near;
        self.hold = if is_end { Hold::End } else { Hold::Anchor };
        // Whoever comes to the end stays there.
        self.leaps = !is_end && moved.abs() > self.viewport;
    }

    /// The viewport has this height now.
    pub fn on_viewport(&mut self, height: f64) -> Adjust {
        if height.is_finite() && height >= 0.0 {
            self.viewport = height;
        }
        self.settle(self.anchor())
    }

    /// Rows were measured: pairs of index and height. Indices out of range and heights that are none are ignored.
    ///
    /// Rows above the viewport grow and shrink without moving what is in view. Of a row that begins above the
    /// viewport and is measured for the first time, the visible lower part stays; later it grows and shrinks downwards,
    /// and if it shrinks until none of it would be seen, its top is brought into view.
    pub fn measured(&mut self, heights: &[(usize, f64)]) -> Adjust {
        let news = heights.iter().any(|&(index, _)| !self.heights.is_measured(index));
        let Anchor { row, into } = self.unreached.filter(|_| news).unwrap_or_else(|| self.anchor());
        let before = self.heights.get(row);
        let was_measured = self.heights.is_measured(row);
        for &(index, height) in heights {
            if height.is_finite() && height >= 0.0 {
                self.heights.set(index, height);
            }
        }
        let after = self.heights.get(row);
        let into = if into > 0.0 && !was_measured && self.heights.is_measured(row) {
            into + after - before
        } else if into > 0.0 && after < before && into >= after {
            0.0
        } else {
            into
        };
        self.settle(Anchor { row, into })
    }

    /// `count` rows were inserted before row `index`. Appending costs O(count), inserting O(rows behind).
    pub fn inserted(&mut self, index: usize, count: usize) -> Adjust {
        let mut anchor = self.anchor();
        let index = index.min(self.len());
        if index <= anchor.row && !self.is_empty() {
            anchor.row += count;
        }
        if let Hold::Row { index: held, .. } = &mut self.hold
            && index <= *held
        {
            *held += count;
        }
        self.heights.insert(index, count);
        self.settle(anchor)
    }

    /// `count` rows were added at the end. O(count).
    pub fn appended(&mut self, count: usize) -> Adjust {
        self.inserted(self.len(), count)
    }

    /// `count` rows from `index` on were removed. O(rows behind). If the row at the top of the viewport is among them,
    /// the next one that is left takes its place.
    pub fn removed(&mut self, index: usize, count: usize) -> Adjust {
        let mut anchor = self.anchor();
        let index = index.min(self.len());
        let end = index.saturating_add(count).min(self.len());
        if anchor.row >= end {
            anchor.row -= end - index;
        } else if anchor.row >= index {
            anchor = Anchor {
                row: index,
                into: 0.0,
            };
        }
        if let Hold::Row { index: held, .. } = &mut self.hold
            && *held >= index
        {
            if *held >= end {
                *held -= end - index;
            } else {
                self.hold = Hold::Anchor;
            }
        }
        self.heights.remove(index, end - index);
        self.settle(anchor)
    }

    /// All rows were replaced by `count` unmeasured ones. A list at its end stays there, any other starts over at the top.
    pub fn replaced(&mut self, count: usize) -> Adjust {
        if self.hold != Hold::End {
            self.hold = Hold::Anchor;
        }
        self.heights.remove(0, self.len());
        self.heights.insert(0, count);
        self.settle(Anchor { row: 0, into: 0.0 })
    }

    /// Brings a row into view and keeps it in place while rows around it are measured, until the user scrolls. Returns the
    /// value for `scrollTop`.
    pub fn scroll_to_index(&mut self, index: usize, align: Align) -> f64 {
        let index = index.min(self.len().saturating_sub(1));
        if let Some(align) = self.resolve(index, align) {
            self.hold = Hold::Row { index, align };
        }
        let _ = self.settle(self.anchor());
        self.scroll
    }

    /// Brings the end into view and, with [`Settings::follow_end`], follows it. Returns the value for `scrollTop`.
    pub fn scroll_to_end(&mut self) -> f64 {
        self.hold = Hold::End;
        let _ = self.settle(self.anchor());
        if !self.settings.follow_end {
            self.hold = Hold::Anchor;
        }
        self.scroll
    }

    fn scale(&self) -> Scale {
        Scale {
            total: self.total(),
            viewport: self.viewport,
            max_extent: self.settings.max_extent,
        }
    }

    fn distance_to_end(&self) -> f64 {
        self.scale().max_offset() - self.position
    }

    fn anchor(&self) -> Anchor {
        let row = self.index_at(self.position);
        Anchor {
            row,
            into: self.position - self.offset_of(row),
        }
    }

    /// Decides once what "nearest" means, so that later measurements do not change it: nothing for a row in view. A row that
    /// was never measured is in view by its estimate only, and has to be kept there.
    fn resolve(&self, index: usize, align: Align) -> Option<Align> {
        let top = self.offset_of(index);
        let bottom = top + self.height_of(index);
        match align {
            Align::Nearest if top < self.position || bottom - top > self.viewport => Some(Align::Start),
            Align::Nearest if bottom > self.position + self.viewport => Some(Align::End),
            Align::Nearest if self.heights.is_measured(index) => None,
            Align::Nearest => Some(Align::Start),
            align => Some(align),
        }
    }

    fn position_of(&self, index: usize, align: Align) -> f64 {
        let top = self.offset_of(index);
        let room = self.viewport - self.height_of(index);
        match align {
            Align::Center => top - (room / 2.0).max(0.0),
            Align::End => top - room,
            Align::Start | Align::Nearest => top,
        }
    }

    /// Takes the position that the hold demands and says how to get there.
    fn settle(&mut self, anchor: Anchor) -> Adjust {
        let scale = self.scale();
        let end = scale.max_offset();
        let wanted = match self.hold {
            Hold::Anchor => self.offset_of(anchor.row) + anchor.into,
            Hold::End => end,
            Hold::Row { index, align } => self.position_of(index, align),
        };
        self.position = within(wanted, 0.0, end);
        self.unreached = (self.hold == Hold::Anchor && self.position != wanted).then_some(anchor);
        if self.hold == Hold::Anchor && self.settings.follow_end && wanted >= end {
            self.hold = Hold::End;
        }
        let scroll = scale.to_scroll(self.position);
        let by = scroll - self.scroll;
        if by.abs() < UNSEEN {
            self.settled = self.scroll;
            return Adjust::Keep;
        }
        self.scroll = scroll;
        self.settled = scroll;
        if self.hold == Hold::Anchor {
            Adjust::By(by)
        } else {
            Adjust::To(scroll)
        }
    }
}
