//! When a connection is tried again, and how.

use super::*;

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

/// Two streams have failed without a status, while the history is there.
fn failed_twice() -> (Run, f64) {
    let mut run = Run::started();
    let mut now = 0.0;
    for attempt in 1..=2 {
        run.input(now, Input::HistoryShown).input(now, lost(attempt));
        now = run.wakes_at().expect("a wait");
        run.input(now, Input::Tick);
    }
    (run, now)
}

#[test]
fn where_no_status_is_told_a_stream_is_asked_for_without_previews_before_it_is_called_blocked() {
    let (mut run, now) = failed_twice();
    run.input(now, Input::HistoryShown).input(now, lost(3));
    assert_eq!(run.opens(), Some((4, false)));
    run.input(now + 10.0, Input::StreamOpened { attempt: 4 });
    assert_eq!(run.machine.phase(), &Phase::CatchingUp);
    run.input(now + 20.0, Input::CaughtUp { attempt: 4 });
    assert_eq!(run.machine.phase(), &Phase::Live);
}

#[test]
fn a_blocked_stream_is_tried_again_with_and_without_previews_by_turns() {
    let (mut run, mut now) = failed_twice();
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
