//! The line between server and page, and what the plan does to it.

use playground_core::protocol::Event;
use playground_core::stream::Failure;
use playground_core::watch::Input;

use super::driver::{Coming, Driver};
use super::plan::{Meets, Opening};

/// An attempt to read the stream.
pub(crate) struct Stream {
    pub(crate) attempt: u32,
    meets: Meets,
    pub(crate) is_open: bool,
    frames: usize,
    held: Option<Event>,
    /// When the last frame arrives: later ones do not overtake it.
    arrives: u64,
}

impl Driver {
    pub(crate) fn open(&mut self, attempt: u32) {
        let calm = Meets {
            opening: Opening::Ok,
            cut_after: None,
            is_stall: false,
            replays: false,
            duplicate_every: 0,
            swap_every: 0,
            latency: 5,
        };
        let meets = self.streams.pop_front().unwrap_or(calm);
        let at = self.now + meets.latency;
        match meets.opening {
            Opening::Ok => self.schedule(at, Coming::Opened { attempt }),
            Opening::Refused {
                status,
                retry_after_ms,
            } => {
                let failure = Failure {
                    status: Some(status),
                    retry_after_ms: retry_after_ms.map(|ms| ms as f64),
                    message: "refused".into(),
                };
                self.schedule(at, Coming::OpeningFailed { attempt, failure });
            }
            Opening::Hangs => {}
        }
        self.stream = Some(Stream {
            attempt,
            meets,
            is_open: false,
            frames: 0,
            held: None,
            arrives: at,
        });
    }

    /// The socket is dead, and nobody tells.
    pub(crate) fn drop_stream(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.is_open = false;
        }
    }

    pub(crate) fn opened(&mut self, attempt: u32) {
        let Some(stream) = self.stream.as_mut().filter(|s| s.attempt == attempt) else {
            return;
        };
        stream.is_open = true;
        let replays = stream.meets.replays;
        self.input(Input::Opened { attempt });
        self.schedule(self.now + 15_000, Coming::Heartbeat { attempt });
        if replays {
            for stored in self.server.log() {
                self.frame(stored.event());
            }
        }
    }

    pub(crate) fn heartbeat(&mut self, attempt: u32, is_asleep: bool) {
        let is_open = self
            .stream
            .as_ref()
            .is_some_and(|s| s.attempt == attempt && s.is_open);
        if is_open {
            if !is_asleep {
                self.input(Input::Alive { attempt });
            }
            self.schedule(self.now + 15_000, Coming::Heartbeat { attempt });
        }
    }

    /// Sends one frame over the open stream, with what the plan does to it.
    pub(crate) fn frame(&mut self, event: Event) {
        let Some(stream) = self.stream.as_mut().filter(|s| s.is_open) else {
            return;
        };
        stream.frames += 1;
        let number = stream.frames;
        let meets = stream.meets.clone();
        let every = |n: usize| n > 0 && number % n == 0;
        let mut out = Vec::new();
        // Frames of one moment keep their order: nothing but the listing could tell it.
        let may_swap = event.id().is_some();
        match stream.held.take() {
            Some(held) if held.processed_at() == event.processed_at() => out.extend([held, event]),
            Some(held) => out.extend([event, held]),
            None if every(meets.swap_every) && may_swap => stream.held = Some(event),
            None => out.push(event),
        }
        let holds = stream.held.is_some();
        if every(meets.duplicate_every) {
            out = out.into_iter().flat_map(|e| [e.clone(), e]).collect();
        }
        stream.arrives = stream.arrives.max(self.now + meets.latency);
        let (attempt, at) = (stream.attempt, stream.arrives);
        let is_cut = meets.cut_after.is_some_and(|after| number > after);
        if is_cut {
            stream.is_open = false;
            self.cuts += 1;
            if !meets.is_stall {
                self.schedule(at, Coming::Broken { attempt });
            }
            return;
        }
        for event in out {
            self.schedule(at, Coming::Frame { attempt, event });
        }
        if holds {
            self.schedule(self.now + 150, Coming::Release { attempt });
        }
    }

    pub(crate) fn release(&mut self, attempt: u32) {
        let held = self
            .stream
            .as_mut()
            .filter(|s| s.attempt == attempt && s.is_open)
            .and_then(|s| s.held.take());
        if let Some(event) = held {
            let at = self.stream.as_ref().map_or(self.now, |s| s.arrives.max(self.now));
            self.schedule(at, Coming::Frame { attempt, event });
        }
    }
}
