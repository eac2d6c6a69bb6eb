//! One log in any order of delivery.

use super::*;

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
