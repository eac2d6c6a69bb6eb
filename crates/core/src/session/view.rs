//! Which rows each view of the timeline shows.

use crate::protocol::EventType;

/// The two ways to look at a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// For people: what was said and done; technical events are folded into the rows they belong to.
    Transcript,
    /// Every event in server order.
    Events,
}

impl View {
    /// Both views; the position is the view's number.
    pub const ALL: [Self; 2] = [Self::Transcript, Self::Events];

    pub(super) fn number(self) -> usize {
        match self {
            Self::Transcript => 0,
            Self::Events => 1,
        }
    }
}

/// Whether the transcript shows an event as a row of its own. `belongs_to_call` says that the call, which an answer or
/// result would be shown with, is known.
pub(super) fn in_transcript(event_type: &EventType, belongs_to_call: bool) -> bool {
    use EventType as T;
    match event_type {
        T::UserToolConfirmation
        | T::UserCustomToolResult
        | T::UserToolResult
        | T::AgentToolResult
        | T::AgentMcpToolResult => !belongs_to_call,
        T::AgentThinking
        | T::SessionStatusRunning
        | T::SessionUsage
        | T::SessionThreadStatusRunning
        | T::SessionThreadStatusIdle
        | T::SessionThreadStatusRescheduled
        | T::SessionThreadStatusTerminated
        | T::SpanModelRequestStart
        | T::SpanOutcomeEvaluationOngoing
        | T::WorkflowRunStatusRunning
        | T::WorkflowRunPhaseEnded => false,
        _ => true,
    }
}
