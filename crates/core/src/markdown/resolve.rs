//! Blocks with their text read.

use super::blocks::{MAX_NESTING, Node};
use super::inlines;
use super::labels::Links;
use super::node::{Block, Inline};
use super::parts::in_parts;
use super::table::{Table, cells};
use super::visible::visible_controls;

/// Short rows of a table are filled up with this many cells in all. Without a bound, a wide head over many rows of
/// nothing would grow with the square of the text.
const MOST_FILLED_CELLS: usize = 100_000;

/// Reads the text in a top-level block. A long paragraph becomes several.
pub(super) fn resolve(node: Node, links: &mut Links<'_>) -> Vec<Block> {
    match block(node, 1, links) {
        Some(Block::Paragraph(children)) => in_parts(children).into_iter().map(Block::Paragraph).collect(),
        block => block.into_iter().collect(),
    }
}

fn block(node: Node, depth: usize, links: &mut Links<'_>) -> Option<Block> {
    let nesting = MAX_NESTING.saturating_sub(depth);
    Some(match node {
        Node::Nothing => return None,
        Node::Rule => Block::Rule,
        Node::Paragraph(text) => Block::Paragraph(inlines::read(&text, nesting, links)),
        Node::Heading { level, text } => Block::Heading {
            level,
            children: inlines::read(&text, nesting, links),
        },
        Node::Code { lang, text } => Block::Code {
            lang,
            text: visible_controls(&text).into_owned(),
        },
        Node::Quote(nodes) => Block::Quote(blocks(nodes, depth + 1, links)),
        Node::List { start, tight, items } => Block::List {
            start,
            tight,
            // A list and its item are two levels.
            items: items
                .into_iter()
                .map(|nodes| item(nodes, depth + 2, links))
                .collect(),
        },
        Node::Table(table) => filled(table, nesting, links),
    })
}

fn blocks(nodes: Vec<Node>, depth: usize, links: &mut Links<'_>) -> Vec<Block> {
    nodes
        .into_iter()
        .filter_map(|node| block(node, depth, links))
        .collect()
}

/// An item of a list. `[x] ` at its beginning is a check box.
fn item(mut nodes: Vec<Node>, depth: usize, links: &mut Links<'_>) -> Vec<Block> {
    let ticked = match nodes.first_mut() {
        Some(Node::Paragraph(text)) => {
            let ticked = match text.as_bytes() {
                [b'[', b' ', b']', b' ' | b'\t' | b'\n', ..] => Some(false),
                [b'[', b'x' | b'X', b']', b' ' | b'\t' | b'\n', ..] => Some(true),
                _ => None,
            };
            if ticked.is_some() {
                text.drain(..4);
            }
            ticked
        }
        _ => None,
    };
    let mut blocks = blocks(nodes, depth, links);
    if let (Some(ticked), Some(Block::Paragraph(children))) = (ticked, blocks.first_mut()) {
        children.insert(0, Inline::TaskMarker(ticked));
    }
    blocks
}

fn filled(table: Table, nesting: usize, links: &mut Links<'_>) -> Block {
    let columns = table.alignments.len();
    let mut fill = MOST_FILLED_CELLS;
    let mut rows: Vec<Vec<Vec<Inline>>> = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let cells = cells(row);
        let mut read: Vec<_> = cells
            .iter()
            .take(columns)
            .map(|cell| inlines::read(cell, nesting, links))
            .collect();
        let missing = fill.min(columns - read.len());
        fill -= missing;
        read.resize(read.len() + missing, Vec::new());
        rows.push(read);
    }
    let head = rows.remove(0);
    Block::Table {
        alignments: table.alignments,
        head,
        rows,
    }
}
