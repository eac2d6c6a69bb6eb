//! Neighbours of one unknown type are one row of the transcript.

use playground_core::protocol::Event;
use playground_core::session::{Query, Row, RowChange, Search, Slot, Timeline, View};
use proptest::prelude::*;
use serde_json::json;

use super::seen::{event, list, rows};

fn at(second: usize, event_type: &str, id: &str) -> Event {
    event(
        json!({"type": event_type, "id": id, "content": [], "delta": format!("text {id}"),
        "processed_at": format!("2026-11-18T09:{:02}:{:02}Z", second / 60, second % 60)}),
    )
}

fn runs(timeline: &Timeline) -> Vec<(String, usize)> {
    let rows = timeline.rows(View::Transcript).iter();
    rows.map(|row| match row {
        Row::Event(slot) => {
            let event = timeline.log().event(slot);
            (event.event_type().to_string(), timeline.run(slot).len())
        }
        other => (format!("{other:?}"), 1),
    })
    .collect()
}

#[test]
fn neighbours_of_one_unknown_type_are_one_row_that_knows_them_all() {
    let mut timeline = Timeline::default();
    let chunk = |n: usize| {
        json!({"id": format!("c{n}"), "type": "agent.message_chunk", "delta": "He", "processed_at": null})
            .to_string()
    };
    let chunks: Vec<String> = (0..52).map(chunk).collect();
    let question = at(1, "user.message", "q").raw().to_owned();
    let answer = at(2, "agent.message", "a").raw().to_owned();
    let mut listed: Vec<&str> = vec![&question];
    listed.extend(chunks.iter().map(String::as_str));
    listed.push(&answer);
    list(&mut timeline, &listed);
    assert_eq!(
        runs(&timeline),
        [
            ("user.message".into(), 1),
            ("agent.message_chunk".into(), 52),
            ("agent.message".into(), 1)
        ]
    );
    assert_eq!(rows(&timeline, View::Events).len(), 54);
    assert_eq!(timeline.event_count(), 54);
    let Some(Row::Event(head)) = timeline.rows(View::Transcript).get(1) else {
        panic!("an event")
    };
    let members: Vec<String> = timeline
        .run(head)
        .iter()
        .map(|slot| timeline.log().event(*slot).id().unwrap().to_string())
        .collect();
    assert_eq!(members, (0..52).map(|n| format!("c{n}")).collect::<Vec<_>>());
    for slot in timeline.run(head) {
        assert_eq!(
            timeline.row_showing(View::Transcript, slot),
            Some(Row::Event(head))
        );
        assert_eq!(timeline.row_showing(View::Events, slot), Some(Row::Event(slot)));
    }
}

#[test]
fn another_row_or_another_type_ends_a_run_and_what_is_not_shown_does_not() {
    let mut timeline = Timeline::default();
    for (second, event_type) in [
        "x",
        "x",
        "agent.thinking",
        "x",
        "y",
        "y",
        "agent.message",
        "y",
        "x",
    ]
    .into_iter()
    .enumerate()
    {
        timeline.stream_event(at(second, event_type, &format!("e{second}")));
    }
    timeline.commit();
    let short = |runs: Vec<(String, usize)>| {
        runs.into_iter()
            .map(|(name, count)| format!("{count} {name}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        short(runs(&timeline)),
        ["3 x", "2 y", "1 agent.message", "1 y", "1 x"]
    );
}

#[test]
fn a_run_that_grows_is_drawn_anew_and_nothing_else_is() {
    let mut timeline = Timeline::default();
    timeline.stream_event(at(1, "x", "a"));
    timeline.commit();
    for second in 2..5 {
        timeline.stream_event(at(second, "x", &format!("e{second}")));
        let changes = timeline.commit();
        assert_eq!(
            changes.rows(View::Transcript),
            [RowChange::Updated(Row::Event(0))]
        );
        assert_eq!(timeline.run(0).len(), second);
    }
    // A message in the middle tears it apart.
    timeline.stream_event(event(
        json!({"type": "agent.message", "id": "m", "content": [], "processed_at": "2026-11-18T09:00:02.5Z"}),
    ));
    timeline.commit();
    assert_eq!(
        runs(&timeline)
            .iter()
            .map(|(_, count)| *count)
            .collect::<Vec<_>>(),
        [2, 1, 2]
    );
}

/// The runs of the transcript as the definition has them.
fn expected(timeline: &Timeline) -> Vec<Vec<Slot>> {
    let mut found: Vec<Vec<Slot>> = Vec::new();
    for slot in timeline.log().sorted() {
        let event = timeline.log().event(slot);
        let is_unknown = !event.event_type().is_known();
        if !is_unknown && event.event_type().as_str() != "agent.message" {
            continue;
        }
        let joins = is_unknown
            && found
                .last()
                .is_some_and(|run| timeline.log().event(run[0]).event_type() == event.event_type());
        if joins {
            found.last_mut().unwrap().push(slot);
        } else {
            found.push(vec![slot]);
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn runs_are_those_of_the_order_whatever_comes_when(
        log in prop::collection::vec((0..4usize, any::<bool>()), 1..30),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..60),
        batch in 1..7usize,
    ) {
        const TYPES: [&str; 4] = ["x", "y", "agent.message", "agent.thinking"];
        let event = |n: usize| at(n, TYPES[log[n].0], &format!("e{n}"));
        let pending = |n: usize| Event::keep(&event(n).raw().replace("\"processed_at\":\"2026", "\"seen\":\"2026"));
        let mut timeline = Timeline::default();
        let mut search = Search::new(Query::new("text e1").unwrap(), View::Transcript);
        let mut shown: Vec<Option<Row>> = Vec::new();
        let mut steps: Vec<usize> = order.iter().map(|index| index.index(log.len())).collect();
        steps.extend(0..log.len());
        for steps in steps.chunks(batch) {
            for n in steps {
                // Some come without their time first, and move when they get it.
                if log[*n].1 {
                    timeline.stream_event(pending(*n));
                } else {
                    timeline.stream_event(event(*n));
                }
                if steps.len() % 2 == 0 {
                    timeline.stream_event(event(*n));
                }
            }
            let changes = timeline.commit();
            search.committed(&timeline, &changes);
            search.look(&timeline, || true);
            for change in changes.rows(View::Transcript) {
                match *change {
                    RowChange::Inserted { index, count } => {
                        shown.splice(index..index, std::iter::repeat_n(None, count));
                    }
                    RowChange::Removed { index, count } => {
                        shown.drain(index..index + count);
                    }
                    RowChange::Updated(row) => prop_assert!(timeline.index_of(View::Transcript, row).is_some()),
                    RowChange::Became { .. } => prop_assert!(false, "no previews"),
                }
            }
            let now: Vec<Row> = timeline.rows(View::Transcript).iter().collect();
            prop_assert_eq!(shown.len(), now.len());
            for (told, now) in shown.iter().zip(&now) {
                prop_assert!(told.is_none_or(|told| told == *now), "a kept row moved");
            }
            shown = now.into_iter().map(Some).collect();

            let runs: Vec<Vec<Slot>> = timeline.rows(View::Transcript).iter().map(|row| match row {
                Row::Event(slot) => timeline.run(slot),
                other => panic!("{other:?}"),
            }).collect();
            prop_assert_eq!(&runs, &expected(&timeline));

            let mut anew = Search::new(Query::new("text e1").unwrap(), View::Transcript);
            anew.look(&timeline, || true);
            prop_assert_eq!((search.count(), search.hidden()), (anew.count(), anew.hidden()), "{:?} {:?}", runs, steps);
        }
    }
}
