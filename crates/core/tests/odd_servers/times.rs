//! Events without a time stand where they came, and only input can wait.

use playground_core::protocol::Event;
use playground_core::session::{Timeline, View};
use proptest::prelude::*;
use serde_json::json;

use super::seen::{event, list, list_newest_first, rows, seen};

fn at(second: u32, event_type: &str, id: &str) -> String {
    json!({"type": event_type, "id": id, "processed_at": format!("2026-11-18T09:00:{second:02}Z"), "content": [],
        "stop_reason": {"type": "end_turn"}})
    .to_string()
}

fn timeless(event_type: &str, id: &str) -> String {
    json!({"type": event_type, "id": id, "processed_at": null, "content": []}).to_string()
}

#[test]
fn an_event_without_a_time_does_not_sink_below_what_follows() {
    let mut timeline = Timeline::default();
    for json in [
        at(1, "user.message", "question"),
        timeless("agent.message_chunk", "chunk"),
        timeless("agent.message", "known"),
        at(2, "agent.message", "answer"),
    ] {
        timeline.stream_event(Event::keep(&json));
    }
    timeline.commit();
    let expected = ["question", "chunk", "known", "answer"];
    assert_eq!(rows(&timeline, View::Transcript), expected);
    // The next turn comes behind all of it.
    for json in [
        at(3, "user.message", "q2"),
        timeless("x", "chunk2"),
        at(4, "agent.message", "a2"),
    ] {
        timeline.stream_event(Event::keep(&json));
    }
    timeline.commit();
    assert_eq!(
        rows(&timeline, View::Events),
        [&expected[..], &["q2", "chunk2", "a2"]].concat()
    );
}

#[test]
fn an_event_without_a_time_stands_where_it_is_listed() {
    let listed = [
        timeless("x", "first"),
        at(1, "user.message", "a"),
        timeless("x", "b"),
        timeless("y", "c"),
        at(1, "agent.message", "d"),
        at(2, "agent.message", "e"),
        timeless("x", "f"),
    ];
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    let expected = ["first", "a", "b", "c", "d", "e", "f"];
    for deliver in [list, list_newest_first] {
        let mut timeline = Timeline::default();
        deliver(&mut timeline, &listed);
        assert_eq!(rows(&timeline, View::Events), expected);
        deliver(&mut timeline, &listed);
        assert_eq!(rows(&timeline, View::Events), expected);
    }
}

#[test]
fn a_server_that_lists_what_has_no_time_at_the_end_does_not_pull_it_down() {
    let mut timeline = Timeline::default();
    list(
        &mut timeline,
        &[&at(1, "user.message", "a"), &timeless("x", "chunk")],
    );
    timeline.stream_event(Event::keep(&at(2, "agent.message", "b")));
    timeline.commit();
    list(
        &mut timeline,
        &[
            &at(1, "user.message", "a"),
            &at(2, "agent.message", "b"),
            &timeless("x", "chunk"),
        ],
    );
    assert_eq!(rows(&timeline, View::Events), ["a", "chunk", "b"]);
}

#[test]
fn a_server_without_any_times_is_shown_in_its_order() {
    let listed = [
        timeless("user.message", "a"),
        timeless("agent.message", "b"),
        timeless("session.status_running", "c"),
        timeless("session.status_idle", "d"),
        timeless("user.message", "waits"),
    ];
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    for deliver in [list, list_newest_first] {
        let mut timeline = Timeline::default();
        deliver(&mut timeline, &listed);
        timeline.stream_event(Event::keep(&timeless("agent.message", "e")));
        timeline.commit();
        assert_eq!(rows(&timeline, View::Events), ["a", "b", "c", "d", "e", "waits"]);
        assert_eq!(timeline.facts().status().unwrap().as_str(), "idle");
    }
}

#[test]
fn what_was_created_at_a_time_happened_then_unless_it_is_input() {
    let created = |second: u32, event_type: &str, id: &str| {
        json!({"type": event_type, "id": id, "created_at": format!("2026-11-18T09:00:{second:02}Z"), "content": []}).to_string()
    };
    let mut timeline = Timeline::default();
    for json in [
        at(3, "agent.message", "c"),
        created(2, "agent.message", "b"),
        created(1, "user.message", "waits"),
    ] {
        timeline.stream_event(Event::keep(&json));
    }
    timeline.commit();
    assert_eq!(rows(&timeline, View::Events), ["b", "c", "waits"]);
}

#[test]
fn input_that_is_listed_before_something_that_happened_is_over_and_keeps_that_place() {
    let log = [
        timeless("user.message", "q1"),
        at(1, "agent.message", "a1"),
        timeless("user.message", "q2"),
        at(2, "agent.message", "a2"),
        at(3, "session.status_running", "run"),
        timeless("user.message", "q3"),
    ];
    let listed: Vec<&str> = log.iter().map(String::as_str).collect();
    for deliver in [list, list_newest_first] {
        let mut timeline = Timeline::default();
        // Live, nothing tells that they are over.
        for json in &log {
            timeline.stream_event(Event::keep(json));
        }
        deliver(&mut timeline, &listed);
        assert_eq!(
            rows(&timeline, View::Events),
            ["q1", "a1", "q2", "a2", "run", "q3"]
        );
        let queued = |id: &str| timeline.is_queued(timeline.log().find(id).unwrap());
        assert_eq!(["q1", "q2", "q3"].map(queued), [false, false, true]);
        // A part of the log that ends with it does not make it wait again.
        deliver(&mut timeline, &listed[..3]);
        assert_eq!(
            rows(&timeline, View::Events),
            ["q1", "a1", "q2", "a2", "run", "q3"]
        );
    }
}

#[test]
fn input_is_not_called_queued_once_the_session_is_at_rest() {
    let stop = |reason: serde_json::Value| {
        event(
            json!({"type": "session.status_idle", "id": format!("idle {reason}"), "stop_reason": reason,
            "processed_at": "2026-11-18T09:00:05Z"}),
        )
    };
    for (reason, is_queued) in [
        (json!({"type": "end_turn"}), false),
        (json!({"type": "retries_exhausted"}), false),
        (json!({"type": "lunch"}), false),
        (json!(null), false),
        (json!({"type": "requires_action", "event_ids": ["x"]}), true),
        (json!({"type": "budget_reached"}), true),
    ] {
        let mut timeline = Timeline::default();
        timeline.stream_event(Event::keep(&at(1, "session.status_running", "run")));
        timeline.stream_event(Event::keep(&timeless("user.message", "q")));
        timeline.commit();
        let slot = timeline.log().find("q").unwrap();
        assert!(timeline.is_queued(slot));
        timeline.stream_event(stop(reason.clone()));
        let changes = timeline.commit();
        assert_eq!(timeline.is_queued(slot), is_queued, "{reason}");
        use playground_core::session::{Row, RowChange};
        for view in View::ALL {
            assert!(
                changes.rows(view).contains(&RowChange::Updated(Row::Event(slot))),
                "its row says so"
            );
        }
    }
}

#[test]
fn the_newest_status_counts_also_where_its_place_was_found_later() {
    let running = timeless("session.status_running", "run");
    let idle = at(3, "session.status_idle", "idle");
    let message = at(1, "agent.message", "m");
    let later = at(5, "agent.message", "later");
    let mut timeline = Timeline::default();
    for json in [&later, &running, &idle] {
        timeline.stream_event(Event::keep(json));
    }
    timeline.commit();
    assert_eq!(
        timeline.facts().status().unwrap().as_str(),
        "running",
        "it came last"
    );
    list(&mut timeline, &[&message, &running, &idle, &later]);
    assert_eq!(rows(&timeline, View::Events), ["m", "run", "idle", "later"]);
    assert_eq!(timeline.facts().status().unwrap().as_str(), "idle");
}

/// One event of a log; every other may have no time.
#[derive(Clone, Debug)]
struct Made {
    kind: usize,
    has_time: bool,
    has_id: bool,
    later: bool,
    about: usize,
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let one = (
        0..12usize,
        prop::bool::weighted(0.6),
        prop::bool::weighted(0.8),
        any::<bool>(),
        0..24usize,
    )
        .prop_map(|(kind, has_time, has_id, later, about)| Made {
            kind,
            has_time,
            has_id,
            later,
            about,
        });
    prop::collection::vec(one, 1..24)
}

fn log_of(made: &[Made]) -> Vec<Event> {
    const KINDS: [&str; 12] = [
        "user.message",
        "user.tool_confirmation",
        "agent.message",
        "agent.tool_use",
        "agent.tool_result",
        "agent.message_chunk",
        "agent.other_chunk",
        "session.status_running",
        "session.status_idle",
        "span.model_request_start",
        "session.updated",
        "session.usage",
    ];
    let mut second = 0;
    let mut events = Vec::new();
    for (number, one) in made.iter().enumerate() {
        second += usize::from(one.later);
        let mut value = json!({"type": KINDS[one.kind], "content": [], "name": "t", "title": format!("title {number}"),
            "tool_use_id": format!("e{}", one.about % made.len()), "usage": {"input_tokens": number}});
        let reason = ["end_turn", "requires_action"][one.about % 2];
        value["stop_reason"] = json!({"type": reason, "event_ids": [format!("e{}", one.about % made.len())]});
        if one.has_id {
            value["id"] = json!(format!("e{number}"));
        } else {
            value["title"] = json!("title");
            value["usage"] = json!({});
        }
        if one.has_time {
            value["processed_at"] = json!(format!("2026-11-18T09:00:{second:02}Z"));
        }
        events.push(event(value));
    }
    events
}

/// How a part of a log is delivered.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Stream(usize, usize),
    Up(usize, usize),
    Down(usize, usize, usize),
    Commit,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let part = (0..24usize, 1..24usize);
    prop_oneof![
        part.clone().prop_map(|(a, b)| Step::Stream(a, b)),
        part.clone().prop_map(|(a, b)| Step::Up(a, b)),
        (part, 1..6usize).prop_map(|((a, b), page)| Step::Down(a, b, page)),
        Just(Step::Commit),
    ]
}

pub(crate) fn deliver(timeline: &mut Timeline, log: &[Event], step: &Step) {
    use playground_core::session::Listed;
    let part = |from: usize, count: usize| {
        let from = from % log.len();
        &log[from..log.len().min(from + count)]
    };
    match *step {
        Step::Stream(from, count) => part(from, count)
            .iter()
            .for_each(|event| timeline.stream_event(event.clone())),
        Step::Up(from, count) => {
            timeline.page(part(from, count).to_vec(), false);
        }
        Step::Down(from, count, page) => {
            let reversed: Vec<Event> = part(from, count).iter().rev().cloned().collect();
            let mut listing = Listed::new(true);
            for events in reversed.chunks(page) {
                timeline.listed(&mut listing, events.to_vec());
            }
        }
        Step::Commit => {
            timeline.commit();
        }
    }
}

/// Delivers a log in steps and then as a whole, by pages from its end or at once, and checks that what is seen is what reading
/// it once shows.
pub(super) fn delivered(
    log: &[Event],
    steps: &[Step],
    page: usize,
    newest_first: bool,
) -> Result<Timeline, TestCaseError> {
    let mut timeline = Timeline::default();
    for step in steps {
        deliver(&mut timeline, log, step);
    }
    let all = match newest_first {
        true => Step::Down(0, log.len(), page),
        false => Step::Up(0, log.len()),
    };
    deliver(&mut timeline, log, &all);
    timeline.frames_listed(timeline.newest_frame());
    timeline.commit();
    let mut once = Timeline::default();
    once.page(log.to_vec(), false);
    once.commit();
    for (delivered, once) in seen(&timeline).iter().zip(seen(&once)) {
        prop_assert_eq!(delivered, &once);
    }
    prop_assert_eq!(timeline.event_count(), log.len());
    Ok(timeline)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn any_delivery_of_a_log_with_few_times_ends_like_reading_it_once(
        made in made(),
        steps in prop::collection::vec(step(), 0..12),
        page in 1..10usize,
        newest_first in any::<bool>(),
    ) {
        let log = log_of(&made);
        let timeline = delivered(&log, &steps, page, newest_first)?;
        prop_assert_eq!(rows(&timeline, View::Events).len(), log.len());
    }
}
