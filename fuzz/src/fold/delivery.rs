//! How a log reaches the page: pages in both directions, the stream, replays, copies, previews, sends, gaps.

use arbitrary::Arbitrary;
use playground_core::protocol::{Event, Timestamp};
use playground_core::session::{Gap, Listed, OutgoingId, OutgoingState, Timeline};

use super::log::{parsed, pending_copy, request};
use super::shown::Screen;

/// One step. Numbers point into the log and are taken modulo its length.
#[derive(Arbitrary, Debug)]
pub(super) enum Step {
    Stream { from: u8, count: u8 },
    Replay { from: u8, count: u8 },
    OldestFirst { from: u8, count: u8 },
    NewestFirst { from: u8, count: u8 },
    Pending { event: u8, has_key: bool },
    Start { event: u8, thinking: bool },
    Delta { event: u8, index: Option<u16>, text: u8 },
    Commit,
    Send { from: u8, count: u8 },
    Answer { which: u8, stored: bool },
    Lose { which: u8 },
    Settle,
    LookUp,
    FramesListed,
    Restart,
    Drop { which: u8 },
    OpenGap { event: u8 },
    CloseGap { which: u8, filled: u8 },
}

/// A request under way or unconfirmed, and the events that the server makes of it.
struct Sent {
    id: OutgoingId,
    from: usize,
    count: usize,
}

pub(super) struct Delivery<'a> {
    log: &'a [Event],
    timeline: Timeline,
    screen: Screen,
    sent: Vec<Sent>,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(log: &'a [Event]) -> Self {
        Self {
            log,
            timeline: Timeline::default(),
            screen: Screen::default(),
            sent: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, step: &Step) {
        match *step {
            Step::Stream { from, count } => {
                for event in self.part(from, count) {
                    self.timeline.stream_event(event.clone());
                }
            }
            Step::Replay { from, count } => {
                for event in self.part(from, count).iter().flat_map(|event| [event, event]) {
                    self.timeline.stream_event(event.clone());
                }
            }
            Step::OldestFirst { from, count } => {
                self.page(self.part(from, count).to_vec(), false);
            }
            Step::NewestFirst { from, count } => {
                self.page(self.part(from, count).iter().rev().cloned().collect(), true);
            }
            Step::Pending { event, has_key } => {
                if let Some(copy) = pending_copy(self.event(event), has_key) {
                    self.timeline.stream_event(copy);
                }
            }
            Step::Start { event, thinking } => {
                let event_type = if thinking {
                    "agent.thinking"
                } else {
                    "agent.message"
                };
                let id = self.preview_id(event);
                self.timeline.stream_event(parsed(&format!(
                    r#"{{"type":"event_start","event":{{"type":"{event_type}","id":"{id}"}}}}"#
                )));
            }
            Step::Delta { event, index, text } => self.delta(event, index, text),
            Step::Commit => self.commit(),
            Step::Send { from, count } => self.send(from, count),
            Step::Answer { which, stored } => self.answer(which, stored),
            Step::Lose { which } => {
                if let Some(sent) = self.sent(which) {
                    let id = sent.id;
                    self.timeline.lost(id, "connection lost".into());
                }
            }
            Step::Settle => self.settle(),
            Step::LookUp => {
                let ids = self.timeline.outbox().to_look_up();
                self.timeline.looked_up(&ids, None);
                assert!(self.timeline.outbox().to_look_up().is_empty());
            }
            Step::FramesListed => self.timeline.frames_listed(self.timeline.newest_frame()),
            Step::Restart => self.timeline.stream_restarted(),
            Step::Drop { which } => {
                if let Some(id) = self.sent(which).map(|sent| sent.id) {
                    let dropped = self.timeline.drop_local(id);
                    assert_eq!(dropped.map(|outgoing| outgoing.id), Some(id));
                    self.sent.retain(|sent| sent.id != id);
                }
            }
            Step::OpenGap { event } => {
                let from = self
                    .event(event)
                    .processed_at()
                    .unwrap_or(Timestamp::from_micros(0));
                let known = self.timeline.gap_count();
                self.timeline.open_gap(Gap::begins(from, from, "cut".into()));
                assert_eq!(self.timeline.gap_count(), known + 1);
            }
            Step::CloseGap { which, filled } => {
                let count = self.timeline.gap_count().max(1);
                self.timeline.update_gap(u32::from(which) % count as u32, |gap| {
                    gap.until = Some(gap.since);
                    gap.filled = filled.into();
                });
            }
        }
    }

    /// Lists the whole log, as the catch-up after the last reconnect does, and commits.
    pub(super) fn finish(mut self, page: usize, newest_first: bool) -> Timeline {
        // Pages end anywhere, also between events of one time.
        let mut listing = Listed::new(newest_first);
        let mut log = self.log.to_vec();
        if newest_first {
            log.reverse();
        }
        for page in log.chunks(page) {
            let known = self.timeline.event_count();
            let new = self.timeline.listed(&mut listing, page.to_vec());
            assert_eq!(self.timeline.event_count(), known + new);
        }
        self.timeline.frames_listed(self.timeline.newest_frame());
        self.commit();
        self.timeline
    }

    fn page(&mut self, events: Vec<Event>, newest_first: bool) {
        let known = self.timeline.event_count();
        let new = self.timeline.page(events, newest_first);
        assert_eq!(self.timeline.event_count(), known + new);
    }

    fn commit(&mut self) {
        let changes = self.timeline.commit();
        self.screen.apply(&changes, &self.timeline);
    }

    fn delta(&mut self, event: u8, index: Option<u16>, text: u8) {
        let index = match index {
            None => String::new(),
            // A number that must not be believed.
            Some(60_001..) => format!(r#","index":{}"#, u32::MAX),
            Some(index) => format!(r#","index":{}"#, index % 4),
        };
        let id = self.preview_id(event);
        let frame = format!(
            r#"{{"type":"event_delta","event_id":"{id}","delta":{{"type":"content_delta","content":{{"type":"text","text":"{text} "}}{index}}}}}"#
        );
        let known = self.timeline.event_count();
        self.timeline.stream_event(parsed(&frame));
        assert_eq!(self.timeline.event_count(), known, "previews are no events");
    }

    fn send(&mut self, from: u8, count: u8) {
        let from = usize::from(from) % self.log.len();
        let part = &self.log[from..self.log.len().min(from + 1 + usize::from(count % 2))];
        let requests: Option<Vec<Box<str>>> = part.iter().map(request).collect();
        if let Some(requests) = requests {
            let id = self.timeline.send(requests);
            self.sent.push(Sent {
                id,
                from,
                count: part.len(),
            });
        }
    }

    fn answer(&mut self, which: u8, stored: bool) {
        let Some(index) = self.index_of_sent(which) else {
            return;
        };
        let sent = self.sent.remove(index);
        if !stored {
            let refused = self.timeline.drop_local(sent.id);
            assert_eq!(refused.map(|outgoing| outgoing.id), Some(sent.id));
            return;
        }
        let named = self.log[sent.from..sent.from + sent.count]
            .iter()
            .filter_map(|event| pending_copy(event, false))
            .collect();
        self.timeline.sent(sent.id, named);
        // Of what the answer does not name it is not known yet whether it arrived.
        if let Some(left) = self.timeline.outgoing(sent.id) {
            assert!(matches!(left.state, OutgoingState::Unconfirmed { .. }));
            self.sent.push(sent);
        }
    }

    fn settle(&mut self) {
        let under_way: Vec<OutgoingId> = self
            .timeline
            .outbox()
            .iter()
            .filter(|entry| entry.state == OutgoingState::Sending)
            .map(|entry| entry.id)
            .collect();
        let settled = self.timeline.settle();
        for id in &settled {
            assert!(!under_way.contains(id), "settled before its answer");
            assert!(self.timeline.outgoing(*id).is_none());
        }
        self.sent.retain(|sent| !settled.contains(&sent.id));
    }

    fn part(&self, from: u8, count: u8) -> &'a [Event] {
        let from = usize::from(from) % self.log.len();
        &self.log[from..self.log.len().min(from + 1 + usize::from(count % 32))]
    }

    fn event(&self, number: u8) -> &'a Event {
        &self.log[usize::from(number) % self.log.len()]
    }

    /// The id of an event of the log, or sometimes one that never comes.
    fn preview_id(&self, number: u8) -> String {
        match self.event(number).id() {
            Some(id) if number < 240 => id.to_string(),
            _ => format!("sevt_never_{number}"),
        }
    }

    fn index_of_sent(&self, which: u8) -> Option<usize> {
        usize::from(which).checked_rem(self.sent.len())
    }

    fn sent(&self, which: u8) -> Option<&Sent> {
        self.index_of_sent(which).map(|index| &self.sent[index])
    }
}
