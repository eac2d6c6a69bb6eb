//! Markdown to a tree of allow-listed nodes.
//!
//! The source is text from agents, so nothing in it is trusted: HTML is shown as text, only `http`, `https` and `mailto`
//! links may be followed, images are described and never loaded, control characters that could disguise text are made
//! visible, and nesting is bounded.
//!
//! The syntax is CommonMark 0.31.2 with the tables, strikethrough, task lists and bare addresses of GitHub Flavored Markdown,
//! but for what `docs/adr/0014-markdown.md` names: HTML blocks, most names of character references, lone carriage returns, and
//! marks of emphasis in scripts without spaces. `tests/commonmark/exceptions.rs` lists the examples of the specification that
//! come out otherwise.

mod address;
mod blocks;
mod chars;
mod entities;
mod inlines;
mod labels;
mod lines;
mod link;
mod marks;
mod node;
mod parts;
mod pieces;
mod punctuation;
mod resolve;
mod streaming;
mod table;
mod target;
mod tree;
mod visible;

pub use link::{SafeUrl, safe_link};
pub use node::{Block, ColumnAlign, Inline, Target};
pub use streaming::{Plain, StreamingMarkdown};
pub use visible::{visible_controls, visible_exactly, visible_name};

/// Parses a whole text. Never fails and takes time linear in ordinary text.
#[must_use]
pub fn parse(text: &str) -> Vec<Block> {
    let outline = blocks::outline(text);
    let mut definitions = labels::Definitions::default();
    for (_, label, definition) in &outline.definitions {
        definitions.add(label, definition);
    }
    let none = labels::Definitions::default();
    let mut links = labels::Links::new(&definitions, &none);
    let nodes = outline.nodes.into_iter();
    nodes
        .flat_map(|(_, node)| resolve::resolve(node, &mut links))
        .collect()
}
