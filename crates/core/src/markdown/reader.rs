//! Reads parser events into nodes.

use pulldown_cmark::{Alignment, BrokenLink, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::link::SafeUrl;
use super::node::{Block, ColumnAlign, Inline};
use super::visible::visible_controls;

/// Containers nested deeper than this are dissolved: their content goes into the last one that is kept.
const MAX_NESTING: usize = 32;

/// A refused link target is shown up to this many characters.
const SHOWN_TARGET: usize = 200;

/// What a text contains.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// The top-level blocks, each with the byte offset at which its source begins.
    pub(super) blocks: Vec<(usize, Block)>,
    /// The link reference definitions, in order.
    pub(super) definitions: Vec<Definition>,
    /// Whether brackets were seen that would be a link if their label were defined.
    pub(super) has_open_references: bool,
}

/// A link reference definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    /// Byte offset of its source.
    pub(super) start: usize,
    pub(super) label: String,
    pub(super) target: String,
    pub(super) title: String,
}

/// Parses a whole text.
pub(super) fn read(text: &str) -> Document {
    let mut has_open_references = false;
    let mut on_open_reference = |_: BrokenLink<'_>| {
        has_open_references = true;
        None
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let parser = Parser::new_with_broken_link_callback(text, options, Some(&mut on_open_reference));
    let mut definitions: Vec<_> = parser
        .reference_definitions()
        .iter()
        .map(|(label, definition)| Definition {
            start: definition.span.start,
            label: label.to_owned(),
            target: definition.dest.to_string(),
            title: definition.title.as_deref().unwrap_or_default().to_owned(),
        })
        .collect();
    definitions.sort_unstable_by_key(|definition| definition.start);
    let mut reader = Reader::default();
    for (event, range) in parser.into_offset_iter() {
        reader.read(event, range.start);
    }
    Document {
        blocks: reader.blocks,
        definitions,
        has_open_references,
    }
}

/// An open node.
enum Frame {
    Quote(Vec<Block>),
    List {
        start: Option<u64>,
        tight: bool,
        items: Vec<Vec<Block>>,
    },
    Item(Vec<Block>),
    /// `implicit`: opened by inline content that stands directly in a container, as in the items of a tight list.
    Paragraph {
        implicit: bool,
        children: Vec<Inline>,
    },
    Heading {
        level: u8,
        children: Vec<Inline>,
    },
    Code {
        lang: String,
        text: String,
    },
    Html(String),
    Table {
        alignments: Vec<ColumnAlign>,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Row(Vec<Vec<Inline>>),
    Cell(Vec<Inline>),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Strike(Vec<Inline>),
    Link {
        target: String,
        title: String,
        children: Vec<Inline>,
    },
    Image {
        target: String,
        alt: String,
    },
}

#[derive(Default)]
struct Reader {
    blocks: Vec<(usize, Block)>,
    frames: Vec<Frame>,
    /// For each started tag whether it has a frame. Those without are dissolved.
    tags: Vec<bool>,
    /// Where the open top-level block begins.
    start: usize,
}

impl Reader {
    fn read(&mut self, event: Event<'_>, start: usize) {
        if self.frames.is_empty() {
            self.start = start;
        }
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => {
                if is_block(tag) {
                    self.end_implicit_paragraph();
                }
                if self.tags.pop() == Some(true) {
                    self.close();
                }
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Code(text) => {
                let text = visible_controls(&text).into_owned();
                self.inline(Inline::Code(text));
            }
            Event::SoftBreak => self.inline(Inline::SoftBreak),
            Event::HardBreak => self.inline(Inline::LineBreak),
            Event::Rule => {
                self.end_implicit_paragraph();
                self.block(Block::Rule);
            }
            Event::TaskListMarker(ticked) => self.inline(Inline::TaskMarker(ticked)),
            // Not enabled.
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        let marker = if tag == Tag::Paragraph {
            self.take_marker()
        } else {
            None
        };
        if is_block(tag.to_end()) {
            self.end_implicit_paragraph();
        }
        let in_image = matches!(self.frames.last(), Some(Frame::Image { .. }));
        let in_list = matches!(self.frames.last(), Some(Frame::List { .. }));
        let too_deep = self.frames.len() >= MAX_NESTING;
        let frame = match tag {
            _ if in_image => None,
            Tag::Paragraph => {
                self.loosen();
                Some(Frame::Paragraph {
                    implicit: false,
                    children: marker.into_iter().collect(),
                })
            }
            Tag::Heading { level, .. } => Some(Frame::Heading {
                level: level as u8,
                children: Vec::new(),
            }),
            Tag::CodeBlock(kind) => Some(Frame::Code {
                lang: language(&kind),
                text: String::new(),
            }),
            Tag::HtmlBlock => Some(Frame::Html(String::new())),
            Tag::Table(alignments) => Some(Frame::Table {
                alignments: alignments.into_iter().map(column_align).collect(),
                head: Vec::new(),
                rows: Vec::new(),
            }),
            Tag::TableHead | Tag::TableRow => Some(Frame::Row(Vec::new())),
            Tag::TableCell => Some(Frame::Cell(Vec::new())),
            Tag::Image { dest_url, .. } => Some(Frame::Image {
                target: dest_url.into_string(),
                alt: String::new(),
            }),
            Tag::Item if in_list => Some(Frame::Item(Vec::new())),
            _ if too_deep => None,
            Tag::BlockQuote(_) => Some(Frame::Quote(Vec::new())),
            Tag::List(start) => Some(Frame::List {
                start,
                tight: true,
                items: Vec::new(),
            }),
            Tag::Strong => Some(Frame::Strong(Vec::new())),
            Tag::Emphasis => Some(Frame::Emphasis(Vec::new())),
            Tag::Strikethrough => Some(Frame::Strike(Vec::new())),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => Some(Frame::Link {
                target: if link_type == LinkType::Email {
                    format!("mailto:{dest_url}")
                } else {
                    dest_url.into_string()
                },
                title: visible_controls(&title).into_owned(),
                children: Vec::new(),
            }),
            _ => None,
        };
        if let Some(frame) = &frame
            && frame.is_inline()
        {
            self.inline_parent();
        }
        self.tags.push(frame.is_some());
        self.frames.extend(frame);
    }

    /// Ends the open node and puts it into the one around it.
    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        match frame {
            Frame::Quote(blocks) => self.block(Block::Quote(blocks)),
            Frame::List { start, tight, items } => self.block(Block::List { start, tight, items }),
            Frame::Item(blocks) => {
                if let Some(Frame::List { items, .. }) = self.frames.last_mut() {
                    items.push(blocks);
                }
            }
            Frame::Paragraph { children, .. } => self.block(Block::Paragraph(children)),
            Frame::Heading { level, children } => self.block(Block::Heading { level, children }),
            Frame::Code { lang, text } => self.block(Block::Code { lang, text }),
            Frame::Html(source) => self.block(Block::Paragraph(lines(&source))),
            Frame::Table {
                alignments,
                head,
                rows,
            } => self.block(Block::Table {
                alignments,
                head,
                rows,
            }),
            Frame::Row(cells) => {
                if let Some(Frame::Table { head, rows, .. }) = self.frames.last_mut() {
                    if head.is_empty() {
                        *head = cells
                    } else {
                        rows.push(cells)
                    }
                }
            }
            Frame::Cell(children) => {
                if let Some(Frame::Row(cells)) = self.frames.last_mut() {
                    cells.push(children);
                }
            }
            Frame::Strong(children) => self.inline(Inline::Strong(children)),
            Frame::Emphasis(children) => self.inline(Inline::Emphasis(children)),
            Frame::Strike(children) => self.inline(Inline::Strike(children)),
            Frame::Link {
                target,
                title,
                children,
            } => match SafeUrl::new(&target) {
                Some(href) => self.inline(Inline::Link {
                    href,
                    title,
                    children,
                }),
                None => self.refused_link(&target, children),
            },
            Frame::Image { target, alt } => self.inline(Inline::Image {
                alt,
                url: SafeUrl::new(&target),
            }),
        }
    }

    fn refused_link(&mut self, target: &str, children: Vec<Inline>) {
        let mut shown: String = target.chars().take(SHOWN_TARGET).collect();
        if shown.len() < target.len() {
            shown.push('…');
        }
        let shown = visible_controls(&shown);
        let says_it = matches!(&children[..], [Inline::Text(text)] if *text == shown);
        for child in children {
            self.inline(child);
        }
        if !shown.is_empty() && !says_it {
            self.text(&format!(" ({shown})"));
        }
    }

    fn block(&mut self, block: Block) {
        match self.frames.last_mut() {
            Some(Frame::Quote(blocks) | Frame::Item(blocks)) => blocks.push(block),
            _ => self.blocks.push((self.start, block)),
        }
    }

    fn inline(&mut self, inline: Inline) {
        match inline {
            Inline::Text(text) => self.text(&text),
            inline => match self.inline_parent() {
                Parent::Children(children) => children.push(inline),
                Parent::Plain(text) => push_plain(text, &inline),
            },
        }
    }

    fn text(&mut self, text: &str) {
        let text = visible_controls(text);
        match self.inline_parent() {
            Parent::Children(children) => match children.last_mut() {
                Some(Inline::Text(last)) => last.push_str(&text),
                _ => children.push(Inline::Text(text.into_owned())),
            },
            Parent::Plain(plain) => plain.push_str(&text),
        }
    }

    /// Where inline content goes; opens a paragraph for content that stands directly in a container.
    fn inline_parent(&mut self) -> Parent<'_> {
        let needs_paragraph = matches!(
            self.frames.last(),
            None | Some(
                Frame::Quote(_) | Frame::Item(_) | Frame::List { .. } | Frame::Table { .. } | Frame::Row(_)
            )
        );
        if needs_paragraph {
            self.frames.push(Frame::Paragraph {
                implicit: true,
                children: Vec::new(),
            });
        }
        match self.frames.last_mut() {
            Some(
                Frame::Paragraph { children, .. }
                | Frame::Heading { children, .. }
                | Frame::Cell(children)
                | Frame::Strong(children)
                | Frame::Emphasis(children)
                | Frame::Strike(children)
                | Frame::Link { children, .. },
            ) => Parent::Children(children),
            Some(Frame::Code { text, .. } | Frame::Html(text) | Frame::Image { alt: text, .. }) => {
                Parent::Plain(text)
            }
            _ => unreachable!("a paragraph was opened"),
        }
    }

    fn end_implicit_paragraph(&mut self) {
        if matches!(self.frames.last(), Some(Frame::Paragraph { implicit: true, .. })) {
            self.close();
        }
    }

    /// In a loose list the check box comes before its paragraph: takes it out of the one that was opened for it.
    fn take_marker(&mut self) -> Option<Inline> {
        match self.frames.last_mut() {
            Some(Frame::Paragraph {
                implicit: true,
                children,
            }) if matches!(children[..], [Inline::TaskMarker(_)]) => {
                let marker = children.pop();
                self.frames.pop();
                marker
            }
            _ => None,
        }
    }

    /// A paragraph of its own directly in an item makes the list loose.
    fn loosen(&mut self) {
        if let [.., Frame::List { tight, .. }, Frame::Item(_)] = &mut self.frames[..] {
            *tight = false;
        }
    }
}

enum Parent<'a> {
    Children(&'a mut Vec<Inline>),
    Plain(&'a mut String),
}

impl Frame {
    fn is_inline(&self) -> bool {
        matches!(
            self,
            Self::Strong(_) | Self::Emphasis(_) | Self::Strike(_) | Self::Link { .. } | Self::Image { .. }
        )
    }
}

fn is_block(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// What remains of a node in the description of an image.
fn push_plain(out: &mut String, inline: &Inline) {
    match inline {
        Inline::Text(text) | Inline::Code(text) => out.push_str(text),
        Inline::LineBreak | Inline::SoftBreak => out.push(' '),
        _ => {}
    }
}

/// The lines of an HTML block as text.
fn lines(source: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for line in source.lines() {
        if !inlines.is_empty() {
            inlines.push(Inline::LineBreak);
        }
        inlines.push(Inline::Text(line.to_owned()));
    }
    inlines
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Indented => String::new(),
        CodeBlockKind::Fenced(info) => {
            let word = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
            visible_controls(word).into_owned()
        }
    }
}

fn column_align(alignment: Alignment) -> ColumnAlign {
    match alignment {
        Alignment::None => ColumnAlign::Default,
        Alignment::Left => ColumnAlign::Left,
        Alignment::Center => ColumnAlign::Center,
        Alignment::Right => ColumnAlign::Right,
    }
}
