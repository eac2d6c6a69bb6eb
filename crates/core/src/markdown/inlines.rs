//! Reads the text of one block into inline nodes.
//!
//! One pass with a bounded stack of open nodes: what is not closed when its parent ends becomes text again. All searches
//! are bounded or known to succeed, so the time is linear in the text.

use std::mem;

use super::link::SafeUrl;
use super::node::Inline;
use super::visible::visible_controls;

/// A refused link target is shown up to this many characters.
const SHOWN_TARGET: usize = 200;

/// Longest link target, title or autolink in bytes.
const LONGEST_TARGET: usize = 1_000;

/// Parentheses in a link target may be nested this deep.
const MOST_PARENTHESES: i32 = 32;

/// Reads inline content; at most `nesting` nodes are open at a time.
pub(super) fn read(text: &str, nesting: usize) -> Vec<Inline> {
    let mut reader = Reader {
        text,
        position: 0,
        nesting: nesting.max(1),
        frames: vec![Frame::new(Kind::Root)],
        backticks: last_backtick_runs(text),
    };
    while reader.position < text.len() {
        reader.step();
    }
    while reader.frames.len() > 1 {
        reader.dissolve();
    }
    reader
        .frames
        .pop()
        .map(|frame| frame.children)
        .unwrap_or_default()
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Root,
    /// `*`, `_` or `~`, once or twice.
    Delimiter(u8, usize),
    /// `[`, or `![` for an image. Inactive ones stand around a link and cannot become one.
    Bracket {
        is_image: bool,
        is_active: bool,
    },
}

struct Frame {
    kind: Kind,
    children: Vec<Inline>,
}

impl Frame {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            children: Vec::new(),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    position: usize,
    nesting: usize,
    frames: Vec<Frame>,
    backticks: Vec<(usize, usize)>,
}

impl<'a> Reader<'a> {
    fn step(&mut self) {
        let rest = &self.text[self.position..];
        let special = |b: u8| {
            matches!(
                b,
                b'\\' | b'`' | b'*' | b'_' | b'~' | b'[' | b']' | b'!' | b'<' | b'&' | b'\n'
            )
        };
        let plain = rest.bytes().position(special).unwrap_or(rest.len());
        if plain > 0 {
            self.position += plain;
            let is_line_end = rest.as_bytes().get(plain) == Some(&b'\n');
            self.push_text(if is_line_end {
                rest[..plain].trim_end_matches([' ', '\t'])
            } else {
                &rest[..plain]
            });
            if is_line_end {
                self.line_end(rest[..plain].ends_with("  "));
            }
            return;
        }
        match rest.as_bytes()[0] {
            b'\n' => self.line_end(false),
            b'\\' => self.escape(rest),
            b'`' => self.code(rest),
            b'&' => self.character_reference(rest),
            b'<' => self.autolink(rest),
            b'!' if rest.starts_with("![") => self.open_bracket(true),
            b'[' => self.open_bracket(false),
            b']' => self.close_bracket(),
            delimiter @ (b'*' | b'_' | b'~') => self.delimiters(rest, delimiter),
            _ => self.literal(1),
        }
    }

    fn literal(&mut self, length: usize) {
        let text = &self.text[self.position..self.position + length];
        self.position += length;
        self.push_text(text);
    }

    fn line_end(&mut self, is_hard: bool) {
        self.position += 1;
        let rest = &self.text[self.position..];
        self.position += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if self.position < self.text.len() {
            self.push(if is_hard {
                Inline::LineBreak
            } else {
                Inline::SoftBreak
            });
        }
    }

    fn escape(&mut self, rest: &str) {
        match rest.as_bytes().get(1) {
            Some(b'\n') => {
                self.position += 1;
                self.line_end(true);
            }
            Some(next) if next.is_ascii_punctuation() => {
                self.position += 1;
                self.literal(1);
            }
            _ => self.literal(1),
        }
    }

    fn code(&mut self, rest: &str) {
        let run = run_length(rest, b'`');
        let start = self.position + run;
        let has_end = self
            .backticks
            .binary_search_by_key(&run, |(length, _)| *length)
            .is_ok_and(|at| self.backticks[at].1 >= start);
        let end = has_end.then(|| find_run(self.text, start, run)).flatten();
        let Some(end) = end else {
            self.literal(run);
            return;
        };
        let code = self.text[start..end].replace('\n', " ");
        let is_padded =
            code.len() > 2 && code.starts_with(' ') && code.ends_with(' ') && !code.trim().is_empty();
        let code = if is_padded {
            &code[1..code.len() - 1]
        } else {
            &code
        };
        self.position = end + run;
        self.push(Inline::Code(visible_controls(code).into_owned()));
    }

    fn character_reference(&mut self, rest: &str) {
        let end = rest.bytes().take(12).position(|b| b == b';');
        let character = end.and_then(|end| referenced(&rest[1..end]));
        match (character, end) {
            (Some(character), Some(end)) => {
                self.position += end + 1;
                self.push_text(character.encode_utf8(&mut [0; 4]));
            }
            _ => self.literal(1),
        }
    }

    fn autolink(&mut self, rest: &'a str) {
        let bounded = &rest.as_bytes()[..rest.len().min(LONGEST_TARGET)];
        let ends = |b: &u8| matches!(b, b'<' | b'>') || b.is_ascii_whitespace();
        let end = bounded.iter().skip(1).position(ends).map(|at| at + 1);
        let inner = end.filter(|end| bounded[*end] == b'>').map(|end| &rest[1..end]);
        let target = inner.and_then(|inner| {
            let scheme = inner
                .split_once(':')
                .map(|(scheme, _)| scheme)
                .unwrap_or_default();
            let is_scheme = scheme.len() > 1
                && scheme
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
            let is_mail =
                !inner.contains(['/', ':', '<']) && inner.split('@').filter(|p| !p.is_empty()).count() == 2;
            match (is_scheme, is_mail) {
                (true, _) => Some(inner.to_owned()),
                (_, true) => Some(format!("mailto:{inner}")),
                _ => None,
            }
        });
        match (inner, target) {
            (Some(inner), Some(target)) => {
                self.position += inner.len() + 2;
                let children = vec![Inline::Text(visible_controls(inner).into_owned())];
                self.deactivate_brackets();
                self.link(&target, String::new(), children);
            }
            _ => self.literal(1),
        }
    }

    fn open_bracket(&mut self, is_image: bool) {
        let length = if is_image { 2 } else { 1 };
        if self.frames.len() > self.nesting {
            self.literal(length);
            return;
        }
        self.position += length;
        self.frames.push(Frame::new(Kind::Bracket {
            is_image,
            is_active: true,
        }));
    }

    fn close_bracket(&mut self) {
        let open = self
            .frames
            .iter()
            .rposition(|f| matches!(f.kind, Kind::Bracket { .. }));
        let Some(open) = open else {
            self.literal(1);
            return;
        };
        let Kind::Bracket { is_image, is_active } = self.frames[open].kind else {
            return;
        };
        let target = if is_active {
            link_target(&self.text[self.position + 1..])
        } else {
            None
        };
        while self.frames.len() > open + 1 {
            self.dissolve();
        }
        let Some((target, title, length)) = target else {
            self.dissolve();
            self.literal(1);
            return;
        };
        self.position += 1 + length;
        let children = self.frames.pop().map(|f| f.children).unwrap_or_default();
        if is_image {
            let mut alt = String::new();
            plain(&children, &mut alt);
            self.push(Inline::Image {
                alt,
                url: SafeUrl::new(&target),
            });
            return;
        }
        self.deactivate_brackets();
        self.link(&target, visible_controls(&title).into_owned(), children);
    }

    /// A link contains no links: the brackets around one can no longer become one.
    fn deactivate_brackets(&mut self) {
        for frame in &mut self.frames {
            if let Kind::Bracket {
                is_image: false,
                is_active,
            } = &mut frame.kind
            {
                *is_active = false;
            }
        }
    }

    fn link(&mut self, target: &str, title: String, children: Vec<Inline>) {
        if let Some(href) = SafeUrl::new(target) {
            self.push(Inline::Link {
                href,
                title,
                children,
            });
            return;
        }
        let mut shown: String = target.chars().take(SHOWN_TARGET).collect();
        if shown.len() < target.len() {
            shown.push('…');
        }
        let shown = visible_controls(&shown).into_owned();
        let says_it = matches!(&children[..], [Inline::Text(text)] if *text == shown);
        for child in children {
            self.push(child);
        }
        if !shown.is_empty() && !says_it {
            self.push_text(&format!(" ({shown})"));
        }
    }

    fn delimiters(&mut self, rest: &str, delimiter: u8) {
        let run = run_length(rest, delimiter);
        let before = self.text[..self.position].chars().next_back();
        let after = rest[run..].chars().next();
        let (opens, closes) = flanking(delimiter, before, after);
        if delimiter == b'~' && run != 2 {
            self.literal(run);
            return;
        }
        self.position += run;
        let mut left = run;
        while closes && left > 0 {
            match self.close_delimiter(delimiter, left) {
                0 => break,
                used => left -= used,
            }
        }
        while opens && left > 0 && self.frames.len() <= self.nesting {
            let length = if left % 2 == 1 { 1 } else { 2 };
            self.frames.push(Frame::new(Kind::Delimiter(delimiter, length)));
            left -= length;
        }
        if left > 0 {
            let marks = char::from(delimiter).to_string().repeat(left);
            self.push_text(&marks);
        }
    }

    /// Closes the nearest matching node with at most `left` marks and returns how many it took.
    fn close_delimiter(&mut self, delimiter: u8, left: usize) -> usize {
        if let [.., outer, inner] = &mut self.frames[..]
            && left == 1
            && outer.children.is_empty()
            && outer.kind == Kind::Delimiter(delimiter, 1)
            && inner.kind == Kind::Delimiter(delimiter, 2)
        {
            mem::swap(&mut outer.kind, &mut inner.kind);
        }
        let bottom = self
            .frames
            .iter()
            .rposition(|f| matches!(f.kind, Kind::Bracket { .. }))
            .unwrap_or(0);
        let open = self.frames[bottom..]
            .iter()
            .rposition(|f| matches!(f.kind, Kind::Delimiter(d, length) if d == delimiter && length <= left));
        let Some(open) = open.map(|i| i + bottom) else {
            return 0;
        };
        if open + 1 == self.frames.len() && self.frames[open].children.is_empty() {
            return 0;
        }
        while self.frames.len() > open + 1 {
            self.dissolve();
        }
        let Some(Frame {
            kind: Kind::Delimiter(_, length),
            children,
        }) = self.frames.pop()
        else {
            return 0;
        };
        self.push(match (delimiter, length) {
            (b'~', _) => Inline::Strike(children),
            (_, 1) => Inline::Emphasis(children),
            _ => Inline::Strong(children),
        });
        length
    }

    /// Turns the innermost open node back into text.
    fn dissolve(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        match frame.kind {
            Kind::Root => {}
            Kind::Delimiter(delimiter, length) => {
                let marks = char::from(delimiter).to_string().repeat(length);
                self.push_text(&marks);
            }
            Kind::Bracket { is_image, .. } => self.push_text(if is_image { "![" } else { "[" }),
        }
        for child in frame.children {
            match child {
                Inline::Text(text) => self.push_visible(text),
                child => self.push(child),
            }
        }
    }

    fn push(&mut self, inline: Inline) {
        if let Some(frame) = self.frames.last_mut() {
            frame.children.push(inline);
        }
    }

    fn push_text(&mut self, text: &str) {
        if !text.is_empty() {
            self.push_visible(visible_controls(text).into_owned());
        }
    }

    fn push_visible(&mut self, text: String) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.children.last_mut() {
            Some(Inline::Text(last)) => last.push_str(&text),
            _ => frame.children.push(Inline::Text(text)),
        }
    }
}

/// Whether a run of delimiters may open and close.
fn flanking(delimiter: u8, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_mark = |c: Option<char>| c.is_some_and(|c| c.is_ascii_punctuation());
    let left = !is_space(after) && (!is_mark(after) || is_space(before) || is_mark(before));
    let right = !is_space(before) && (!is_mark(before) || is_space(after) || is_mark(after));
    if delimiter == b'_' {
        (
            left && (!right || is_mark(before)),
            right && (!left || is_mark(after)),
        )
    } else {
        (left, right)
    }
}

/// `(target "title")` at the beginning of a text: target, title, length.
fn link_target(text: &str) -> Option<(String, String, usize)> {
    let mut end = text.len().min(2 * LONGEST_TARGET);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let inner = text[..end].strip_prefix('(')?;
    let inner = inner.trim_start();
    let (target, rest) = match inner.strip_prefix('<') {
        Some(bracketed) => {
            let end = bracketed
                .find(['<', '>', '\n'])
                .filter(|end| bracketed[*end..].starts_with('>'))?;
            (&bracketed[..end], &bracketed[end + 1..])
        }
        None => {
            let mut depth = 0i32;
            let end = inner.char_indices().find(|(i, c)| match c {
                '(' if !inner[..*i].ends_with('\\') => {
                    depth += 1;
                    depth > MOST_PARENTHESES
                }
                ')' if !inner[..*i].ends_with('\\') => {
                    depth -= 1;
                    depth < 0
                }
                c => c.is_ascii_whitespace(),
            });
            inner.split_at(end.filter(|_| depth <= MOST_PARENTHESES)?.0)
        }
    };
    let rest = rest.trim_start();
    let (title, rest) = match rest.chars().next()? {
        quote @ ('"' | '\'') => {
            let end = rest[1..].find(quote)?;
            (&rest[1..=end], rest[end + 2..].trim_start())
        }
        _ => ("", rest),
    };
    let rest = rest.strip_prefix(')')?;
    Some((unescaped(target), unescaped(title), end - rest.len()))
}

/// A target or title without backslashes before marks and with character references replaced.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end
            .and_then(|end| referenced(&rest[1..end]))
            .filter(|_| rest.starts_with('&'))
        {
            Some(character) => {
                out.push(character);
                rest = &rest[end.unwrap_or(0) + 1..];
            }
            None => {
                let is_escape =
                    rest.starts_with('\\') && rest[1..].starts_with(|c: char| c.is_ascii_punctuation());
                if !is_escape {
                    out.push_str(&rest[..1]);
                }
                rest = &rest[1..];
                if let Some(next) = rest.chars().next().filter(|_| is_escape) {
                    out.push(next);
                    rest = &rest[next.len_utf8()..];
                }
            }
        }
    }
    out.push_str(rest);
    out
}

fn referenced(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some(char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}'));
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "larr" => '←',
        "rarr" => '→',
        "times" => '×',
        "colon" => ':',
        _ => return None,
    })
}

fn run_length(text: &str, byte: u8) -> usize {
    text.bytes().take_while(|b| *b == byte).count()
}

/// The lengths of backtick runs in ascending order, each with where the last one begins. There are few: their sum is that
/// of the text at most.
fn last_backtick_runs(text: &str) -> Vec<(usize, usize)> {
    let mut last: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let run = run_length(&text[start..], b'`');
        match last.binary_search_by_key(&run, |(length, _)| *length) {
            Ok(at) => last[at].1 = start,
            Err(at) => last.insert(at, (run, start)),
        }
        at = start + run;
    }
    last
}

fn find_run(text: &str, from: usize, length: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let run = run_length(&text[start..], b'`');
        if run == length {
            return Some(start);
        }
        at = start + run;
    }
    None
}

/// What remains of nodes in the description of an image.
fn plain(children: &[Inline], out: &mut String) {
    for child in children {
        match child {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Strike(inner) => plain(inner, out),
            Inline::Link { children, .. } => plain(children, out),
            Inline::Image { alt, .. } => out.push_str(alt),
            Inline::LineBreak | Inline::SoftBreak => out.push(' '),
            Inline::TaskMarker(_) => {}
        }
    }
}
