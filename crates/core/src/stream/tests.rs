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

#[test]
fn the_history_is_listed_beside_the_opening_stream_and_its_end_again_behind_it() {
    let mut run = Run::started();
    assert_eq!(run.opens(), Some((1, true)));
    assert!(run.effects.contains(&Effect::LoadHistory));
    run.input(5.0, Input::HistoryShown);
    assert_eq!(
        run.machine.phase(),
        &Phase::Connecting,
        "not live by a list alone"
    );
    run.input(50.0, Input::StreamOpened { attempt: 1 });
    assert!(run.effects.contains(&Effect::LoadTail { attempt: 1 }));
    assert_eq!(run.machine.phase(), &Phase::CatchingUp);
    run.input(90.0, Input::CaughtUp { attempt: 1 });
    assert!(run.effects.contains(&Effect::GoLive));
}

#[test]
fn a_stream_that_opens_first_waits_for_the_history_before_its_end_is_listed() {
    let mut run = Run::started();
    run.input(5.0, Input::StreamOpened { attempt: 1 });
    assert_eq!(run.machine.phase(), &Phase::CatchingUp);
    assert!(!run.effects.contains(&Effect::LoadTail { attempt: 1 }));
    run.input(50.0, Input::HistoryShown);
    assert!(run.effects.contains(&Effect::LoadTail { attempt: 1 }));
    run.input(60.0, Input::HistoryShown);
    assert_eq!(run.effects, vec![], "once");
}

#[test]
fn a_first_byte_is_a_sign_of_life_where_headers_are_not_told() {
    let mut run = Run::started();
    run.input(5.0, Input::HistoryShown).input(300.0, byte(1));
    assert!(run.effects.contains(&Effect::LoadTail { attempt: 1 }));
    assert!(run.machine.is_heard());
}

#[test]
fn a_stream_without_a_sign_is_polled_around_while_lists_arrive() {
    let mut run = Run::started();
    run.input(40.0, Input::HistoryShown);
    assert_eq!(run.wakes_at(), Some(1_200.0));
    run.input(1_199.0, Input::Tick);
    assert_eq!(run.machine.phase(), &Phase::Connecting);
    run.input(1_200.0, Input::Tick);
    assert_eq!(run.polls(), Some(&Hindrance::NoSign));
    assert!(!run.closes(1), "it stays open");
    run.input(30_000.0, byte(1));
    assert_eq!(run.machine.phase(), &Phase::CatchingUp);
    run.input(30_050.0, Input::CaughtUp { attempt: 1 });
    assert_eq!(run.machine.phase(), &Phase::Live);
}

#[test]
fn on_a_slow_line_the_stream_has_more_time() {
    let mut run = Run::started();
    run.input(2_000.0, Input::HistoryShown);
    assert_eq!(run.machine.phase(), &Phase::Connecting);
    assert_eq!(run.wakes_at(), Some(3_000.0));
}

#[test]
fn a_silent_opening_is_given_up_when_no_list_arrives_either() {
    let mut run = Run::started();
    run.input(19_999.0, Input::Tick);
    assert_eq!(run.machine.phase(), &Phase::Connecting);
    run.input(20_000.0, Input::Tick);
    assert!(run.closes(1));
    assert!(run.is_backoff());
}

#[test]
fn a_refused_stream_is_polled_around_and_tried_again_slowly() {
    for status in [401, 403, 404, 405, 410, 501, 200, 204] {
        let mut run = Run::started();
        run.input(1.0, refused(1, status));
        assert_eq!(run.machine.phase(), &Phase::Connecting, "the lists decide");
        run.input(5.0, Input::HistoryShown);
        assert!(matches!(run.polls(), Some(Hindrance::Refused(_))), "{status}");
        let mut attempts = Vec::new();
        for second in 1..=600 {
            let ms = f64::from(second) * 1_000.0;
            run.input(ms, Input::Tick);
            if let Some((attempt, _)) = run.opens() {
                attempts.push(second);
                run.input(ms, refused(attempt, status));
            }
        }
        assert_eq!(attempts, [21, 61, 141, 301, 600 + 1][..attempts.len()]);
        assert!(matches!(run.polls(), Some(Hindrance::Refused(_))));
    }
}

#[test]
fn a_stream_that_fails_for_a_while_is_waited_for_and_then_polled_around() {
    let passing = [408, 409, 429, 500, 502, 503, 529];
    let failures = passing.map(|status| Failure::status(status, "not now"));
    for failure in failures.into_iter().chain([Failure::network("blocked")]) {
        let fails = |attempt| Input::StreamFailed {
            attempt,
            failure: failure.clone(),
        };
        let mut run = Run::started();
        let mut now = 0.0;
        for attempt in 1..=2 {
            run.input(now, Input::HistoryShown).input(now, fails(attempt));
            assert!(run.is_backoff(), "{failure:?}");
            now = run.wakes_at().expect("a wait");
            run.input(now, Input::Tick);
        }
        run.input(now, Input::HistoryShown).input(now, fails(3));
        if failure.status.is_none() {
            assert_eq!(run.opens(), Some((4, false)), "once without previews");
            run.input(now, fails(4));
        }
        assert!(run.polls().is_some(), "{failure:?}");
    }
}

#[test]
fn a_connection_without_stream_and_without_lists_waits() {
    let mut run = Run::started();
    run.input(1.0, lost(1));
    let failure = Failure::status(502, "bad gateway");
    run.input(2.0, Input::HistoryFailed(failure));
    assert!(run.is_backoff());
}

#[test]
fn a_list_that_fails_does_not_close_a_stream_that_lives() {
    let mut run = Run::started();
    run.input(1.0, Input::StreamOpened { attempt: 1 });
    run.input(2.0, Input::HistoryFailed(Failure::status(502, "bad gateway")));
    assert_eq!(run.machine.phase(), &Phase::CatchingUp);
    assert_eq!(run.effects, vec![]);
    run.input(900.0, Input::HistoryShown);
    assert!(run.effects.contains(&Effect::LoadTail { attempt: 1 }));
}

#[test]
fn polling_without_lists_waits() {
    let mut run = Run::started();
    run.input(1.0, refused(1, 404)).input(2.0, Input::HistoryShown);
    run.input(8_000.0, Input::HistoryFailed(Failure::network("gone")));
    assert!(run.is_backoff());
}

#[test]
fn a_refused_list_ends_with_the_reason_once_the_stream_fails_as_well() {
    for status in [401, 403, 404] {
        let no = || Input::HistoryFailed(Failure::status(status, "no"));
        let is_over = |run: &Run| matches!(run.machine.phase(), Phase::Ended(EndReason::Refused(_)));
        let mut run = Run::started();
        run.input(1.0, no());
        assert_eq!(run.wakes_at(), Some(1_200.0));
        run.input(2.0, refused(1, 503));
        assert!(is_over(&run), "{status}");
        let mut run = Run::started();
        run.input(1.0, refused(1, status)).input(2.0, no());
        assert!(is_over(&run), "{status}");
        let mut run = Run::started();
        run.input(1.0, no()).input(1_200.0, Input::Tick);
        assert!(is_over(&run) && run.closes(1), "no sign of a stream");
    }
}

#[test]
fn a_stream_that_is_open_goes_on_without_lists_that_are_refused() {
    let no = || Input::HistoryFailed(Failure::status(403, "no"));
    for opens_first in [true, false] {
        let mut run = Run::started();
        let opened = Input::StreamOpened { attempt: 1 };
        let (first, second) = if opens_first {
            (opened, no())
        } else {
            (no(), opened)
        };
        run.input(1.0, first).input(2.0, second);
        assert_eq!(run.machine.phase(), &Phase::Live);
        assert!(run.effects.contains(&Effect::GoLive));
        run.input(3_600_000.0, Input::Wake);
        run.input(3_600_010.0, Input::StreamOpened { attempt: 2 });
        assert_eq!(run.machine.phase(), &Phase::Live, "and through a renewal");
        run.input(3_600_020.0, lost(2));
        assert!(run.is_backoff());
        let now = run.wakes_at().expect("a wait");
        run.input(now, Input::Tick).input(now, no()).input(now, lost(3));
        assert!(matches!(run.machine.phase(), Phase::Ended(EndReason::Refused(_))));
    }
}

#[test]
fn a_stream_that_closes_at_once_each_time_is_polled_around() {
    let mut run = Run::started();
    let mut now = 0.0;
    for attempt in 1..=3 {
        run.input(now, Input::HistoryShown);
        run.input(now, Input::StreamOpened { attempt })
            .input(now, lost(attempt));
        if attempt < 3 {
            assert!(run.is_backoff());
            now = run.wakes_at().expect("a wait");
            run.input(now, Input::Tick);
        }
    }
    assert!(matches!(run.polls(), Some(Hindrance::Blocked(_))));
    let mut attempts = Vec::new();
    for attempt in 4..8 {
        let then = run.wakes_at().expect("a time");
        attempts.push(then - now);
        now = then;
        run.input(now, Input::Tick);
        run.input(now, Input::StreamOpened { attempt })
            .input(now, lost(attempt));
        assert!(run.polls().is_some());
    }
    assert_eq!(attempts, [20_000.0, 40_000.0, 80_000.0, 160_000.0]);
}

#[test]
fn a_stream_that_told_something_before_it_closed_is_opened_again() {
    let mut run = Run::started();
    let mut now = 0.0;
    for attempt in 1..=10 {
        run.input(now, Input::HistoryShown);
        run.input(now, byte(attempt)).input(now, lost(attempt));
        assert!(run.is_backoff());
        now = run.wakes_at().expect("a wait");
        run.input(now, Input::Tick);
    }
}

#[test]
fn a_log_that_grew_past_a_silent_stream_is_polled_until_a_byte_comes() {
    let mut run = Run::live(0.0);
    run.input(9_000.0, Input::StreamWithheld { attempt: 1 });
    assert_eq!(run.polls(), Some(&Hindrance::Withheld));
    run.input(29_000.0, Input::Tick);
    assert_eq!(run.opens(), Some((2, true)));
    run.input(29_010.0, Input::StreamOpened { attempt: 2 });
    assert_eq!(
        run.polls(),
        Some(&Hindrance::Withheld),
        "headers were seen before"
    );
    run.input(40_000.0, byte(2));
    assert_eq!(run.machine.phase(), &Phase::CatchingUp);
}

#[test]
fn a_clean_close_is_followed_by_a_new_attempt_that_lists_again() {
    let mut run = Run::live(0.0);
    run.input(100.0, lost(1));
    let until = run.wakes_at().expect("a backoff time");
    assert_eq!(until, 100.0 + 250.0);
    run.input(until, Input::Tick);
    assert_eq!(run.opens(), Some((2, true)));
    assert!(run.effects.contains(&Effect::LoadHistory));
}

#[test]
fn answers_of_an_abandoned_attempt_change_nothing() {
    let mut run = Run::live(0.0);
    run.input(100.0, lost(1)).input(1_000.0, Input::Tick);
    assert_eq!(run.machine.followed(), Some(2));
    for stale in [
        Input::StreamOpened { attempt: 1 },
        byte(1),
        Input::CaughtUp { attempt: 1 },
        Input::StreamWithheld { attempt: 1 },
        lost(1),
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
        run.input(now, Input::HistoryFailed(Failure::network("down")));
        let Phase::Backoff { until_ms, .. } = *run.machine.phase() else {
            panic!("{:?}", run.machine.phase());
        };
        waits.push(until_ms - now);
        now = until_ms;
        run.input(now, Input::Tick);
    }
    assert_eq!(
        waits,
        vec![250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 5_000.0, 5_000.0]
    );
    run.catch_up(now, 8);
    run.input(now + 6_000.0, lost(8));
    assert_eq!(run.wakes_at(), Some(now + 6_000.0 + 250.0));
}

#[test]
fn a_connection_that_breaks_at_once_does_not_count_as_good() {
    let mut run = Run::live(0.0);
    run.input(10.0, lost(1)).input(300.0, Input::Tick);
    run.catch_up(300.0, 2);
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
fn a_short_retry_after_does_not_take_the_growth_out_of_the_waits() {
    let mut backoff = Backoff::new(BackoffSettings::default());
    let waits: Vec<f64> = (0..8).map(|_| backoff.next_wait_ms(0.5, Some(1.0))).collect();
    assert_eq!(waits[5..], [5_000.0, 5_000.0, 5_000.0], "{waits:?}");
}

#[test]
fn falls_back_to_a_stream_without_previews_on_400_or_422_and_only_once() {
    for status in [400, 422] {
        let mut run = Run::started();
        run.input(1.0, refused(1, status));
        assert_eq!(run.opens(), Some((2, false)));
        run.input(2.0, refused(2, status)).input(3.0, Input::HistoryShown);
        assert!(matches!(run.polls(), Some(Hindrance::Refused(_))));
    }
}

#[test]
fn where_no_status_is_told_a_stream_is_asked_for_without_previews_before_it_is_called_blocked() {
    let mut run = Run::started();
    let mut now = 0.0;
    for attempt in 1..=2 {
        run.input(now, Input::HistoryShown).input(now, lost(attempt));
        now = run.wakes_at().expect("a wait");
        run.input(now, Input::Tick);
    }
    run.input(now, Input::HistoryShown).input(now, lost(3));
    assert_eq!(run.opens(), Some((4, false)));
    run.input(now + 10.0, Input::StreamOpened { attempt: 4 });
    assert_eq!(run.machine.phase(), &Phase::CatchingUp);
    run.input(now + 20.0, Input::CaughtUp { attempt: 4 });
    assert_eq!(run.machine.phase(), &Phase::Live);
}

#[test]
fn a_blocked_stream_is_tried_again_with_and_without_previews_by_turns() {
    let mut run = Run::started();
    let mut now = 0.0;
    for attempt in 1..=2 {
        run.input(now, Input::HistoryShown).input(now, lost(attempt));
        now = run.wakes_at().expect("a wait");
        run.input(now, Input::Tick);
    }
    run.input(now, Input::HistoryShown)
        .input(now, lost(3))
        .input(now, lost(4));
    assert!(matches!(run.polls(), Some(Hindrance::Blocked(_))));
    let mut asked = Vec::new();
    for attempt in 5..9 {
        now = run.wakes_at().expect("a time");
        run.input(now, Input::Tick);
        asked.extend(run.opens().map(|(_, previews)| previews));
        run.input(now, lost(attempt));
    }
    assert_eq!(asked, [true, false, true, false]);
}

#[test]
fn the_next_stream_is_opened_before_a_silent_one_is_closed() {
    let mut run = Run::live(0.0);
    run.input(50_000.0, heartbeat(1)).input(60_000.0, Input::Tick);
    assert_eq!(run.wakes_at(), Some(110_000.0), "heartbeats keep it alive");
    run.input(110_000.0, Input::Tick);
    assert_eq!(run.opens(), Some((2, true)));
    assert!(!run.closes(1));
    assert_eq!(run.machine.phase(), &Phase::Live, "nothing is said of it");
    run.input(110_050.0, Input::StreamOpened { attempt: 2 });
    assert!(run.closes(1));
    assert!(run.effects.contains(&Effect::LoadTail { attempt: 2 }));
    assert_eq!(run.machine.phase(), &Phase::Live);
    assert_eq!(run.machine.followed(), Some(2));
}

#[test]
fn where_silence_is_normal_streams_are_renewed_ever_more_seldom() {
    let mut run = Run::live(0.0);
    let mut renewals = Vec::new();
    for second in 1..=3_600 {
        let ms = f64::from(second) * 1_000.0;
        run.input(ms, Input::Tick);
        if let Some((attempt, _)) = run.opens() {
            renewals.push(second);
            run.input(ms, Input::StreamOpened { attempt });
        }
    }
    assert_eq!(renewals, [60, 180, 420, 900, 1_500, 2_100, 2_700, 3_300]);
}

#[test]
fn a_server_with_heartbeats_is_renewed_after_each_long_silence() {
    let mut run = Run::live(0.0);
    run.input(15_000.0, heartbeat(1));
    for (ms, attempt) in [(75_000.0, 2), (135_000.0, 3), (195_000.0, 4)] {
        run.input(ms, Input::Tick);
        assert_eq!(run.opens(), Some((attempt, true)));
        run.input(ms, Input::StreamOpened { attempt });
    }
}

#[test]
fn a_next_stream_without_a_sign_is_given_up_and_the_old_one_kept() {
    let mut run = Run::live(0.0);
    run.input(60_000.0, Input::Tick);
    run.input(80_000.0, Input::Tick);
    assert!(run.closes(2) && !run.closes(1));
    assert_eq!(run.machine.phase(), &Phase::Live);
    assert_eq!(run.wakes_at(), Some(200_000.0));
}

#[test]
fn a_next_stream_that_fails_tells_that_the_connection_is_gone() {
    let mut run = Run::live(0.0);
    run.input(60_000.0, Input::Tick).input(60_010.0, lost(2));
    assert!(run.closes(1));
    assert!(run.is_backoff());
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
    assert_eq!(
        run.machine.phase(),
        &Phase::CatchingUp,
        "live is not claimed meanwhile"
    );
    assert!(run.effects.contains(&Effect::LoadTail { attempt: 1 }));
    run.input(3_600_050.0, Input::StreamOpened { attempt: 2 });
    assert!(run.closes(1));
    assert!(run.effects.contains(&Effect::LoadTail { attempt: 2 }));
}

#[test]
fn nothing_happens_after_the_end() {
    for end in [Input::Deleted, Input::Terminated, Input::Leave] {
        let mut run = Run::live(0.0);
        run.input(1.0, end);
        assert!(run.closes(1));
        for late in [Input::Wake, Input::Tick, Input::Retry, Input::Start, lost(1)] {
            run.input(2.0, late);
            assert_eq!(run.effects, vec![]);
        }
    }
}

#[test]
fn the_end_counts_in_every_phase() {
    let phases: [&dyn Fn(&mut Run); 4] = [
        &|_| {},
        &|run| {
            run.input(1.0, Input::StreamOpened { attempt: 1 });
        },
        &|run| {
            run.input(1.0, refused(1, 404)).input(2.0, Input::HistoryShown);
        },
        &|run| {
            run.input(1.0, lost(1)).input(2.0, Input::HistoryShown);
        },
    ];
    for prepare in phases {
        let mut run = Run::started();
        prepare(&mut run);
        run.input(10.0, Input::Terminated);
        assert_eq!(run.machine.phase(), &Phase::Ended(EndReason::Terminated));
        assert_eq!(run.wakes_at(), None);
    }
}
