//! Behaviour of the stream machine, told in inputs and effects.

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

    fn live(ms: f64) -> Self {
        let mut run = Self::new();
        run.input(ms, Input::Start);
        run.input(ms, Input::StreamOpened { attempt: 1 });
        run.input(ms, Input::HistoryLoaded { attempt: 1 });
        assert_eq!(run.machine.phase(), &Phase::Live);
        run
    }

    fn opens(&self) -> Option<(u32, bool)> {
        self.effects.iter().find_map(|e| match e {
            Effect::OpenStream { attempt, previews } => Some((*attempt, *previews)),
            _ => None,
        })
    }

    fn wakes_at(&self) -> Option<f64> {
        self.effects.iter().rev().find_map(|e| match e {
            Effect::WakeAt(ms) => Some(*ms),
            _ => None,
        })
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

#[test]
fn opens_the_stream_before_it_lists_the_history() {
    let mut run = Run::new();
    run.input(0.0, Input::Start);
    assert_eq!(run.opens(), Some((1, true)));
    assert!(!run.effects.contains(&Effect::LoadHistory { attempt: 1 }));
    run.input(5.0, Input::StreamOpened { attempt: 1 });
    assert!(run.effects.contains(&Effect::LoadHistory { attempt: 1 }));
    run.input(9.0, Input::HistoryLoaded { attempt: 1 });
    assert!(run.effects.contains(&Effect::GoLive { attempt: 1 }));
}

#[test]
fn a_clean_close_is_followed_by_a_new_attempt_that_lists_again() {
    let mut run = Run::live(0.0);
    run.input(100.0, lost(1));
    let until = run.wakes_at().expect("a backoff time");
    assert_eq!(until, 100.0 + 250.0);
    run.input(until, Input::Tick);
    assert_eq!(run.opens(), Some((2, true)));
    run.input(until, Input::StreamOpened { attempt: 2 });
    assert!(run.effects.contains(&Effect::LoadHistory { attempt: 2 }));
}

#[test]
fn answers_of_an_abandoned_attempt_change_nothing() {
    let mut run = Run::live(0.0);
    run.input(100.0, lost(1)).input(1_000.0, Input::Tick);
    assert_eq!(run.machine.attempt(), 2);
    for stale in [
        Input::StreamOpened { attempt: 1 },
        Input::HistoryLoaded { attempt: 1 },
        lost(1),
        Input::HistoryFailed {
            attempt: 1,
            failure: Failure::status(404, "gone"),
        },
    ] {
        run.input(1_001.0, stale);
        assert_eq!(run.effects, vec![]);
        assert_eq!(run.machine.phase(), &Phase::Connecting);
    }
}

#[test]
fn waits_grow_and_a_good_connection_forgets_them() {
    let mut run = Run::live(0.0);
    let mut now = 100.0;
    let mut waits = Vec::new();
    for attempt in 1..=7 {
        run.input(now, lost(attempt));
        let until = run.wakes_at().expect("a backoff time");
        waits.push(until - now);
        now = until;
        run.input(now, Input::Tick);
    }
    assert_eq!(
        waits,
        vec![250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 5_000.0, 5_000.0]
    );
    run.input(now, Input::StreamOpened { attempt: 8 });
    run.input(now, Input::HistoryLoaded { attempt: 8 });
    run.input(now + 6_000.0, lost(8));
    assert_eq!(run.wakes_at(), Some(now + 6_000.0 + 250.0));
}

#[test]
fn a_connection_that_breaks_at_once_does_not_count_as_good() {
    let mut run = Run::live(0.0);
    run.input(10.0, lost(1));
    run.input(300.0, Input::Tick);
    run.input(300.0, Input::StreamOpened { attempt: 2 });
    run.input(300.0, Input::HistoryLoaded { attempt: 2 });
    run.input(400.0, lost(2));
    assert_eq!(run.wakes_at(), Some(400.0 + 500.0));
}

#[test]
fn honours_retry_after_even_when_the_page_becomes_visible() {
    let mut run = Run::live(0.0);
    let failure = Failure {
        status: Some(429),
        retry_after_ms: Some(30_000.0),
        message: "slow down".into(),
    };
    run.input(100.0, Input::StreamFailed { attempt: 1, failure });
    let until = run.wakes_at().expect("a backoff time");
    assert!((30_100.0..=31_100.0).contains(&until), "{until}");
    run.input(200.0, Input::Wake);
    assert_eq!(run.opens(), None);
    run.input(200.0, Input::Retry);
    assert_eq!(run.opens(), Some((2, true)));
}

#[test]
fn final_statuses_end_and_transient_ones_wait() {
    for status in [401, 403, 404] {
        let mut run = Run::new();
        run.input(0.0, Input::Start).input(1.0, refused(1, status));
        assert!(
            matches!(run.machine.phase(), Phase::Ended(EndReason::Refused(_))),
            "{status}"
        );
    }
    for status in [408, 409, 429, 500, 502, 503, 529] {
        let mut run = Run::new();
        run.input(0.0, Input::Start).input(1.0, refused(1, status));
        assert!(matches!(run.machine.phase(), Phase::Backoff { .. }), "{status}");
    }
}

#[test]
fn falls_back_to_a_stream_without_previews_on_400_and_only_once() {
    let mut run = Run::new();
    run.input(0.0, Input::Start).input(1.0, refused(1, 400));
    assert_eq!(run.opens(), Some((2, false)));
    run.input(2.0, refused(2, 400));
    assert!(matches!(run.machine.phase(), Phase::Ended(EndReason::Refused(_))));
}

#[test]
fn a_silent_stream_is_given_up_and_comments_keep_it_alive() {
    let mut run = Run::live(0.0);
    run.input(50_000.0, Input::StreamAlive { attempt: 1 });
    run.input(60_000.0, Input::Tick);
    assert_eq!(run.wakes_at(), Some(110_000.0));
    assert_eq!(run.machine.phase(), &Phase::Live);
    run.input(110_000.0, Input::Tick);
    assert!(run.effects.contains(&Effect::Close { attempt: 1 }));
    assert!(matches!(run.machine.phase(), Phase::Backoff { .. }));
}

#[test]
fn a_handshake_that_never_answers_is_given_up() {
    let mut run = Run::new();
    run.input(0.0, Input::Start);
    run.input(19_999.0, Input::Tick);
    assert_eq!(run.machine.phase(), &Phase::Connecting);
    run.input(20_000.0, Input::Tick);
    assert!(run.effects.contains(&Effect::Close { attempt: 1 }));
}

#[test]
fn offline_waits_without_a_timer_and_online_reconnects_at_once() {
    let mut run = Run::live(0.0);
    run.input(10.0, Input::WentOffline);
    assert_eq!(run.machine.phase(), &Phase::Offline);
    assert_eq!(run.wakes_at(), None);
    run.input(90_000.0, Input::Tick);
    assert_eq!(run.effects, vec![]);
    run.input(90_001.0, Input::Wake);
    assert_eq!(run.opens(), Some((2, true)));
}

#[test]
fn waking_from_sleep_distrusts_a_socket_that_was_silent() {
    let mut run = Run::live(0.0);
    run.input(5_000.0, Input::Wake);
    assert_eq!(run.effects, vec![], "a recently active stream stays");
    run.input(3_600_000.0, Input::Wake);
    assert_eq!(run.opens(), Some((2, true)));
    assert!(run.effects.contains(&Effect::Close { attempt: 1 }));
}

#[test]
fn nothing_happens_after_the_end() {
    for end in [Input::Deleted, Input::Terminated, Input::Leave] {
        let mut run = Run::live(0.0);
        run.input(1.0, end);
        assert!(run.effects.contains(&Effect::Close { attempt: 1 }));
        for late in [Input::Wake, Input::Tick, Input::Retry, Input::Start, lost(1)] {
            run.input(2.0, late);
            assert_eq!(run.effects, vec![]);
        }
    }
}

#[test]
fn a_history_failure_closes_the_stream_and_waits() {
    let mut run = Run::new();
    run.input(0.0, Input::Start)
        .input(1.0, Input::StreamOpened { attempt: 1 });
    run.input(
        2.0,
        Input::HistoryFailed {
            attempt: 1,
            failure: Failure::status(502, "bad gateway"),
        },
    );
    assert!(run.effects.contains(&Effect::Close { attempt: 1 }));
    assert!(matches!(run.machine.phase(), Phase::Backoff { .. }));
}
