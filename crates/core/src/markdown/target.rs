//! The parts of links: `<destination>`, `"title"`, `[label]`.
//!
//! Every search ends at a mark with which another one could begin, so that all searches together are linear in the text.

/// Longest label in bytes.
pub(super) const LONGEST_LABEL: usize = 999;

/// Parentheses in a destination may be nested this deep.
const MOST_PARENTHESES: usize = 32;

const WHITE: [char; 3] = [' ', '\t', '\n'];

/// The rest of a text behind white space.
pub(super) fn behind_white(text: &str) -> &str {
    text.trim_start_matches(WHITE)
}

/// A destination at the beginning of a text as it was written, and the rest.
pub(super) fn destination(text: &str) -> Option<(&str, &str)> {
    let mut escapes = false;
    if let Some(inner) = text.strip_prefix('<') {
        let end = inner.find(|c| {
            let ends = !escapes && matches!(c, '<' | '>') || c == '\n';
            escapes = c == '\\' && !escapes;
            ends
        })?;
        return Some((&inner[..end], inner[end..].strip_prefix('>')?));
    }
    let mut depth = 0;
    let end = text.find(|c: char| {
        let is_escaped = escapes;
        escapes = c == '\\' && !escapes;
        match c {
            '(' if !is_escaped => depth += 1,
            ')' if !is_escaped && depth == 0 => return true,
            ')' if !is_escaped => depth -= 1,
            _ => {}
        }
        depth > MOST_PARENTHESES || c == ' ' || c.is_ascii_control()
    });
    let end = end.unwrap_or(text.len());
    (depth == 0).then(|| text.split_at(end))
}

/// A title at the beginning of a text as it was written, and the rest.
pub(super) fn title(text: &str) -> Option<(&str, &str)> {
    let close = match text.chars().next()? {
        '(' => ')',
        quote @ ('"' | '\'') => quote,
        _ => return None,
    };
    let inner = &text[1..];
    let end = unescaped_mark(inner, |c| c == close || close == ')' && c == '(')?;
    Some((&inner[..end], inner[end..].strip_prefix(close)?))
}

/// A label at the beginning of a text, without its brackets and as it was written, and the rest.
pub(super) fn label(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let end = unescaped_mark(inner, |c| matches!(c, '[' | ']'))?;
    let rest = inner[end..].strip_prefix(']')?;
    (end <= LONGEST_LABEL).then(|| (&inner[..end], rest))
}

/// `(destination "title")` at the beginning of a text, both as they were written, and the rest.
pub(super) fn inline(text: &str) -> Option<(&str, &str, &str)> {
    let inner = behind_white(text.strip_prefix('(')?);
    let (destination, rest) = destination(inner)?;
    let behind = behind_white(rest);
    let (title, rest) = match title(behind) {
        Some(found) if behind.len() < rest.len() => found,
        _ => ("", rest),
    };
    Some((destination, title, behind_white(rest).strip_prefix(')')?))
}

fn unescaped_mark(text: &str, is_mark: impl Fn(char) -> bool) -> Option<usize> {
    let mut escapes = false;
    text.find(|c| {
        let found = !escapes && is_mark(c);
        escapes = c == '\\' && !escapes;
        found
    })
}
