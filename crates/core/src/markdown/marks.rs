//! Marks with which a line begins a block.

use super::entities::unescaped;
use super::lines::Cursor;
use super::visible::visible_controls;

/// The line that opens a fenced block of code.
pub(super) struct Fence {
    mark: char,
    length: usize,
    /// First word of the info string.
    pub(super) lang: String,
}

impl Fence {
    pub(super) fn opened_by(text: &str) -> Option<Self> {
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = text.chars().take_while(|c| *c == mark).count();
        let info = text[length..].trim();
        if length < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        let lang = unescaped(info.split([' ', '\t', ',']).next().unwrap_or_default());
        Some(Self {
            mark,
            length,
            lang: visible_controls(&lang).into_owned(),
        })
    }

    pub(super) fn is_closed_by(&self, text: &str) -> bool {
        let text = text.trim_end_matches([' ', '\t']);
        text.len() >= self.length && text.chars().all(|c| c == self.mark)
    }
}

/// The mark of a list item.
pub(super) struct Marker {
    /// The bullet, or the character after the number.
    mark: u8,
    pub(super) number: Option<u64>,
}

impl Marker {
    /// Passes the mark of an item, and the white space behind it as far as that does not belong to the content. Returns the
    /// mark and the columns to the content.
    pub(super) fn pass(cursor: &mut Cursor<'_>) -> Option<(Self, usize)> {
        let (text, indent) = (cursor.trimmed(), cursor.indent());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let mark = *text.as_bytes().get(digits)?;
        let number = match (digits, mark) {
            (0, b'-' | b'+' | b'*') => None,
            (1..=9, b'.' | b')') => Some(text[..digits].parse().ok()?),
            _ => return None,
        };
        let mut inner = *cursor;
        inner.skip(digits + 1);
        let (gap, is_blank) = (inner.indent(), inner.is_blank());
        if gap == 0 && !is_blank {
            return None;
        }
        // More than four columns are one, and the rest indents code.
        let gap = if is_blank || gap > 4 { 1 } else { gap };
        inner.advance(gap);
        *cursor = inner;
        Some((Self { mark, number }, indent + digits + 1 + gap))
    }

    pub(super) fn is_same_list(&self, other: &Self) -> bool {
        self.mark == other.mark && self.number.is_some() == other.number.is_some()
    }
}

/// Level and content of a heading that a line is.
pub(super) fn heading(text: &str) -> Option<(u8, &str)> {
    let level = text.bytes().take_while(|b| *b == b'#').count();
    let rest = &text[level..];
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let content = rest.trim_matches([' ', '\t']);
    let without = content.trim_end_matches('#');
    let content = if without.is_empty() || without.ends_with([' ', '\t']) {
        without.trim_end_matches([' ', '\t'])
    } else {
        content
    };
    u8::try_from(level).ok().map(|level| (level, content))
}

/// The level that a line under a paragraph gives it as a heading.
pub(super) fn underline(text: &str) -> Option<u8> {
    let text = text.trim_end_matches([' ', '\t']);
    let all = |mark: char| !text.is_empty() && text.chars().all(|c| c == mark);
    all('=').then_some(1).or(all('-').then_some(2))
}

/// Whether a line is a thematic break.
pub(super) fn is_rule(text: &str) -> bool {
    let Some(mark) = text.chars().next().filter(|c| matches!(c, '*' | '-' | '_')) else {
        return false;
    };
    text.chars().all(|c| c == mark || c == ' ' || c == '\t')
        && text.chars().filter(|c| *c == mark).count() >= 3
}
