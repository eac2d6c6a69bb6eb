//! Answers that fail, that name less than they should, or that are of another form.

use super::*;

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
