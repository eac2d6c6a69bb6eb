//! The queue.

/// Whether what is said waits until the listener has heard what is being said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// It interrupts.
    Assertive,
    /// It waits.
    Polite,
}

/// Something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// How it is said.
    pub urgency: Urgency,
    /// What is said.
    pub text: String,
}

/// What waits to be said.
#[derive(Clone, Debug)]
pub struct Speech {
    waiting: Vec<(f64, Utterance)>,
    /// Calls that ended since something was last said of them, and how many of them failed.
    calls: (u32, u32),
    calls_since_ms: f64,
    /// How a failure is told if it stays the only one.
    failure: String,
    free_at_ms: f64,
}

impl Default for Speech {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            calls: (0, 0),
            calls_since_ms: f64::NEG_INFINITY,
            failure: String::new(),
            free_at_ms: f64::NEG_INFINITY,
        }
    }
}

impl Speech {
    /// Pause between two utterances, in milliseconds.
    pub const PACE_MS: f64 = 2_500.0;
    /// What has waited longer is not said any more, in milliseconds.
    pub const STALE_MS: f64 = 15_000.0;

    /// Has something said.
    pub fn say(&mut self, now_ms: f64, urgency: Urgency, text: String) {
        if !text.trim().is_empty() {
            self.waiting.push((now_ms, Utterance { urgency, text }));
        }
    }

    /// A call ended. One that failed is said, with the others around it if there are several.
    pub fn call_ended(&mut self, now_ms: f64, failure: Option<String>) {
        if self.calls == (0, 0) {
            self.calls_since_ms = now_ms;
        }
        self.calls.0 += 1;
        if let Some(failure) = failure {
            self.calls.1 += 1;
            self.failure = failure;
        }
    }

    /// The next utterance, if it is time for one: the most urgent, of those the oldest.
    pub fn next(&mut self, now_ms: f64) -> Option<Utterance> {
        self.waiting.retain(|(since, _)| now_ms - since < Self::STALE_MS);
        if now_ms - self.calls_since_ms >= Self::STALE_MS {
            self.calls = (0, 0);
        }
        if now_ms < self.free_at_ms {
            return None;
        }
        let urgent = self
            .waiting
            .iter()
            .position(|(_, said)| said.urgency == Urgency::Assertive);
        let said = match urgent {
            Some(at) => self.waiting.remove(at).1,
            None => match self.calls_in_words() {
                Some(text) => Utterance {
                    urgency: Urgency::Polite,
                    text,
                },
                None if self.waiting.is_empty() => return None,
                None => self.waiting.remove(0).1,
            },
        };
        self.free_at_ms = now_ms + Self::PACE_MS;
        Some(said)
    }

    /// When [`next`](Self::next) may have something, if nothing more is said meanwhile.
    #[must_use]
    pub fn wakes_at(&self) -> Option<f64> {
        (!self.waiting.is_empty() || self.calls.1 > 0).then_some(self.free_at_ms)
    }

    fn calls_in_words(&mut self) -> Option<String> {
        let (calls, failed) = self.calls;
        if failed == 0 {
            return None;
        }
        self.calls = (0, 0);
        Some(match calls {
            1 => std::mem::take(&mut self.failure),
            _ => format!("{calls} calls, {failed} failed."),
        })
    }
}
