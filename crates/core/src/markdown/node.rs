//! The nodes that Markdown may become. Texts in them are safe to show: control characters are visible already.

use std::sync::Arc;

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
    /// A link, or what would be one if it might lead there.
    Link {
        /// Where it leads.
        target: Target,
        /// Its title, empty if there is none.
        title: Arc<str>,
        /// Its content. Contains no links.
        children: Vec<Inline>,
    },
    /// An image. It must not be loaded unasked.
    Image {
        /// Its description as plain text.
        alt: String,
        /// Where it is.
        target: Target,
        /// Its title, empty if there is none.
        title: Arc<str>,
    },
    /// A hard line break.
    LineBreak,
    /// A line ending of the source.
    SoftBreak,
    /// The check box of a task list item, and whether it is ticked.
    TaskMarker(bool),
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// It may be followed.
    Safe(SafeUrl),
    /// It must not become a link. It is shown as text behind the content, if at all.
    Refused(Arc<str>),
}

/// A refused target is shown up to this many characters.
const SHOWN_TARGET: usize = 200;

impl Target {
    /// A target as it was written.
    pub(super) fn new(target: &str) -> Self {
        match SafeUrl::new(target) {
            Some(url) => Self::Safe(url),
            None => Self::Refused(super::visible_controls(target).into()),
        }
    }

    /// The address of a link, if it may be one.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        match self {
            Self::Safe(url) => Some(url.as_str()),
            Self::Refused(_) => None,
        }
    }

    /// What stands behind the content of a refused link, so that the reader knows where it would have led: nothing if the
    /// content says it already.
    #[must_use]
    pub fn note(&self, children: &[Inline]) -> Option<String> {
        let Self::Refused(target) = self else { return None };
        let says_it = matches!(children, [Inline::Text(text)] if **text == **target);
        if target.is_empty() || says_it {
            return None;
        }
        Some(match target.char_indices().nth(SHOWN_TARGET) {
            Some((end, _)) => format!(" ({}…)", &target[..end]),
            None => format!(" ({target})"),
        })
    }
}
