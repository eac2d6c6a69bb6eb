//! In which direction a page of events goes, judged by what it holds: a server may ignore the order that was asked for.

use crate::protocol::Event;
use crate::protocol::object::Fields;

/// The order of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// Oldest first.
    Up,
    /// Newest first.
    Down,
}

/// Judges by the times of the events; where they have none, by `created_at`, and last by a number under `seq`. `None` if
/// nothing tells. Single events out of place do not matter.
pub(super) fn direction(events: &[Event]) -> Option<Direction> {
    by(events.iter().filter_map(Event::processed_at))
        .or_else(|| by(events.iter().filter_map(|e| field(e, "created_at"))))
        .or_else(|| by(events.iter().filter_map(|e| field(e, "seq")?.parse::<u64>().ok())))
}

fn by<T: PartialOrd>(values: impl Iterator<Item = T>) -> Option<Direction> {
    let (mut up, mut down) = (0, 0);
    let mut last = None;
    for value in values {
        if let Some(last) = last {
            up += u32::from(last < value);
            down += u32::from(last > value);
        }
        last = Some(value);
    }
    match up.cmp(&down) {
        std::cmp::Ordering::Greater => Some(Direction::Up),
        std::cmp::Ordering::Less => Some(Direction::Down),
        std::cmp::Ordering::Equal => None,
    }
}

/// A text or a number of an event, as text.
fn field(event: &Event, name: &str) -> Option<String> {
    let fields = Fields::of(event.raw()).ok()?;
    match fields.string(name) {
        Some(text) => Some(text.into_owned()),
        None => fields.get(name).map(|raw| raw.get().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(events: &[&str]) -> Option<Direction> {
        let events: Vec<Event> = events
            .iter()
            .map(|json| Event::parse(json).expect("an event"))
            .collect();
        direction(&events)
    }

    #[test]
    fn times_count_first() {
        let up = [
            r#"{"type":"a","processed_at":"2026-11-18T09:00:01Z","seq":9}"#,
            r#"{"type":"a","processed_at":"2026-11-18T09:00:02Z","seq":8}"#,
        ];
        assert_eq!(page(&up), Some(Direction::Up));
        assert_eq!(page(&[up[1], up[0]]), Some(Direction::Down));
        let same = [
            r#"{"type":"a","processed_at":"2026-11-18T09:00:01Z","seq":9}"#,
            r#"{"type":"a","processed_at":"2026-11-18T09:00:01Z","seq":8}"#,
        ];
        assert_eq!(
            page(&same),
            Some(Direction::Down),
            "equal times: the numbers tell"
        );
    }

    #[test]
    fn other_marks_of_the_order_count_where_there_are_no_times() {
        let created = [
            r#"{"type":"a","created_at":"2026-11-18T09:00:01Z"}"#,
            r#"{"type":"a","created_at":"2026-11-18T09:00:02Z"}"#,
        ];
        assert_eq!(page(&created), Some(Direction::Up));
        assert_eq!(
            page(&[r#"{"type":"a","seq":9}"#, r#"{"type":"a","seq":10}"#]),
            Some(Direction::Up)
        );
        assert_eq!(
            page(&[r#"{"type":"a","seq":10}"#, r#"{"type":"a","seq":9}"#]),
            Some(Direction::Down)
        );
    }

    #[test]
    fn one_event_tells_nothing_and_one_out_of_place_decides_nothing() {
        assert_eq!(page(&[]), None);
        assert_eq!(
            page(&[r#"{"type":"a","processed_at":"2026-11-18T09:00:01Z"}"#]),
            None
        );
        let at = |second: u32| format!(r#"{{"type":"a","processed_at":"2026-11-18T09:00:0{second}Z"}}"#);
        let mixed: Vec<String> = [1, 2, 4, 3, 5].map(at).into();
        let mixed: Vec<&str> = mixed.iter().map(String::as_str).collect();
        assert_eq!(page(&mixed), Some(Direction::Up));
    }
}
