//! Markdown that is still being written.

use std::fmt::Write;
use std::mem;

use super::node::Block;
use super::reader::{self, Definition, Document};

/// A growing text whose finished blocks are not parsed again.
///
/// A block is final once a blank line ends it and two more blocks follow: what may still be typed can turn the last line
/// into a part of the block before it, but reaches no further. Only the text after the final blocks, the tail, is
/// parsed when text arrives. The blocks always equal those of [`parse`](super::parse) on the text so far.
///
/// One thing reaches back: a link reference definition turns earlier brackets into links. Final blocks in which brackets
/// wait for a definition are parsed once more when one arrives, and the index returned by
/// [`StreamingMarkdown::append`] says so.
#[derive(Clone, Debug, Default)]
pub struct StreamingMarkdown {
    text: String,
    finals: Vec<Block>,
    tail: Vec<Block>,
    /// Where the tail begins in `text`.
    tail_start: usize,
    /// The final part of the text, in the pieces in which it became final.
    pieces: Vec<Piece>,
    /// The definitions of the final part, written so that they can be put before any other text.
    definitions: String,
    /// The definitions of the tail.
    tail_definitions: Vec<Definition>,
}

#[derive(Clone, Debug)]
struct Piece {
    /// Where its text begins. It ends where the next one, or the tail, begins.
    start: usize,
    /// Index of its first block in `finals`.
    first: usize,
    /// Whether a definition that is not final could turn brackets in it into links.
    is_open: bool,
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
        self.text.push_str(text);
        let finals_before = self.finals.len();
        let tail_before = mem::take(&mut self.tail);

        let document = self.read(self.tail_start, self.text.len(), &[]);
        let split = self.split(&document.blocks);
        let tail_start = split.map_or(self.tail_start, |(_, offset)| offset);
        let (finished, definitions): (Vec<_>, Vec<_>) = document
            .definitions
            .into_iter()
            .partition(|definition| definition.start < tail_start);
        let mut blocks = document.blocks.into_iter().map(|(_, block)| block);
        if let Some((count, _)) = split {
            self.pieces.push(Piece {
                start: self.tail_start,
                first: self.finals.len(),
                is_open: document.has_open_references || !definitions.is_empty(),
            });
            self.finals.extend(blocks.by_ref().take(count));
            self.tail_start = tail_start;
        }
        self.tail.extend(blocks);

        let now = self.blocks().skip(finals_before);
        let same = tail_before
            .iter()
            .zip(now)
            .take_while(|(before, now)| before == now)
            .count();
        if finished.is_empty() && definitions == self.tail_definitions {
            return finals_before + same;
        }
        for definition in &finished {
            write_definition(&mut self.definitions, definition);
        }
        self.tail_definitions = definitions;
        self.revise().min(finals_before + same)
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

    /// Parses a part of the text with the final definitions and `more` in force. Offsets are those of the text.
    fn read(&self, start: usize, end: usize, more: &[Definition]) -> Document {
        let part = &self.text[start..end];
        if self.definitions.is_empty() && more.is_empty() {
            let mut document = reader::read(part);
            document.blocks.iter_mut().for_each(|block| block.0 += start);
            document
                .definitions
                .iter_mut()
                .for_each(|definition| definition.start += start);
            return document;
        }
        let mut source = self.definitions.clone();
        more.iter()
            .for_each(|definition| write_definition(&mut source, definition));
        source.push('\n');
        let added = source.len();
        source.push_str(part);
        let mut document = reader::read(&source);
        document
            .blocks
            .iter_mut()
            .for_each(|block| block.0 = block.0 - added + start);
        document
            .definitions
            .retain(|definition| definition.start >= added);
        document
            .definitions
            .iter_mut()
            .for_each(|definition| definition.start = definition.start - added + start);
        document
    }

    /// How many of the tail's blocks are final, and where the text after them begins.
    fn split(&self, blocks: &[(usize, Block)]) -> Option<(usize, usize)> {
        (1..blocks.len().saturating_sub(1)).rev().find_map(|count| {
            let before = &self.text[self.tail_start..blocks[count].0];
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let blank = &before[before.trim_ascii_end().len().min(line)..line];
            (blank.lines().count() > 1).then_some((count, self.tail_start + line))
        })
    }

    /// Parses the open pieces again with the definitions known now. Returns the index of the first block that changed.
    fn revise(&mut self) -> usize {
        let mut first_changed = usize::MAX;
        for index in 0..self.pieces.len() {
            let Piece {
                start,
                first,
                is_open,
            } = self.pieces[index];
            if !is_open {
                continue;
            }
            let end = self
                .pieces
                .get(index + 1)
                .map_or(self.tail_start, |next| next.start);
            let document = self.read(start, end, &self.tail_definitions);
            self.pieces[index].is_open = document.has_open_references || !self.tail_definitions.is_empty();
            for (index, (_, block)) in (first..).zip(document.blocks) {
                if let Some(old) = self.finals.get_mut(index)
                    && *old != block
                {
                    *old = block;
                    first_changed = first_changed.min(index);
                }
            }
        }
        first_changed
    }
}

/// Writes a definition so that it reads back equal, whatever it came from.
fn write_definition(
    out: &mut String,
    Definition {
        label, target, title, ..
    }: &Definition,
) {
    let _ = write!(out, "[{label}]: <");
    write_escaped(out, target);
    out.push_str("> \"");
    write_escaped(out, title);
    out.push_str("\"\n");
}

fn write_escaped(out: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '<' | '>' | '"' | '&' | '\\' => out.extend(['\\', char]),
            _ => out.push(char),
        }
    }
}
