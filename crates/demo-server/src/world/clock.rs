//! A session's clock: strictly increasing, and able to run in the past while a finished session is being made up.

use crate::wire::time::Micros;

#[derive(Clone, Debug)]
pub(crate) struct Clock {
    last: Micros,
    /// Set while the session is being made up: time then moves only by `advance`.
    made_up: Option<Micros>,
}

impl Clock {
    pub(crate) fn real() -> Self {
        Self {
            last: Micros(0),
            made_up: None,
        }
    }

    pub(crate) fn made_up(start: Micros) -> Self {
        Self {
            last: Micros(0),
            made_up: Some(start),
        }
    }

    pub(crate) fn is_made_up(&self) -> bool {
        self.made_up.is_some()
    }

    pub(crate) fn now(&self) -> Micros {
        self.made_up.unwrap_or_else(Micros::now)
    }

    /// An instant later than every earlier one.
    pub(crate) fn stamp(&mut self) -> Micros {
        self.last = self.now().max(Micros(self.last.0 + 1));
        self.last
    }

    /// The microsecond directly after the last stamp, for events that the server processes as one.
    pub(crate) fn stamp_adjacent(&mut self) -> Micros {
        self.last = Micros(self.last.0 + 1);
        self.last
    }

    /// Keeps later stamps behind an instant that came from outside.
    pub(crate) fn observe(&mut self, at: Micros) {
        self.last = self.last.max(at);
    }

    /// Moves made-up time; a few microseconds of dirt make the instants look like measured ones.
    pub(crate) fn advance(&mut self, micros: u64) {
        if let Some(now) = &mut self.made_up {
            now.0 += micros + 137 + now.0 % 613;
        }
    }

    /// From here on real time counts.
    pub(crate) fn become_real(&mut self) {
        self.made_up = None;
    }
}
