//! Pieces to nodes.

use std::mem;
use std::sync::Arc;

use super::node::{Inline, Target};
use super::pieces::{Bracket, Piece};
use super::visible::visible_controls;

/// What a node will be.
enum Kind {
    Emphasis,
    Strong,
    Strike,
    Link(Target, Arc<str>),
    Image(Target, Arc<str>),
}

/// A node that has begun.
struct Frame {
    /// `None` for what is nested too deep: its marks are text.
    kind: Option<Kind>,
    before: Vec<Inline>,
}

struct Tree<'a> {
    source: &'a str,
    nesting: usize,
    open: Vec<Frame>,
    /// How many of the open ones are nodes.
    depth: usize,
    links: usize,
    children: Vec<Inline>,
    /// Text that has not become a node.
    text: String,
}

/// Puts nodes into one another, `nesting` deep at most.
pub(super) fn grow(source: &str, pieces: Vec<Piece<'_>>, nesting: usize) -> Vec<Inline> {
    let mut tree = Tree {
        source,
        nesting,
        open: Vec::new(),
        depth: 0,
        links: 0,
        children: Vec::new(),
        text: String::new(),
    };
    for piece in pieces {
        tree.add(piece);
    }
    tree.end_text();
    tree.children
}

impl Tree<'_> {
    fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Plain { start, end } => self.text.push_str(&self.source[start..end]),
            Piece::Char(char) => self.text.push(char),
            Piece::Leaf(node) => self.push(node),
            Piece::Bare(shown, _) if self.links > 0 => self.text.push_str(shown),
            Piece::Bare(shown, target) => {
                let children = vec![Inline::Text(visible_controls(shown).into_owned())];
                self.push(Inline::Link {
                    target,
                    title: Arc::default(),
                    children,
                });
            }
            Piece::Run(run) => {
                for marks in run.closes {
                    self.close(|text| push_marks(text, run.mark, marks));
                }
                push_marks(&mut self.text, run.mark, run.left);
                for marks in run.opens.into_iter().rev() {
                    let kind = match (run.mark, marks) {
                        (b'~', _) => Kind::Strike,
                        (_, 1) => Kind::Emphasis,
                        _ => Kind::Strong,
                    };
                    self.open(kind, |text| push_marks(text, run.mark, marks));
                }
            }
            Piece::Open(Bracket { is_image, leads }) => {
                let mark = if is_image { "![" } else { "[" };
                match leads {
                    None => self.text.push_str(mark),
                    Some((target, title)) => {
                        let kind = if is_image { Kind::Image } else { Kind::Link };
                        self.open(kind(target, title), |text| text.push_str(mark));
                    }
                }
            }
            Piece::Close(source) => self.close(|text| text.push_str(source)),
        }
    }

    fn open(&mut self, kind: Kind, as_text: impl FnOnce(&mut String)) {
        if self.depth == self.nesting {
            as_text(&mut self.text);
            self.open.push(Frame {
                kind: None,
                before: Vec::new(),
            });
            return;
        }
        self.end_text();
        self.depth += 1;
        self.links += usize::from(matches!(kind, Kind::Link(..)));
        self.open.push(Frame {
            kind: Some(kind),
            before: mem::take(&mut self.children),
        });
    }

    fn close(&mut self, as_text: impl FnOnce(&mut String)) {
        let Some(Frame {
            kind: Some(kind),
            before,
        }) = self.open.pop()
        else {
            as_text(&mut self.text);
            return;
        };
        self.end_text();
        self.depth -= 1;
        let children = mem::replace(&mut self.children, before);
        self.links -= usize::from(matches!(kind, Kind::Link(..)));
        self.push(match kind {
            Kind::Emphasis => Inline::Emphasis(children),
            Kind::Strong => Inline::Strong(children),
            Kind::Strike => Inline::Strike(children),
            Kind::Link(target, title) => Inline::Link {
                target,
                title,
                children,
            },
            Kind::Image(target, title) => {
                let mut alt = String::new();
                plain(&children, &mut alt);
                Inline::Image { alt, target, title }
            }
        });
    }

    fn push(&mut self, node: Inline) {
        self.end_text();
        self.children.push(node);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            let text = mem::take(&mut self.text);
            self.children
                .push(Inline::Text(visible_controls(&text).into_owned()));
        }
    }
}

fn push_marks(text: &mut String, mark: u8, count: usize) {
    text.extend(std::iter::repeat_n(char::from(mark), count));
}

/// What remains of nodes in the description of an image.
fn plain(children: &[Inline], out: &mut String) {
    for child in children {
        match child {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Strike(inner) => plain(inner, out),
            Inline::Link { children, .. } => plain(children, out),
            Inline::Image { alt, .. } => out.push_str(alt),
            Inline::LineBreak | Inline::SoftBreak => out.push(' '),
            Inline::TaskMarker(_) => {}
        }
    }
}
