//! When to look at the end of the history although nothing calls for it: a stream cannot be trusted blindly.

/// Pause between two looks while there is no stream to follow.
const POLL_MS: f64 = 8_000.0;

/// Pause between two looks at a stream of which nothing was seen for long.
const UNHEARD_MS: f64 = 30_000.0;

/// How long an open stream of which nothing was seen is looked at as often as if there was none.
const UNHEARD_FOR_MS: f64 = 120_000.0;

/// Looks after a silence, counted from the last news.
const QUIET_MS: [f64; 3] = [10_000.0, 40_000.0, 120_000.0];

/// The same while the session is working, and the pause of all later ones.
const BUSY_MS: [f64; 4] = [10_000.0, 20_000.0, 40_000.0, 80_000.0];
const BUSY_PAUSE_MS: f64 = 60_000.0;

/// An event is listed at most ten seconds late, and the look before this one was a pause ago.
const RECENT_MS: f64 = 20_000.0;

/// How soon after the end of a model request its events are looked for, and how seldom.
const REQUEST_ENDED_MS: (f64, f64) = (2_000.0, 10_000.0);

/// How far the stream can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// There is none, or it was seen to keep events back.
    None,
    /// It is open, but not a byte was seen.
    Unheard,
    /// It tells; `is_busy` says that the session is working, so that silence is odd.
    Heard { is_busy: bool },
}

/// Remembers what was seen last.
#[derive(Debug, Default)]
pub(super) struct Vigil {
    /// When something new was told, or looked at in vain for the first time.
    news_ms: f64,
    /// Looks since then.
    looks: usize,
    listed_ms: f64,
    opened_ms: f64,
    request_ended_ms: Option<f64>,
    looked_for_request_ms: Option<f64>,
}

impl Vigil {
    /// The stream was opened, or polling began.
    pub(super) fn begins(&mut self, now_ms: f64) {
        self.opened_ms = now_ms;
        self.news(now_ms);
    }

    /// Something new is known.
    pub(super) fn news(&mut self, now_ms: f64) {
        self.news_ms = now_ms;
        self.looks = 0;
    }

    /// When something new was known last.
    pub(super) fn news_ms(&self) -> f64 {
        self.news_ms
    }

    /// Whether what was new a short while ago may have neighbours that are listed late.
    pub(super) fn has_recent_news(&self, now_ms: f64) -> bool {
        now_ms - self.news_ms < RECENT_MS
    }

    /// A model request ended: a server may list what it brought without having told.
    pub(super) fn request_ended(&mut self, now_ms: f64) {
        self.request_ended_ms.get_or_insert(now_ms);
    }

    /// The end of the history was listed.
    pub(super) fn listed(&mut self, now_ms: f64) {
        self.listed_ms = now_ms;
    }

    /// A look of this plan leaves.
    pub(super) fn looks(&mut self, now_ms: f64) {
        self.looks += 1;
        self.looked_for_request_ms = self.request_ended_ms.take().and(Some(now_ms));
    }

    /// When the next look is due.
    pub(super) fn next_due_ms(&self, trust: Trust) -> Option<f64> {
        let nth = |times: &[f64]| times.get(self.looks).map(|after| self.news_ms + after);
        let (after, pace) = REQUEST_ENDED_MS;
        let looked = self.looked_for_request_ms.map_or(f64::MIN, |ms| ms + pace);
        let for_request = self.request_ended_ms.map(|ms| (ms + after).max(looked));
        let in_silence = match trust {
            Trust::None => Some(self.listed_ms + POLL_MS),
            Trust::Unheard if self.listed_ms < self.opened_ms + UNHEARD_FOR_MS => {
                Some(self.listed_ms + POLL_MS)
            }
            Trust::Unheard => Some(self.listed_ms + UNHEARD_MS),
            Trust::Heard { is_busy: false } => nth(&QUIET_MS),
            Trust::Heard { is_busy: true } => {
                let later = self.listed_ms.max(self.news_ms) + BUSY_PAUSE_MS;
                Some(nth(&BUSY_MS).unwrap_or(later))
            }
        };
        match (trust, for_request, in_silence) {
            // Polling looks often enough.
            (Trust::Heard { .. }, Some(a), Some(b)) => Some(a.min(b)),
            (Trust::Heard { .. }, Some(a), None) => Some(a),
            _ => in_silence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The times of the looks in so many seconds without news.
    fn looks(vigil: &mut Vigil, trust: Trust, seconds: u32) -> Vec<u32> {
        let mut at = Vec::new();
        for second in 0..=seconds {
            let now = f64::from(second) * 1_000.0;
            if vigil.next_due_ms(trust).is_some_and(|due| due <= now) {
                vigil.looks(now);
                vigil.listed(now);
                at.push(second);
            }
        }
        at
    }

    #[test]
    fn a_quiet_session_is_left_alone_after_a_while() {
        let mut vigil = Vigil::default();
        assert_eq!(
            looks(&mut vigil, Trust::Heard { is_busy: false }, 3_600),
            [10, 40, 120]
        );
        vigil.news(3_600_000.0);
        assert_eq!(
            vigil.next_due_ms(Trust::Heard { is_busy: false }),
            Some(3_610_000.0)
        );
    }

    #[test]
    fn silence_of_a_working_session_is_looked_into_ever_more_seldom() {
        let at = looks(&mut Vigil::default(), Trust::Heard { is_busy: true }, 300);
        assert_eq!(at, [10, 20, 40, 80, 140, 200, 260]);
    }

    #[test]
    fn without_a_stream_the_end_of_the_log_is_never_older_than_ten_seconds() {
        let at = looks(&mut Vigil::default(), Trust::None, 600);
        assert!(at.windows(2).all(|two| two[1] - two[0] <= 9));
        assert!(at.len() <= 120, "one request in five seconds at the most");
    }

    #[test]
    fn a_stream_without_a_byte_is_looked_at_often_but_not_for_ever() {
        let at = looks(&mut Vigil::default(), Trust::Unheard, 600);
        assert!(at.iter().filter(|second| **second <= 120).count() >= 13);
        assert!(at.iter().filter(|second| **second > 150).count() <= 15);
    }

    #[test]
    fn the_end_of_a_model_request_calls_for_one_look() {
        let mut vigil = Vigil::default();
        let trust = Trust::Heard { is_busy: true };
        vigil.request_ended(1_000.0);
        vigil.request_ended(1_500.0);
        assert_eq!(vigil.next_due_ms(trust), Some(3_000.0));
        vigil.looks(3_000.0);
        vigil.request_ended(3_500.0);
        assert_eq!(
            vigil.next_due_ms(trust),
            Some(13_000.0),
            "at most every ten seconds"
        );
    }
}
