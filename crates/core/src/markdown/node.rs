//! The nodes that Markdown may become. Texts in them are safe to show: control characters are visible already.

use super::link::SafeUrl;

/// A block-level node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph. In an item of a tight list it is drawn without its own spacing.
    Paragraph(Vec<Inline>),
    /// A heading.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its content.
        children: Vec<Inline>,
    },
    /// A fenced or indented code block.
    Code {
        /// First word of the info string, empty if there is none.
        lang: String,
        /// The code, with the line feed of its last line.
        text: String,
    },
    /// A block quote.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// Number of the first item of an ordered list; `None` for a bullet list.
        start: Option<u64>,
        /// Whether no item is separated from the next by a blank line.
        tight: bool,
        /// The content of each item.
        items: Vec<Vec<Block>>,
    },
    /// A table.
    Table {
        /// One entry for each column.
        alignments: Vec<ColumnAlign>,
        /// The cells of the head row.
        head: Vec<Vec<Inline>>,
        /// The cells of each row, at most one for each column.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A thematic break.
    Rule,
}

/// How a table column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnAlign {
    /// As the table is.
    Default,
    /// To the left.
    Left,
    /// To the middle.
    Center,
    /// To the right.
    Right,
}

/// An inline node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain text. HTML of the source arrives here, too.
    Text(String),
    /// A code span.
    Code(String),
    /// Strong emphasis.
    Strong(Vec<Inline>),
    /// Emphasis.
    Emphasis(Vec<Inline>),
    /// Strikethrough.
    Strike(Vec<Inline>),
    /// A link with an allowed target. Any other link became its content, followed by its target as text.
    Link {
        /// Where it leads.
        href: SafeUrl,
        /// Its title, empty if there is none.
        title: String,
        /// Its content. Contains no links.
        children: Vec<Inline>,
    },
    /// An image. It must not be loaded unasked.
    Image {
        /// Its description as plain text.
        alt: String,
        /// Where it is, if that is an allowed link target.
        url: Option<SafeUrl>,
    },
    /// A hard line break.
    LineBreak,
    /// A line ending of the source.
    SoftBreak,
    /// The check box of a task list item, and whether it is ticked.
    TaskMarker(bool),
}
