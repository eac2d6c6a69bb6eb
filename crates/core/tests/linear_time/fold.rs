use std::fmt::Write;

use playground_core::protocol::{Event, Timestamp};
use playground_core::session::{Row, Timeline, View};

const EVENTS: usize = 100_000;

fn event(json: &str) -> Event {
    Event::parse(json).unwrap()
}

fn time(micros: usize) -> String {
    Timestamp::from_micros(1_794_992_400_000_000 + micros as i64).to_string()
}

/// An event with an id made of its number; `rest` are further fields, each with a comma before it.
fn at(micros: usize, event_type: &str, number: usize, rest: &str) -> Event {
    let time = time(micros);
    event(&format!(
        r#"{{"type":"{event_type}","id":"e{number}","processed_at":"{time}"{rest}}}"#
    ))
}

fn delta(id: &str, text: &str) -> Event {
    event(&format!(
        r#"{{"type":"event_delta","event_id":"{id}","delta":{{"type":"content_delta","content":{{"type":"text","text":"{text}"}}}}}}"#
    ))
}

/// Numbers of the events of a view in order.
fn order(timeline: &Timeline, view: View) -> Vec<usize> {
    let number = |row| match row {
        Row::Event(slot) => timeline.log().event(slot).id().unwrap()[1..].parse().unwrap(),
        other => panic!("{other:?}"),
    };
    timeline.rows(view).iter().map(number).collect()
}

#[test]
fn a_million_tiny_deltas() {
    let mut timeline = Timeline::default();
    let tiny = delta("m", "ab");
    for count in 1..=1_000_000 {
        timeline.stream_event(tiny.clone());
        // As many commits as there are frames; without any, the batch is as large as it can be.
        if count > 500_000 {
            timeline.commit();
        }
    }
    let Some(Row::Preview(number)) = timeline.rows(View::Transcript).get(0) else {
        panic!("a preview")
    };
    assert_eq!(timeline.preview(number).unwrap().blocks[0].len(), 2_000_000);
}

#[test]
fn previews_that_never_end() {
    let mut timeline = Timeline::default();
    for number in 0..EVENTS {
        timeline.stream_event(delta(&format!("e{number}"), "a"));
        timeline.stream_event(delta(&format!("e{}", number / 2), "b"));
    }
    timeline.commit();
    assert_eq!(timeline.rows(View::Transcript).len(), EVENTS);
    let messages = |number| at(number, "agent.message", number, r#","content":[]"#);
    timeline.page((0..EVENTS).rev().map(messages).collect(), true);
    timeline.commit();
    assert_eq!(
        order(&timeline, View::Transcript),
        (0..EVENTS).collect::<Vec<_>>()
    );
}

#[test]
fn the_newest_first() {
    for (page, newest_first) in [(100, true), (100, false), (EVENTS, false)] {
        let mut timeline = Timeline::default();
        let mut numbers: Vec<usize> = (0..EVENTS).rev().collect();
        for page in numbers.chunks_mut(page) {
            if !newest_first {
                page.reverse();
            }
            let events = page
                .iter()
                .map(|number| at(*number, "agent.message", *number, ""));
            timeline.page(events.collect(), newest_first);
            timeline.commit();
        }
        assert_eq!(order(&timeline, View::Events), (0..EVENTS).collect::<Vec<_>>());
    }
}

#[test]
fn events_far_from_their_place() {
    let mut timeline = Timeline::default();
    // A step that shares no divisor with the number of events visits each of them once.
    for step in 0..EVENTS {
        let number = step * 61_803 % EVENTS;
        timeline.stream_event(at(number, "agent.message", number, ""));
        if step % 100 == 0 {
            timeline.commit();
        }
    }
    timeline.commit();
    assert_eq!(order(&timeline, View::Events), (0..EVENTS).collect::<Vec<_>>());
}

#[test]
fn one_time_for_all_streamed_backwards_and_then_listed() {
    let all = || (0..EVENTS).map(|number| at(0, "agent.message", number, ""));
    let mut timeline = Timeline::default();
    for event in all().rev() {
        timeline.stream_event(event);
    }
    timeline.commit();
    timeline.page(all().collect(), false);
    let changes = timeline.commit();
    assert_eq!(order(&timeline, View::Events), (0..EVENTS).collect::<Vec<_>>());
    assert!(
        changes.rows(View::Events).len() <= EVENTS + 2,
        "moved in few steps"
    );
}

#[test]
fn input_that_waited_and_is_processed_at_once() {
    let mut timeline = Timeline::default();
    for number in 0..EVENTS {
        timeline.stream_event(event(&format!(r#"{{"type":"user.message","id":"e{number}"}}"#)));
    }
    timeline.commit();
    for number in 0..EVENTS {
        timeline.stream_event(at(EVENTS - number, "user.message", number, ""));
    }
    timeline.commit();
    assert_eq!(
        order(&timeline, View::Events),
        (0..EVENTS).rev().collect::<Vec<_>>()
    );
}

#[test]
fn results_before_their_calls() {
    let half = EVENTS / 2;
    let mut timeline = Timeline::default();
    for number in 0..half {
        let of = format!(r#","tool_use_id":"e{number}""#);
        timeline.stream_event(at(half + number, "agent.tool_result", half + number, &of));
    }
    timeline.commit();
    assert_eq!(timeline.rows(View::Transcript).len(), half);
    for number in 0..half {
        let call = r#","name":"bash","input":{},"evaluated_permission":"ask""#;
        timeline.stream_event(at(number, "agent.tool_use", number, call));
    }
    timeline.commit();
    assert_eq!(order(&timeline, View::Transcript), (0..half).collect::<Vec<_>>());
}

#[test]
fn many_calls_that_wait_and_are_answered_one_by_one() {
    let half = EVENTS / 2;
    let mut timeline = Timeline::default();
    for number in 0..half {
        timeline.stream_event(at(
            number,
            "agent.custom_tool_use",
            number,
            r#","name":"n","input":{}"#,
        ));
    }
    timeline.commit();
    assert_eq!(timeline.waiting_calls().len(), half);
    for number in 0..half {
        let of = format!(r#","custom_tool_use_id":"e{number}""#);
        timeline.stream_event(at(half + number, "user.custom_tool_result", half + number, &of));
        timeline.commit();
    }
    assert!(timeline.waiting_calls().is_empty());
}

#[test]
fn one_event_of_five_megabytes() {
    let mut text = String::new();
    for number in 0..500_000 {
        write!(text, "word {number:04}\\n").unwrap();
    }
    let content = format!(r#","content":[{{"type":"text","text":"{text}"}}]"#);
    let mut timeline = Timeline::default();
    timeline.stream_event(at(0, "agent.message", 0, &content));
    timeline.commit();
    assert_eq!(timeline.log().event(0).raw().len() / 1_000_000, 5 + 1);
}
