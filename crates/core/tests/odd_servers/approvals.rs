//! A call that does not say whether it needs an approval needs one if the session waits for it.

use playground_core::protocol::Event;
use playground_core::session::{Expects, Timeline};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::seen::event;

fn call(id: &str, more: Value) -> Event {
    let mut value = json!({"type": "agent.tool_use", "id": id, "name": "bash", "input": {},
        "processed_at": "2026-11-18T09:00:01Z"});
    value
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    event(value)
}

fn idle(second: u32, reason: Value) -> Event {
    event(
        json!({"type": "session.status_idle", "id": format!("idle{second}"), "stop_reason": reason,
        "processed_at": format!("2026-11-18T09:00:{second:02}Z")}),
    )
}

fn requires(second: u32, calls: &[&str]) -> Event {
    idle(second, json!({"type": "requires_action", "event_ids": calls}))
}

fn thread_requires(second: u32, thread: &str, calls: &[&str]) -> Event {
    event(
        json!({"type": "session.thread_status_idle", "id": format!("{thread} idle{second}"),
        "session_thread_id": thread, "agent_name": "A", "stop_reason": {"type": "requires_action", "event_ids": calls},
        "processed_at": format!("2026-11-18T09:00:{second:02}Z")}),
    )
}

fn result(second: u32, of: &str) -> Event {
    event(
        json!({"type": "agent.tool_result", "id": format!("result{second}"), "tool_use_id": of,
        "processed_at": format!("2026-11-18T09:00:{second:02}Z")}),
    )
}

fn answer(second: u32, to: &str) -> Event {
    event(
        json!({"type": "user.tool_confirmation", "id": format!("answer{second}"), "tool_use_id": to, "result": "allow",
        "processed_at": format!("2026-11-18T09:00:{second:02}Z")}),
    )
}

/// The ids of the calls that wait, after every order of the events that a small log has.
fn waiting(events: &[Event]) -> Vec<String> {
    let orders: Vec<Vec<usize>> = match events.len() {
        0..=5 => permutations(events.len()),
        len => vec![(0..len).collect(), (0..len).rev().collect()],
    };
    let mut found: Option<Vec<String>> = None;
    for order in orders {
        let mut timeline = Timeline::default();
        for index in &order {
            timeline.stream_event(events[*index].clone());
            timeline.commit();
        }
        let calls = timeline.waiting_calls().into_iter();
        let calls: Vec<String> = calls
            .map(|slot| timeline.log().event(slot).id().unwrap().to_string())
            .collect();
        for call in &calls {
            assert_eq!(timeline.call_links(call).expects, Some(Expects::Confirmation));
        }
        assert_eq!(
            found.get_or_insert(calls.clone()),
            &calls,
            "in the order {order:?}"
        );
    }
    found.unwrap_or_default()
}

fn permutations(len: usize) -> Vec<Vec<usize>> {
    if len == 0 {
        return vec![vec![]];
    }
    let shorter = permutations(len - 1);
    let put = |order: &Vec<usize>, at: usize| {
        let mut order = order.clone();
        order.insert(at, len - 1);
        order
    };
    shorter
        .iter()
        .flat_map(|order| (0..len).map(|at| put(order, at)).collect::<Vec<_>>())
        .collect()
}

#[test]
fn a_call_without_a_permission_waits_if_the_session_waits_for_it() {
    let silent = call("c", json!({}));
    let null = call("c", json!({"evaluated_permission": null}));
    for c in [silent, null] {
        assert_eq!(waiting(std::slice::from_ref(&c)), [] as [&str; 0], "nobody asks");
        assert_eq!(waiting(&[c.clone(), requires(2, &["c"])]), ["c"]);
        assert_eq!(waiting(&[c.clone(), requires(2, &["other"])]), [] as [&str; 0]);
        assert_eq!(waiting(&[c.clone(), thread_requires(2, "sthr_1", &["c"])]), ["c"]);
    }
}

#[test]
fn only_the_newest_word_of_the_session_counts() {
    let c = call("c", json!({}));
    assert_eq!(
        waiting(&[c.clone(), requires(2, &["c"]), requires(3, &["d"])]),
        [] as [&str; 0]
    );
    assert_eq!(
        waiting(&[c.clone(), requires(2, &["d"]), requires(3, &["c", "d"])]),
        ["c"]
    );
    // Each thread speaks for itself.
    let child = thread_requires(2, "sthr_1", &["c"]);
    assert_eq!(
        waiting(&[c.clone(), child.clone(), thread_requires(3, "sthr_2", &["d"])]),
        ["c"]
    );
    assert_eq!(
        waiting(&[c, child, thread_requires(3, "sthr_1", &[])]),
        [] as [&str; 0]
    );
}

#[test]
fn a_session_that_waits_and_names_no_call_waits_for_every_open_one_that_says_no_permission() {
    let (c, d) = (
        call("c", json!({})),
        call("d", json!({"evaluated_permission": "allow"})),
    );
    for reason in [
        json!("requires_action"),
        json!({"type": "requires_action"}),
        json!({"type": "requires_action", "event_ids": []}),
        json!({"type": "requires_action", "event_ids": [{}]}),
    ] {
        let r = idle(3, reason);
        assert_eq!(waiting(&[c.clone(), d.clone(), r.clone()]), ["c"]);
        for end in [
            result(2, "c"),
            answer(4, "c"),
            idle(2, json!("end_turn")),
            idle(4, json!("end_turn")),
            requires(4, &["d"]),
        ] {
            assert_eq!(waiting(&[c.clone(), r.clone(), end]), [] as [&str; 0]);
        }
        let later = event(
            json!({"type": "agent.tool_use", "id": "l", "name": "bash", "input": {},
            "processed_at": "2026-11-18T09:00:04Z"}),
        );
        assert_eq!(waiting(&[r, later]), [] as [&str; 0], "nobody asked for it yet");
    }
}

#[test]
fn the_calls_that_are_waited_for_may_be_objects_or_have_another_name() {
    let (c, d) = (call("c", json!({})), call("d", json!({})));
    for reason in [
        json!({"type": "requires_action", "event_ids": [{"id": "c"}]}),
        json!({"type": "requires_action", "event_ids": {"id": "c"}}),
        json!({"type": "requires_action", "tool_use_ids": ["c"]}),
        json!({"type": "requires_action", "event_ids": [], "tool_use_ids": [{"id": "c"}]}),
    ] {
        let named = idle(2, reason.clone());
        assert_eq!(waiting(&[c.clone(), d.clone(), named]), ["c"], "{reason}");
    }
}

#[test]
fn the_row_of_a_call_is_drawn_anew_when_the_session_waits_for_any() {
    use playground_core::session::{Row, RowChange, View};
    let mut timeline = Timeline::default();
    timeline.stream_event(call("c", json!({})));
    timeline.commit();
    let slot = timeline.log().find("c").unwrap();
    for (second, reason, expects) in [
        (2, json!("requires_action"), Expects::Confirmation),
        (
            3,
            json!({"type": "requires_action", "event_ids": ["d"]}),
            Expects::Nothing,
        ),
        (4, json!("requires_action"), Expects::Confirmation),
    ] {
        timeline.stream_event(idle(second, reason));
        let changes = timeline.commit();
        let drawn = RowChange::Updated(Row::Event(slot));
        assert!(changes.rows(View::Transcript).contains(&drawn));
        assert_eq!(timeline.call_links("c").expects, Some(expects));
    }
}

#[test]
fn an_answer_a_result_or_the_end_of_the_turn_ends_the_waiting() {
    let (c, r) = (call("c", json!({})), requires(2, &["c"]));
    for end in [
        answer(3, "c"),
        result(3, "c"),
        idle(3, json!({"type": "end_turn"})),
    ] {
        assert_eq!(waiting(&[c.clone(), r.clone(), end]), [] as [&str; 0]);
    }
    // An idle event without a reason does not close what waits: nobody said that it is over.
    assert_eq!(waiting(&[c.clone(), r.clone(), idle(3, Value::Null)]), ["c"]);
    let running =
        event(json!({"type": "session.status_running", "id": "r", "processed_at": "2026-11-18T09:00:03Z"}));
    assert_eq!(waiting(&[c, r, running]), ["c"]);
}

#[test]
fn a_permission_that_is_stated_counts_and_an_odd_one_asks() {
    for (more, asks) in [
        (json!({"evaluated_permission": "allow"}), false),
        (json!({"evaluated_permission": "deny"}), false),
        (json!({"evaluated_permission": "ask"}), true),
        (json!({"evaluated_permission": "perhaps"}), true),
        (json!({"evaluated_permission": 7}), true),
        (json!({"evaluated_permission": {"type": "ask"}}), true),
        (json!({"evaluated_permission": {"type": "allow"}}), false),
        (json!({"evaluated_permission": {"allow": true}}), true),
        (json!({"evaluated_permission": ["allow"]}), true),
        (json!({"evaluated_permission": "Allow"}), true),
        (json!({"evaluation": {"type": "always_ask"}}), true),
        (json!({"evaluation": "always_ask"}), true),
        (json!({"evaluation": {"type": "always_allow"}}), false),
        (
            json!({"evaluation": {"type": "auto", "evaluated_permission": {"type": "ask", "reason_code": "x"}}}),
            true,
        ),
        (
            json!({"evaluation": {"type": "auto", "evaluated_permission": {"type": "ask"}}}),
            true,
        ),
        (
            json!({"evaluation": {"type": "auto", "evaluated_permission": {"type": "allow"}}}),
            false,
        ),
        (json!({"evaluation": {"type": "new"}}), false),
    ] {
        let expected: &[&str] = if asks { &["c"] } else { &[] };
        assert_eq!(waiting(&[call("c", more.clone())]), expected, "{more}");
        let allowed =
            more["evaluated_permission"] == "allow" || more["evaluated_permission"]["type"] == "allow";
        if allowed {
            assert_eq!(
                waiting(&[call("c", more.clone()), requires(2, &["c"])]),
                [] as [&str; 0],
                "{more}"
            );
        }
    }
}

#[test]
fn the_row_of_a_call_is_drawn_anew_when_the_session_begins_to_wait_for_it() {
    use playground_core::session::{Row, RowChange, View};
    let mut timeline = Timeline::default();
    timeline.stream_event(call("c", json!({})));
    timeline.commit();
    assert_eq!(timeline.call_links("c").expects, Some(Expects::Nothing));
    timeline.stream_event(requires(2, &["c"]));
    let changes = timeline.commit();
    let slot = timeline.log().find("c").unwrap();
    assert!(changes.facts);
    assert!(
        changes
            .rows(View::Transcript)
            .contains(&RowChange::Updated(Row::Event(slot)))
    );
    timeline.stream_event(requires(3, &["d"]));
    let changes = timeline.commit();
    assert!(
        changes
            .rows(View::Transcript)
            .contains(&RowChange::Updated(Row::Event(slot)))
    );
}

#[test]
fn an_approval_never_shows_less_than_the_event_says_of_the_argument() {
    use playground_core::present::{Argument, waiting_calls};
    for kind in ["agent.tool_use", "agent.mcp_tool_use", "agent.custom_tool_use"] {
        for more in [
            json!({"input": {"command": "rm -rf /"}}),
            json!({"arguments": {"command": "rm -rf /"}}),
            json!({"args": {"command": "rm -rf /"}}),
            json!({"parameters": ["rm -rf /"]}),
            json!({"input": {}, "arguments": "{\"command\":\"rm -rf /\"}"}),
            json!({"input": null, "kwargs": {"command": "rm -rf /"}}),
            json!({"command": "rm -rf /"}),
            json!({"function": {"arguments": {"command": "rm -rf /"}}}),
        ] {
            let mut value = json!({"type": kind, "id": "c", "name": "bash", "evaluated_permission": "ask",
                "processed_at": "2026-11-18T09:00:01Z"});
            value
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let mut timeline = Timeline::default();
            timeline.stream_event(event(value));
            timeline.commit();
            let calls = waiting_calls(&timeline);
            let shown = Argument::of(&calls[0].input);
            let is_shown = shown.parts().iter().any(|part| part.text.contains("rm -rf /"));
            assert!(is_shown, "{kind} {more}: {shown:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn what_waits_does_not_depend_on_the_order_of_arrival(
        kinds in prop::collection::vec((0..6usize, 0..4usize, 0..4usize), 1..12),
        seed in any::<prop::sample::Index>(),
    ) {
        let name = |n: usize| format!("c{n}");
        let mut events: Vec<Event> = (0..4).map(|n| call(&name(n), if n == 3 { json!({"evaluated_permission": "ask"}) } else { json!({}) })).collect();
        for (second, (kind, a, b)) in kinds.iter().enumerate() {
            let second = second as u32 + 2;
            let (a, b) = (name(*a), name(*b));
            events.push(match kind {
                0 => requires(second, &[&a, &b]),
                1 => thread_requires(second, &b, &[&a]),
                2 => answer(second, &a),
                3 => result(second, &a),
                4 => requires(second, &[]),
                _ => idle(second, json!({"type": if second.is_multiple_of(2) { "end_turn" } else { "other" }})),
            });
        }
        let waits = |events: &[Event]| {
            let mut timeline = Timeline::default();
            for event in events {
                timeline.stream_event(event.clone());
            }
            timeline.commit();
            let calls = timeline.waiting_calls().into_iter();
            let mut calls: Vec<String> = calls.map(|slot| timeline.log().event(slot).raw().to_owned()).collect();
            // Calls of one time stand as they came until they are listed.
            calls.sort_unstable();
            calls
        };
        let in_order = waits(&events);
        let by = seed.index(events.len());
        events.rotate_left(by);
        prop_assert_eq!(&waits(&events), &in_order);
        events.reverse();
        prop_assert_eq!(&waits(&events), &in_order);
    }
}
