//! Bodies of `event_start` and `event_delta`, which preview a later event on the stream.

use serde::Serialize;

use super::super::object::{Fields, Read, object};

use super::super::content::ContentBlock;
use super::super::open_enum::open_enum;
use super::event_type::EventType;

/// Body of `event_start`: a preview opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventStart {
    /// The event to come.
    pub event: PreviewedEvent,
}

object!(EventStart { event });

/// An event that is being previewed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewedEvent {
    /// `agent.message` or `agent.thinking`.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Id that the event will have.
    pub id: String,
}

object!(PreviewedEvent = "id" { event_type as "type" or default, id });

/// Body of `event_delta`: a fragment of a preview.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventDelta {
    /// Id that the previewed event will have.
    pub event_id: String,
    /// The fragment.
    pub delta: Delta,
}

object!(EventDelta { event_id, delta });

/// A fragment of an event. Fragments are a prefix of the content; the server may leave the rest out under load.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delta {
    /// Form of the fragment.
    #[serde(rename = "type")]
    pub delta_type: DeltaType,
    /// Index of the content block it belongs to; absent means 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// The block, at its first fragment, or more of its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentBlock>,
}

object!(Delta = "text" { delta_type as "type" or default, index, content by delta_content });

/// The content of a fragment, or its text beside it.
fn delta_content(fields: &Fields<'_>) -> Option<ContentBlock> {
    let content = fields.get("content").or_else(|| fields.get("text"))?;
    ContentBlock::read(content)
        .ok()
        .filter(|_| content.get() != "null")
}

impl Delta {
    /// The text to append.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.content.as_ref().and_then(ContentBlock::as_text)
    }
}

open_enum! {
    /// Form of a fragment.
    pub enum DeltaType {
        /// More content.
        ContentDelta = "content_delta",
    }
}
