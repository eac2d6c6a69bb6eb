//! Markdown to a tree of allow-listed nodes.
//!
//! The source is text from agents, so nothing in it is trusted: HTML is shown as text, only `http`, `https` and `mailto`
//! links become links, images are described and never loaded, control characters that could disguise text are made
//! visible, and nesting is bounded. The syntax is CommonMark with the tables, strikethrough and task lists of GitHub
//! Flavored Markdown.

mod inlines;
mod link;
mod node;
mod parts;
mod reader;
mod streaming;
mod visible;

pub use link::{SafeUrl, safe_link};
pub use node::{Block, ColumnAlign, Inline};
pub use streaming::{Plain, StreamingMarkdown};
pub use visible::visible_controls;

/// Parses a whole text. Never fails and takes time linear in ordinary text.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    reader::read(text).into_iter().map(|(_, block)| block).collect()
}
