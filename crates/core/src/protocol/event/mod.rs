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
use super::element::FromElement;
use super::json_text::string_in;
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
    created_at: Option<Timestamp>,
    is_readable: bool,
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
        let json = trimmed(json);
        match head::read(json) {
            Ok(head) => Ok(Self::new(json.into(), head, true)),
            Err(reason) => Err(EventError::new(reason, json)),
        }
    }

    /// Keeps a text that stands where an event should be. If it is none, it is an event of which nothing is known but what
    /// can be found in the text: perhaps an id and a time. JSON within a string counts as that JSON.
    #[must_use]
    pub fn keep(text: &str) -> Self {
        let text = trimmed(text);
        let inside = string_in(text).filter(|(inside, _)| inside.starts_with('{'));
        let inside = inside.as_ref().map(|(inside, _)| &**inside);
        let event = Self::parse(text).or_else(|error| Self::parse(inside.ok_or(error)?));
        event.unwrap_or_else(|_| {
            let head = head::found_in(inside.unwrap_or(text));
            Self::new(text.into(), head, false)
        })
    }

    fn new(raw: Box<str>, head: head::Head, is_readable: bool) -> Self {
        Self {
            raw,
            id: head.id,
            event_type: head.event_type,
            processed_at: head.processed_at,
            created_at: head.created_at,
            is_readable,
        }
    }

    /// The JSON as it came; any text if the event is not readable.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Whether the text is an event, one JSON object with a type.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.is_readable
    }

    /// Id of the event (`sevt_…`). Previews have none, and neither have events that cannot be told apart by it.
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

    /// When it is known to have happened: when it was processed or, for what never waits to be processed, when it was
    /// created.
    #[must_use]
    pub fn happened_at(&self) -> Option<Timestamp> {
        let created = self.created_at.filter(|_| !self.event_type.is_input());
        self.processed_at.or(created)
    }

    /// Decodes what the event says.
    #[must_use]
    pub fn body(&self) -> EventBody {
        if self.is_readable {
            EventBody::decode(&self.event_type, &self.raw)
        } else {
            EventBody::Unreadable
        }
    }
}

fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

impl PartialEq for Event {
    /// Equality of the JSON texts.
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Serialize for Event {
    /// The JSON as it came; a text that is no JSON becomes a string.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Borrowing the text as JSON scans it once more, which costs less than keeping it twice.
        match serde_json::from_str::<&RawValue>(&self.raw) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => serializer.serialize_str(&self.raw),
        }
    }
}

impl Read for Event {
    fn read(raw: &RawValue) -> Result<Self, Misfit> {
        Self::parse(raw.get()).map_err(|error| Misfit::new(error.to_string()))
    }
}

impl FromElement for Event {
    fn from_element(text: &str) -> Self {
        Self::keep(text)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Self::parse(raw.get()).map_err(D::Error::custom)
    }
}
