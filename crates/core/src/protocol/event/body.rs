//! The decoded content of an event.

use serde::{Serialize, Serializer};

use super::super::object::{FromFields, read_object};
use super::agent::*;
use super::event_type::EventType;
use super::preview::*;
use super::session::*;
use super::span::*;
use super::user::*;
use super::workflow_run::*;

/// Declares [`EventBody`] with one variant for each known event type, named like it.
macro_rules! event_bodies {
    ($( $variant:ident $(($payload:ty))?, )+) => {
        /// What an event says, by type. The parts that all events have (`id`, `type`, `processed_at`) are not repeated.
        #[derive(Clone, Debug, PartialEq)]
        pub enum EventBody {
            $(
                #[doc = concat!("Body of [`EventType::", stringify!($variant), "`].")]
                $variant $(($payload))?,
            )+
            /// A type that this version does not know; [`Event::raw`](super::Event::raw) has everything.
            Unknown,
            /// A known type whose body does not have the documented form. The text says what is wrong and where.
            Malformed(String),
            /// The text is no event; [`Event::raw`](super::Event::raw) has it.
            Unreadable,
        }

        impl EventBody {
            pub(super) fn decode(event_type: &EventType, json: &str) -> Self {
                match event_type {
                    $( EventType::$variant => event_bodies!(@decode json $variant $(($payload))?), )+
                    EventType::Other(_) => Self::Unknown,
                }
            }
        }

        impl Serialize for EventBody {
            /// The fields of the body without the parts that all events have; an empty object if nothing was decoded.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( event_bodies!(@pattern body $variant $(($payload))?) =>
                        event_bodies!(@encode body serializer $(($payload))?), )+
                    Self::Unknown | Self::Malformed(_) | Self::Unreadable => NoFields {}.serialize(serializer),
                }
            }
        }
    };
    (@decode $json:ident $variant:ident) => { Self::$variant };
    (@decode $json:ident $variant:ident ($payload:ty)) => { decode($json, Self::$variant) };
    (@pattern $body:ident $variant:ident) => { Self::$variant };
    (@pattern $body:ident $variant:ident ($payload:ty)) => { Self::$variant($body) };
    (@encode $body:ident $serializer:ident) => { NoFields {}.serialize($serializer) };
    (@encode $body:ident $serializer:ident ($payload:ty)) => { $body.serialize($serializer) };
}

#[derive(Serialize)]
struct NoFields {}

fn decode<T: FromFields>(json: &str, variant: fn(T) -> EventBody) -> EventBody {
    read_object(json).map_or_else(|misfit| EventBody::Malformed(misfit.to_string()), variant)
}

event_bodies! {
    UserMessage(UserMessage),
    UserInterrupt(UserInterrupt),
    UserToolConfirmation(UserToolConfirmation),
    UserCustomToolResult(UserCustomToolResult),
    UserToolResult(UserToolResult),
    UserDefineOutcome(UserDefineOutcome),
    SystemMessage(SystemMessage),
    AgentMessage(AgentMessage),
    AgentThinking,
    AgentToolUse(AgentToolUse),
    AgentToolResult(AgentToolResult),
    AgentMcpToolUse(AgentMcpToolUse),
    AgentMcpToolResult(AgentMcpToolResult),
    AgentCustomToolUse(AgentCustomToolUse),
    AgentThreadMessageSent(AgentThreadMessageSent),
    AgentThreadMessageReceived(AgentThreadMessageReceived),
    AgentThreadContextCompacted,
    SessionStatusRunning,
    SessionStatusIdle(SessionStatusIdle),
    SessionStatusRescheduled,
    SessionStatusTerminated,
    SessionError(SessionError),
    SessionUpdated(SessionUpdated),
    SessionUsage(SessionUsageSnapshot),
    SessionDeleted,
    SessionThreadCreated(SessionThreadCreated),
    SessionThreadStatusRunning(ThreadStatus),
    SessionThreadStatusIdle(SessionThreadStatusIdle),
    SessionThreadStatusRescheduled(ThreadStatus),
    SessionThreadStatusTerminated(ThreadStatus),
    SpanModelRequestStart,
    SpanModelRequestEnd(SpanModelRequestEnd),
    SpanOutcomeEvaluationStart(EvaluationProgress),
    SpanOutcomeEvaluationOngoing(EvaluationProgress),
    SpanOutcomeEvaluationEnd(SpanOutcomeEvaluationEnd),
    WorkflowRunCreated(WorkflowRunCreated),
    WorkflowRunStatusRunning(WorkflowRunRef),
    WorkflowRunStatusIdle(WorkflowRunRef),
    WorkflowRunPhaseStarted(WorkflowRunPhaseStarted),
    WorkflowRunPhaseEnded(WorkflowRunPhaseEnded),
    WorkflowRunError(WorkflowRunError),
    WorkflowRunStatusEnded(WorkflowRunStatusEnded),
    EventStart(EventStart),
    EventDelta(EventDelta),
}
