//! What happens until a connection is live, or the log is polled instead.

use super::*;

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
