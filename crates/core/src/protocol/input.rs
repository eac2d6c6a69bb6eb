//! Events that a client sends.

use serde::Serialize;

use super::RawJson;
use super::answer::FromAnswer;
use super::content::{ContentBlock, Rubric};
use super::event::{
    Confirmation, Event, SystemMessage, UserCustomToolResult, UserInterrupt, UserMessage,
    UserToolConfirmation, UserToolResult,
};
use super::loose;
use super::object::object;
use super::page::{Page, fails, is_error};

/// An event to send (Managed Agents API reference, event parameters).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type")]
pub enum InputEvent {
    /// Input for the agent.
    #[serde(rename = "user.message")]
    UserMessage(UserMessage),
    /// Request to stop.
    #[serde(rename = "user.interrupt")]
    UserInterrupt(UserInterrupt),
    /// Answer to a call that asks for approval.
    #[serde(rename = "user.tool_confirmation")]
    UserToolConfirmation(UserToolConfirmation),
    /// Result of a custom tool.
    #[serde(rename = "user.custom_tool_result")]
    UserCustomToolResult(UserCustomToolResult),
    /// Result of a tool that a self-hosted worker ran.
    #[serde(rename = "user.tool_result")]
    UserToolResult(UserToolResult),
    /// An outcome to work towards.
    #[serde(rename = "user.define_outcome")]
    UserDefineOutcome(DefineOutcome),
    /// System context from here on. Must follow the input that it accompanies, as the last event of a request.
    #[serde(rename = "system.message")]
    SystemMessage(SystemMessage),
    /// Any other event, written by hand.
    #[serde(untagged)]
    Raw(RawJson),
}

impl InputEvent {
    /// A message of one text.
    pub fn message(text: impl Into<String>) -> Self {
        Self::UserMessage(UserMessage {
            content: vec![ContentBlock::text(text)],
        })
    }

    /// An interrupt of the whole session.
    #[must_use]
    pub fn interrupt() -> Self {
        Self::UserInterrupt(UserInterrupt::default())
    }

    /// Allows a call.
    pub fn allow(tool_use_id: impl Into<String>) -> Self {
        Self::UserToolConfirmation(UserToolConfirmation {
            tool_use_id: tool_use_id.into(),
            result: Confirmation::Allow,
            deny_message: None,
            session_thread_id: None,
        })
    }

    /// Denies a call, with a reason for the model.
    pub fn deny(tool_use_id: impl Into<String>, reason: Option<String>) -> Self {
        Self::UserToolConfirmation(UserToolConfirmation {
            tool_use_id: tool_use_id.into(),
            result: Confirmation::Deny,
            deny_message: reason,
            session_thread_id: None,
        })
    }

    /// Answers a custom tool call with one text. `is_error` stands in the request only if the tool failed.
    pub fn custom_tool_result(
        custom_tool_use_id: impl Into<String>,
        text: impl Into<String>,
        is_error: bool,
    ) -> Self {
        Self::UserCustomToolResult(UserCustomToolResult {
            custom_tool_use_id: custom_tool_use_id.into(),
            content: vec![ContentBlock::text(text)],
            is_error: is_error.then_some(true),
            session_thread_id: None,
        })
    }
}

/// Body of `user.define_outcome` as a client sends it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DefineOutcome {
    /// What is to be reached.
    pub description: String,
    /// How it is judged; a text has at most 262,144 characters.
    pub rubric: Rubric,
    /// Evaluations before the server gives up: 1 to 20, 3 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_iterations: Option<u32>,
}

object!(DefineOutcome {
    description,
    rubric,
    max_iterations
});

/// Body of `POST /v1/sessions/{id}/events`. One refused event refuses all.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SendEvents {
    /// The events, in order.
    pub events: Vec<InputEvent>,
}

/// Answer to [`SendEvents`]: the events as stored, with ids. They are queued, not yet processed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SentEvents {
    /// The stored events.
    pub data: Vec<Event>,
}

object!(SentEvents { data });

/// A successful answer says that the events are stored, also where it does not name them. Those without an id are left to the
/// log, which tells them anyway.
impl FromAnswer for SentEvents {
    fn from_answer(body: &str) -> Option<Self> {
        let events = match Event::parse(body) {
            Ok(event) => vec![event],
            Err(_) if body.trim().is_empty() => Vec::new(),
            Err(_) => match (Page::from_answer(body), loose::fields(body)) {
                (Some(page), _) => page.data,
                // It says something else, and no error.
                (None, Some((fields, true))) if !is_error(&fields) => Vec::new(),
                _ => return None,
            },
        };
        let is_named = |event: &Event| event.is_readable() && event.id().is_some();
        let data: Vec<Event> = events.into_iter().filter(is_named).collect();
        let is_refusal = || loose::fields(body).is_some_and(|(fields, _)| fails(&fields));
        (!data.is_empty() || !is_refusal()).then_some(Self { data })
    }
}
