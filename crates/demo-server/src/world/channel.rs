//! One thread's events: the stored history, and the frames on their way to the open streams.
//!
//! History is ordered by time. Frames are kept only until every open stream has read them, so previews leave no
//! trace and a session without readers costs nothing beyond its history. Each reader has its own position: a
//! slow one delays nobody and misses nothing.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::wire::events::Kind;
use crate::wire::time::Micros;

/// A reader this far behind is cut off, as a server protects its memory.
const MAX_LAG: usize = 400_000;

/// An event as the history keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) at: Micros,
    pub(crate) kind: Kind,
    pub(crate) json: Bytes,
}

/// One server-sent event.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) name: Kind,
    pub(crate) json: Bytes,
    /// Set for `event_start` and `event_delta`.
    pub(crate) preview: Option<Preview>,
}

/// What a preview frame belongs to, for the readers that may not see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Preview {
    pub(crate) of: PreviewKind,
    /// The model request that it comes from; readers who came later than its start get none of it.
    pub(crate) request: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PreviewKind {
    Message,
    Thinking,
}

/// What a reader got.
#[derive(Debug)]
pub(crate) enum Read {
    Frames(Vec<Frame>),
    Nothing,
    /// No more will come, or the reader was too slow.
    End,
}

#[derive(Debug, Default)]
pub(crate) struct Channel {
    history: Vec<Stored>,
    frames: VecDeque<Frame>,
    /// The number of the first frame in `frames`, counted from the channel's beginning.
    first: u64,
    readers: BTreeMap<u64, u64>,
    next_reader: u64,
    closed: bool,
}

impl Channel {
    pub(crate) fn history(&self) -> &[Stored] {
        &self.history
    }

    /// Stores an event and sends it to the readers.
    pub(crate) fn publish(&mut self, event: Stored) {
        self.send(Frame {
            name: event.kind.clone(),
            json: event.json.clone(),
            preview: None,
        });
        self.store(event);
    }

    /// Stores an event without sending it. Appending is constant time; only an event from the past must be sorted in.
    pub(crate) fn store(&mut self, event: Stored) {
        let place = match self.history.last() {
            Some(last) if last.at > event.at => self.history.partition_point(|known| known.at <= event.at),
            _ => self.history.len(),
        };
        self.history.insert(place, event);
    }

    /// Sends a frame without storing it.
    pub(crate) fn send(&mut self, frame: Frame) {
        if self.readers.is_empty() {
            self.first += 1 + self.frames.len() as u64;
            self.frames.clear();
            return;
        }
        self.frames.push_back(frame);
        if self.frames.len() > MAX_LAG {
            let slowest = self.first + (MAX_LAG / 2) as u64;
            self.readers.retain(|_, position| *position >= slowest);
            self.trim();
        }
    }

    /// A new reader, positioned after everything sent so far.
    pub(crate) fn subscribe(&mut self) -> u64 {
        self.next_reader += 1;
        self.readers
            .insert(self.next_reader, self.first + self.frames.len() as u64);
        self.next_reader
    }

    pub(crate) fn unsubscribe(&mut self, reader: u64) {
        self.readers.remove(&reader);
        self.trim();
    }

    /// Up to `max` frames that this reader has not had.
    pub(crate) fn read(&mut self, reader: u64, max: usize) -> Read {
        let Some(position) = self.readers.get_mut(&reader) else {
            return Read::End;
        };
        let skip = (*position - self.first) as usize;
        let frames: Vec<Frame> = self.frames.iter().skip(skip).take(max).cloned().collect();
        if frames.is_empty() {
            return if self.closed { Read::End } else { Read::Nothing };
        }
        *position += frames.len() as u64;
        if skip == 0 {
            self.trim();
        }
        Read::Frames(frames)
    }

    /// Readers end once they have read what is left.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    fn trim(&mut self) {
        let end = self.first + self.frames.len() as u64;
        let needed = self.readers.values().min().copied().unwrap_or(end);
        self.frames.drain(..(needed - self.first) as usize);
        self.first = needed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at: u64) -> Stored {
        Stored {
            at: Micros(at),
            kind: "agent.message".into(),
            json: Bytes::from(at.to_string()),
        }
    }

    fn texts(read: Read) -> Vec<String> {
        match read {
            Read::Frames(frames) => frames
                .iter()
                .map(|f| String::from_utf8(f.json.to_vec()).unwrap())
                .collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn readers_go_at_their_own_pace_and_frames_are_dropped_behind_the_slowest() {
        let mut channel = Channel::default();
        channel.publish(event(1));
        let (slow, fast) = (channel.subscribe(), channel.subscribe());
        for at in 2..=5 {
            channel.publish(event(at));
        }
        assert_eq!(texts(channel.read(fast, 10)), ["2", "3", "4", "5"]);
        assert_eq!(channel.frames.len(), 4);
        assert_eq!(texts(channel.read(slow, 3)), ["2", "3", "4"]);
        assert_eq!(channel.frames.len(), 1);
        channel.unsubscribe(slow);
        assert_eq!(channel.frames.len(), 0);
        channel.publish(event(6));
        assert_eq!(texts(channel.read(fast, 10)), ["6"]);
        assert_eq!(channel.history().len(), 6);
    }

    #[test]
    fn nothing_is_kept_without_readers_and_nothing_is_replayed() {
        let mut channel = Channel::default();
        for at in 0..100 {
            channel.publish(event(at));
        }
        assert_eq!(channel.frames.len(), 0);
        let reader = channel.subscribe();
        assert!(matches!(channel.read(reader, 10), Read::Nothing));
    }

    #[test]
    fn a_closed_channel_ends_after_the_last_frame() {
        let mut channel = Channel::default();
        let reader = channel.subscribe();
        channel.publish(event(1));
        channel.close();
        assert_eq!(texts(channel.read(reader, 10)), ["1"]);
        assert!(matches!(channel.read(reader, 10), Read::End));
    }

    #[test]
    fn a_hopeless_reader_is_cut_off() {
        let mut channel = Channel::default();
        let reader = channel.subscribe();
        for at in 0..=MAX_LAG as u64 {
            channel.send(Frame {
                name: "x".into(),
                json: Bytes::new(),
                preview: None,
            });
            if at == 10 {
                assert!(matches!(channel.read(reader, 1), Read::Frames(_)));
            }
        }
        assert!(matches!(channel.read(reader, 1), Read::Frames(_)) || channel.readers.is_empty());
        channel.send(Frame {
            name: "x".into(),
            json: Bytes::new(),
            preview: None,
        });
        channel.send(Frame {
            name: "x".into(),
            json: Bytes::new(),
            preview: None,
        });
        assert!(matches!(channel.read(reader, 1), Read::End));
    }

    #[test]
    fn events_from_the_past_are_sorted_in() {
        let mut channel = Channel::default();
        for at in [1, 5, 9, 4] {
            channel.store(event(at));
        }
        let order: Vec<u64> = channel.history().iter().map(|e| e.at.0).collect();
        assert_eq!(order, [1, 4, 5, 9]);
    }
}
