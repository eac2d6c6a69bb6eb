//! Where no stream can be had, or one tells nothing, the log is looked at.

use super::*;

/// A session with a history, opened over streams that open in a certain way; later ones open like the last.
fn opened_over(kind: Kind, opening: &Opening) -> Driver {
    let mut run = Driver::new(&Plan {
        kind,
        ..quiet(250, 1_000)
    });
    run.streams.extend(vec![Meets::opening(opening.clone()); 50]);
    run.start();
    run
}

/// Ways in which there is no stream although the history can be listed.
fn without_a_stream() -> Vec<(Kind, Opening)> {
    let refused = |status| Opening::Refused {
        status,
        retry_after_ms: None,
    };
    let chromium = Kind::documented();
    let firefox = Kind {
        headers_tell: false,
        ..chromium
    };
    let silent = Kind {
        greets: false,
        heartbeats: false,
        ..firefox
    };
    let mut ways: Vec<_> = [400, 401, 403, 404, 405, 410, 501]
        .map(|status| (chromium, refused(status)))
        .into();
    ways.extend([
        (chromium, Opening::Hangs),
        (chromium, Opening::Blocked),
        (firefox, Opening::Hangs),
        (silent, Opening::Ok),
    ]);
    ways
}

#[test]
fn without_a_stream_the_history_is_there_at_once_and_new_events_come_within_ten_seconds() {
    for (kind, opening) in without_a_stream() {
        let mut run = opened_over(kind, &opening);
        wait(&mut run, 900);
        assert_eq!(run.shown(), run.kept_by_server(), "{opening:?}");
        wait(&mut run, 1_100);
        assert!(run.is_polling(), "{opening:?} {:?}", run.watch.phase());
        for _ in 0..20 {
            thought(&mut run, 0);
            wait(&mut run, 10_000);
            assert_eq!(run.shown(), run.kept_by_server(), "{opening:?}");
        }
        assert_eq!(
            run.watch.timeline().gap_count(),
            0,
            "{opening:?}: nothing was missed"
        );
    }
}

#[test]
fn without_a_stream_a_request_leaves_every_five_seconds_at_the_most() {
    for (kind, opening) in without_a_stream() {
        for is_working in [false, true] {
            let mut run = opened_over(kind, &opening);
            wait(&mut run, 2_000);
            if is_working {
                run.deed(0, Deed::Run);
                wait(&mut run, 2_000);
            }
            if run.is_live() {
                // That was its first byte.
                continue;
            }
            let requests = |run: &Driver| run.lists + run.refreshes + run.opens;
            let before = requests(&run);
            for minute in 1..=10 {
                wait(&mut run, 60_000);
                let sent = requests(&run) - before;
                assert!(
                    sent <= 12 * minute,
                    "{opening:?} {is_working}: {sent} in {minute} min"
                );
            }
        }
    }
}

#[test]
fn a_list_that_begins_with_the_oldest_and_ignores_filters_is_read_on_from_its_last_pages() {
    let mut plan = quiet(200, 10);
    plan.kind.ignores_order = true;
    plan.kind.ignores_filters = true;
    let mut run = Driver::new(&plan);
    let refused = Meets::opening(Opening::Refused {
        status: 403,
        retry_after_ms: None,
    });
    run.streams.extend(vec![refused; 100]);
    run.start();
    wait(&mut run, 30_000);
    assert!(run.is_polling());
    let before = run.lists;
    for minute in 1..=10 {
        wait(&mut run, 60_000);
        assert!(
            run.lists - before <= 12 * minute,
            "{} in {minute} min",
            run.lists - before
        );
    }
    for _ in 0..3 {
        run.answer(0, 2, false);
        wait(&mut run, 10_000);
        assert_eq!(run.shown(), run.kept_by_server());
    }
    // What is looked for among all of it is looked for in all of it.
    run.send(Fate::AnswerLost);
    for _ in 0..20 {
        run.answer(0, 2, false);
    }
    wait(&mut run, 20_000);
    assert_eq!(run.watch.timeline().outbox().iter().count(), 0);
}

#[test]
fn a_busy_session_without_a_stream_is_listed_page_by_page_no_more_often() {
    let mut run = Driver::new(&quiet(0, 1_000));
    let refused = Meets {
        opening: Opening::Refused {
            status: 403,
            retry_after_ms: None,
        },
        ..Meets::calm()
    };
    run.streams.extend(vec![refused; 100]);
    run.start();
    wait(&mut run, 5_000);
    let before = run.lists + run.refreshes + run.opens;
    for _ in 0..600 {
        for _ in 0..5 {
            thought(&mut run, 0);
        }
        wait(&mut run, 1_000);
    }
    let sent = run.lists + run.refreshes + run.opens - before;
    assert!(sent <= 120, "{sent} requests in 10 minutes");
    wait(&mut run, 20_000);
    assert_eq!(run.shown(), run.kept_by_server());
}

#[test]
fn a_first_byte_ends_the_polling() {
    let mut run = opened_over(Kind::documented(), &Opening::Late { ms: 15_000 });
    wait(&mut run, 5_000);
    assert!(run.is_polling());
    wait(&mut run, 10_500);
    assert!(run.is_live());
    assert_eq!(run.watch.timeline().gap_count(), 0);
}

#[test]
fn a_log_that_grows_past_an_open_stream_convicts_it() {
    let mut run = Driver::new(&Plan {
        kind: Kind {
            greets: false,
            heartbeats: false,
            ..Kind::documented()
        },
        ..quiet(20, 1_000)
    });
    let withheld = Meets {
        is_withheld: true,
        ..Meets::calm()
    };
    run.streams.extend(vec![withheld; 50]);
    run.start();
    wait(&mut run, 3_000);
    assert!(run.is_live(), "headers came, and nothing happened since");
    for _ in 0..10 {
        thought(&mut run, 0);
        wait(&mut run, 10_000);
        assert_eq!(run.shown(), run.kept_by_server());
    }
    assert!(run.is_polling(), "{:?}", run.watch.phase());
    run.streams.clear();
    wait(&mut run, 60_000);
    thought(&mut run, 0);
    wait(&mut run, 1_000);
    assert!(run.is_live(), "{:?}", run.watch.phase());
}

#[test]
fn a_stream_that_was_heard_and_tells_no_more_is_convicted_too() {
    let mut run = opened(20, 1_000);
    run.withhold_from_now_on();
    for _ in 0..6 {
        thought(&mut run, 0);
        wait(&mut run, 10_500);
    }
    assert!(run.is_polling(), "{:?}", run.watch.phase());
    assert_eq!(run.shown(), run.kept_by_server());
}

#[test]
fn where_no_heartbeat_is_sent_a_quiet_day_leaves_no_mark() {
    let kind = Kind {
        heartbeats: false,
        ..Kind::documented()
    };
    let mut run = Driver::new(&Plan {
        kind,
        ..quiet(20, 1_000)
    });
    run.watch = Watch::new(Settings::default(), Hears { unknown_types: true });
    run.start();
    let lists = run.lists;
    for _ in 0..24 {
        wait(&mut run, 3_600_000);
        assert!(run.is_live());
    }
    assert_eq!(run.watch.timeline().gap_count(), 0);
    assert!(run.lists - lists < 24 * 6 + 20, "{} requests", run.lists - lists);
    thought(&mut run, 0);
    wait(&mut run, 1_000);
    assert_eq!(run.shown(), run.kept_by_server());
}
