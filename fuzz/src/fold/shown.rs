//! A screen that knows only what commits tell it, compared with the rows as they are.

use std::hash::{DefaultHasher, Hash, Hasher};

use playground_core::protocol::Timestamp;
use playground_core::session::{Changes, Row, RowChange, Timeline, View};

/// The rows of both views, each with a hash of what it shows.
#[derive(Default)]
pub(super) struct Screen {
    rows: [Vec<(Row, u64)>; 2],
}

impl Screen {
    /// Follows the changes and checks that they lead to the rows of the timeline, and that a row which shows something
    /// else now was named.
    pub(super) fn apply(&mut self, changes: &Changes, timeline: &Timeline) {
        for (old, view) in self.rows.iter_mut().zip(View::ALL) {
            let now: Vec<(Row, u64)> = timeline
                .rows(view)
                .iter()
                .map(|row| (row, content(timeline, view, row)))
                .collect();
            let mut kept: Vec<Option<&(Row, u64)>> = old.iter().map(Some).collect();
            let mut updated = Vec::new();
            for change in changes.rows(view) {
                match *change {
                    RowChange::Inserted { index, count } => {
                        kept.splice(index..index, std::iter::repeat_n(None, count));
                    }
                    RowChange::Removed { index, count } => {
                        kept.drain(index..index + count);
                    }
                    RowChange::Updated(row) => {
                        assert!(timeline.index_of(view, row).is_some(), "{row:?} is not there");
                        updated.push(row);
                    }
                    RowChange::Became { from, to } => {
                        let at = kept
                            .iter()
                            .position(|row| row.is_some_and(|(row, _)| *row == from))
                            .expect("the row that became another");
                        assert!(matches!((from, to), (Row::Preview(_), Row::Event(_))));
                        kept[at] = None;
                    }
                }
            }
            assert_eq!(kept.len(), now.len(), "{view:?}: {changes:?}");
            for (index, (told, now)) in kept.into_iter().zip(&now).enumerate() {
                assert_eq!(timeline.index_of(view, now.0), Some(index));
                let Some(before) = told else { continue };
                assert_eq!(before.0, now.0, "{view:?}: a kept row moved");
                assert!(
                    before.1 == now.1 || updated.contains(&now.0),
                    "{view:?}: nobody told that {:?} shows something else",
                    now.0
                );
            }
            *old = now;
        }
    }
}

fn content(timeline: &Timeline, view: View, row: Row) -> u64 {
    let mut hash = DefaultHasher::new();
    match row {
        Row::Event(slot) => {
            let event = timeline.log().event(slot);
            event.raw().hash(&mut hash);
            timeline.is_queued(slot).hash(&mut hash);
            // A row of the transcript may stand for its neighbours.
            if view == View::Transcript {
                timeline.run(slot).hash(&mut hash);
            }
            let id = event.id().map(|id| &**id).unwrap_or_default();
            // A call shows its answer and result, a request its end.
            let (call, request) = (timeline.call_links(id), timeline.request_links(id));
            if call.call == Some(slot) {
                (call.answer, call.result).hash(&mut hash);
                format!("{:?}", call.expects).hash(&mut hash);
            }
            if request.start == Some(slot) {
                request.end.hash(&mut hash);
            }
        }
        Row::Preview(number) => {
            let preview = timeline.preview(number).expect("an open preview");
            preview.event_type.as_str().hash(&mut hash);
            preview.blocks.hash(&mut hash);
        }
        Row::Gap(number) => {
            let gap = timeline.gap(number).expect("a gap");
            (gap.until.map(Timestamp::micros), gap.filled).hash(&mut hash);
        }
        Row::Frame(id) => timeline.frame(id).expect("a frame").hash(&mut hash),
        Row::Local(id) => {
            let outgoing = timeline.outgoing(id).expect("an unconfirmed request");
            format!("{:?}", outgoing.state).hash(&mut hash);
        }
    }
    hash.finish()
}
