//! The newer of two words counts: of the log, of the stream, of the Session object.

use super::*;

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
