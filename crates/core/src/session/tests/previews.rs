//! Answers while they are written.

use super::*;

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
