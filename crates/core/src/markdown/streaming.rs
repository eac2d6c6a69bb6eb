//! Markdown that is still being written.

use std::mem;
use std::sync::Arc;

use super::blocks::{Node, Outline, outline};
use super::labels::{Definition, Definitions, Labels, Links};
use super::node::{Block, Inline};
use super::parts::{in_parts, size_of};
use super::resolve::resolve;
use super::visible::visible_controls;

/// A tail of up to this many bytes is parsed at every append.
const SHORT_TAIL: usize = 4 << 10;

/// A longer one is parsed when it has grown by its 16th part, so that the time is linear in the text even if no block
/// ever ends.
const SHARE: usize = 16;

/// A growing text whose finished blocks are not parsed again.
///
/// A block is final once two more follow: what may still be typed can turn the last line into a part of the block before
/// it, but reaches no further. Only the text after the final blocks, the tail, is parsed when text arrives. A definition in
/// it reaches back all the same: the final blocks that refer to it, and only those, are read once more.
///
/// The blocks equal those of [`parse`](super::parse) on the text so far, with two exceptions until the text has grown by a
/// 16th of what is concerned: the end of a single block of more than 4 KiB may be shown as plain text, without a meaning for
/// its marks, and what refers to a definition in more than 4 KiB of final text may be shown as it was.
#[derive(Clone, Debug, Default)]
pub struct StreamingMarkdown {
    text: String,
    finals: Vec<Block>,
    /// The top-level blocks of the source that `finals` are made of.
    nodes: Vec<FinalNode>,
    /// The definitions in front of the tail.
    definitions: Definitions,
    /// Those in the tail as it was parsed last.
    tail_definitions: Definitions,
    mentions: Mentions,
    tail: Vec<Block>,
    /// The tail before it was parsed last.
    replaced: Vec<Block>,
    /// Final blocks that are not as they were before the last text.
    reopened: Vec<usize>,
    /// How the first changed block grew, if the last text was not parsed.
    plain: Option<Plain>,
    /// Where the tail begins in `text`.
    tail_start: usize,
    /// How much of `text` has been parsed.
    parsed: usize,
    /// How long `text` was when final blocks were read once more.
    read_back: usize,
}

/// A top-level block of the source, or a paragraph with the table that ended it.
#[derive(Clone, Debug)]
struct FinalNode {
    /// Where its source begins.
    start: usize,
    /// The first of the final blocks that it is: a long paragraph is several.
    first: usize,
    /// How long the text was when it was read.
    read_at: usize,
}

/// Which final nodes ask for which labels.
#[derive(Clone, Debug, Default)]
struct Mentions {
    labels: Labels,
    by_label: Vec<Mention>,
    /// Labels that mean something else than when their nodes were read.
    stale: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
struct Mention {
    /// In ascending order.
    nodes: Vec<usize>,
    /// Bytes of their source.
    bytes: usize,
    is_stale: bool,
}

impl Mentions {
    fn add(&mut self, label: &Arc<str>, node: usize, bytes: usize) {
        let number = self.labels.number(label);
        if number == self.by_label.len() {
            self.by_label.push(Mention::default());
        }
        let mention = &mut self.by_label[number];
        if let Err(at) = mention.nodes.binary_search(&node) {
            mention.nodes.insert(at, node);
            mention.bytes += bytes;
        }
    }

    fn changed(&mut self, label: &str) {
        if let Some(number) = self.labels.get(label)
            && !mem::replace(&mut self.by_label[number].is_stale, true)
        {
            self.stale.push(number);
        }
    }
}

/// How the text of a block grew without being parsed, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain {
    /// Taken off its end: the line feed of a code block whose last line goes on.
    pub taken: usize,
    /// Added at its end after that.
    pub added: usize,
}

impl StreamingMarkdown {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text at the end. Returns the index of the first block, counted over final blocks and tail, that is not as it
    /// was, apart from those that are [`reopened`](Self::reopened); the number of blocks if nothing changed.
    pub fn append(&mut self, text: &str) -> usize {
        let ends_line = self.text.ends_with('\n');
        self.text.push_str(text);
        let tail = self.text.len() - self.tail_start;
        let waiting = self.text.len() - self.parsed;
        if tail > SHORT_TAIL && waiting < tail / SHARE {
            return self.show_plain(text, ends_line);
        }
        self.read(false)
    }

    /// Ends the text: all of it is parsed, however long its last block is. Returns what [`append`](Self::append) does.
    pub fn finish(&mut self) -> usize {
        if self.parsed == self.text.len() && self.mentions.stale.is_empty() {
            self.reopened.clear();
            return self.finals.len() + self.tail.len();
        }
        self.read(true)
    }

    fn read(&mut self, is_end: bool) -> usize {
        self.parsed = self.text.len();
        self.plain = None;
        let Outline { nodes, definitions } = outline(&self.text[self.tail_start..]);
        self.define(&definitions);
        let moved = self.read_back(is_end);

        let finals_before = self.finals.len();
        self.replaced = mem::take(&mut self.tail);
        let (finals, tail_start) = self.split(&nodes);
        let starts: Vec<usize> = nodes.iter().map(|(start, _)| self.tail_start + start).collect();
        for (at, (_, node)) in nodes.into_iter().enumerate() {
            let mut links = Links::new(&self.definitions, &self.tail_definitions);
            let blocks = resolve(node, &mut links);
            if at >= finals {
                self.tail.extend(blocks);
                continue;
            }
            let start = starts[at];
            if at == 0 || start != starts[at - 1] {
                self.nodes.push(FinalNode {
                    start,
                    first: self.finals.len(),
                    read_at: self.parsed,
                });
            }
            let end = starts[at..=finals].iter().find(|next| **next > start);
            for label in links.asked {
                let bytes = end.map_or(0, |end| end - start);
                self.mentions.add(&label, self.nodes.len() - 1, bytes);
            }
            self.finals.extend(blocks);
        }
        for (start, label, definition) in &definitions {
            if self.tail_start + start < tail_start {
                self.definitions.add(label, definition);
            }
        }
        self.tail_start = tail_start;
        let came_through = self
            .replaced
            .iter()
            .zip(self.blocks().skip(finals_before))
            .take_while(|(a, b)| a == b);
        moved.unwrap_or(finals_before + came_through.count())
    }

    /// Takes over what the tail defines, and notes what means something else now.
    fn define(&mut self, definitions: &[(usize, Arc<str>, Definition)]) {
        let mut now = Definitions::default();
        for (_, label, definition) in definitions {
            if self.definitions.get(label).is_none() {
                now.add(label, definition);
            }
        }
        let before = mem::replace(&mut self.tail_definitions, now);
        for (label, definition) in before.iter() {
            let now = self
                .definitions
                .get(label)
                .or_else(|| self.tail_definitions.get(label));
            if now != Some(definition) {
                self.mentions.changed(label);
            }
        }
        for (label, _) in self.tail_definitions.iter() {
            if before.get(label).is_none() {
                self.mentions.changed(label);
            }
        }
    }

    /// Reads the final nodes once more that refer to what means something else now, if the text has grown enough for that.
    /// Returns the first block that is another one if their number has changed.
    fn read_back(&mut self, is_end: bool) -> Option<usize> {
        self.reopened.clear();
        let bytes: usize = self
            .mentions
            .stale
            .iter()
            .map(|label| self.mentions.by_label[*label].bytes)
            .sum();
        if !is_end && bytes > SHORT_TAIL && self.text.len() - self.read_back < bytes / SHARE {
            return None;
        }
        self.read_back = self.text.len();
        let mut moved = None;
        for label in mem::take(&mut self.mentions.stale) {
            self.mentions.by_label[label].is_stale = false;
            for at in self.mentions.by_label[label].nodes.clone() {
                let node = &mut self.nodes[at];
                if mem::replace(&mut node.read_at, self.parsed) == self.parsed {
                    continue;
                }
                let first_changed = self.read_node(at);
                moved = moved.min(first_changed).or(moved).or(first_changed);
            }
        }
        moved
    }

    /// Reads a final node once more. Returns the first block that is another one if their number has changed.
    fn read_node(&mut self, at: usize) -> Option<usize> {
        let FinalNode { start, first, .. } = self.nodes[at];
        let (end, behind) = match self.nodes.get(at + 1) {
            Some(next) => (next.start, next.first),
            None => (self.tail_start, self.finals.len()),
        };
        let mut links = Links::new(&self.definitions, &self.tail_definitions);
        let nodes = outline(&self.text[start..end]).nodes;
        let blocks: Vec<Block> = nodes
            .into_iter()
            .flat_map(|(_, node)| resolve(node, &mut links))
            .collect();
        for label in links.asked {
            self.mentions.add(&label, at, end - start);
        }
        let old = &self.finals[first..behind];
        if old.len() == blocks.len() {
            for (offset, block) in blocks.into_iter().enumerate() {
                if self.finals[first + offset] != block {
                    self.finals[first + offset] = block;
                    self.reopened.push(first + offset);
                }
            }
            return None;
        }
        // Parts of a long paragraph, which is cut elsewhere now.
        let same = old.iter().zip(&blocks).take_while(|(a, b)| a == b).count();
        let count = blocks.len();
        self.finals.splice(first..behind, blocks);
        for node in &mut self.nodes[at + 1..] {
            node.first = node.first + count - (behind - first);
        }
        Some(first + same)
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The finished blocks.
    #[must_use]
    pub fn finals(&self) -> &[Block] {
        &self.finals
    }

    /// The blocks that more text may still change.
    #[must_use]
    pub fn tail(&self) -> &[Block] {
        &self.tail
    }

    /// Bytes of the block at the end, or a few more: what the browser lays out for the next word.
    #[must_use]
    pub fn end_len(&self) -> usize {
        match self.tail.last() {
            Some(Block::Paragraph(children)) => children.iter().map(size_of).sum(),
            _ => self.text.len() - self.tail_start,
        }
    }

    /// The tail as it was before the last text that was parsed.
    #[must_use]
    pub fn replaced(&self) -> &[Block] {
        &self.replaced
    }

    /// Final blocks that are not as they were before the last text, in any order: it defines what they refer to. Their
    /// places are those of before.
    #[must_use]
    pub fn reopened(&self) -> &[usize] {
        &self.reopened
    }

    /// How the first changed block grew, if the last text was added to it without being parsed.
    #[must_use]
    pub fn plain(&self) -> Option<Plain> {
        self.plain
    }

    /// All blocks in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.finals.iter().chain(&self.tail)
    }

    /// Adds text to the last block without parsing it.
    fn show_plain(&mut self, text: &str, ends_line: bool) -> usize {
        self.reopened.clear();
        let count = self.finals.len() + self.tail.len();
        if text.is_empty() {
            return count;
        }
        let shown = visible_controls(text);
        let mut grew = Plain {
            taken: 0,
            added: shown.len(),
        };
        match self.tail.last_mut() {
            Some(Block::Code { text, .. }) => {
                // The text of a code block ends with a line feed, whether its last line is complete or not.
                if !ends_line && text.pop().is_some() {
                    grew.taken = 1;
                }
                text.push_str(&shown);
                if !text.ends_with('\n') {
                    text.push('\n');
                    grew.added += 1;
                }
            }
            Some(Block::Paragraph(children)) => {
                let before = match children.last_mut() {
                    Some(Inline::Text(last)) => {
                        let before = last.len();
                        last.push_str(&shown);
                        before
                    }
                    _ => {
                        children.push(Inline::Text(shown.into_owned()));
                        0
                    }
                };
                let mut parts = in_parts(mem::take(children)).into_iter();
                *children = parts.next().unwrap_or_default();
                if let Some(Inline::Text(last)) = children.last() {
                    grew.added = last.len() - before;
                }
                self.tail.extend(parts.map(Block::Paragraph));
            }
            _ => {
                self.plain = None;
                self.replaced.clear();
                self.tail
                    .push(Block::Paragraph(vec![Inline::Text(shown.into_owned())]));
                return count;
            }
        }
        self.plain = Some(grew);
        count - 1
    }

    /// How many of the tail's nodes are final, and where the text after them begins.
    fn split(&self, nodes: &[(usize, Node)]) -> (usize, usize) {
        // Where a table follows a paragraph without a blank line, there is no place in the source to begin at.
        let begins = |count: &usize| nodes[*count].0 != nodes[*count - 1].0;
        let finals = (1..nodes.len().saturating_sub(1)).rev().find(begins).unwrap_or(0);
        let behind = nodes.get(finals).filter(|_| finals > 0);
        (finals, self.tail_start + behind.map_or(0, |(start, _)| *start))
    }
}
