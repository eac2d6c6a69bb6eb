//! Streams that fell silent, networks that went away, and the end.

use super::*;

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
