//! Offsets of a list that is taller than an element can be.

/// Maps offsets in the list to scroll positions of an element of capped height, linearly over what can be scrolled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) total: f64,
    pub(super) viewport: f64,
    pub(super) max_extent: f64,
}

impl Scale {
    /// Height of the scrolled content.
    pub(super) fn extent(self) -> f64 {
        self.total.min(self.max_extent)
    }

    /// The largest offset that the top of the viewport can have.
    pub(super) fn max_offset(self) -> f64 {
        (self.total - self.viewport).max(0.0)
    }

    pub(super) fn to_scroll(self, offset: f64) -> f64 {
        offset / self.offset_per_scroll()
    }

    pub(super) fn to_offset(self, scroll: f64) -> f64 {
        scroll * self.offset_per_scroll()
    }

    fn offset_per_scroll(self) -> f64 {
        let max_scroll = self.extent() - self.viewport;
        if self.total <= self.max_extent || max_scroll <= 0.0 {
            1.0
        } else {
            self.max_offset() / max_scroll
        }
    }
}
