//! Content blocks of messages and tool results.

use serde::Serialize;
use serde_json::value::RawValue;

use super::object::{Fields, Read, object};
use super::scalars::{string_of, text_of};
use super::tagged_union::tagged_union;

tagged_union! {
    /// A piece of a message or a tool result.
    pub enum ContentBlock {
        /// Text.
        Text(TextBlock) = "text",
        /// An image.
        Image(ImageBlock) = "image",
        /// A document.
        Document(DocumentBlock) = "document",
        /// A search result; in tool results only.
        SearchResult(SearchResultBlock) = "search_result",
        /// Content that the server withholds; never sent by clients.
        Redacted = "redacted",
    }
    or plain_text
}

/// A text alone, or in an object without a type, is a block of text.
fn plain_text(raw: &RawValue) -> Option<ContentBlock> {
    if raw.get().starts_with('"') {
        return Some(ContentBlock::text(text_of(raw)?));
    }
    let fields = Fields::of(raw.get()).ok()?;
    match fields.get("type") {
        Some(_) => None,
        None => Some(ContentBlock::text(text_of(fields.get("text")?)?)),
    }
}

/// The content of a message or a result; where there is none, what stands beside it under another name counts, and in that
/// the content of a whole message.
pub(super) fn content_of(fields: &Fields<'_>) -> Vec<ContentBlock> {
    let Some(told) = fields.told(&["content", "text", "message", "output", "result", "body"]) else {
        return Vec::new();
    };
    let inside = Fields::of(told.get())
        .ok()
        .filter(|inside| !inside.is_of_type("search_result"))
        .and_then(|inside| inside.told(&["content"]));
    Vec::read(inside.unwrap_or(told)).unwrap_or_default()
}

impl ContentBlock {
    /// A text block.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(TextBlock { text: text.into() })
    }

    /// The text of a text block.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(block) => Some(&block.text),
            _ => None,
        }
    }
}

/// Text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextBlock {
    /// The text.
    pub text: String,
}

object!(TextBlock { text });

/// An image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImageBlock {
    /// Where its bytes are.
    pub source: Source,
}

object!(ImageBlock { source });

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DocumentBlock {
    /// Where its content is.
    pub source: Source,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the reader should know about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

object!(DocumentBlock {
    source,
    title,
    context
});

tagged_union! {
    /// Where the content of an image or a document is.
    pub enum Source {
        /// In the event, base64-encoded.
        Base64(InlineSource) = "base64",
        /// In the event, as plain text; documents only.
        Text(InlineSource) = "text",
        /// At a URL.
        Url(UrlSource) = "url",
        /// In an uploaded file.
        File(FileSource) = "file",
    }
}

/// Content that stands in the event itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InlineSource {
    /// MIME type.
    pub media_type: String,
    /// Base64 or text, as the source's type says.
    pub data: String,
}

object!(InlineSource { media_type, data });

/// Content at a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UrlSource {
    /// The URL.
    pub url: String,
}

object!(UrlSource { url });

/// Content of an uploaded file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileSource {
    /// Id of the file.
    pub file_id: String,
}

object!(FileSource { file_id });

/// A search result.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchResultBlock {
    /// URL of what was found.
    pub source: String,
    /// Title.
    pub title: String,
    /// Excerpts.
    pub content: Vec<SearchResultContent>,
    /// Whether the model may cite it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citations: Option<Citations>,
}

object!(SearchResultBlock { source, title or default, content, citations });

tagged_union! {
    /// A piece of a search result. A kind of its own, so that content cannot be nested without end.
    pub enum SearchResultContent {
        /// Text.
        Text(TextBlock) = "text",
    }
}

/// Citation setting of a search result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Citations {
    /// Whether the model may cite the result.
    pub enabled: bool,
}

object!(Citations { enabled });

tagged_union! {
    /// What an outcome is judged by.
    pub enum Rubric {
        /// The rubric itself.
        Text(TextRubric) = "text",
        /// A file that holds it; the server replaces it by its text.
        File(FileSource) = "file",
    }
    or plain_rubric
}

/// A text alone is the rubric.
fn plain_rubric(raw: &RawValue) -> Option<Rubric> {
    let content = string_of(raw)?.into_owned();
    Some(Rubric::Text(TextRubric { content }))
}

/// A rubric as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextRubric {
    /// The rubric.
    pub content: String,
}

object!(TextRubric { content });
