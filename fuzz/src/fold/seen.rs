//! What a reader can see of a session's events, in one comparable value.

use playground_core::session::{Row, Timeline, View};

/// Everything that must not depend on the delivery. Previews, gaps and unconfirmed input are left out: they are
/// what the delivery was like.
struct Seen {
    rows: [Vec<String>; 2],
    links: Vec<String>,
    waiting: Vec<String>,
    queued: Vec<String>,
    runs: Vec<usize>,
    gaps: usize,
    facts: String,
    count: usize,
}

/// Checks part by part that both show the same.
pub(super) fn assert_same(delivered: &Timeline, read_once: &Timeline) {
    let (delivered, once) = (seen(delivered), seen(read_once));
    assert_eq!(delivered.rows, once.rows);
    assert_eq!(delivered.links, once.links);
    assert_eq!(delivered.waiting, once.waiting);
    assert_eq!(delivered.queued, once.queued);
    if delivered.gaps == 0 {
        assert_eq!(delivered.runs, once.runs);
    }
    assert_eq!(delivered.facts, once.facts);
    assert_eq!(delivered.count, once.count);
}

fn seen(timeline: &Timeline) -> Seen {
    let raw = |slot: u32| timeline.log().event(slot).raw().to_owned();
    // A mark of an interruption parts neighbours, so what a row stands for is compared and not where rows begin.
    let events = |view: View, row: Row| match (view, row) {
        (View::Transcript, Row::Event(slot)) => timeline.run(slot),
        (View::Events, Row::Event(slot)) => vec![slot],
        _ => Vec::new(),
    };
    let texts = |view: View| {
        let rows = timeline.rows(view).iter();
        rows.flat_map(|row| events(view, row)).map(raw).collect()
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
    let queued = sorted.iter().filter(|slot| timeline.is_queued(**slot));
    let runs = timeline
        .rows(View::Transcript)
        .iter()
        .filter_map(|row| match row {
            Row::Event(slot) => Some(timeline.run(slot).len()),
            _ => None,
        });
    let facts = timeline.facts();
    Seen {
        queued: queued.map(|slot| raw(*slot)).collect(),
        runs: runs.collect(),
        gaps: timeline.gap_count(),
        rows: View::ALL.map(texts),
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
