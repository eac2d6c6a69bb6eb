//! Commands in the output, read character by character: they may be cut anywhere.

/// Longest command in characters. What is longer is text.
const LONGEST: usize = 4_096;

/// Where in a command the output stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// The command so far, with its escape character; empty in running text.
    command: String,
    length: usize,
}

/// What a character ends or is.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Part of a command that is not at its end.
    Inside,
    /// The end of `ESC [ parameters letter`.
    Csi { parameters: String, letter: char },
    /// The end of `ESC ] text`.
    Osc(String),
    /// The end of a command of one letter.
    Letter(char),
    /// The command is none: this is text, and the character has still to be read.
    Text(String),
}

impl Reader {
    /// Whether a command has begun.
    pub(super) fn is_inside(&self) -> bool {
        !self.command.is_empty()
    }

    /// Begins a command.
    pub(super) fn begin(&mut self) {
        self.command.push('\u{1B}');
        self.length = 1;
    }

    /// Reads the next character of a command.
    pub(super) fn read(&mut self, char: char) -> Step {
        let kind = self.command.as_bytes().get(1).copied();
        let ends_with_escape = self.length > 1 && self.command.ends_with('\u{1B}');
        let end = match (kind, char) {
            // The end of a string that was begun with `]`.
            (Some(b']'), '\\') if ends_with_escape => return Step::Osc(self.string(2)),
            (Some(b']'), _) if ends_with_escape => return self.give_up(),
            (Some(b']'), '\u{7}') => return Step::Osc(self.string(2)),
            (Some(b']'), '\u{1B}') => false,
            (Some(b']'), _) if !char.is_control() => false,
            (Some(b'['), '\u{20}'..='\u{3F}') => false,
            (Some(b'['), '\u{40}'..='\u{7E}') => {
                let parameters = self.string(2);
                return Step::Csi {
                    parameters,
                    letter: char,
                };
            }
            (Some(b'(' | b')' | b'*' | b'+' | b'#' | b'%'), '\u{30}'..='\u{7E}') => true,
            (None, '[' | ']' | '(' | ')' | '*' | '+' | '#' | '%') => false,
            (None, '7' | '8' | '=' | '>' | 'c' | 'D' | 'E' | 'M') => true,
            _ => return self.give_up(),
        };
        if end {
            self.command.clear();
            // The choice of a character set shows nothing.
            return Step::Letter(if kind.is_some() { '=' } else { char });
        }
        if self.length >= LONGEST {
            return self.give_up();
        }
        self.command.push(char);
        self.length += 1;
        Step::Inside
    }

    /// What has been read of a command that will not end.
    pub(super) fn rest(&mut self) -> String {
        std::mem::take(&mut self.command)
    }

    fn give_up(&mut self) -> Step {
        Step::Text(self.rest())
    }

    /// Ends the command; returns it without its first characters and the escape at its end.
    fn string(&mut self, begins: usize) -> String {
        let command = self.rest();
        command[begins..].trim_end_matches('\u{1B}').to_owned()
    }
}
