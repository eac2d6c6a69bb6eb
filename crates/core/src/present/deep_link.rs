//! Where an event that is asked for can be seen.

use crate::protocol::EventBody;
use crate::session::{Row, Slot, Timeline, View};

/// How a view shows an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In this row: its own, or one that stands for it.
    In(Row),
    /// Not at all; the view of all events does.
    Elsewhere,
}

/// In which row of a view an event is seen. The transcript shows an answer and a result with their call, the start of a
/// model request with its end, what a thread does with its creation, and what a run does with its own row.
#[must_use]
pub fn shown_in(timeline: &Timeline, view: View, slot: Slot) -> Shown {
    let own = timeline.row_showing(view, slot);
    let stand_in = || {
        stand_in(timeline, slot).filter(|slot| timeline.row_showing(view, *slot) == Some(Row::Event(*slot)))
    };
    own.or_else(|| stand_in().map(Row::Event))
        .map_or(Shown::Elsewhere, Shown::In)
}

fn stand_in(timeline: &Timeline, slot: Slot) -> Option<Slot> {
    let event = timeline.log().event(slot);
    let thread = |id: &str| timeline.threads().get(id)?.created();
    let run = |id: &str| timeline.workflows().get(id)?.created();
    match event.body() {
        EventBody::SpanModelRequestStart => timeline.request_links(event.id()?).end,
        EventBody::SessionThreadStatusRunning(e)
        | EventBody::SessionThreadStatusRescheduled(e)
        | EventBody::SessionThreadStatusTerminated(e) => thread(&e.session_thread_id),
        EventBody::SessionThreadStatusIdle(e) => thread(&e.session_thread_id),
        EventBody::WorkflowRunPhaseEnded(e) => timeline
            .log()
            .find(&e.phase_started_id)
            .or(run(&e.workflow_run_id)),
        EventBody::WorkflowRunStatusRunning(e) => run(&e.workflow_run_id),
        _ => None,
    }
}
