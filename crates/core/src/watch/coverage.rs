//! Up to which time the log is known to be complete, and when to look again at a time that may not be.

use crate::protocol::Timestamp;

/// How far a listing goes below what is covered, on the clock of the server: frames of a stream may be out of order.
const OVERLAP_MICROS: i64 = 2_000_000;

/// How far a later look goes below it. An event that is listed at most this late is found, as the last look comes later.
const LATE_MICROS: i64 = 10_000_000;

/// When the end of the history is looked at again after a connection, in milliseconds.
const LOOKS_AFTER_MS: [f64; 3] = [2_000.0, 5_000.0, 12_000.0];

/// Plans that follow one another so soon are one.
const ONE_PLAN_MS: f64 = 1_500.0;

/// A part of the history that is to be listed once more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    due_ms: f64,
    /// When it was planned.
    planned_ms: f64,
    /// Looks of one number belong to one connection.
    group: u32,
    /// The newest time that was known when the connection was made.
    newest: Option<Timestamp>,
    /// Where the listing may end; `None` lists everything.
    pub(super) floor: Option<Timestamp>,
    /// Everything later is known; `None` lists from the very end.
    pub(super) ceiling: Option<Timestamp>,
    /// Input that waits to be processed is looked for, too. A filter by time would leave it out.
    pub(super) sees_waiting: bool,
    /// The gap that gets the credit for what is found.
    pub(super) gap: Option<u32>,
}

/// What of the log is known without a hole.
#[derive(Clone, Debug, Default)]
pub(super) struct Coverage {
    through: Option<Timestamp>,
    looks: Vec<Look>,
    groups: u32,
}

impl Coverage {
    /// Where a listing that fills a hole may end.
    pub(super) fn floor(&self) -> Option<Timestamp> {
        self.through.map(|time| shifted(time, -OVERLAP_MICROS))
    }

    /// The log is complete up to this time, except for holes that a listing is filling already.
    pub(super) fn reaches(&mut self, time: Option<Timestamp>) {
        self.through = self.through.max(time);
    }

    /// Plans the looks after a connection. The log is covered up to `covered` but for events that are listed late;
    /// `newest` is its newest event.
    pub(super) fn plan(
        &mut self,
        now_ms: f64,
        covered: Option<Timestamp>,
        newest: Option<Timestamp>,
        gap: Option<u32>,
    ) {
        self.groups += 1;
        let mut floor = covered.map(|time| shifted(time, -LATE_MICROS));
        let mut gap = gap;
        let is_recent = |look: &mut Look| {
            !look.sees_waiting && look.ceiling.is_none() && now_ms - look.planned_ms < ONE_PLAN_MS
        };
        for replaced in self.looks.extract_if(.., is_recent) {
            floor = floor.min(replaced.floor);
            gap = gap.or(replaced.gap);
        }
        self.looks.extend(LOOKS_AFTER_MS.map(|after| Look {
            due_ms: now_ms + after,
            planned_ms: now_ms,
            group: self.groups,
            newest,
            floor,
            ceiling: None,
            sees_waiting: false,
            gap,
        }));
    }

    /// Plans one look at the end of the log, down to what is covered, for input that may wait there. `may_be_late` says that
    /// events may still be on their way into the list.
    pub(super) fn plan_tail(&mut self, due_ms: f64, may_be_late: bool) {
        let overlap = if may_be_late { LATE_MICROS } else { 0 };
        self.groups += 1;
        self.looks.push(Look {
            due_ms,
            planned_ms: due_ms,
            group: self.groups,
            newest: None,
            floor: self.through.map(|time| shifted(time, -overlap)),
            ceiling: None,
            sees_waiting: true,
            gap: None,
        });
    }

    /// What the log is covered up to.
    pub(super) fn covered(&self) -> Option<Timestamp> {
        self.through
    }

    /// Puts a look that failed back.
    pub(super) fn postpone(&mut self, look: Look, due_ms: f64) {
        self.looks.push(Look { due_ms, ..look });
    }

    /// When the next look is due.
    pub(super) fn next_due_ms(&self) -> Option<f64> {
        self.looks.iter().map(|look| look.due_ms).min_by(f64::total_cmp)
    }

    /// When the next look for waiting input is due. Others can share the next one.
    pub(super) fn next_due_for_input_ms(&self) -> Option<f64> {
        let for_input = self.looks.iter().filter(|look| look.sees_waiting);
        for_input.map(|look| look.due_ms).min_by(f64::total_cmp)
    }

    /// Takes all looks that are due, as one that spans them. `newest` is the newest event of the log.
    pub(super) fn take_due(&mut self, now_ms: f64, newest: Option<Timestamp>) -> Option<Look> {
        let due: Vec<Look> = self.looks.extract_if(.., |look| look.due_ms <= now_ms).collect();
        for look in &mut self.looks {
            // What the stream told after it was open is no part of what may be missing: later looks can end there.
            let is_bounded = due.iter().any(|d| d.group == look.group && d.newest < newest);
            if is_bounded && look.ceiling.is_none() {
                look.ceiling = newest.map(|time| shifted(time, LATE_MICROS));
            }
        }
        due.into_iter().reduce(|a, b| Look {
            // `None` is below every floor, but above every ceiling.
            floor: a.floor.min(b.floor),
            ceiling: a.ceiling.zip(b.ceiling).map(|(a, b)| a.max(b)),
            sees_waiting: a.sees_waiting || b.sees_waiting,
            gap: b.gap.or(a.gap),
            ..a
        })
    }

    /// Forgets the looks that are still to come.
    pub(super) fn cancel(&mut self) {
        self.looks.clear();
    }
}

fn shifted(time: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(time.micros().saturating_add(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_hole_is_listed_down_to_shortly_before_what_is_covered() {
        let mut coverage = Coverage::default();
        assert_eq!(coverage.floor(), None, "nothing is known: list everything");
        coverage.reaches(Some(at(100)));
        coverage.reaches(Some(at(90)));
        coverage.reaches(None);
        assert_eq!(coverage.covered(), Some(at(100)));
        assert_eq!(coverage.floor(), Some(at(98)));
    }

    #[test]
    fn looks_that_are_due_together_become_one_that_spans_them() {
        let mut coverage = Coverage::default();
        coverage.plan(0.0, Some(at(60)), Some(at(60)), Some(0));
        coverage.plan(1_500.0, Some(at(68)), Some(at(70)), Some(1));
        assert_eq!(coverage.next_due_ms(), Some(2_000.0));
        assert_eq!(coverage.take_due(1_999.0, Some(at(80))), None);
        let both = coverage.take_due(3_500.0, Some(at(80))).expect("two looks");
        assert_eq!(
            (both.floor, both.ceiling, both.gap),
            (Some(at(50)), None, Some(1))
        );
        let second = coverage.take_due(6_000.0, Some(at(95))).expect("one look");
        assert_eq!((second.floor, second.ceiling), (Some(at(50)), Some(at(90))));
        coverage.reaches(Some(at(95)));
        coverage.plan_tail(5_600.0, true);
        let tail = coverage.take_due(5_600.0, Some(at(95))).expect("one look");
        assert_eq!(
            (tail.floor, tail.ceiling, tail.sees_waiting),
            (Some(at(85)), None, true)
        );
        coverage.cancel();
        assert_eq!(coverage.next_due_ms(), None);
    }

    #[test]
    fn looks_have_no_ceiling_until_the_stream_told_something_new() {
        let mut coverage = Coverage::default();
        coverage.plan(0.0, Some(at(60)), Some(at(60)), None);
        for due in LOOKS_AFTER_MS {
            let look = coverage.take_due(due, Some(at(60))).expect("a look");
            assert_eq!(look.ceiling, None, "a late event may have any time");
        }
    }

    #[test]
    fn plans_that_follow_at_once_are_one() {
        let mut coverage = Coverage::default();
        coverage.plan(0.0, Some(at(50)), Some(at(60)), Some(3));
        coverage.plan(100.0, Some(at(60)), Some(at(60)), None);
        assert_eq!(coverage.next_due_ms(), Some(2_100.0));
        for due in LOOKS_AFTER_MS {
            let look = coverage.take_due(100.0 + due, Some(at(60))).expect("a look");
            assert_eq!((look.floor, look.gap), (Some(at(40)), Some(3)));
        }
        assert_eq!(coverage.next_due_ms(), None);
    }

    #[test]
    fn a_look_at_everything_spans_every_other() {
        let mut coverage = Coverage::default();
        coverage.plan_tail(0.0, false);
        coverage.reaches(Some(at(60)));
        coverage.plan(-2_000.0, Some(at(60)), Some(at(60)), None);
        let look = coverage.take_due(0.0, Some(at(60))).expect("looks");
        assert_eq!((look.floor, look.ceiling), (None, None));
    }
}
