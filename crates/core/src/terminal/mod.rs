//! What a terminal would show of the output of a program: colours, lines that are written over, links.
//!
//! Nothing is hidden that a program only hints at: concealed text is shown, backgrounds are left out, and every command that
//! is not understood stays as it came, with pictures in the place of its control characters. Output is still not to be
//! trusted, so whatever a decision depends on is to be shown as it came.

mod escape;
mod line;
mod screen;
mod style;

pub use screen::Terminal;
pub use style::{Color, Style};

use crate::markdown::SafeUrl;

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// The text, lines separated by line feeds, without control characters of ASCII but tabs.
    pub text: String,
    /// What looks otherwise or is a link, in the order of the text, without overlaps.
    pub runs: Vec<Run>,
}

/// A part of the text with a look of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Where it begins, in bytes of the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// How it looks.
    pub style: Style,
    /// Where it leads.
    pub link: Option<SafeUrl>,
}

/// Whether a terminal would show another text than the one that came.
#[must_use]
pub fn is_for_terminals(text: &str) -> bool {
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            0x1B | 0x08 => return true,
            b'\r' if bytes.peek() != Some(&b'\n') => return true,
            _ => {}
        }
    }
    false
}

/// What a terminal would show of a whole output.
#[must_use]
pub fn shown(text: &str) -> Shown {
    let mut terminal = Terminal::new();
    terminal.feed(text);
    terminal.finish()
}
