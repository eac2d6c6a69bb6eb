//! Markdown that is still being written.

use std::mem;

use super::node::{Block, Inline};
use super::parts::{in_parts, size_of};
use super::reader;
use super::visible::visible_controls;

/// A tail of up to this many bytes is parsed at every append.
const SHORT_TAIL: usize = 4 << 10;

/// A longer one is parsed when it has grown by its 16th part, so that the time is linear in the text even if no block
/// ever ends.
const SHARE: usize = 16;

/// A growing text whose finished blocks are not parsed again.
///
/// A block is final once a blank line ends it and two more blocks follow: what may still be typed can turn the last line
/// into a part of the block before it, but reaches no further. Only the text after the final blocks, the tail, is
/// parsed when text arrives. The blocks equal those of [`parse`](super::parse) on the text so far, unless a single block
/// of more than 4 KiB is growing: then the last 16th of it may still be shown as plain text, without a meaning for its
/// marks.
#[derive(Clone, Debug, Default)]
pub struct StreamingMarkdown {
    text: String,
    finals: Vec<Block>,
    tail: Vec<Block>,
    /// The tail before it was parsed last.
    replaced: Vec<Block>,
    /// How the first changed block grew, if the last text was not parsed.
    plain: Option<Plain>,
    /// Where the tail begins in `text`.
    tail_start: usize,
    /// How much of `text` has been parsed.
    parsed: usize,
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
    /// was; the number of blocks if nothing changed.
    pub fn append(&mut self, text: &str) -> usize {
        let ends_line = self.text.ends_with('\n');
        self.text.push_str(text);
        let tail = self.text.len() - self.tail_start;
        let waiting = self.text.len() - self.parsed;
        if tail > SHORT_TAIL && waiting < tail / SHARE {
            return self.show_plain(text, ends_line);
        }
        self.read()
    }

    /// Ends the text: all of it is parsed, however long its last block is. Returns what [`append`](Self::append) does.
    pub fn finish(&mut self) -> usize {
        if self.parsed == self.text.len() {
            return self.finals.len() + self.tail.len();
        }
        self.read()
    }

    fn read(&mut self) -> usize {
        self.parsed = self.text.len();
        self.plain = None;
        let finals_before = self.finals.len();
        self.replaced = mem::take(&mut self.tail);
        let blocks = reader::read(&self.text[self.tail_start..]);
        let split = self.split(&blocks);
        let mut blocks = blocks.into_iter().map(|(_, block)| block);
        if let Some((count, tail_start)) = split {
            self.finals.extend(blocks.by_ref().take(count));
            self.tail_start = tail_start;
        }
        self.tail.extend(blocks);
        let came_through = self
            .replaced
            .iter()
            .zip(self.blocks().skip(finals_before))
            .take_while(|(a, b)| a == b);
        finals_before + came_through.count()
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

    /// How many of the tail's blocks are final, and where the text after them begins. Offsets of `blocks` are those of
    /// the tail.
    fn split(&self, blocks: &[(usize, Block)]) -> Option<(usize, usize)> {
        // Parts of one paragraph have the same offset: between them there is no place in the source to begin at.
        let begins = |count: &usize| blocks[*count].0 != blocks[*count - 1].0;
        let mut counts = (1..blocks.len().saturating_sub(1)).rev().filter(begins);
        counts.find_map(|count| {
            let before = &self.text[self.tail_start..self.tail_start + blocks[count].0];
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let blank = &before[before.trim_ascii_end().len().min(line)..line];
            (blank.lines().count() > 1).then_some((count, self.tail_start + line))
        })
    }
}
