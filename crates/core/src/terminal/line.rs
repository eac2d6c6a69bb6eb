//! One line of the screen.

use super::style::Style;

/// How a character looks, and the number of the link that it belongs to: 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Look {
    pub(super) style: Style,
    pub(super) link: u16,
}

/// Characters in columns. One character is one column, however wide it is.
#[derive(Clone, Debug)]
pub(super) enum Line {
    /// Written from left to right: the text, its length in characters, and where the look changes, in bytes.
    Written {
        text: String,
        length: usize,
        looks: Vec<(usize, Look)>,
    },
    /// Written over.
    Cells(Vec<(char, Look)>),
}

impl Default for Line {
    fn default() -> Self {
        Self::Written {
            text: String::new(),
            length: 0,
            looks: Vec::new(),
        }
    }
}

impl Line {
    /// Columns that are filled.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Written { length, .. } => *length,
            Self::Cells(cells) => cells.len(),
        }
    }

    /// Writes at the end. Returns how many columns that takes.
    pub(super) fn append(&mut self, more: &str, look: Look) -> usize {
        match self {
            Self::Written { text, length, looks } => {
                if !more.is_empty() && looks.last().map_or(Look::default(), |(_, last)| *last) != look {
                    looks.push((text.len(), look));
                }
                let before = *length;
                *length += more.chars().count();
                text.push_str(more);
                *length - before
            }
            Self::Cells(cells) => {
                let before = cells.len();
                cells.extend(more.chars().map(|char| (char, look)));
                cells.len() - before
            }
        }
    }

    /// Writes one character over what stands in its column.
    pub(super) fn put(&mut self, column: usize, char: char, look: Look) {
        if let Some(cell) = self.cells().get_mut(column) {
            *cell = (char, look);
        }
    }

    /// Takes everything from a column on away.
    pub(super) fn truncate(&mut self, column: usize) {
        if column == 0 {
            *self = Self::default();
        } else if column < self.len() {
            self.cells().truncate(column);
        }
    }

    /// Makes columns blank.
    pub(super) fn blank(&mut self, column: usize, count: usize) {
        let end = column.saturating_add(count).min(self.len());
        if column < end {
            self.cells()[column..end].fill((' ', Look::default()));
        }
    }

    /// Takes columns out; what stands behind them moves up.
    pub(super) fn remove(&mut self, column: usize, count: usize) {
        let end = column.saturating_add(count).min(self.len());
        if column < end {
            self.cells().drain(column..end);
        }
    }

    /// The stretches of one look.
    pub(super) fn stretches(self) -> Vec<(String, Look)> {
        match self {
            Self::Written { text, looks, .. } => {
                let ends = looks.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
                let first = looks.first().map_or(text.len(), |(at, _)| *at);
                let plain = (text[..first].to_owned(), Look::default());
                let rest = looks
                    .iter()
                    .zip(ends)
                    .map(|((at, look), end)| (text[*at..end].to_owned(), *look));
                std::iter::once(plain).chain(rest).collect()
            }
            Self::Cells(cells) => {
                let mut stretches: Vec<(String, Look)> = Vec::new();
                for (char, look) in cells {
                    match stretches.last_mut() {
                        Some((text, last)) if *last == look => text.push(char),
                        _ => stretches.push((char.to_string(), look)),
                    }
                }
                stretches
            }
        }
    }

    fn cells(&mut self) -> &mut Vec<(char, Look)> {
        loop {
            match self {
                Self::Cells(cells) => return cells,
                Self::Written { .. } => {
                    let stretches = std::mem::take(self).stretches();
                    let cells = stretches
                        .iter()
                        .flat_map(|(text, look)| text.chars().map(|char| (char, *look)));
                    *self = Self::Cells(cells.collect());
                }
            }
        }
    }
}
