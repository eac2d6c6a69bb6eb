//! Where events stand, and what of that is shown.

use super::*;

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
