//! Reads Markdown into blocks: CommonMark without HTML blocks and reference definitions, with the
//! tables and task lists of GitHub Flavored Markdown.

use super::inlines;
use super::node::{Block, ColumnAlign, Inline};
use super::parts::in_parts;
use super::visible::visible_controls;

/// Containers nested deeper than this are dissolved: their marks become text.
const MAX_NESTING: usize = 32;

/// Short rows of a table are filled up with this many cells in all. Without a bound, a wide head over many rows of
/// nothing would grow with the square of the text.
const MOST_FILLED_CELLS: usize = 100_000;

/// Parses a whole text into top-level blocks, each with the byte offset at which its source begins. The parts of a long
/// paragraph have the same.
pub(super) fn read(text: &str) -> Vec<(usize, Block)> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        lines.push(Line { start, text: content });
        start += line.len();
    }
    let mut parts = Vec::new();
    for (start, block) in blocks(&lines, 1) {
        match block {
            Block::Paragraph(children) => {
                parts.extend(
                    in_parts(children)
                        .into_iter()
                        .map(|part| (start, Block::Paragraph(part))),
                );
            }
            other => parts.push((start, other)),
        }
    }
    parts
}

/// A line without its end, and where it begins in the source. In a container the marks before it are cut off.
#[derive(Clone, Copy)]
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn is_blank(self) -> bool {
        self.text.trim_matches([' ', '\t']).is_empty()
    }

    /// Columns of white space before the text; a tab counts four.
    fn indent(self) -> usize {
        let white = self.text.bytes().take_while(|b| matches!(b, b' ' | b'\t'));
        white.map(|b| if b == b'\t' { 4 } else { 1 }).sum()
    }

    /// The line without up to `columns` of white space.
    fn dedent(self, columns: usize) -> Self {
        let mut left = columns;
        let mut cut = 0;
        for byte in self.text.bytes() {
            let width = match byte {
                b' ' => 1,
                b'\t' => 4,
                _ => break,
            };
            if left == 0 {
                break;
            }
            left = left.saturating_sub(width);
            cut += 1;
        }
        self.skip(cut)
    }

    fn skip(self, bytes: usize) -> Self {
        Self {
            start: self.start + bytes,
            text: &self.text[bytes..],
        }
    }

    fn trimmed(self) -> Line<'a> {
        self.skip(self.text.len() - self.text.trim_start_matches([' ', '\t']).len())
    }
}

fn blocks(lines: &[Line<'_>], depth: usize) -> Vec<(usize, Block)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        if line.is_blank() {
            at += 1;
            continue;
        }
        let (block, used) = block(&lines[at..], depth);
        found.push((line.start, block));
        at += used;
    }
    found
}

fn block(lines: &[Line<'_>], depth: usize) -> (Block, usize) {
    if lines[0].indent() >= 4 {
        return indented(lines);
    }
    let line = lines[0].trimmed();
    if let Some(fence) = Fence::opened_by(line.text) {
        return code(lines, &fence);
    }
    if let Some((level, content)) = heading(line.text) {
        let children = inlines::read(content, MAX_NESTING.saturating_sub(depth));
        return (Block::Heading { level, children }, 1);
    }
    if is_rule(line.text) {
        return (Block::Rule, 1);
    }
    if depth + 2 <= MAX_NESTING {
        if line.text.starts_with('>') {
            return quote(lines, depth);
        }
        if Marker::of(lines[0]).is_some() {
            return list(lines, depth);
        }
    }
    if let Some(table) = table(lines, depth) {
        return table;
    }
    paragraph(lines, depth)
}

fn paragraph(lines: &[Line<'_>], depth: usize) -> (Block, usize) {
    let goes_on = |line: &&Line<'_>| underline(**line).is_none() && !ends_paragraph(**line, depth);
    let used = 1 + lines[1..].iter().take_while(goes_on).count();
    let mut text = String::new();
    for line in &lines[..used] {
        text.push_str(line.trimmed().text);
        text.push('\n');
    }
    let children = inlines::read(
        text.trim_end_matches(['\n', ' ', '\t']),
        MAX_NESTING.saturating_sub(depth),
    );
    match lines.get(used).copied().and_then(underline) {
        Some(level) => (Block::Heading { level, children }, used + 1),
        None => (Block::Paragraph(children), used),
    }
}

/// The level that a line under a paragraph gives it as a heading.
fn underline(line: Line<'_>) -> Option<u8> {
    let text = line.trimmed().text.trim_end();
    let all = |mark: char| !text.is_empty() && text.chars().all(|c| c == mark);
    if line.indent() > 3 {
        return None;
    }
    all('=').then_some(1).or(all('-').then_some(2))
}

/// Whether a line cannot continue the paragraph before it.
fn ends_paragraph(line: Line<'_>, depth: usize) -> bool {
    if line.is_blank() {
        return true;
    }
    let text = line.trimmed().text;
    let is_container = depth + 2 <= MAX_NESTING
        && (text.starts_with('>')
            || Marker::of(line).is_some_and(|m| !m.is_empty && m.number.is_none_or(|n| n == 1)));
    is_container || Fence::opened_by(text).is_some() || heading(text).is_some() || is_rule(text)
}

struct Fence {
    mark: char,
    length: usize,
    info: String,
}

impl Fence {
    fn opened_by(text: &str) -> Option<Self> {
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = text.chars().take_while(|c| *c == mark).count();
        let info = text[length..].trim();
        (length >= 3 && !(mark == '`' && info.contains('`'))).then(|| Self {
            mark,
            length,
            info: info.to_owned(),
        })
    }

    fn is_closed_by(&self, text: &str) -> bool {
        let text = text.trim_end();
        text.len() >= self.length && text.chars().all(|c| c == self.mark)
    }
}

fn code(lines: &[Line<'_>], fence: &Fence) -> (Block, usize) {
    let indent = lines[0].indent();
    let content = lines[1..]
        .iter()
        .take_while(|line| !fence.is_closed_by(line.trimmed().text))
        .count();
    let mut text = String::new();
    for line in &lines[1..=content] {
        text.push_str(&visible_controls(line.dedent(indent).text));
        text.push('\n');
    }
    let lang = fence.info.split([' ', '\t', ',']).next().unwrap_or_default();
    let block = Block::Code {
        lang: visible_controls(lang).into_owned(),
        text,
    };
    (block, lines.len().min(content + 2))
}

/// Code that is told by its indentation alone.
fn indented(lines: &[Line<'_>]) -> (Block, usize) {
    let inside = lines
        .iter()
        .take_while(|line| line.is_blank() || line.indent() >= 4)
        .count();
    let blank = lines[..inside]
        .iter()
        .rev()
        .take_while(|line| line.is_blank())
        .count();
    let used = inside - blank;
    let mut text = String::new();
    for line in &lines[..used] {
        text.push_str(&visible_controls(line.dedent(4).text));
        text.push('\n');
    }
    (
        Block::Code {
            lang: String::new(),
            text,
        },
        used,
    )
}

fn heading(text: &str) -> Option<(u8, &str)> {
    let level = text.bytes().take_while(|b| *b == b'#').count();
    let rest = &text[level..];
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let content = rest.trim();
    let without = content.trim_end_matches('#');
    let content = if without.is_empty() || without.ends_with([' ', '\t']) {
        without.trim_end()
    } else {
        content
    };
    u8::try_from(level).ok().map(|level| (level, content))
}

fn is_rule(text: &str) -> bool {
    let Some(mark) = text.chars().next().filter(|c| matches!(c, '*' | '-' | '_')) else {
        return false;
    };
    text.chars().all(|c| c == mark || c == ' ' || c == '\t')
        && text.chars().filter(|c| *c == mark).count() >= 3
}

fn quote(lines: &[Line<'_>], depth: usize) -> (Block, usize) {
    let mut inner = Vec::new();
    let mut is_lazy = false;
    for line in lines {
        let text = line.trimmed();
        if text.text.starts_with('>') {
            let content = text.skip(1);
            let content = if content.text.starts_with(' ') {
                content.skip(1)
            } else {
                content
            };
            is_lazy = continues_paragraph(content, depth + 1);
            inner.push(content);
        } else if is_lazy && !ends_paragraph(*line, depth) {
            inner.push(*line);
        } else {
            break;
        }
    }
    let children = blocks(&inner, depth + 1)
        .into_iter()
        .map(|(_, block)| block)
        .collect();
    (Block::Quote(children), inner.len())
}

/// Whether a line of a container may be a paragraph that goes on outside of it.
fn continues_paragraph(line: Line<'_>, depth: usize) -> bool {
    let text = line.trimmed().text;
    let is_container = depth + 2 <= MAX_NESTING && (text.starts_with('>') || Marker::of(line).is_some());
    is_container || !ends_paragraph(line, depth)
}

/// The mark of a list item.
struct Marker {
    /// The bullet, or the character after the number.
    mark: u8,
    number: Option<u64>,
    /// Columns to the content.
    width: usize,
    /// Bytes to the content.
    length: usize,
    is_empty: bool,
}

impl Marker {
    fn of(line: Line<'_>) -> Option<Self> {
        let text = line.trimmed().text;
        let bytes = text.as_bytes();
        let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let mark = *bytes.get(digits)?;
        let number = match (digits, mark) {
            (0, b'-' | b'+' | b'*') if !is_rule(text) => None,
            (1..=9, b'.' | b')') => Some(text[..digits].parse().ok()?),
            _ => return None,
        };
        let rest = &text[digits + 1..];
        let spaces = rest.bytes().take_while(|b| *b == b' ').count();
        let is_empty = rest.trim_matches([' ', '\t']).is_empty();
        if spaces == 0 && !is_empty && !rest.starts_with('\t') {
            return None;
        }
        let gap = if is_empty || spaces > 4 || spaces == 0 {
            1
        } else {
            spaces
        };
        let before = line.text.len() - text.len();
        Some(Self {
            mark,
            number,
            width: line.indent() + digits + 1 + gap,
            length: before + digits + 1 + if is_empty { rest.len() } else { gap },
            is_empty,
        })
    }

    fn is_same_list(&self, other: &Self) -> bool {
        self.mark == other.mark && self.number.is_some() == other.number.is_some()
    }
}

fn list(lines: &[Line<'_>], depth: usize) -> (Block, usize) {
    let first = Marker::of(lines[0]);
    let start = first.as_ref().and_then(|m| m.number);
    let (mut items, mut tight, mut at) = (Vec::new(), true, 0);
    while let Some(marker) = lines.get(at).copied().and_then(Marker::of) {
        if !first.as_ref().is_some_and(|first| first.is_same_list(&marker))
            || is_rule(lines[at].trimmed().text)
        {
            break;
        }
        let (inner, used) = item(&lines[at..], &marker, depth);
        // A list and its item are two levels.
        let children = blocks(&inner, depth + 2);
        tight &= !has_gap(&inner, &children);
        items.push(task_item(children.into_iter().map(|(_, block)| block).collect()));
        at += used;
        let blank = lines[at..].iter().take_while(|line| line.is_blank()).count();
        let goes_on = lines
            .get(at + blank)
            .copied()
            .and_then(Marker::of)
            .is_some_and(|next| next.is_same_list(&marker) && lines[at + blank].indent() < marker.width);
        if !goes_on {
            break;
        }
        tight &= blank == 0;
        at += blank;
    }
    (Block::List { start, tight, items }, at)
}

/// The lines of one item without their indentation, and how many lines they are.
fn item<'a>(lines: &[Line<'a>], marker: &Marker, depth: usize) -> (Vec<Line<'a>>, usize) {
    let mut inner = vec![lines[0].skip(marker.length.min(lines[0].text.len()))];
    let mut is_lazy = continues_paragraph(inner[0], depth + 2);
    let mut used = 1;
    let mut blank = 0;
    for line in &lines[1..] {
        if line.is_blank() {
            blank += 1;
            // An item that begins with a blank line ends with it.
            if marker.is_empty && inner.len() == 1 {
                break;
            }
            continue;
        }
        let is_inside = line.indent() >= marker.width;
        if !is_inside
            && (blank > 0 || !is_lazy || ends_paragraph(*line, depth) || Marker::of(*line).is_some())
        {
            break;
        }
        inner.extend(std::iter::repeat_n(
            Line {
                start: line.start,
                text: "",
            },
            blank,
        ));
        let content = if is_inside {
            line.dedent(marker.width)
        } else {
            line.trimmed()
        };
        is_lazy = continues_paragraph(content, depth + 2);
        inner.push(content);
        used += blank + 1;
        blank = 0;
    }
    (inner, used)
}

/// Whether a blank line separates two blocks of an item.
fn has_gap(lines: &[Line<'_>], children: &[(usize, Block)]) -> bool {
    // Both are in the order of the source, so that one pass finds where each block begins.
    let mut begins = children.iter().skip(1).map(|(start, _)| *start).peekable();
    let mut after_blank = false;
    for line in lines {
        if line.is_blank() {
            after_blank = true;
            continue;
        }
        if begins.next_if_eq(&line.start).is_some() && after_blank {
            return true;
        }
        after_blank = false;
    }
    false
}

/// Turns `[x] ` at the beginning of an item into a check box.
fn task_item(mut blocks: Vec<Block>) -> Vec<Block> {
    if let Some(Block::Paragraph(children)) = blocks.first_mut()
        && let Some(Inline::Text(text)) = children.first_mut()
    {
        let ticked = match text.as_bytes() {
            [b'[', b' ', b']', b' ', ..] => Some(false),
            [b'[', b'x' | b'X', b']', b' ', ..] => Some(true),
            _ => None,
        };
        if let Some(ticked) = ticked {
            text.drain(..4);
            children.insert(0, Inline::TaskMarker(ticked));
        }
    }
    blocks
}

fn table(lines: &[Line<'_>], depth: usize) -> Option<(Block, usize)> {
    let (head, delimiters) = (lines[0].trimmed().text, lines.get(1)?.trimmed().text);
    if !head.contains('|') && !delimiters.contains('|') {
        return None;
    }
    let alignments: Vec<ColumnAlign> = cells(delimiters)
        .iter()
        .map(|cell| alignment(cell))
        .collect::<Option<_>>()?;
    let head = cells(head);
    if head.len() != alignments.len() {
        return None;
    }
    let read = |cell: &String| inlines::read(cell, MAX_NESTING.saturating_sub(depth));
    let mut fill = MOST_FILLED_CELLS;
    let rows: Vec<Vec<Vec<Inline>>> = lines[2..]
        .iter()
        .take_while(|line| !ends_paragraph(**line, depth))
        .map(|line| {
            let mut row: Vec<_> = cells(line.trimmed().text)
                .iter()
                .take(alignments.len())
                .map(read)
                .collect();
            let missing = fill.min(alignments.len() - row.len());
            fill -= missing;
            row.resize(row.len() + missing, Vec::new());
            row
        })
        .collect();
    let used = 2 + rows.len();
    let head = head.iter().map(read).collect();
    Some((
        Block::Table {
            alignments,
            head,
            rows,
        },
        used,
    ))
}

fn alignment(cell: &str) -> Option<ColumnAlign> {
    let dashes = cell.trim_matches(':');
    if dashes.is_empty() || dashes.bytes().any(|b| b != b'-') || cell.len() > dashes.len() + 2 {
        return None;
    }
    Some(match (cell.starts_with(':'), cell.ends_with(':')) {
        (true, true) => ColumnAlign::Center,
        (true, false) => ColumnAlign::Left,
        (false, true) => ColumnAlign::Right,
        (false, false) => ColumnAlign::Default,
    })
}

/// The cells of a table row; a pipe after a backslash belongs to its cell.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        let last = cells.len() - 1;
        match c {
            '\\' if chars.peek() == Some(&'|') => cells[last].extend(chars.next()),
            '\\' => {
                cells[last].push(c);
                cells[last].extend(chars.next());
            }
            '|' => cells.push(String::new()),
            _ => cells[last].push(c),
        }
    }
    if cells.len() > 1 && cells.last().is_some_and(|c| c.trim().is_empty()) {
        cells.pop();
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}
