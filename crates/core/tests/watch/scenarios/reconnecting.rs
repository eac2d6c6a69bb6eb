//! What is missed while nobody listens is found, and nothing else is asked for.

use super::*;

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
