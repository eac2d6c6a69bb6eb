//! A place in a line, in bytes and in columns.

/// What is left of a line. A tab reaches to the next column that is a multiple of four; a part of one can be passed.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    column: usize,
    /// Columns of a tab that was begun and still count.
    left: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of a line without its end.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            column: 0,
            left: 0,
        }
    }

    /// Columns of white space before the text.
    pub(super) fn indent(&self) -> usize {
        let mut column = self.column;
        for byte in self.text.bytes() {
            column += match byte {
                b' ' => 1,
                b'\t' => 4 - column % 4,
                _ => break,
            };
        }
        self.left + column - self.column
    }

    /// Passes up to `columns` of white space.
    pub(super) fn advance(&mut self, mut columns: usize) {
        while columns > 0 {
            if self.left > 0 {
                let passed = self.left.min(columns);
                self.left -= passed;
                columns -= passed;
                continue;
            }
            self.left = match self.text.as_bytes().first() {
                Some(b' ') => 1,
                Some(b'\t') => 4 - self.column % 4,
                _ => return,
            };
            self.column += self.left;
            self.text = &self.text[1..];
        }
    }

    /// Passes white space and then marks of one byte each.
    pub(super) fn skip(&mut self, marks: usize) {
        self.advance(usize::MAX);
        self.column += marks;
        self.text = &self.text[marks..];
    }

    /// The rest without the white space before it.
    pub(super) fn trimmed(&self) -> &'a str {
        self.text.trim_start_matches([' ', '\t'])
    }

    /// Whether nothing but white space is left.
    pub(super) fn is_blank(&self) -> bool {
        self.trimmed().is_empty()
    }

    /// Adds the rest with its white space and a line feed.
    pub(super) fn push_to(&self, out: &mut String) {
        out.extend(std::iter::repeat_n(' ', self.left));
        out.push_str(self.text);
        out.push('\n');
    }
}
