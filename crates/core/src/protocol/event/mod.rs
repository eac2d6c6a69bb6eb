//! Events: a cheap head for every event, and the body decoded on demand.
//!
//! A session can have hundreds of thousands of events, of which the screen shows a few dozen. An [`Event`] therefore
//! keeps its JSON text and only what ordering and merging need; [`Event::body`] decodes the rest when someone looks.

mod agent;
mod body;
mod error;
mod event_type;
mod head;
mod preview;
mod session;
mod session_error;
mod span;
mod stop;
mod user;
mod workflow_run;

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::Timestamp;
use super::object::{Misfit, Read};

pub use agent::{
    AgentCustomToolUse, AgentMcpToolResult, AgentMcpToolUse, AgentMessage, AgentThreadMessageReceived,
    AgentThreadMessageSent, AgentToolResult, AgentToolUse, AutoEvaluation, AutoPermission, Evaluation,
    Permission, Reason, ReasonCode,
};
pub use body::EventBody;
pub use error::EventError;
pub use event_type::{EventFamily, EventType};
pub use preview::{Delta, DeltaType, EventDelta, EventStart, PreviewedEvent};
pub use session::{
    SessionError, SessionStatusIdle, SessionThreadCreated, SessionThreadStatusIdle, SessionUpdated,
    SessionUsageSnapshot, ThreadStatus,
};
pub use session_error::{RetryStatus, SessionErrorBody, SessionErrorType};
pub use span::{EvaluationProgress, EvaluationResult, SpanModelRequestEnd, SpanOutcomeEvaluationEnd};
pub use stop::{Refusal, RefusalCategory, RequiresAction, StopDetails, StopReason};
pub use user::{
    Confirmation, SystemMessage, UserCustomToolResult, UserDefineOutcome, UserInterrupt, UserMessage,
    UserToolConfirmation, UserToolResult,
};
pub use workflow_run::{
    Phase, WorkflowError, WorkflowErrorType, WorkflowFailure, WorkflowResult, WorkflowRunCreated,
    WorkflowRunError, WorkflowRunPhaseEnded, WorkflowRunPhaseStarted, WorkflowRunRef, WorkflowRunStatusEnded,
};

/// One event: its JSON text and the few parts that every event has.
#[derive(Clone, Debug)]
pub struct Event {
    raw: Box<str>,
    id: Option<Arc<str>>,
    event_type: EventType,
    processed_at: Option<Timestamp>,
}

impl Event {
    /// Reads the head of an event and keeps the text, without decoding the rest.
    ///
    /// A `processed_at` that is no timestamp and an `id` that is no text, or empty, count as absent: the event is still
    /// shown.
    ///
    /// # Errors
    /// `json` is not one JSON object with a text under `type`.
    pub fn parse(json: &str) -> Result<Self, EventError> {
        let json = json.trim_matches([' ', '\t', '\n', '\r']);
        Self::from_text(json.into())
    }

    fn from_text(raw: Box<str>) -> Result<Self, EventError> {
        let head = head::read(&raw).map_err(|reason| EventError::new(reason, &raw))?;
        Ok(Self {
            id: head.id,
            event_type: head.event_type,
            processed_at: head.processed_at,
            raw,
        })
    }

    /// The JSON as it came.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Id of the event (`sevt_…`). Previews have none.
    #[must_use]
    pub fn id(&self) -> Option<&Arc<str>> {
        self.id.as_ref()
    }

    /// Type of the event.
    #[must_use]
    pub fn event_type(&self) -> &EventType {
        &self.event_type
    }

    /// When the server processed it. Inputs that still wait have none, and neither have previews.
    #[must_use]
    pub fn processed_at(&self) -> Option<Timestamp> {
        self.processed_at
    }

    /// Decodes what the event says.
    #[must_use]
    pub fn body(&self) -> EventBody {
        EventBody::decode(&self.event_type, &self.raw)
    }
}

impl PartialEq for Event {
    /// Equality of the JSON texts.
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Borrowing the text as JSON scans it once more, which costs less than keeping it twice.
        let raw: &RawValue = serde_json::from_str(&self.raw).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl Read for Event {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        Self::from_text(raw.get().into()).map_err(|error| Misfit::new(error.to_string()))
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::from_text(raw.into()).map_err(D::Error::custom)
    }
}
