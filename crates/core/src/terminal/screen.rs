//! The lines that can still be written over, and those above them.

use std::collections::VecDeque;

use super::escape::{Reader, Step};
use super::line::{Line, Look};
use super::{Run, Shown};
use crate::markdown::SafeUrl;

/// Lines that can be reached again. What is above them stays as it is, as above the screen of a terminal.
const HEIGHT: usize = 500;

/// Columns that can be reached without writing up to them.
const WIDTH: usize = 1_000;

/// Moves and commands may fill this many columns and lines or make them blank, and one more for each byte that came.
const FREE_FILL: usize = 4_096;

/// Links that are told apart; those that follow are text.
const MOST_LINKS: usize = 4_096;

/// A terminal that is being written to. The output may come in pieces that are cut anywhere; all of them together take time
/// linear in its length.
#[derive(Clone, Debug)]
pub struct Terminal {
    reader: Reader,
    done: Shown,
    /// The screen, never empty.
    lines: VecDeque<Line>,
    row: usize,
    column: usize,
    /// The row where the program began to draw on a screen of its own.
    origin: Option<usize>,
    saved: (usize, usize),
    look: Look,
    links: Vec<SafeUrl>,
    /// How many columns and lines may still be filled up or be made blank.
    fill: usize,
}

impl Default for Terminal {
    fn default() -> Self {
        Self {
            reader: Reader::default(),
            done: Shown::default(),
            lines: VecDeque::from([Line::default()]),
            row: 0,
            column: 0,
            origin: None,
            saved: (0, 0),
            look: Look::default(),
            links: Vec::new(),
            fill: FREE_FILL,
        }
    }
}

impl Terminal {
    /// An empty screen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes output.
    pub fn feed(&mut self, text: &str) {
        let mut rest = text;
        while let Some(char) = rest.chars().next() {
            if self.reader.is_inside() {
                rest = &rest[char.len_utf8()..];
                self.fill += 1;
                self.command(char);
                continue;
            }
            let is_special = |c: char| c.is_ascii_control() && c != '\t';
            let plain = rest.find(is_special).unwrap_or(rest.len());
            if plain > 0 {
                self.write(&rest[..plain]);
                // Only now, or the room for the columns before it would depend on where the output is cut.
                self.fill += plain;
                rest = &rest[plain..];
                continue;
            }
            self.fill += 1;
            rest = &rest[1..];
            self.control(char);
        }
    }

    /// What is shown in the end.
    #[must_use]
    pub fn finish(mut self) -> Shown {
        let rest = self.reader.rest();
        self.write_visibly(&rest);
        for (at, line) in std::mem::take(&mut self.lines).into_iter().enumerate() {
            if at > 0 {
                self.done.text.push('\n');
            }
            self.emit(line);
        }
        self.done
    }

    fn command(&mut self, char: char) {
        match self.reader.read(char) {
            Step::Inside => {}
            Step::Csi { parameters, letter } => self.csi(&parameters, letter),
            Step::Osc(text) => self.osc(&text),
            Step::Letter(letter) => self.letter(letter),
            Step::Text(text) => {
                self.write_visibly(&text);
                // It may be a control character of its own.
                self.feed(char.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn control(&mut self, char: char) {
        match char {
            '\u{1B}' => self.reader.begin(),
            '\n' => {
                self.column = 0;
                self.next_line();
            }
            '\r' => self.column = 0,
            '\u{8}' => self.column = self.column.saturating_sub(1),
            _ => self.write_visibly(char.encode_utf8(&mut [0; 4])),
        }
    }

    fn letter(&mut self, letter: char) {
        match letter {
            '7' => self.saved = (self.row, self.column),
            '8' => (self.row, self.column) = (self.saved.0.min(self.lines.len() - 1), self.saved.1),
            'c' => self.clear(),
            'D' => self.next_line(),
            'E' => self.control('\n'),
            'M' => self.row = self.row.saturating_sub(1),
            _ => {}
        }
    }

    fn csi(&mut self, parameters: &str, letter: char) {
        let mut numbers = parameters.split(';').map(|number| number.parse::<usize>().ok());
        let mut number = |otherwise: usize| numbers.next().flatten().unwrap_or(otherwise);
        let last = self.lines.len() - 1;
        match letter {
            'm' => self.look.style.apply(parameters),
            'A' => self.row = self.row.saturating_sub(number(1).max(1)),
            'B' => self.row = self.row.saturating_add(number(1).max(1)).min(last),
            'C' => {
                self.column = self
                    .column
                    .saturating_add(number(1).max(1))
                    .min(WIDTH.max(self.column))
            }
            'D' => self.column = self.column.saturating_sub(number(1).max(1)),
            'E' => (self.row, self.column) = (self.row.saturating_add(number(1).max(1)).min(last), 0),
            'F' => (self.row, self.column) = (self.row.saturating_sub(number(1).max(1)), 0),
            'G' | '`' => self.column = number(1).saturating_sub(1).min(WIDTH),
            'd' => self.go_to(number(1)),
            'H' | 'f' => {
                self.go_to(number(1));
                self.column = number(1).saturating_sub(1).min(WIDTH);
            }
            'J' => match number(0) {
                0 => {
                    self.lines.truncate(self.row + 1);
                    self.lines[self.row].truncate(self.column);
                }
                2 | 3 => self.clear(),
                _ => {}
            },
            'K' => match number(0) {
                0 => self.lines[self.row].truncate(self.column),
                1 => self.blank(0, self.column.saturating_add(1)),
                2 => self.lines[self.row].truncate(0),
                _ => {}
            },
            'P' => {
                let moved = self.lines[self.row].len().saturating_sub(self.column);
                if self.may_fill(moved) == moved {
                    self.lines[self.row].remove(self.column, number(1).max(1));
                }
            }
            'X' => self.blank(self.column, number(1).max(1)),
            's' => self.letter('7'),
            'u' => self.letter('8'),
            // Modes of the cursor, the mouse and the keyboard.
            'h' | 'l' => {}
            _ => self.write_visibly(&format!("\u{1B}[{parameters}{letter}")),
        }
    }

    fn osc(&mut self, text: &str) {
        let (number, rest) = text.split_once(';').unwrap_or((text, ""));
        match number {
            // Titles, and the marks with which shells tell prompts from output.
            "0" | "1" | "2" | "7" | "9" | "133" | "633" => {}
            "8" => {
                let target = rest.split_once(';').map_or("", |(_, target)| target);
                self.look.link = self.link(target);
            }
            _ => self.write_visibly(&format!("\u{1B}]{text}\u{7}")),
        }
    }

    fn link(&mut self, target: &str) -> u16 {
        let Some(url) = SafeUrl::new(target) else { return 0 };
        // Programs repeat a link for every line of it.
        if self.links.last() != Some(&url) {
            if self.links.len() == MOST_LINKS {
                return 0;
            }
            self.links.push(url);
        }
        u16::try_from(self.links.len()).unwrap_or(0)
    }

    /// The row of a screen that the program has for itself. What stood there before it began stays.
    fn go_to(&mut self, row: usize) {
        let origin = match self.origin {
            Some(origin) => origin,
            None => {
                self.row = self.lines.len() - 1;
                if self.lines[self.row].len() > 0 {
                    self.next_line();
                }
                self.origin = Some(self.row);
                self.row
            }
        };
        let wanted = origin.saturating_add(row.max(1) - 1).min(origin + HEIGHT / 2);
        while self.lines.len() <= wanted && self.fill > 0 {
            self.fill -= 1;
            self.row = self.lines.len() - 1;
            self.next_line();
        }
        // The first lines may have left the screen meanwhile.
        let moved = origin - self.origin.unwrap_or(0);
        self.row = (wanted - moved.min(wanted)).min(self.lines.len() - 1);
    }

    fn clear(&mut self) {
        self.go_to(1);
        self.column = 0;
        self.lines.truncate(self.row + 1);
        self.lines[self.row].truncate(0);
    }

    fn blank(&mut self, column: usize, count: usize) {
        let there = self.lines[self.row].len().saturating_sub(column).min(count);
        let count = self.may_fill(there);
        self.lines[self.row].blank(column, count);
    }

    /// As much of `wanted` as may still be filled up or made blank.
    fn may_fill(&mut self, wanted: usize) -> usize {
        let filled = wanted.min(self.fill);
        self.fill -= filled;
        filled
    }

    fn next_line(&mut self) {
        self.row += 1;
        if self.row < self.lines.len() {
            return;
        }
        self.lines.push_back(Line::default());
        if self.lines.len() > HEIGHT
            && let Some(line) = self.lines.pop_front()
        {
            self.row -= 1;
            self.origin = self.origin.map(|row| row.saturating_sub(1));
            self.saved.0 = self.saved.0.saturating_sub(1);
            self.emit(line);
            self.done.text.push('\n');
        }
    }

    /// Writes text without control characters but tabs.
    fn write(&mut self, text: &str) {
        let missing = self.column.saturating_sub(self.lines[self.row].len());
        let filled = self.may_fill(missing);
        let line = &mut self.lines[self.row];
        if missing > 0 {
            line.append(&" ".repeat(filled), Look::default());
            self.column = line.len();
        }
        let mut rest = text;
        while self.column < line.len()
            && let Some(char) = rest.chars().next()
        {
            line.put(self.column, char, self.look);
            self.column += 1;
            rest = &rest[char.len_utf8()..];
        }
        self.column += line.append(rest, self.look);
    }

    /// Writes text with pictures in the place of control characters.
    fn write_visibly(&mut self, text: &str) {
        for char in text.chars() {
            let shown = match u32::from(char) {
                0x7F => '\u{2421}',
                code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or(char),
                _ => char,
            };
            self.write(shown.encode_utf8(&mut [0; 4]));
        }
    }

    /// Adds a line to what is done.
    fn emit(&mut self, line: Line) {
        for (text, look) in line.stretches() {
            let start = self.done.text.len();
            self.done.text.push_str(&text);
            if look != Look::default() && !text.is_empty() {
                let link = usize::from(look.link)
                    .checked_sub(1)
                    .map(|at| self.links[at].clone());
                self.done.runs.push(Run {
                    start,
                    end: self.done.text.len(),
                    style: look.style,
                    link,
                });
            }
        }
    }
}
