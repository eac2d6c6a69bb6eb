//! Reads Markdown into blocks, line by line, as the specification's appendix does: a line first goes through the open
//! containers, may then open new blocks, and what is left of it belongs to the innermost one.

use std::sync::Arc;

use super::labels::{Definition, definition};
use super::lines::Cursor;
use super::marks::{Fence, Marker, heading, is_rule, underline};
use super::table::{self, Table};

/// Containers nested deeper than this are dissolved: their marks become text.
pub(super) const MAX_NESTING: usize = 32;

/// A block whose text has not been read.
pub(super) enum Node {
    Paragraph(String),
    Heading {
        level: u8,
        text: String,
    },
    Code {
        lang: String,
        text: String,
    },
    Quote(Vec<Node>),
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<Vec<Node>>,
    },
    Table(Table),
    Rule,
    /// Definitions only: nothing is shown.
    Nothing,
}

/// What a text consists of.
#[derive(Default)]
pub(super) struct Outline {
    /// The top-level blocks, each with the byte offset of its first line, or of that of the paragraph that it ended.
    pub(super) nodes: Vec<(usize, Node)>,
    /// Label and definition, each with the byte offset of the first line of its paragraph.
    pub(super) definitions: Vec<(usize, Arc<str>, Definition)>,
}

/// Reads a whole text. Takes time linear in it.
pub(super) fn outline(text: &str) -> Outline {
    let mut reader = Reader {
        open: Vec::new(),
        leaf: Leaf::None,
        leaf_start: 0,
        outline: Outline::default(),
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        reader.line(start, line.trim_end_matches(['\n', '\r']));
        start += line.len();
    }
    reader.close_to(0);
    reader.outline
}

/// An open container.
struct Container {
    start: usize,
    kind: Kind,
}

enum Kind {
    Quote(Vec<Node>),
    List {
        marker: Marker,
        tight: bool,
        items: Vec<Vec<Node>>,
        /// Whether a blank line stands behind the last item.
        is_behind_blank: bool,
    },
    Item {
        /// Columns to the content.
        indent: usize,
        nodes: Vec<Node>,
        /// Whether a blank line stands behind the last block in it.
        is_behind_blank: bool,
    },
}

/// The open block that takes lines.
enum Leaf {
    None,
    /// Lines with line feeds, without the white space before them.
    Paragraph {
        text: String,
        /// Where the last line begins.
        last: usize,
    },
    Fenced {
        fence: Fence,
        indent: usize,
        text: String,
    },
    /// With how much of the text ends with a line that is not blank.
    Indented {
        text: String,
        kept: usize,
    },
    Table(Table),
}

struct Reader {
    open: Vec<Container>,
    leaf: Leaf,
    /// Where the line begins with which the leaf began.
    leaf_start: usize,
    outline: Outline,
}

impl Reader {
    fn line(&mut self, start: usize, text: &str) {
        let mut cursor = Cursor::new(text);
        let matched = self.go_on(&mut cursor);
        if matched == self.open.len() && self.extend_code(&mut cursor) {
            return;
        }
        let is_new = self.open_blocks(start, matched, &mut cursor);
        match is_new {
            New::Done => self.say_something(),
            _ if cursor.is_blank() => self.blank(matched, is_new == New::Container),
            _ => {
                self.text(start, matched, is_new == New::Container, cursor.trimmed());
                self.say_something();
            }
        }
    }

    /// Passes the marks of the containers that go on, and returns how many do.
    fn go_on(&self, cursor: &mut Cursor<'_>) -> usize {
        for (at, container) in self.open.iter().enumerate() {
            let goes_on = match &container.kind {
                Kind::Quote(_) => pass_quote(cursor),
                Kind::List { .. } => true,
                Kind::Item { indent, nodes, .. } => {
                    let is_empty =
                        nodes.is_empty() && at + 1 == self.open.len() && matches!(self.leaf, Leaf::None);
                    if cursor.is_blank() {
                        cursor.advance(*indent);
                        !is_empty
                    } else {
                        let is_inside = cursor.indent() >= *indent;
                        if is_inside {
                            cursor.advance(*indent);
                        }
                        is_inside
                    }
                }
            };
            if !goes_on {
                return at;
            }
        }
        self.open.len()
    }

    /// Adds the line to an open block of code, or ends it. Returns whether the line is done with.
    fn extend_code(&mut self, cursor: &mut Cursor<'_>) -> bool {
        match &mut self.leaf {
            Leaf::Fenced { fence, indent, text } => {
                if cursor.indent() <= 3 && fence.is_closed_by(cursor.trimmed()) {
                    self.close_leaf();
                } else {
                    cursor.advance(*indent);
                    cursor.push_to(text);
                }
                self.say_something();
                true
            }
            Leaf::Indented { text, kept } => {
                let is_blank = cursor.is_blank();
                if !is_blank && cursor.indent() < 4 {
                    self.close_leaf();
                    return false;
                }
                cursor.advance(4);
                cursor.push_to(text);
                if is_blank {
                    self.mark_blank();
                } else {
                    *kept = text.len();
                    self.say_something();
                }
                true
            }
            _ => false,
        }
    }

    /// Opens what the line begins, outermost first.
    fn open_blocks(&mut self, start: usize, mut matched: usize, cursor: &mut Cursor<'_>) -> New {
        let mut is_new = New::Nothing;
        loop {
            let text = cursor.trimmed();
            // Whether the line could be one more of the paragraph before it, at the same place or after containers ended.
            let in_paragraph = matches!(self.leaf, Leaf::Paragraph { .. });
            let goes_on = in_paragraph && matched == self.open.len();
            if text.is_empty() {
                return is_new;
            }
            if cursor.indent() >= 4 {
                if !in_paragraph {
                    self.begin(matched, start);
                    cursor.advance(4);
                    let mut text = String::new();
                    cursor.push_to(&mut text);
                    let kept = text.len();
                    self.leaf = Leaf::Indented { text, kept };
                    return New::Done;
                }
                return is_new;
            }
            if let Some(fence) = Fence::opened_by(text) {
                let indent = cursor.indent();
                self.begin(matched, start);
                self.leaf = Leaf::Fenced {
                    fence,
                    indent,
                    text: String::new(),
                };
                return New::Done;
            }
            if let Some((level, text)) = heading(text) {
                self.begin(matched, start);
                self.add(
                    start,
                    Node::Heading {
                        level,
                        text: text.to_owned(),
                    },
                );
                return New::Done;
            }
            if goes_on && let Some(level) = underline(text) {
                if let Some(text) = self.paragraph_text() {
                    self.add(self.leaf_start, Node::Heading { level, text });
                    return New::Done;
                }
                // Under nothing but definitions it is text. It begins where they do: read by itself, it could be a list.
                if !is_rule(text) {
                    self.leaf = Leaf::Paragraph {
                        text: format!("{text}\n"),
                        last: 0,
                    };
                    return New::Done;
                }
            }
            if goes_on && self.open_table(text) {
                return New::Done;
            }
            if is_rule(text) {
                self.begin(matched, start);
                self.add(start, Node::Rule);
                return New::Done;
            }
            if self.open_container(start, matched, goes_on, cursor) {
                is_new = New::Container;
                matched = self.open.len();
                continue;
            }
            return is_new;
        }
    }

    /// Opens a quote or the item of a list, if the line begins one.
    fn open_container(
        &mut self,
        start: usize,
        matched: usize,
        in_paragraph: bool,
        cursor: &mut Cursor<'_>,
    ) -> bool {
        let mut inner = *cursor;
        if pass_quote(&mut inner) {
            // The marks of a list that ends here do not count.
            let kept = matched - usize::from(self.is_list(matched));
            if kept + 3 > MAX_NESTING {
                return false;
            }
            *cursor = inner;
            self.begin(matched, start);
            self.open.push(Container {
                start,
                kind: Kind::Quote(Vec::new()),
            });
            return true;
        }
        let Some((marker, indent)) = Marker::pass(&mut inner) else {
            return false;
        };
        if in_paragraph && (inner.is_blank() || marker.number.is_some_and(|number| number != 1)) {
            return false;
        }
        let joins = self.is_list(matched)
            && matches!(&self.open[matched - 1].kind, Kind::List { marker: list, .. } if marker.is_same_list(list));
        let kept = matched - usize::from(self.is_list(matched));
        if kept + 3 > MAX_NESTING {
            return false;
        }
        *cursor = inner;
        if joins {
            self.close_to(matched);
            if let Some(Container {
                kind:
                    Kind::List {
                        tight,
                        is_behind_blank,
                        ..
                    },
                ..
            }) = self.open.last_mut()
            {
                *tight &= !*is_behind_blank;
            }
        } else {
            self.begin(matched, start);
            self.open.push(Container {
                start,
                kind: Kind::List {
                    marker,
                    tight: true,
                    items: Vec::new(),
                    is_behind_blank: false,
                },
            });
        }
        self.open.push(Container {
            start,
            kind: Kind::Item {
                indent,
                nodes: Vec::new(),
                is_behind_blank: false,
            },
        });
        true
    }

    /// Makes a table of the last line of the paragraph, if this is the line that must stand under its head. It begins where
    /// the paragraph began: read by itself, its head could be something else.
    fn open_table(&mut self, text: &str) -> bool {
        let Leaf::Paragraph { text: before, last } = &mut self.leaf else {
            return false;
        };
        let Some(table) = table::begun_by(before[*last..].trim_end(), text) else {
            return false;
        };
        before.truncate(*last);
        if !before.is_empty() {
            self.close_leaf();
        }
        self.leaf = Leaf::Table(table);
        true
    }

    /// A line of text, which may belong to the paragraph before it even if containers have ended.
    fn text(&mut self, start: usize, matched: usize, is_inner: bool, text: &str) {
        let is_lazy = !is_inner && matched < self.open.len();
        match &mut self.leaf {
            Leaf::Paragraph { text: before, last } => {
                *last = before.len();
                before.push_str(text);
                before.push('\n');
            }
            Leaf::Table(table) if !is_lazy => table.push(text),
            _ => {
                self.begin(if is_inner { self.open.len() } else { matched }, start);
                self.leaf = Leaf::Paragraph {
                    text: format!("{text}\n"),
                    last: 0,
                };
            }
        }
    }

    fn blank(&mut self, matched: usize, is_inner: bool) {
        self.close_leaf();
        if is_inner {
            // An item or quote of which nothing but the mark is there.
            self.say_something();
            return;
        }
        self.close_to(matched);
        self.mark_blank();
    }

    /// Notes a blank line in the innermost lists.
    fn mark_blank(&mut self) {
        for container in self.open.iter_mut().rev() {
            match &mut container.kind {
                Kind::Quote(_) => break,
                Kind::List { is_behind_blank, .. } | Kind::Item { is_behind_blank, .. } => {
                    *is_behind_blank = true
                }
            }
        }
    }

    /// Notes a line that is not blank.
    fn say_something(&mut self) {
        for container in &mut self.open {
            if let Kind::List { is_behind_blank, .. } | Kind::Item { is_behind_blank, .. } =
                &mut container.kind
            {
                *is_behind_blank = false;
            }
        }
    }

    fn is_list(&self, matched: usize) -> bool {
        matched > 0 && matches!(self.open[matched - 1].kind, Kind::List { .. })
    }

    /// Makes room for a new block in the last of the containers that go on.
    fn begin(&mut self, matched: usize, start: usize) {
        // What stands in a list stands in its items.
        self.close_to(matched - usize::from(self.is_list(matched)));
        self.leaf_start = start;
        let separates = match self.open.last() {
            Some(Container {
                kind:
                    Kind::Item {
                        nodes,
                        is_behind_blank,
                        ..
                    },
                ..
            }) => *is_behind_blank && !nodes.is_empty(),
            _ => false,
        };
        if separates
            && let [.., list, _] = &mut self.open[..]
            && let Kind::List { tight, .. } = &mut list.kind
        {
            *tight = false;
        }
    }

    fn close_to(&mut self, kept: usize) {
        self.close_leaf();
        while self.open.len() > kept {
            let Some(Container { start, kind }) = self.open.pop() else {
                return;
            };
            match kind {
                Kind::Quote(nodes) => self.add(start, Node::Quote(nodes)),
                Kind::List {
                    marker, tight, items, ..
                } => self.add(
                    start,
                    Node::List {
                        start: marker.number,
                        tight,
                        items,
                    },
                ),
                Kind::Item {
                    nodes,
                    is_behind_blank,
                    ..
                } => {
                    if let Some(Container {
                        kind:
                            Kind::List {
                                items,
                                is_behind_blank: behind,
                                ..
                            },
                        ..
                    }) = self.open.last_mut()
                    {
                        items.push(nodes);
                        *behind = is_behind_blank;
                    }
                }
            }
        }
    }

    fn close_leaf(&mut self) {
        let node = match std::mem::replace(&mut self.leaf, Leaf::None) {
            Leaf::None => return,
            paragraph @ Leaf::Paragraph { .. } => {
                self.leaf = paragraph;
                match self.paragraph_text() {
                    Some(text) => Node::Paragraph(text),
                    None => Node::Nothing,
                }
            }
            Leaf::Fenced { fence, text, .. } => Node::Code {
                lang: fence.lang,
                text,
            },
            Leaf::Indented { mut text, kept } => {
                text.truncate(kept);
                Node::Code {
                    lang: String::new(),
                    text,
                }
            }
            Leaf::Table(table) => Node::Table(table),
        };
        self.add(self.leaf_start, node);
    }

    /// Ends the paragraph: takes the definitions at its beginning out and returns the rest, if there is any.
    fn paragraph_text(&mut self) -> Option<String> {
        let Leaf::Paragraph { text, .. } = std::mem::replace(&mut self.leaf, Leaf::None) else {
            return None;
        };
        let mut rest = text.as_str();
        while let Some((label, definition, behind)) = definition(rest) {
            self.outline
                .definitions
                .push((self.leaf_start, label, definition));
            rest = behind;
        }
        let rest = rest.trim_end_matches(['\n', ' ', '\t']);
        (!rest.is_empty()).then(|| rest.to_owned())
    }

    fn add(&mut self, start: usize, node: Node) {
        match self.open.last_mut().map(|container| &mut container.kind) {
            None => self.outline.nodes.push((start, node)),
            Some(Kind::Quote(nodes) | Kind::Item { nodes, .. }) => {
                if !matches!(node, Node::Nothing) {
                    nodes.push(node);
                }
            }
            // Nothing stands in a list but items.
            Some(Kind::List { .. }) => {}
        }
    }
}

/// What a line has opened.
#[derive(Clone, Copy, PartialEq)]
enum New {
    Nothing,
    /// Containers; the rest of the line is still to be read.
    Container,
    /// A block that needs no more of the line.
    Done,
}

fn pass_quote(cursor: &mut Cursor<'_>) -> bool {
    let is_quote = cursor.indent() <= 3 && cursor.trimmed().starts_with('>');
    if is_quote {
        cursor.skip(1);
        cursor.advance(1);
    }
    is_quote
}
