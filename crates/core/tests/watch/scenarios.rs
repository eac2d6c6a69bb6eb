//! Single stories: what a reconnect costs, and what it finds.

use playground_core::protocol::SessionStatus;
use playground_core::session::{OutgoingState, Row, View};
use playground_core::stream::{EndReason, Failure, Phase, Settings};
use playground_core::watch::{Hears, HistoryProgress, Input, Watch};
use serde_json::json;

use super::driver::Driver;
use super::plan::{Deed, Device, Fate, Kind, Listing, Meets, Opening, Plan};

fn quiet(before: usize, page_limit: usize) -> Plan {
    Plan {
        kind: Kind::documented(),
        page_limit,
        hears_unknown_types: true,
        before,
        deeds: Vec::new(),
        streams: Vec::new(),
        listings: Vec::new(),
        devices: Vec::new(),
    }
}

fn opened(before: usize, page_limit: usize) -> Driver {
    let mut run = Driver::new(&quiet(before, page_limit));
    run.start();
    run.run_until(run.now + 60_000);
    assert!(run.is_live());
    assert_eq!(run.shown(), run.kept_by_server());
    run
}

fn cut(run: &mut Driver) {
    let attempt = run.watch.attempts();
    run.drop_stream();
    run.input(Input::Failed {
        attempt,
        failure: Failure::network("cut"),
    });
}

fn wait(run: &mut Driver, ms: u64) {
    run.run_until(run.now + ms);
}

fn thought(run: &mut Driver, lag: u64) {
    run.emit(lag, false, json!({"type": "agent.thinking"}));
}

#[test]
fn a_reconnect_to_a_long_session_lists_a_page_or_two() {
    let mut run = opened(10_000, 1_000);
    assert_eq!(*run.watch.history(), HistoryProgress::Complete);
    let (pages, events) = (run.server.pages_served, run.server.events_served);
    cut(&mut run);
    for _ in 0..5 {
        thought(&mut run, 0);
    }
    wait(&mut run, 1_500);
    assert!(run.is_live());
    assert_eq!(run.shown(), run.kept_by_server());
    // One beside the opening stream, and a short one behind it.
    assert_eq!(run.server.pages_served - pages, 2);
    assert!(run.server.events_served - events <= 125);
    // The later looks at the end are as small, and the last is for the silence.
    wait(&mut run, 60_000);
    assert!(run.server.pages_served - pages <= 7);
    assert!(run.server.events_served - events <= 500);
}

#[test]
fn a_hole_is_marked_with_what_was_filled_in() {
    let mut run = opened(20, 1_000);
    let missed_from = run.watch.timeline().newest_time().expect("events");
    cut(&mut run);
    for _ in 0..7 {
        thought(&mut run, 0);
    }
    wait(&mut run, 5_000);
    // What the stream tells after it is open was not missed.
    thought(&mut run, 0);
    wait(&mut run, 60_000);
    let gap = run.watch.timeline().gap(0).expect("a gap").clone();
    assert_eq!((gap.from, gap.filled, gap.times), (missed_from, 7, 1));
    assert!(gap.until.is_some_and(|until| until > gap.since));
    assert!(!gap.filling);
    assert_eq!(run.watch.timeline().gap_count(), 1);
}

#[test]
fn interruptions_between_which_nothing_happened_share_a_mark() {
    let mut run = opened(20, 1_000);
    for _ in 0..3 {
        cut(&mut run);
        wait(&mut run, 20_000);
        assert!(run.is_live());
    }
    thought(&mut run, 0);
    wait(&mut run, 1_000);
    cut(&mut run);
    wait(&mut run, 20_000);
    let timeline = run.watch.timeline();
    assert_eq!(timeline.gap_count(), 4);
    let marks = timeline
        .rows(View::Events)
        .iter()
        .filter(|row| matches!(row, Row::Gap(_)));
    assert_eq!(marks.count(), 2);
    assert_eq!(timeline.gap(0).map(|gap| gap.times), Some(3));
}

#[test]
fn an_event_that_is_listed_late_is_found_and_counted() {
    let mut run = opened(20, 1_000);
    cut(&mut run);
    thought(&mut run, 8_000);
    wait(&mut run, 1_500);
    assert!(run.is_live());
    assert_eq!(run.shown().len(), 20, "the listing does not have it yet");
    for _ in 0..30 {
        thought(&mut run, 0);
        wait(&mut run, 500);
    }
    assert_eq!(run.shown(), run.kept_by_server());
    assert_eq!(run.watch.timeline().gap(0).map(|gap| gap.filled), Some(1));
}

#[test]
fn waiting_input_that_was_processed_while_nobody_listened_moves_to_its_place() {
    let mut run = opened(20, 1_000);
    run.deed(0, Deed::Queue);
    wait(&mut run, 100);
    thought(&mut run, 0);
    wait(&mut run, 100);
    cut(&mut run);
    run.deed(0, Deed::Process);
    run.deed(0, Deed::Queue);
    wait(&mut run, 5_000);
    assert!(run.is_live());
    assert_eq!(run.shown(), run.kept_by_server());
}

#[test]
fn a_large_hole_is_filled_behind_the_live_connection_and_through_further_cuts() {
    let mut run = opened(20, 100);
    cut(&mut run);
    for _ in 0..3_000 {
        thought(&mut run, 0);
    }
    let pages = run.server.pages_served;
    while !run.is_live() {
        wait(&mut run, 10);
    }
    // Four, then the end behind the stream; meanwhile the fifth is asked for.
    assert_eq!(run.server.pages_served - pages, 6);
    assert!(run.watch.timeline().gap(0).is_some_and(|gap| gap.filling));
    cut(&mut run);
    thought(&mut run, 0);
    wait(&mut run, 60_000);
    assert_eq!(run.shown(), run.kept_by_server());
    assert_eq!(
        run.watch.timeline().gap(0).map(|gap| (gap.filling, gap.filled)),
        Some((false, 3_000))
    );
}

#[test]
fn a_refused_cursor_begins_the_listing_anew_where_it_was() {
    let mut run = Driver::new(&Plan {
        listings: vec![
            Listing::Ok { latency: 10 },
            Listing::Ok { latency: 10 },
            // The second time it is asked for fewer events.
            Listing::Fails {
                status: 400,
                latency: 10,
            },
            Listing::Fails {
                status: 400,
                latency: 10,
            },
        ],
        ..quiet(500, 100)
    });
    run.start();
    wait(&mut run, 60_000);
    assert_eq!(run.shown(), run.kept_by_server());
    assert_eq!(*run.watch.history(), HistoryProgress::Complete);
    assert!(run.server.events_served < 1_000, "not everything once more");
}

#[test]
fn older_pages_do_not_end_what_is_being_written() {
    let mut run = Driver::new(&quiet(0, 3));
    for _ in 0..10 {
        run.deed(
            0,
            Deed::Answer {
                deltas: 0,
                is_cut_short: true,
            },
        );
    }
    run.listings.extend([Listing::Ok { latency: 10 }; 3]);
    run.listings.extend([Listing::Ok { latency: 5_000 }; 20]);
    run.start();
    wait(&mut run, 100);
    assert!(run.is_live());
    let preview = json!({"type": "event_start", "event": {"type": "agent.message", "id": "sevt_now"}});
    run.emit(0, false, json!({"type": "span.model_request_start"}));
    run.frame(playground_core::protocol::Event::parse(&preview.to_string()).expect("a preview"));
    for _ in 0..12 {
        wait(&mut run, 5_000);
        assert_eq!(run.previews_shown(), 1);
    }
    assert_eq!(run.shown(), run.kept_by_server());
}

#[test]
fn a_silent_stream_is_given_up_after_a_minute_and_its_hole_filled() {
    let mut run = opened(20, 1_000);
    run.drop_stream();
    thought(&mut run, 0);
    wait(&mut run, 40_000);
    assert!(run.is_live(), "silence is no failure yet");
    wait(&mut run, 30_000);
    assert!(run.is_live());
    assert_eq!(run.watch.timeline().gap_count(), 1);
    assert_eq!(run.shown(), run.kept_by_server());
}

#[test]
fn a_device_that_slept_for_hours_reconnects_when_it_wakes() {
    let mut run = opened(20, 1_000);
    let asleep = Device::Sleeps { ms: 3 * 3_600_000 };
    run.device(asleep);
    wait(&mut run, 3_600_000);
    thought(&mut run, 0);
    wait(&mut run, 2 * 3_600_000 + 500);
    assert!(run.is_live());
    assert_eq!(run.shown(), run.kept_by_server());
}

#[test]
fn a_reload_in_the_middle_of_a_send_asks_the_history() {
    for (fate, is_there) in [(Fate::AnswerLost, true), (Fate::RequestLost, false)] {
        let mut run = opened(20, 1_000);
        run.deed(0, Deed::Send { fate });
        let kept = run.kept.clone().expect("kept before the request leaves");
        // The page is gone before any answer; a new one opens the session.
        run.watch = Watch::new(Settings::default(), Hears { unknown_types: true });
        run.forget_answers();
        run.watch.restore_outbox(&kept);
        run.start();
        wait(&mut run, 30_000);
        let left: Vec<_> = run.watch.timeline().outbox().iter().collect();
        assert_eq!(left.is_empty(), is_there, "{fate:?}");
        for outgoing in left {
            assert!(matches!(
                outgoing.state,
                OutgoingState::Unconfirmed { looked_up: true, .. }
            ));
        }
        assert_eq!(run.server.count("user.message"), usize::from(is_there));
    }
}

#[test]
fn a_deleted_session_ends_the_watch_and_nothing_more_is_asked() {
    let mut run = opened(20, 1_000);
    let deleted = json!({"type": "session.deleted", "id": "sevt_x", "processed_at": "2026-11-18T19:00:00Z"});
    run.frame(playground_core::protocol::Event::parse(&deleted.to_string()).expect("an event"));
    wait(&mut run, 1_000);
    assert_eq!(*run.watch.phase(), Phase::Ended(EndReason::Deleted));
    let lists = run.lists;
    wait(&mut run, 600_000);
    assert_eq!(run.lists, lists);
    assert_eq!(run.watch.wakes_at(), None);
}

#[test]
fn what_is_listed_after_the_end_of_a_session_is_still_found() {
    let mut run = opened(20, 1_000);
    run.emit(0, false, json!({"type": "session.status_terminated"}));
    wait(&mut run, 100);
    assert_eq!(*run.watch.phase(), Phase::Ended(EndReason::Terminated));
    // The closing events of workflow runs are listed, but not streamed.
    run.drop_stream();
    thought(&mut run, 4_000);
    wait(&mut run, 60_000);
    assert_eq!(run.shown(), run.kept_by_server());
}

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

#[test]
fn a_final_idle_that_never_arrives_is_learnt_from_the_session_object() {
    let mut run = opened(20, 1_000);
    run.deed(0, Deed::Run);
    wait(&mut run, 5_000);
    assert_eq!(run.watch.timeline().status(), Some(SessionStatus::Running));
    run.deed(0, Deed::SilentIdle);
    wait(&mut run, 30_000);
    assert_eq!(run.watch.timeline().status(), Some(SessionStatus::Idle));
}

#[test]
fn a_frame_that_cannot_be_read_is_a_row_until_the_history_was_asked_for_it() {
    let mut run = opened(20, 1_000);
    let frames = |run: &Driver| {
        let rows = run.watch.timeline().rows(View::Transcript);
        rows.iter().filter(|row| matches!(row, Row::Frame(_))).count()
    };
    // A second one that comes too soon for looks of its own is found by those of the first.
    for text in ["{\"type\":\"agent.mess", "17"] {
        run.frame(playground_core::protocol::Event::keep(text));
        wait(&mut run, 500);
    }
    assert_eq!(frames(&run), 2);
    wait(&mut run, 10_000);
    assert_eq!(frames(&run), 0);
    assert_eq!(run.shown(), run.kept_by_server());
    let pages = run.server.pages_served;
    for number in 0..600 {
        run.frame(playground_core::protocol::Event::keep(&format!(
            "garbage {number}"
        )));
        wait(&mut run, 100);
    }
    assert!(
        run.server.pages_served - pages <= 90,
        "{}",
        run.server.pages_served - pages
    );
    assert!(frames(&run) <= 25, "{}", frames(&run));
}

#[test]
fn events_without_an_id_do_not_make_a_stream_suspect() {
    let mut run = opened(0, 1_000);
    for second in 0..40 {
        let event = json!({"type": "agent.thinking", "id": "", "number": second});
        run.emit(0, false, event);
        wait(&mut run, 3_000);
        assert!(run.is_live());
    }
}

#[test]
fn a_session_that_is_really_busy_stays_running() {
    let mut run = opened(20, 1_000);
    run.deed(0, Deed::Run);
    for _ in 0..30 {
        wait(&mut run, 10_000);
        assert_eq!(run.watch.timeline().status(), Some(SessionStatus::Running));
    }
    assert!(run.refreshes <= 12, "{} requests in five minutes", run.refreshes);
}

#[test]
fn a_burst_of_idle_events_asks_for_the_session_object_every_few_seconds() {
    let mut run = opened(20, 1_000);
    let before = run.refreshes;
    for _ in 0..1_200 {
        run.deed(0, Deed::Idle);
        wait(&mut run, 50);
    }
    assert!(run.refreshes - before <= 21, "{}", run.refreshes - before);
}

#[test]
fn a_session_that_is_over_ends_the_watch_however_the_connection_stands() {
    let openings = [
        Opening::Ok,
        Opening::Hangs,
        Opening::Blocked,
        Opening::Refused {
            status: 404,
            retry_after_ms: None,
        },
    ];
    for opening in openings {
        let mut run = Driver::new(&quiet(300, 100));
        run.emit(0, false, json!({"type": "session.status_terminated"}));
        run.streams.extend(vec![Meets::opening(opening.clone()); 50]);
        run.start();
        wait(&mut run, 5_000);
        assert_eq!(
            *run.watch.phase(),
            Phase::Ended(EndReason::Terminated),
            "{opening:?}"
        );
        assert_eq!(*run.watch.history(), HistoryProgress::Complete);
        assert_eq!(run.shown(), run.kept_by_server());
        assert_eq!(run.watch.timeline().gap_count(), 0);
        wait(&mut run, 30_000);
        let (lists, opens) = (run.lists, run.opens);
        wait(&mut run, 600_000);
        assert_eq!(
            (run.lists, run.opens),
            (lists, opens),
            "{opening:?}: nothing more is asked"
        );
    }
}

#[test]
fn a_stream_that_closes_with_the_end_of_its_session_is_no_interruption() {
    let mut run = opened(20, 1_000);
    run.emit(0, false, json!({"type": "session.status_terminated"}));
    cut(&mut run);
    wait(&mut run, 60_000);
    assert_eq!(*run.watch.phase(), Phase::Ended(EndReason::Terminated));
}

#[test]
fn a_stream_that_closes_before_the_end_of_its_session_is_known_leaves_no_mark() {
    let mut run = opened(20, 1_000);
    cut(&mut run);
    assert_eq!(run.watch.timeline().gap_count(), 1);
    run.input(Input::Session {
        status: SessionStatus::Terminated,
        is_archived: true,
    });
    wait(&mut run, 60_000);
    assert_eq!(*run.watch.phase(), Phase::Ended(EndReason::Terminated));
    assert_eq!(run.watch.timeline().gap_count(), 0);
    let is_mark = |row: &Row| matches!(row, Row::Gap(_));
    assert!(
        !run.watch
            .timeline()
            .rows(View::Transcript)
            .iter()
            .any(|row| is_mark(&row))
    );
}

#[test]
fn an_archived_session_whose_log_has_no_end_is_over_all_the_same() {
    let mut run = opened(20, 1_000);
    run.input(Input::Session {
        status: SessionStatus::Idle,
        is_archived: true,
    });
    wait(&mut run, 100);
    assert_eq!(*run.watch.phase(), Phase::Ended(EndReason::Terminated));
    assert_eq!(run.watch.timeline().status(), Some(SessionStatus::Terminated));
}

#[test]
fn lists_that_fail_do_not_hide_what_the_stream_tells() {
    let mut run = Driver::new(&Plan {
        listings: vec![
            Listing::Fails {
                status: 503,
                latency: 10
            };
            40
        ],
        ..quiet(20, 1_000)
    });
    run.start();
    wait(&mut run, 2_000);
    thought(&mut run, 0);
    wait(&mut run, 200);
    assert_eq!(run.shown().len(), 1);
    assert!(!run.is_live(), "nobody knows what came before");
    assert!(matches!(run.watch.history(), HistoryProgress::Failed(_)));
}

#[test]
fn events_that_are_never_streamed_are_found_after_the_request_that_brought_them() {
    let mut run = opened(20, 1_000);
    let hidden = json!({"type": "agent.thinking"});
    run.server.emit(run.now, 0, false, hidden);
    run.emit(
        0,
        false,
        json!({"type": "span.model_request_end", "model_request_start_id": "x"}),
    );
    wait(&mut run, 3_500);
    assert_eq!(run.shown(), run.kept_by_server());
    assert!(
        run.is_live(),
        "one event left out proves nothing against the stream"
    );
}

#[test]
fn input_that_the_server_took_without_naming_it_stays_until_its_echo_is_found() {
    let mut run = opened(20, 1_000);
    // The stream does not tell: only looks can find it.
    run.withhold_from_now_on();
    run.deed(0, Deed::Send { fate: Fate::Unnamed });
    let refreshes = run.refreshes;
    wait(&mut run, 500);
    let outbox = |run: &Driver| run.watch.timeline().outbox().iter().count();
    assert_eq!(outbox(&run), 1, "a row until the log has it");
    wait(&mut run, 4_000);
    assert_eq!(outbox(&run), 0);
    assert!(run.refreshes > refreshes);
    assert_eq!(run.shown(), run.kept_by_server());
    assert_eq!(run.server.count("user.message"), 1, "never sent again");
}

#[test]
fn a_batch_of_which_the_answer_names_a_part_stays_until_the_rest_is_found() {
    let mut run = opened(20, 1_000);
    let sent = [
        json!({"type": "user.interrupt"}),
        json!({"type": "user.message", "content": [{"type": "text", "text": "instead"}]}),
    ];
    let (id, _) = run
        .watch
        .send(sent.iter().map(|e| e.to_string().into()).collect());
    let named = run.server.queue(run.now, sent[0].clone());
    run.server.queue(run.now, sent[1].clone());
    let now = run.moment();
    let effects = run.watch.sent(now, id, vec![named]);
    run.carry_out(effects);
    assert!(run.watch.timeline().outgoing(id).is_some());
    wait(&mut run, 4_000);
    assert!(run.watch.timeline().outgoing(id).is_none());
    assert_eq!(run.settled, [id]);
}

#[test]
fn a_refused_request_leaves_no_row_and_plans_nothing() {
    let mut run = opened(20, 1_000);
    wait(&mut run, 600_000);
    let lists = run.lists;
    run.deed(0, Deed::Send { fate: Fate::Refused });
    wait(&mut run, 9_000);
    assert_eq!(run.watch.timeline().outbox().iter().count(), 0);
    assert_eq!(run.lists, lists);
}

#[test]
fn the_history_is_not_asked_twice_for_the_same_text() {
    let mut run = opened(20, 1_000);
    let frame = |run: &mut Driver| {
        run.frame(playground_core::protocol::Event::keep("still here"));
        wait(run, 15_000);
    };
    frame(&mut run);
    wait(&mut run, 600_000);
    let lists = run.lists;
    for _ in 0..40 {
        frame(&mut run);
        let rows = run.watch.timeline().rows(View::Transcript);
        assert!(!rows.iter().any(|row| matches!(row, Row::Frame(_))));
    }
    // Those of a quiet stream, and none for the text.
    assert!(run.lists - lists <= 45, "{}", run.lists - lists);
}

/// A session of many events, opened while its server calls the time of an event otherwise, or tells none.
fn opened_with_times_under(name: &str) -> Driver {
    let mut run = Driver::new(&quiet(0, 1_000));
    for _ in 0..3_000 {
        run.emit(
            0,
            false,
            json!({"type": "agent.thinking", "time_is_called": name}),
        );
        run.now += 100;
    }
    run.start();
    wait(&mut run, 60_000);
    run
}

#[test]
fn a_log_without_documented_times_is_loaded_and_looked_at_in_short() {
    for name in ["created_at", "nothing"] {
        let mut run = opened_with_times_under(name);
        assert_eq!(*run.watch.history(), HistoryProgress::Complete, "{name}");
        assert_eq!(run.shown().len(), 3_000, "{name}");
        let events = run.server.events_served;
        wait(&mut run, 600_000);
        assert_eq!(*run.watch.history(), HistoryProgress::Complete, "{name}");
        assert!(
            run.server.events_served - events < 1_000,
            "{name}: {}",
            run.server.events_served - events
        );
    }
}

#[test]
fn a_stream_that_keeps_events_without_documented_times_back_is_convicted() {
    for name in ["created_at", "nothing"] {
        let mut run = opened_with_times_under(name);
        run.withhold_from_now_on();
        for _ in 0..6 {
            run.emit(
                0,
                false,
                json!({"type": "agent.thinking", "time_is_called": name}),
            );
            wait(&mut run, 10_500);
        }
        assert!(run.is_polling(), "{name} {:?}", run.watch.phase());
        assert_eq!(run.shown().len(), 3_006, "{name}");
        assert_eq!(*run.watch.history(), HistoryProgress::Complete, "{name}");
    }
}

#[test]
fn a_server_that_refuses_long_pages_is_asked_for_shorter_ones_from_there_on() {
    let mut run = Driver::new(&quiet(1_000, 1_000));
    run.server.longest = 100;
    run.start();
    wait(&mut run, 60_000);
    assert_eq!(*run.watch.history(), HistoryProgress::Complete);
    assert_eq!(run.shown(), run.kept_by_server());
    assert!(run.lists <= 20, "refused once: {} requests", run.lists);
    assert!(run.server.events_served <= 1_250, "{}", run.server.events_served);
}

#[test]
fn a_session_object_that_cannot_be_had_at_first_is_asked_for_again_after_the_wait() {
    let mut run = Driver::new(&quiet(20, 1_000));
    run.server.set_status(0, SessionStatus::Running);
    run.retrievals_fail = 2;
    run.start();
    wait(&mut run, 15_000);
    assert_eq!(run.refreshes, 1, "not before the time that the server named");
    wait(&mut run, 30_000);
    assert_eq!(run.watch.timeline().status(), Some(SessionStatus::Running));
    run.retrievals_fail = usize::MAX;
    run.input(Input::Wake);
    run.input(Input::Leave);
    let refreshes = run.refreshes;
    wait(&mut run, 600_000);
    assert_eq!(run.refreshes, refreshes, "not after the end");
}

#[test]
fn a_stream_goes_on_with_a_note_where_lists_are_refused() {
    let mut run = Driver::new(&Plan {
        listings: vec![
            Listing::Fails {
                status: 403,
                latency: 10
            };
            400
        ],
        ..quiet(20, 1_000)
    });
    run.start();
    wait(&mut run, 500);
    for number in 1..=20 {
        thought(&mut run, 0);
        wait(&mut run, 2_000);
        assert!(run.is_live());
        assert_eq!(run.shown().len(), number);
    }
    assert!(matches!(run.watch.history(), HistoryProgress::Failed(_)));
}
