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
    /// Whether the browser has told that it is open.
    is_told: bool,
    frames: usize,
    held: Option<Event>,
    /// When the last frame arrives: later ones do not overtake it.
    arrives: u64,
}

/// Between two comments of a server that sends them.
const HEARTBEAT_MS: u64 = 15_000;

impl Driver {
    pub(crate) fn open(&mut self, attempt: u32) {
        self.opens += 1;
        let meets = self.streams.pop_front().unwrap_or_else(Meets::calm);
        let at = self.now + meets.latency;
        let fail = |failure| Coming::OpeningFailed { attempt, failure };
        match meets.opening {
            Opening::Ok => self.schedule(at, Coming::Opened { attempt }),
            Opening::Late { ms } => self.schedule(at + ms, Coming::Opened { attempt }),
            Opening::Refused {
                status,
                retry_after_ms,
            } => {
                let retry_after_ms = retry_after_ms.map(|ms| ms as f64);
                let failure = Failure {
                    retry_after_ms,
                    ..Failure::status(status, "refused")
                };
                self.schedule(at, fail(failure));
            }
            Opening::Blocked => self.schedule(at, fail(Failure::network("blocked"))),
            Opening::Hangs => {}
        }
        self.attempts.push(Stream {
            attempt,
            meets,
            is_open: false,
            is_told: false,
            frames: 0,
            held: None,
            arrives: at,
        });
    }

    pub(crate) fn close(&mut self, attempt: u32) {
        self.attempts.retain(|stream| stream.attempt != attempt);
    }

    /// Something on the way keeps the bytes of all open streams back, and of all that follow.
    pub(crate) fn withhold_from_now_on(&mut self) {
        for stream in &mut self.attempts {
            stream.meets.is_withheld = true;
        }
        let withheld = Meets {
            is_withheld: true,
            ..Meets::calm()
        };
        self.streams.extend(vec![withheld; 100]);
    }

    /// All sockets are dead, and nobody tells.
    pub(crate) fn drop_stream(&mut self) {
        for stream in &mut self.attempts {
            stream.is_open = false;
        }
    }

    fn attempt(&mut self, attempt: u32) -> Option<&mut Stream> {
        self.attempts.iter_mut().find(|s| s.attempt == attempt)
    }

    pub(crate) fn opened(&mut self, attempt: u32) {
        let kind = self.kind;
        let Some(stream) = self.attempt(attempt) else {
            return;
        };
        stream.is_open = true;
        let replays = stream.meets.replays;
        if kind.headers_tell {
            self.told(attempt);
        }
        if kind.greets {
            self.comment(attempt);
        }
        if kind.heartbeats {
            self.schedule(self.now + HEARTBEAT_MS, Coming::Heartbeat { attempt });
        }
        if replays {
            for stored in self.server.log() {
                self.frame_over(attempt, stored.event());
            }
        }
    }

    /// The browser tells that the stream is open, once.
    fn told(&mut self, attempt: u32) {
        let Some(stream) = self.attempt(attempt) else {
            return;
        };
        if !std::mem::replace(&mut stream.is_told, true) {
            self.input(Input::Opened { attempt });
        }
    }

    fn comment(&mut self, attempt: u32) {
        let is_withheld = self.attempt(attempt).is_some_and(|s| s.meets.is_withheld);
        if !is_withheld {
            self.told(attempt);
            self.input(Input::Heartbeat { attempt });
        }
    }

    pub(crate) fn heartbeat(&mut self, attempt: u32, is_asleep: bool) {
        if self.attempt(attempt).is_some_and(|s| s.is_open) {
            if !is_asleep {
                self.comment(attempt);
            }
            self.schedule(self.now + HEARTBEAT_MS, Coming::Heartbeat { attempt });
        }
    }

    /// A frame arrives.
    pub(crate) fn arrives(&mut self, attempt: u32, event: Event) {
        if self.attempt(attempt).is_none() {
            return;
        }
        self.told(attempt);
        if self.hears_unknown_types || !event.event_type().as_str().starts_with("unknown.") {
            let events = vec![event];
            self.input(Input::Events { attempt, events });
        } else {
            self.input(Input::Heartbeat { attempt });
        }
    }

    /// Sends one frame over every open stream, with what the plan does to it.
    pub(crate) fn frame(&mut self, event: Event) {
        let attempts: Vec<u32> = self.attempts.iter().map(|s| s.attempt).collect();
        for attempt in attempts {
            self.frame_over(attempt, event.clone());
        }
    }

    fn frame_over(&mut self, attempt: u32, event: Event) {
        let now = self.now;
        let Some(stream) = self
            .attempt(attempt)
            .filter(|s| s.is_open && !s.meets.is_withheld)
        else {
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
        stream.arrives = stream.arrives.max(now + meets.latency);
        let at = stream.arrives;
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
        let now = self.now;
        let Some(stream) = self.attempt(attempt).filter(|s| s.is_open) else {
            return;
        };
        let at = stream.arrives.max(now);
        if let Some(event) = stream.held.take() {
            self.schedule(at, Coming::Frame { attempt, event });
        }
    }
}
