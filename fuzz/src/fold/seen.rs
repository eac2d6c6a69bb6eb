//! What a reader can see of a session's events, in one comparable value.

use playground_core::session::{Row, Timeline, View};

/// Everything that must not depend on the delivery. Previews, gaps and unconfirmed input are left out: they are
/// what the delivery was like.
struct Seen {
    rows: [Vec<String>; 2],
    links: Vec<String>,
    waiting: Vec<String>,
    facts: String,
    count: usize,
}

/// Checks part by part that both show the same.
pub(super) fn assert_same(delivered: &Timeline, read_once: &Timeline) {
    let (delivered, once) = (seen(delivered), seen(read_once));
    assert_eq!(delivered.rows, once.rows);
    assert_eq!(delivered.links, once.links);
    assert_eq!(delivered.waiting, once.waiting);
    assert_eq!(delivered.facts, once.facts);
    assert_eq!(delivered.count, once.count);
}

fn seen(timeline: &Timeline) -> Seen {
    let raw = |slot: u32| timeline.log().event(slot).raw().to_owned();
    let event = |row: Row| match row {
        Row::Event(slot) => Some(raw(slot)),
        _ => None,
    };
    let sorted = timeline.log().sorted();
    let links = sorted.iter().filter_map(|slot| {
        let id = timeline.log().event(*slot).id()?;
        let call = timeline.call_links(id);
        let request = timeline.request_links(id);
        let parts = [call.call, call.answer, call.result, request.start, request.end];
        Some(format!(
            "{id} {:?} {:?}",
            call.expects,
            parts.map(|slot| slot.map(raw))
        ))
    });
    let facts = timeline.facts();
    Seen {
        rows: View::ALL.map(|view| timeline.rows(view).iter().filter_map(event).collect()),
        links: links.collect(),
        waiting: timeline.waiting_calls().into_iter().map(raw).collect(),
        facts: format!(
            "{:?} {:?} {:?} {:?} {} {:?}",
            facts.status(),
            facts.stop(),
            facts.title(),
            facts.usage(),
            facts.is_deleted(),
            timeline.newest_time()
        ),
        count: timeline.event_count(),
    }
}
