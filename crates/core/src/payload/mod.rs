//! Texts of any length in pieces that a page can show one after the other, each made in a time that does not depend on the
//! length of the whole.

mod chunk;
mod indent;

use std::rc::Rc;

pub use chunk::chunk_len;
pub use indent::{Indent, indented};

use crate::markdown::visible_exactly;
use crate::terminal::{Run, Shown, Terminal};

/// Bytes that are read in one step.
const STEP: usize = 64 << 10;

/// With so many bytes waiting, the next piece does not depend on what follows.
const FULL: usize = 16 << 10;

/// Looks of parts of terminal output. In what follows the text is plain: each of them is an element of the page.
const MOST_RUNS: usize = 20_000;

/// A text that is shown piece by piece.
#[derive(Clone, Debug)]
pub struct Payload {
    text: Rc<str>,
    /// How much of `text` has been read.
    read: usize,
    kind: Kind,
    is_exact: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    Plain,
    Json {
        indent: Indent,
        /// What was indented, and how much of it has been shown.
        waiting: String,
        at: usize,
    },
    Terminal(Box<Terminal>),
    /// What a terminal shows in the end, and how much of text and runs has been shown.
    Shown {
        shown: Shown,
        at: usize,
        run: usize,
    },
}

/// What a step has brought.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The next piece.
    Chunk(Chunk),
    /// Nothing to show, but the next step may bring something.
    Working,
    /// There is no more.
    Done,
}

/// A piece: whole lines with their ends, or a part of a line that is very long.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chunk {
    /// Its text.
    pub text: String,
    /// What looks otherwise; places are those in `text`.
    pub runs: Vec<Run>,
}

impl Payload {
    /// A text as it is.
    #[must_use]
    pub fn plain(text: Rc<str>) -> Self {
        Self::new(text, Kind::Plain)
    }

    /// JSON, indented.
    #[must_use]
    pub fn json(text: Rc<str>, indent: Indent) -> Self {
        let waiting = String::new();
        Self::new(
            text,
            Kind::Json {
                indent,
                waiting,
                at: 0,
            },
        )
    }

    /// Output of a program as a terminal would show it.
    #[must_use]
    pub fn terminal(text: Rc<str>) -> Self {
        Self::new(text, Kind::Terminal(Box::default()))
    }

    fn new(text: Rc<str>, kind: Kind) -> Self {
        Self {
            text,
            read: 0,
            kind,
            is_exact: false,
        }
    }

    /// Shows every character of it that cannot be seen, as [`visible_exactly`] does.
    #[must_use]
    pub fn exactly(mut self) -> Self {
        self.is_exact = true;
        self
    }

    /// Bytes of the text as it came.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Goes on.
    #[must_use]
    pub fn step(&mut self) -> Step {
        match self.advance() {
            Step::Chunk(chunk) if self.is_exact => Step::Chunk(chunk.exactly()),
            step => step,
        }
    }

    fn advance(&mut self) -> Step {
        let rest = &self.text[self.read..];
        match &mut self.kind {
            Kind::Plain => {
                let length = chunk_len(rest);
                self.read += length;
                piece(rest[..length].to_owned(), Vec::new())
            }
            Kind::Json { indent, waiting, at } => {
                if waiting.len() - *at < FULL && !rest.is_empty() {
                    waiting.drain(..std::mem::take(at));
                    self.read += indent.push(rest, STEP, waiting);
                    return Step::Working;
                }
                let start = *at;
                *at += chunk_len(&waiting[start..]);
                piece(waiting[start..*at].to_owned(), Vec::new())
            }
            Kind::Terminal(terminal) => {
                let mut length = rest.len().min(STEP);
                while !rest.is_char_boundary(length) {
                    length += 1;
                }
                terminal.feed(&rest[..length]);
                self.read += length;
                if self.read == self.text.len() {
                    self.end_terminal();
                }
                Step::Working
            }
            Kind::Shown { shown, at, run } => {
                let start = *at;
                let end = start + chunk_len(&shown.text[start..]);
                *at = end;
                let mut runs = Vec::new();
                while let Some(next) = shown
                    .runs
                    .get(*run)
                    .filter(|next| next.start < end && *run < MOST_RUNS)
                {
                    runs.push(Run {
                        start: next.start.max(start) - start,
                        end: next.end.min(end) - start,
                        ..next.clone()
                    });
                    if next.end > end {
                        break;
                    }
                    *run += 1;
                }
                piece(shown.text[start..end].to_owned(), runs)
            }
        }
    }

    /// The beginning, of about `limit` characters, and whether more follows. Of a very long output it is what a terminal shows
    /// after its first part.
    #[must_use]
    pub fn beginning(&self, limit: usize) -> (Chunk, bool) {
        let mut payload = self.clone();
        let mut all = Chunk::default();
        let mut characters = 0;
        loop {
            match payload.step() {
                Step::Chunk(chunk) => {
                    let before = all.text.len();
                    let left = limit - characters;
                    if let Some((end, _)) = chunk.text.char_indices().nth(left) {
                        all.add(before, chunk, end);
                        return (all, true);
                    }
                    characters += chunk.text.chars().count();
                    let end = chunk.text.len();
                    all.add(before, chunk, end);
                }
                Step::Working => payload.end_terminal(),
                Step::Done => return (all, payload.read < payload.text.len()),
            }
        }
    }

    fn end_terminal(&mut self) {
        if let Kind::Terminal(terminal) = &mut self.kind {
            let shown = std::mem::take(terminal).finish();
            self.kind = Kind::Shown { shown, at: 0, run: 0 };
        }
    }
}

impl Chunk {
    fn exactly(self) -> Self {
        let mut exact = Self::default();
        let mut at = 0;
        let push = |exact: &mut Self, part: &str| exact.text.push_str(&visible_exactly(part));
        for run in self.runs {
            push(&mut exact, &self.text[at..run.start]);
            let start = exact.text.len();
            push(&mut exact, &self.text[run.start..run.end]);
            at = run.end;
            let end = exact.text.len();
            exact.runs.push(Run { start, end, ..run });
        }
        push(&mut exact, &self.text[at..]);
        exact
    }

    /// Adds the first `end` bytes of another one.
    fn add(&mut self, before: usize, other: Self, end: usize) {
        self.text.push_str(&other.text[..end]);
        let runs = other.runs.into_iter().filter(|run| run.start < end);
        self.runs.extend(runs.map(|run| Run {
            start: before + run.start,
            end: before + run.end.min(end),
            ..run
        }));
    }
}

fn piece(text: String, runs: Vec<Run>) -> Step {
    if text.is_empty() {
        Step::Done
    } else {
        Step::Chunk(Chunk { text, runs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Color;

    fn all(mut payload: Payload) -> Chunk {
        let mut all = Chunk::default();
        loop {
            match payload.step() {
                Step::Chunk(chunk) => {
                    let (before, end) = (all.text.len(), chunk.text.len());
                    all.add(before, chunk, end);
                }
                Step::Working => {}
                Step::Done => return all,
            }
        }
    }

    #[test]
    fn what_is_shown_exactly_hides_nothing() {
        let text = "mysql live \u{61C}<\u{61C} dump.sql";
        let shown = "mysql live ⟨U+061C⟩<⟨U+061C⟩ dump.sql";
        assert_eq!(all(Payload::plain(text.into())).text, text, "prose may");
        assert_eq!(all(Payload::plain(text.into()).exactly()).text, shown);
        let json = format!("[\"{text}\"]");
        let payload = Payload::json(json.as_str().into(), Indent::whole()).exactly();
        assert_eq!(all(payload.clone()).text, format!("[\n  \"{shown}\"\n]"));
        assert_eq!(payload.beginning(1_000), (all(payload), false));
    }

    #[test]
    fn what_is_shown_exactly_keeps_its_looks() {
        let output = "a\u{200B}b \u{1B}[31mr\u{200F}ed\u{1B}[0m, \u{1B}[32mgreen\u{1B}[0m\u{2060}.";
        let shown = all(Payload::terminal(output.into()).exactly());
        assert_eq!(shown.text, "a⟨U+200B⟩b r⟨U+200F⟩ed, green⟨U+2060⟩.");
        let looks: Vec<_> = shown
            .runs
            .iter()
            .map(|run| (&shown.text[run.start..run.end], run.style.color))
            .collect();
        assert_eq!(
            looks,
            [("r⟨U+200F⟩ed", Some(Color::Red)), ("green", Some(Color::Green))]
        );
    }
}
