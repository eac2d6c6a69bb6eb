//! Behaviour of the fold: one log, many ways to receive it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::protocol::{Event, SessionStatus, StopReason};

const TRANSCRIPTS: [(&str, &str); 3] = [
    (
        "simple",
        include_str!("../../../../tests/fixtures/transcripts/simple.json"),
    ),
    (
        "confirmation",
        include_str!("../../../../tests/fixtures/transcripts/confirmation.json"),
    ),
    (
        "multiagent",
        include_str!("../../../../tests/fixtures/transcripts/multiagent.json"),
    ),
];

fn events(json: &str) -> Vec<Event> {
    serde_json::from_str(json).expect("a list of events")
}

fn event(value: Value) -> Event {
    Event::parse(&value.to_string()).expect("an event")
}

fn read_once(events: &[Event]) -> Timeline {
    let mut timeline = Timeline::default();
    timeline.page(events.to_vec(), false);
    timeline.commit();
    timeline
}

/// Everything a reader can see, in one comparable value.
fn seen(timeline: &Timeline) -> Value {
    let row = |row: Row| match row {
        Row::Event(slot) => json!(timeline.log().event(slot).raw()),
        other => json!(format!("{other:?}")),
    };
    json!({
        "transcript": timeline.rows(View::Transcript).iter().map(row).collect::<Vec<_>>(),
        "events": timeline.rows(View::Events).iter().map(row).collect::<Vec<_>>(),
        "status": timeline.facts().status().map(SessionStatus::as_str),
        "stop": format!("{:?}", timeline.facts().stop()),
        "title": timeline.facts().title(),
        "usage": format!("{:?}", timeline.facts().usage()),
        "waiting": timeline.waiting_calls().into_iter().map(|s| row(Row::Event(s))).collect::<Vec<_>>(),
        "count": timeline.event_count(),
    })
}

fn shown_ids(timeline: &Timeline, view: View) -> Vec<String> {
    timeline
        .rows(view)
        .iter()
        .map(|row| match row {
            Row::Event(slot) => timeline
                .log()
                .event(slot)
                .id()
                .map(|id| id.to_string())
                .unwrap_or_default(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn the_events_view_is_the_log_in_server_order() {
    for (name, json) in TRANSCRIPTS {
        let log = events(json);
        let timeline = read_once(&log);
        let ids: Vec<String> = log.iter().map(|e| e.id().expect("an id").to_string()).collect();
        assert_eq!(shown_ids(&timeline, View::Events), ids, "{name}");
        assert_eq!(timeline.event_count(), log.len());
        assert_eq!(timeline.facts().status(), Some(&SessionStatus::Idle), "{name}");
    }
}

#[test]
fn the_transcript_folds_results_into_their_calls() {
    let (_, json) = TRANSCRIPTS[1];
    let timeline = read_once(&events(json));
    for row in timeline.rows(View::Transcript).iter() {
        let Row::Event(slot) = row else {
            panic!("only events")
        };
        let name = timeline.log().event(slot).event_type().as_str().to_owned();
        assert!(
            !name.ends_with("tool_result") && name != "user.tool_confirmation",
            "{name}"
        );
    }
    assert_eq!(timeline.waiting_calls(), Vec::<Slot>::new());
}

#[test]
fn calls_wait_until_answered_and_stop_reasons_are_known() {
    let (_, json) = TRANSCRIPTS[1];
    let log = events(json);
    let first_idle = log
        .iter()
        .position(|e| e.event_type().as_str() == "session.status_idle")
        .expect("an idle event");
    let timeline = read_once(&log[..=first_idle]);
    let stop = timeline.facts().stop().expect("idle").reason.clone();
    let StopReason::RequiresAction(action) = stop else {
        panic!("{stop:?}")
    };
    let waiting: Vec<String> = timeline
        .waiting_calls()
        .into_iter()
        .map(|slot| timeline.log().event(slot).id().expect("an id").to_string())
        .collect();
    assert_eq!(waiting, action.event_ids);
}

#[test]
fn a_pending_message_moves_to_its_place_when_processed() {
    let mut timeline = Timeline::default();
    let pending = json!({"type": "user.message", "id": "sevt_u", "content": [], "processed_at": null});
    let mut processed = pending.clone();
    processed["processed_at"] = json!("2026-11-18T09:00:01.5Z");
    let running =
        json!({"type": "session.status_running", "id": "sevt_r", "processed_at": "2026-11-18T09:00:01Z"});
    let later = json!({"type": "agent.message", "id": "sevt_m", "content": [], "processed_at": "2026-11-18T09:00:02Z"});
    for value in [&pending, &running, &later] {
        timeline.stream_event(event(value.clone()));
    }
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Events), ["sevt_r", "sevt_m", "sevt_u"]);
    timeline.stream_event(event(processed));
    timeline.stream_event(event(pending));
    let changes = timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Events), ["sevt_r", "sevt_u", "sevt_m"]);
    for view in View::ALL {
        let shown_anew = changes
            .rows(view)
            .iter()
            .any(|change| matches!(change, RowChange::Updated(_)));
        assert!(shown_anew, "the row still says that it waits");
    }
    assert_eq!(timeline.event_count(), 3);
}

#[test]
fn times_are_compared_as_times_not_as_text() {
    let mut timeline = Timeline::default();
    let at = |id: &str, time: &str| event(json!({"type": "agent.thinking", "id": id, "processed_at": time}));
    timeline.page(
        vec![
            at("b", "2026-11-18T09:00:00.899001Z"),
            at("a", "2026-11-18T09:00:00.899Z"),
        ],
        false,
    );
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Events), ["a", "b"]);
}

#[test]
fn equal_times_keep_the_order_of_the_listing() {
    let at =
        |id: &str| event(json!({"type": "agent.thinking", "id": id, "processed_at": "2026-11-18T09:00:00Z"}));
    let mut timeline = Timeline::default();
    timeline.stream_event(at("b"));
    timeline.page(vec![at("a"), at("b"), at("c")], false);
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Events), ["a", "b", "c"]);
    let mut newest_first = Timeline::default();
    newest_first.page(vec![at("c"), at("b"), at("a")], true);
    newest_first.commit();
    assert_eq!(shown_ids(&newest_first, View::Events), ["a", "b", "c"]);
}

#[test]
fn a_listing_orders_any_number_of_events_of_the_same_time() {
    let at =
        |id: &str| event(json!({"type": "agent.thinking", "id": id, "processed_at": "2026-11-18T09:00:00Z"}));
    for newest_first in [false, true] {
        let mut timeline = Timeline::default();
        for id in ["d", "b", "c", "a"] {
            timeline.stream_event(at(id));
        }
        timeline.commit();
        let mut page = ["a", "b", "c", "d", "b"].map(at).to_vec();
        if newest_first {
            page.reverse();
        }
        timeline.page(page, newest_first);
        timeline.commit();
        let shown = shown_ids(&timeline, View::Events);
        // A page that names an event twice leaves open where it stands.
        assert_eq!(
            shown.iter().filter(|id| *id != "b").collect::<Vec<_>>(),
            ["a", "c", "d"]
        );
        assert_eq!(shown.len(), 4);
    }
}

#[test]
fn the_status_follows_the_listed_order_of_events_of_the_same_time() {
    let at = |id: &str, kind: &str| {
        event(
            json!({"type": kind, "id": id, "stop_reason": {"type": "end_turn"}, "stop_details": null,
            "processed_at": "2026-11-18T09:00:00Z"}),
        )
    };
    let log = [
        at("a", "session.status_running"),
        at("b", "agent.thinking"),
        at("c", "session.status_idle"),
    ];
    for order in [[2, 1, 0], [1, 2, 0], [2, 0, 1], [0, 2, 1]] {
        let mut timeline = Timeline::default();
        for index in order {
            timeline.stream_event(log[index].clone());
        }
        timeline.page(log.to_vec(), false);
        timeline.commit();
        assert_eq!(seen(&timeline), seen(&read_once(&log)), "{order:?}");
        assert_eq!(timeline.facts().status(), Some(&SessionStatus::Idle));
    }
}

#[test]
fn rows_stay_until_the_commit() {
    let mut timeline = Timeline::default();
    timeline.stream_event(event(json!({"type": "user.message", "id": "u", "content": []})));
    timeline.stream_event(start("m"));
    let local = timeline.send(vec!["{}".into()]);
    timeline.commit();
    let before = shown_ids(&timeline, View::Transcript);
    timeline.stream_event(event(
        json!({"type": "user.message", "id": "u", "content": [], "processed_at": "2026-11-18T09:00:00Z"}),
    ));
    timeline.stream_event(event(
        json!({"type": "agent.message", "id": "m", "content": [], "processed_at": "2026-11-18T09:00:01Z"}),
    ));
    timeline.drop_local(local);
    assert_eq!(shown_ids(&timeline, View::Transcript), before);
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Transcript), ["u", "m"]);
}

fn start(id: &str) -> Event {
    event(json!({"type": "event_start", "event": {"type": "agent.message", "id": id}}))
}

fn delta(id: &str, index: u32, text: &str) -> Event {
    event(json!({"type": "event_delta", "event_id": id, "delta": {
        "type": "content_delta", "index": index, "content": {"type": "text", "text": text}}}))
}

fn preview_text(timeline: &Timeline) -> Vec<Vec<String>> {
    timeline
        .rows(View::Transcript)
        .iter()
        .filter_map(|row| match row {
            Row::Preview(number) => timeline.preview(number).map(|p| p.blocks.clone()),
            _ => None,
        })
        .collect()
}

#[test]
fn a_preview_grows_and_gives_way_to_its_final_event() {
    let mut timeline = Timeline::default();
    for frame in [
        start("m"),
        delta("m", 0, "Hel"),
        delta("m", 0, "lo"),
        delta("m", 2, "gap"),
        delta("x", 0, "no start"),
    ] {
        timeline.stream_event(frame);
    }
    timeline.commit();
    assert_eq!(
        preview_text(&timeline),
        [
            vec!["Hello".to_owned(), String::new(), "gap".to_owned()],
            vec!["no start".to_owned()]
        ]
    );
    assert_eq!(timeline.event_count(), 0, "previews are no events");
    timeline.stream_event(event(
        json!({"type": "agent.message", "id": "m", "content": [], "processed_at": "2026-11-18T09:00:00Z"}),
    ));
    timeline.stream_event(delta("m", 0, "late"));
    timeline.commit();
    assert_eq!(preview_text(&timeline), [vec!["no start".to_owned()]]);
    timeline.stream_event(event(
        json!({"type": "span.model_request_end", "id": "e", "model_request_start_id": "s",
        "model_usage": {}, "processed_at": "2026-11-18T09:00:01Z"}),
    ));
    timeline.commit();
    assert!(preview_text(&timeline).is_empty());
}

#[test]
fn a_preview_that_was_told_after_its_request_was_over_goes_with_the_next_listing() {
    let start = || {
        event(
            json!({"type": "span.model_request_start", "id": "sevt_1", "processed_at": "2026-11-18T09:00:01Z"}),
        )
    };
    let end = || {
        event(
            json!({"type": "span.model_request_end", "id": "sevt_2", "model_request_start_id": "sevt_1",
            "model_usage": {}, "processed_at": "2026-11-18T09:00:02Z"}),
        )
    };
    let late = || event(json!({"type": "event_start", "event": {"type": "agent.message", "id": "sevt_3"}}));

    let mut timeline = Timeline::default();
    timeline.page(vec![end(), start()], true);
    timeline.stream_event(late());
    let until = timeline.newest_preview();
    timeline.stream_event(event(
        json!({"type": "event_start", "event": {"type": "agent.message", "id": "sevt_4"}}),
    ));
    timeline.previews_listed(until);
    assert!(timeline.preview(until).is_none());
    assert!(
        timeline.preview(until + 1).is_some(),
        "opened since the listing began"
    );

    let mut timeline = Timeline::default();
    timeline.stream_event(start());
    timeline.stream_event(late());
    timeline.previews_listed(timeline.newest_preview());
    assert!(timeline.preview(1).is_some(), "its request is open");

    let mut timeline = Timeline::default();
    timeline.stream_event(late());
    timeline.previews_listed(timeline.newest_preview());
    assert!(timeline.preview(1).is_some(), "this server tells no requests");
}

#[test]
fn an_event_takes_the_row_of_its_preview_where_it_stands() {
    let message = |id: &str, second: u32| {
        event(json!({"type": "agent.message", "id": id, "content": [],
            "processed_at": format!("2026-11-18T09:00:0{second}Z")}))
    };
    let mut timeline = Timeline::default();
    timeline.stream_event(message("a", 1));
    for id in ["m", "n"] {
        timeline.stream_event(start(id));
    }
    timeline.commit();
    let rows = |timeline: &Timeline| timeline.rows(View::Transcript).iter().collect::<Vec<_>>();
    let previews: Vec<Row> = rows(&timeline)[1..].to_vec();

    timeline.stream_event(message("m", 2));
    timeline.stream_event(message("late", 3));
    let changes = timeline.commit();
    let [late, finished] = ["late", "m"].map(|id| Row::Event(timeline.log().find(id).expect("an event")));
    assert_eq!(
        changes.rows(View::Transcript),
        [
            RowChange::Became {
                from: previews[0],
                to: finished
            },
            RowChange::Inserted { index: 2, count: 1 }
        ]
    );
    assert_eq!(
        changes.rows(View::Events),
        [RowChange::Inserted { index: 1, count: 2 }]
    );
    assert_eq!(rows(&timeline)[1..], [finished, late, previews[1]]);

    // Not the place where it belongs.
    timeline.stream_event(message("n", 2));
    let changes = timeline.commit();
    assert_eq!(
        changes.rows(View::Transcript),
        [
            RowChange::Removed { index: 3, count: 1 },
            RowChange::Inserted { index: 2, count: 1 }
        ]
    );
}

#[test]
fn an_event_that_moved_and_came_back_takes_the_row_of_its_preview() {
    let mut timeline = Timeline::default();
    timeline.stream_event(start("m"));
    timeline.commit();
    let message = |id: &str| {
        event(
            json!({"type": "agent.message", "id": id, "content": [], "processed_at": "2026-11-18T09:00:00Z"}),
        )
    };
    for id in ["a", "m"] {
        timeline.stream_event(message(id));
    }
    for order in [["m", "a"], ["a", "m"]] {
        timeline.page(order.map(message).to_vec(), false);
    }
    let changes = timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Transcript), ["a", "m"]);
    assert_eq!(shown_ids(&timeline, View::Events), ["a", "m"]);
    let became = |change: &RowChange| matches!(change, RowChange::Became { .. });
    assert!(changes.rows(View::Transcript).iter().any(became));
}

#[test]
fn a_result_may_arrive_before_its_call() {
    let call = event(
        json!({"type": "agent.tool_use", "id": "c", "name": "bash", "input": {},
        "evaluated_permission": "ask", "processed_at": "2026-11-18T09:00:00Z"}),
    );
    let result = event(json!({"type": "agent.tool_result", "id": "r", "tool_use_id": "c",
        "processed_at": "2026-11-18T09:00:01Z"}));
    let mut timeline = Timeline::default();
    timeline.stream_event(result);
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Transcript), ["r"]);
    timeline.stream_event(call);
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Transcript), ["c"]);
    assert!(timeline.waiting_calls().is_empty());
}

#[test]
fn all_results_that_were_there_before_their_call_are_shown_with_it() {
    let result = |id: &str| {
        event(json!({"type": "agent.tool_result", "id": id, "tool_use_id": "c",
            "processed_at": "2026-11-18T09:00:01Z"}))
    };
    let mut timeline = Timeline::default();
    timeline.page(["r3", "r2", "r1"].map(result).to_vec(), true);
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Transcript), ["r1", "r2", "r3"]);
    timeline.page(
        vec![event(
            json!({"type": "agent.tool_use", "id": "c", "name": "bash", "input": {},
            "processed_at": "2026-11-18T09:00:00Z"}),
        )],
        true,
    );
    timeline.commit();
    assert_eq!(shown_ids(&timeline, View::Transcript), ["c"]);
}

#[test]
fn the_earliest_of_several_ends_of_a_request_counts() {
    let end = |id: &str, second: u32| {
        event(
            json!({"type": "span.model_request_end", "id": id, "model_request_start_id": "s", "model_usage": {},
            "processed_at": format!("2026-11-18T09:00:0{second}Z")}),
        )
    };
    for order in [[1, 2], [2, 1]] {
        let mut timeline = Timeline::default();
        for second in order {
            timeline.stream_event(end(&format!("e{second}"), second));
        }
        assert_eq!(timeline.request_links("s").end, timeline.log().find("e1"));
    }
}

#[test]
fn an_unanswered_call_is_closed_by_the_end_of_the_turn() {
    let mut timeline = Timeline::default();
    timeline.stream_event(event(
        json!({"type": "agent.custom_tool_use", "id": "c", "name": "lookup", "input": {},
        "processed_at": "2026-11-18T09:00:00Z"}),
    ));
    timeline.commit();
    assert_eq!(timeline.waiting_calls().len(), 1);
    timeline.stream_event(event(json!({"type": "session.status_idle", "id": "i",
        "stop_reason": {"type": "end_turn"}, "stop_details": null, "processed_at": "2026-11-18T09:00:05Z"})));
    timeline.commit();
    assert!(timeline.waiting_calls().is_empty());
}

#[test]
fn every_event_of_the_transcripts_has_words() {
    let mut lines = Vec::new();
    for (name, json) in TRANSCRIPTS {
        lines.push(format!("# {name}"));
        for event in events(json) {
            let words = words::describe(&event);
            lines.push(format!(
                "{} | {} | {} | {:?}",
                event.event_type(),
                words.label,
                words.detail,
                words.tone
            ));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn events_and_tools_without_a_name_have_words_all_the_same() {
    for nameless in [
        json!({"type": ""}),
        json!({"type": " "}),
        json!({"type": "agent.tool_use", "name": "", "input": {}}),
    ] {
        assert_eq!(words::describe(&event(nameless)).label, "(no name)");
    }
}

/// How a part of the log reaches the page.
#[derive(Clone, Debug)]
enum Delivery {
    Stream(usize, usize),
    Replay(usize, usize),
    PageUp(usize, usize),
    PageDown(usize, usize),
    PendingCopy(usize),
    Commit,
}

fn delivery(len: usize) -> impl Strategy<Value = Delivery> {
    let range = (0..len, 1..40usize).prop_map(move |(from, count)| (from, (from + count).min(len)));
    prop_oneof![
        4 => range.clone().prop_map(|(a, b)| Delivery::Stream(a, b)),
        1 => range.clone().prop_map(|(a, b)| Delivery::Replay(a, b)),
        2 => range.clone().prop_map(|(a, b)| Delivery::PageUp(a, b)),
        2 => range.prop_map(|(a, b)| Delivery::PageDown(a, b)),
        1 => (0..len).prop_map(Delivery::PendingCopy),
        1 => Just(Delivery::Commit),
    ]
}

fn pending_copy(event: &Event) -> Option<Event> {
    if !matches!(
        event.event_type().as_str(),
        "user.message" | "user.interrupt" | "user.tool_confirmation"
    ) {
        return None;
    }
    let mut value: Value = serde_json::from_str(event.raw()).expect("JSON");
    value["processed_at"] = Value::Null;
    Event::parse(&value.to_string()).ok()
}

fn deliver(timeline: &mut Timeline, log: &[Event], step: &Delivery) {
    match *step {
        Delivery::Stream(a, b) => log[a..b].iter().for_each(|e| timeline.stream_event(e.clone())),
        Delivery::Replay(a, b) => {
            for event in log[a..b].iter().flat_map(|e| [e, e]) {
                timeline.stream_event(event.clone());
            }
        }
        Delivery::PageUp(a, b) => {
            timeline.page(log[a..b].to_vec(), false);
        }
        Delivery::PageDown(a, b) => {
            timeline.page(log[a..b].iter().rev().cloned().collect(), true);
        }
        Delivery::PendingCopy(i) => {
            if let Some(copy) = pending_copy(&log[i]) {
                timeline.stream_event(copy);
            }
        }
        Delivery::Commit => {
            timeline.commit();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_delivery_of_a_log_ends_like_reading_it_once(
        which in 0..3usize,
        steps in proptest::collection::vec(delivery(127), 0..30),
    ) {
        let log = events(TRANSCRIPTS[which].1);
        let mut timeline = Timeline::default();
        for step in &steps {
            let clamp = |i: usize| i.min(log.len() - 1);
            let step = match *step {
                Delivery::Stream(a, b) => Delivery::Stream(clamp(a), b.min(log.len())),
                Delivery::Replay(a, b) => Delivery::Replay(clamp(a), b.min(log.len())),
                Delivery::PageUp(a, b) => Delivery::PageUp(clamp(a), b.min(log.len())),
                Delivery::PageDown(a, b) => Delivery::PageDown(clamp(a), b.min(log.len())),
                Delivery::PendingCopy(i) => Delivery::PendingCopy(clamp(i)),
                Delivery::Commit => Delivery::Commit,
            };
            deliver(&mut timeline, &log, &step);
        }
        // Whatever came before, the catch-up after the last reconnect lists everything once more.
        timeline.page(log.clone(), false);
        timeline.commit();
        prop_assert_eq!(seen(&timeline), seen(&read_once(&log)));
    }

    #[test]
    fn committed_changes_describe_the_new_rows(
        which in 0..3usize,
        order in Just((0..127usize).collect::<Vec<_>>()).prop_shuffle(),
        batch in 1..20usize,
    ) {
        let log = events(TRANSCRIPTS[which].1);
        let mut timeline = Timeline::default();
        let mut lengths = [0usize; 2];
        for indices in order.chunks(batch) {
            for &i in indices {
                if let Some(event) = log.get(i) {
                    timeline.stream_event(event.clone());
                }
            }
            let changes = timeline.commit();
            for (number, view) in View::ALL.into_iter().enumerate() {
                for change in changes.rows(view) {
                    match *change {
                        RowChange::Inserted { count, .. } => lengths[number] += count,
                        RowChange::Removed { count, .. } => lengths[number] -= count,
                        RowChange::Updated(row) | RowChange::Became { to: row, .. } => {
                            prop_assert!(timeline.index_of(view, row).is_some());
                        }
                    }
                }
                prop_assert_eq!(lengths[number], timeline.rows(view).len());
            }
        }
    }
}

/// The ids of the events whose rows a batch draws anew in the transcript.
fn redrawn(timeline: &mut Timeline) -> Vec<String> {
    let changes = timeline.commit();
    let mut ids: Vec<String> = changes.rows[View::Transcript.number()]
        .iter()
        .filter_map(|change| match change {
            RowChange::Updated(Row::Event(slot)) => timeline.log().event(*slot).id().map(|id| id.to_string()),
            _ => None,
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn at(second: u32, mut value: Value) -> Event {
    value["processed_at"] = json!(format!("2026-11-20T08:00:{second:02}Z"));
    event(value)
}

#[test]
fn what_a_deletion_makes_untrue_is_drawn_anew() {
    let mut timeline = read_once(&[
        at(1, json!({"type": "session.status_running", "id": "a"})),
        at(
            2,
            json!({"type": "agent.tool_use", "id": "call", "name": "bash", "input": {}, "evaluated_permission": "ask"}),
        ),
    ]);
    timeline.upsert(
        at(3, json!({"type": "session.deleted", "id": "end"})),
        Side::Newer,
    );
    assert!(redrawn(&mut timeline).contains(&"call".to_owned()));
}

#[test]
fn rows_that_name_what_becomes_known_late_are_drawn_anew() {
    let phase = |id: &str| json!({"type": "workflow_run.phase_started", "id": id, "workflow_run_id": "run", "workflow_run_phase_id": "p1"});
    let mut timeline = read_once(&[
        at(10, phase("phase")),
        at(
            11,
            json!({"type": "agent.thread_message_sent", "id": "task", "to_session_thread_id": "t2",
            "to_agent_name": "writer", "content": []}),
        ),
    ]);
    timeline.page(
        vec![
            at(1, json!({"type": "workflow_run.created", "id": "made", "workflow_run_id": "run", "name": "Check",
                "phases": [{"id": "p1", "name": "Inspect"}]})),
            at(2, json!({"type": "session.thread_created", "id": "t", "session_thread_id": "t1", "agent_name": "writer"})),
        ],
        true,
    );
    let redrawn = redrawn(&mut timeline);
    for id in ["phase", "task"] {
        assert!(redrawn.contains(&id.to_owned()), "{id} in {redrawn:?}");
    }
}
