//! Tables of GitHub Flavored Markdown.

use super::node::ColumnAlign;

/// The rows of a table as they were written.
pub(super) struct Table {
    pub(super) alignments: Vec<ColumnAlign>,
    /// The first is the head.
    pub(super) rows: Vec<String>,
}

impl Table {
    pub(super) fn push(&mut self, row: &str) {
        self.rows.push(row.to_owned());
    }
}

/// The table that two lines begin.
pub(super) fn begun_by(head: &str, delimiters: &str) -> Option<Table> {
    if !head.contains('|') && !delimiters.contains('|')
        || !delimiters
            .bytes()
            .all(|b| matches!(b, b'|' | b':' | b'-' | b' ' | b'\t'))
    {
        return None;
    }
    let alignments: Vec<ColumnAlign> = cells(delimiters)
        .iter()
        .map(|cell| alignment(cell))
        .collect::<Option<_>>()?;
    (cells(head).len() == alignments.len()).then(|| Table {
        alignments,
        rows: vec![head.to_owned()],
    })
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
pub(super) fn cells(row: &str) -> Vec<String> {
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
