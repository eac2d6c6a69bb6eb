//! An element that cannot be read is a row of its own, and everything else stays.

use playground_core::protocol::EventBody;
use playground_core::session::{Row, Timeline, View, words};

use super::seen::{list, list_newest_first, rows};

const BEFORE: &str =
    r#"{"type":"agent.message","id":"a","content":[],"processed_at":"2026-11-18T09:00:01Z"}"#;
const BEHIND: &str =
    r#"{"type":"agent.message","id":"z","content":[],"processed_at":"2026-11-18T09:00:03Z"}"#;

const UNREADABLE: [&str; 9] = [
    r#"{"type":"agent.message","content":[],"score":NaN}"#,
    r#"{"type":"agent.message","content":[{"type":"text","text":Infinity}]}"#,
    "{\"type\":\"agent.message\",\"text\":\"a\u{1}b\"}",
    r#"{"type":"agent.message",}"#,
    r#"{"content":[]}"#,
    r#"{"type":{"of":"message"}}"#,
    r#""only a text""#,
    "17",
    "null",
];

#[test]
fn an_unreadable_element_is_a_row_with_its_text_where_it_stood() {
    for odd in UNREADABLE {
        for newest_first in [false, true] {
            let mut timeline = Timeline::default();
            let deliver = if newest_first { list_newest_first } else { list };
            assert_eq!(deliver(&mut timeline, &[BEFORE, odd, BEHIND]), 3);
            for view in View::ALL {
                assert_eq!(rows(&timeline, view), ["a", odd, "z"], "{odd} in {view:?}");
            }
            assert_eq!(timeline.event_count(), 3, "it is counted");
            let Some(Row::Event(slot)) = timeline.rows(View::Events).get(1) else {
                panic!("an event")
            };
            let event = timeline.log().event(slot);
            assert_eq!(event.body(), EventBody::Unreadable);
            let words = words::describe(event);
            let shown: String = odd.chars().filter(|c| !c.is_whitespace()).collect();
            let detail: String = words.detail.chars().filter(|c| !c.is_whitespace()).collect();
            assert_eq!(detail, shown);
        }
    }
}

#[test]
fn listing_an_unreadable_element_again_does_not_double_it() {
    for odd in UNREADABLE {
        let mut timeline = Timeline::default();
        for round in 0..3 {
            let new = list(&mut timeline, &[BEFORE, odd, BEHIND])
                + list_newest_first(&mut timeline, &[odd, BEHIND]);
            assert_eq!(new, if round == 0 { 3 } else { 0 });
        }
        assert_eq!(rows(&timeline, View::Events), ["a", odd, "z"]);
    }
}

#[test]
fn two_equal_unreadable_elements_are_two_rows() {
    let mut timeline = Timeline::default();
    for _ in 0..2 {
        list(&mut timeline, &["null", BEFORE, "null", "null", BEHIND]);
        list_newest_first(&mut timeline, &["null", BEFORE, "null", "null", BEHIND]);
    }
    assert_eq!(rows(&timeline, View::Events), ["null", "a", "null", "null", "z"]);
    assert_eq!(timeline.event_count(), 5);
}

#[test]
fn an_id_and_a_time_are_found_in_what_cannot_be_read() {
    let odd = r#"{"x":NaN,"id":"m","processed_at":"2026-11-18T09:00:02Z"}"#;
    let mut timeline = Timeline::default();
    // By its time it stands between the others, wherever it is listed.
    list(&mut timeline, &[BEFORE, BEHIND, odd]);
    assert_eq!(rows(&timeline, View::Events), ["a", "m", "z"]);
}

#[test]
fn a_readable_copy_takes_the_row_of_the_unreadable_one_and_never_gives_it_back() {
    let readable = r#"{"type":"agent.message","id":"m","content":[],"processed_at":"2026-11-18T09:00:02Z"}"#;
    let unreadable =
        r#"{"type":"agent.message","id":"m","content":[],"processed_at":"2026-11-18T09:00:02Z","x":NaN}"#;
    for order in [[readable, unreadable], [unreadable, readable]] {
        let mut timeline = Timeline::default();
        for copy in order {
            list(&mut timeline, &[BEFORE, copy, BEHIND]);
        }
        assert_eq!(rows(&timeline, View::Transcript), ["a", "m", "z"]);
        let slot = timeline.log().find("m").unwrap();
        assert!(timeline.log().event(slot).is_readable());
        assert_eq!(timeline.event_count(), 3);
    }
}

#[test]
fn an_unreadable_frame_is_a_row_until_the_history_has_its_place_taken() {
    use playground_core::protocol::Event;
    let mut timeline = Timeline::default();
    list(&mut timeline, &[BEFORE]);
    timeline.stream_event(Event::keep("{\"type\":\"agent.mess"));
    timeline.stream_event(Event::keep(BEHIND));
    timeline.commit();
    for view in View::ALL {
        assert_eq!(rows(&timeline, view), ["a", "frame {\"type\":\"agent.mess", "z"]);
    }
    assert_eq!(timeline.event_count(), 2, "a frame is no event");
    let asked = timeline.newest_frame();
    timeline.stream_event(Event::keep("17"));
    let copy = r#"{"type":"agent.message","id":"m","content":[],"processed_at":"2026-11-18T09:00:02Z"}"#;
    list(&mut timeline, &[BEFORE, copy, BEHIND]);
    timeline.frames_listed(asked);
    timeline.commit();
    assert_eq!(rows(&timeline, View::Events), ["a", "m", "z", "frame 17"]);
}

#[test]
fn an_unreadable_frame_with_an_id_is_the_event_of_that_id() {
    use playground_core::protocol::Event;
    let frame = r#"{"type":"agent.message","id":"m","x":NaN,"processed_at":"2026-11-18T09:00:02Z"}"#;
    let mut timeline = Timeline::default();
    timeline.stream_event(Event::keep(frame));
    timeline.commit();
    assert_eq!(rows(&timeline, View::Transcript), ["m"]);
    let copy = r#"{"type":"agent.message","id":"m","content":[],"processed_at":"2026-11-18T09:00:02Z"}"#;
    list(&mut timeline, &[BEFORE, copy]);
    assert_eq!(rows(&timeline, View::Transcript), ["a", "m"]);
    assert_eq!(timeline.event_count(), 2);
}
