//! Behaviour of the stream machine, told in inputs and effects.

mod opening;
mod renewal;
mod retries;

use super::*;
use crate::protocol::Timestamp;

fn at(ms: f64) -> Now {
    Now {
        ms,
        random: 0.5,
        wall: Timestamp::from_micros(0),
    }
}

struct Run {
    machine: Machine,
    effects: Vec<Effect>,
}

impl Run {
    fn new() -> Self {
        Self {
            machine: Machine::new(Settings::default()),
            effects: Vec::new(),
        }
    }

    fn input(&mut self, ms: f64, input: Input) -> &mut Self {
        self.effects = self.machine.handle(at(ms), input);
        self
    }

    fn started() -> Self {
        let mut run = Self::new();
        run.input(0.0, Input::Start);
        run
    }

    fn live(ms: f64) -> Self {
        let mut run = Self::new();
        run.input(ms, Input::Start);
        run.catch_up(ms, 1);
        run
    }

    /// The stream opens, lists arrive, and the connection is live.
    fn catch_up(&mut self, ms: f64, attempt: u32) -> &mut Self {
        self.input(ms, Input::HistoryShown);
        self.input(ms, Input::StreamOpened { attempt });
        self.input(ms, Input::CaughtUp { attempt });
        assert_eq!(self.machine.phase(), &Phase::Live);
        self
    }

    fn opens(&self) -> Option<(u32, bool)> {
        self.effects.iter().find_map(|e| match e {
            Effect::OpenStream { attempt, previews } => Some((*attempt, *previews)),
            _ => None,
        })
    }

    fn closes(&self, attempt: u32) -> bool {
        self.effects.contains(&Effect::CloseStream { attempt })
    }

    fn wakes_at(&self) -> Option<f64> {
        self.effects.iter().rev().find_map(|e| match e {
            Effect::WakeAt(ms) => Some(*ms),
            _ => None,
        })
    }

    fn is_backoff(&self) -> bool {
        matches!(self.machine.phase(), Phase::Backoff { .. })
    }

    fn polls(&self) -> Option<&Hindrance> {
        match self.machine.phase() {
            Phase::Polling { why } => Some(why),
            _ => None,
        }
    }
}

fn lost(attempt: u32) -> Input {
    Input::StreamFailed {
        attempt,
        failure: Failure::network("connection lost"),
    }
}

fn refused(attempt: u32, status: u16) -> Input {
    Input::StreamFailed {
        attempt,
        failure: Failure::status(status, "refused"),
    }
}

fn byte(attempt: u32) -> Input {
    Input::StreamAlive {
        attempt,
        heartbeat: false,
    }
}

fn heartbeat(attempt: u32) -> Input {
    Input::StreamAlive {
        attempt,
        heartbeat: true,
    }
}
