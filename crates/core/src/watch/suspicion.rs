//! Whether an open stream keeps events back: the log grows, and the stream does not tell.

/// How long a frame may take to arrive after its event was listed.
const GRACE_MS: f64 = 2_000.0;

/// Looks in a row that found events which a stream did not tell: one is proof if nothing was ever heard of it.
const LOOKS: (u32, u32) = (1, 2);

/// What the looks at the end of the log have shown since the stream told something.
#[derive(Debug, Default)]
pub(super) struct Suspicion {
    looks: u32,
    judged_at_ms: Option<f64>,
}

impl Suspicion {
    /// A look found so many events that the stream had not told. `is_heard` says whether a byte of it was ever seen.
    pub(super) fn looked(&mut self, now_ms: f64, untold: usize, is_heard: bool) {
        if untold == 0 {
            return;
        }
        self.looks += 1;
        let enough = if is_heard { LOOKS.1 } else { LOOKS.0 };
        if self.looks >= enough {
            self.judged_at_ms.get_or_insert(now_ms + GRACE_MS);
        }
    }

    /// The stream told an event.
    pub(super) fn stream_told(&mut self) {
        self.clear();
    }

    /// Begins anew, with another stream.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether something was found that the stream should have told.
    pub(super) fn is_raised(&self) -> bool {
        self.looks > 0
    }

    /// When the stream has had its time.
    pub(super) fn judged_at_ms(&self) -> Option<f64> {
        self.judged_at_ms
    }

    /// Whether the stream keeps events back. Tells it once.
    pub(super) fn is_confirmed(&mut self, now_ms: f64) -> bool {
        let is_confirmed = self.judged_at_ms.is_some_and(|at| at <= now_ms);
        if is_confirmed {
            self.clear();
        }
        is_confirmed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_may_come_a_moment_after_its_event_was_listed() {
        let mut suspicion = Suspicion::default();
        suspicion.looked(0.0, 1, false);
        assert!(!suspicion.is_confirmed(1_999.0));
        suspicion.stream_told();
        assert!(!suspicion.is_confirmed(10_000.0));
    }

    #[test]
    fn a_stream_of_which_nothing_was_heard_is_judged_by_one_look() {
        let mut suspicion = Suspicion::default();
        suspicion.looked(0.0, 0, false);
        assert_eq!(suspicion.judged_at_ms(), None);
        suspicion.looked(1_000.0, 3, false);
        assert!(suspicion.is_confirmed(3_000.0));
        assert!(!suspicion.is_confirmed(9_000.0), "told once");
    }

    #[test]
    fn one_event_that_a_telling_stream_left_out_proves_nothing() {
        let mut suspicion = Suspicion::default();
        suspicion.looked(0.0, 1, true);
        assert!(suspicion.is_raised());
        assert_eq!(suspicion.judged_at_ms(), None);
        suspicion.looked(8_000.0, 1, true);
        assert_eq!(suspicion.judged_at_ms(), Some(10_000.0));
    }
}
