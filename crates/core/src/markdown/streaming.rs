//! Markdown that is still being written.

use std::mem;

use super::node::{Block, Inline};
use super::reader;
use super::visible::visible_controls;

/// A tail of up to this many bytes is parsed at every append.
const SHORT_TAIL: usize = 4 << 10;

/// A longer one is parsed when it has grown by its 64th part, so that the time is linear in the text even if no block
/// ever ends.
const SHARE: usize = 64;

/// A growing text whose finished blocks are not parsed again.
///
/// A block is final once a blank line ends it and two more blocks follow: what may still be typed can turn the last line
/// into a part of the block before it, but reaches no further. Only the text after the final blocks, the tail, is
/// parsed when text arrives. The blocks equal those of [`parse`](super::parse) on the text so far, unless a single block
/// of more than 4 KiB is growing: then the last 64th of it may still be shown as plain text, without a meaning for its
/// marks.
#[derive(Clone, Debug, Default)]
pub struct StreamingMarkdown {
    text: String,
    finals: Vec<Block>,
    tail: Vec<Block>,
    /// Where the tail begins in `text`.
    tail_start: usize,
    /// How much of `text` has been parsed.
    parsed: usize,
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
        self.parsed = self.text.len();
        let finals_before = self.finals.len();
        let tail_before = mem::take(&mut self.tail);
        let blocks = reader::read(&self.text[self.tail_start..]);
        let split = self.split(&blocks);
        let mut blocks = blocks.into_iter().map(|(_, block)| block);
        if let Some((count, tail_start)) = split {
            self.finals.extend(blocks.by_ref().take(count));
            self.tail_start = tail_start;
        }
        self.tail.extend(blocks);
        let came_through = tail_before
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
        match self.tail.last_mut() {
            Some(Block::Code { text, .. }) => {
                // The text of a code block ends with a line feed, whether its last line is complete or not.
                if !ends_line {
                    text.pop();
                }
                text.push_str(&shown);
                if !text.ends_with('\n') {
                    text.push('\n');
                }
            }
            Some(Block::Paragraph(children)) => match children.last_mut() {
                Some(Inline::Text(last)) => last.push_str(&shown),
                _ => children.push(Inline::Text(shown.into_owned())),
            },
            _ => {
                self.tail
                    .push(Block::Paragraph(vec![Inline::Text(shown.into_owned())]));
                return count;
            }
        }
        count - 1
    }

    /// How many of the tail's blocks are final, and where the text after them begins. Offsets of `blocks` are those of
    /// the tail.
    fn split(&self, blocks: &[(usize, Block)]) -> Option<(usize, usize)> {
        (1..blocks.len().saturating_sub(1)).rev().find_map(|count| {
            let before = &self.text[self.tail_start..self.tail_start + blocks[count].0];
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let blank = &before[before.trim_ascii_end().len().min(line)..line];
            (blank.lines().count() > 1).then_some((count, self.tail_start + line))
        })
    }
}
