//! Reads the text of one block into inline nodes: first into pieces, in one pass, then marks are paired, and the pieces
//! become a tree. Searches are bounded, known to succeed, or not made twice, so the time is linear in the text.

use std::sync::Arc;

use super::address;
use super::chars::{flanking, is_word};
use super::entities::{reference, unescaped};
use super::labels::{Definition, Links};
use super::node::{Inline, Target};
use super::pieces::{Bracket, Delimiter, Piece, Run, pair};
use super::target::{LONGEST_LABEL, behind_white, inline, label};
use super::tree;
use super::visible::visible_controls;

/// Reads inline content; at most `nesting` nodes stand in one another.
pub(super) fn read(text: &str, nesting: usize, links: &mut Links<'_>) -> Vec<Inline> {
    let mut scanner = Scanner {
        text,
        position: 0,
        pieces: Vec::new(),
        delimiters: Vec::new(),
        brackets: Vec::new(),
        dead_brackets: 0,
        backticks: last_backtick_runs(text),
        never_ends: 0,
        links,
    };
    while scanner.position < text.len() {
        scanner.step();
    }
    pair(&mut scanner.pieces, &scanner.delimiters);
    tree::grow(text, scanner.pieces, nesting.max(1))
}

/// A bracket that nothing has closed.
struct Waiting {
    piece: usize,
    /// Where its content begins.
    content: usize,
    /// How many delimiters stand before it.
    delimiters: usize,
    is_image: bool,
    /// Whether there are brackets in its content, so that this is no label.
    has_brackets: bool,
}

struct Scanner<'a, 'l, 'd> {
    text: &'a str,
    position: usize,
    pieces: Vec<Piece<'a>>,
    delimiters: Vec<Delimiter>,
    brackets: Vec<Waiting>,
    /// How many brackets of links, from the outermost, stand around a link and cannot become one.
    dead_brackets: usize,
    backticks: Vec<(usize, usize)>,
    never_ends: u8,
    links: &'l mut Links<'d>,
}

impl<'a> Scanner<'a, '_, '_> {
    fn step(&mut self) {
        let rest = &self.text[self.position..];
        let special = |b: u8| {
            matches!(
                b,
                b'\\'
                    | b'`'
                    | b'*'
                    | b'_'
                    | b'~'
                    | b'['
                    | b']'
                    | b'!'
                    | b'<'
                    | b'&'
                    | b'\n'
                    | b':'
                    | b'@'
                    | b'w'
                    | b'W'
            )
        };
        let plain = rest.bytes().position(special).unwrap_or(rest.len());
        if plain > 0 {
            self.plain(plain);
            return;
        }
        match rest.as_bytes()[0] {
            b'\n' => self.line_end(),
            b'\\' => self.escape(rest),
            b'`' => self.code(rest),
            b'&' => self.reference(rest),
            b'<' => self.angle(rest),
            b'!' if rest.starts_with("![") => self.open_bracket(true),
            b'[' => self.open_bracket(false),
            b']' => self.close_bracket(rest),
            b':' => self.web(rest),
            b'@' => self.mail(rest),
            b'w' | b'W' => self.www(rest),
            mark @ (b'*' | b'_' | b'~') => self.marks(rest, mark),
            _ => self.plain(1),
        }
    }

    /// The next bytes stand for themselves.
    fn plain(&mut self, length: usize) {
        let start = self.position;
        self.position += length;
        match self.pieces.last_mut() {
            Some(Piece::Plain { end, .. }) if *end == start => *end = self.position,
            _ => self.pieces.push(Piece::Plain {
                start,
                end: self.position,
            }),
        }
    }

    /// Takes the last `length` bytes of plain text back, if there are as many.
    fn unread(&mut self, length: usize) -> bool {
        match self.pieces.last_mut() {
            Some(Piece::Plain { start, end }) if *end == self.position && *end - *start >= length => {
                *end -= length;
                true
            }
            _ => length == 0,
        }
    }

    fn line_end(&mut self) {
        let before = &self.text[..self.position];
        let spaces = before.len() - before.trim_end_matches(' ').len();
        self.break_line(
            before.len() - before.trim_end_matches([' ', '\t']).len(),
            spaces >= 2,
        );
    }

    /// Passes a line feed. The white space around it goes.
    fn break_line(&mut self, spaces: usize, is_hard: bool) {
        if let Some(Piece::Plain { start, end }) = self.pieces.last_mut() {
            *end -= spaces.min(*end - *start);
        }
        self.position += 1;
        let rest = &self.text[self.position..];
        self.position += rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if self.position < self.text.len() {
            self.pieces.push(Piece::Leaf(if is_hard {
                Inline::LineBreak
            } else {
                Inline::SoftBreak
            }));
        }
    }

    fn escape(&mut self, rest: &str) {
        match rest.as_bytes().get(1) {
            Some(b'\n') => {
                self.position += 1;
                self.break_line(0, true);
            }
            Some(next) if next.is_ascii_punctuation() => {
                self.position += 1;
                self.plain(1);
            }
            _ => self.plain(1),
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
            self.plain(run);
            return;
        };
        let code = self.text[start..end].replace('\n', " ");
        let is_padded = code.len() > 2
            && code.starts_with(' ')
            && code.ends_with(' ')
            && !code.trim_matches(' ').is_empty();
        let code = if is_padded {
            &code[1..code.len() - 1]
        } else {
            &code
        };
        self.position = end + run;
        self.pieces
            .push(Piece::Leaf(Inline::Code(visible_controls(code).into_owned())));
    }

    fn reference(&mut self, rest: &str) {
        match reference(rest) {
            Some((char, length)) => {
                self.position += length;
                self.pieces.push(Piece::Char(char));
            }
            None => self.plain(1),
        }
    }

    fn angle(&mut self, rest: &'a str) {
        if let Some((shown, target)) = address::in_angles(rest) {
            self.position += shown.len() + 2;
            self.dead_brackets = self.brackets.len();
            self.pieces.push(Piece::Leaf(Inline::Link {
                target: Target::new(&target),
                title: Arc::default(),
                children: vec![Inline::Text(visible_controls(shown).into_owned())],
            }));
            return;
        }
        let tag = address::html(rest, &mut self.never_ends);
        self.plain(tag.unwrap_or(1));
    }

    fn www(&mut self, rest: &str) {
        let before = self.text[..self.position].chars().next_back();
        let is_free = |c: char| !c.is_ascii_alphanumeric() && !matches!(c, '/' | '.' | '-' | '@' | ':');
        let begins = rest
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("www."));
        let length = (begins && before.is_none_or(is_free)).then(|| address::web(rest, false));
        match length.flatten() {
            Some(length) => self.bare(0, length, "http://"),
            None => self.plain(1),
        }
    }

    fn web(&mut self, rest: &str) {
        const BEHIND: &str = "://";
        let before = &self.text[..self.position];
        let scheme = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len();
        let scheme = &before[before.len() - scheme.min(6)..];
        let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        match rest
            .strip_prefix(BEHIND)
            .filter(|_| is_web)
            .and_then(|rest| address::web(rest, true))
        {
            Some(length) if self.unread(scheme.len()) => self.bare(scheme.len(), BEHIND.len() + length, ""),
            _ => self.plain(1),
        }
    }

    fn mail(&mut self, rest: &str) {
        let before = match self.pieces.last() {
            Some(Piece::Plain { start, end }) if *end == self.position => &self.text[*start..*end],
            _ => "",
        };
        // What stands before it must not belong to the name.
        let is_whole = |local: usize| {
            let around = &self.text[..self.position - local];
            !around.ends_with(|c: char| c == '\\' || is_word(c))
        };
        match address::mail(before, &rest[1..]).filter(|(local, _)| is_whole(*local)) {
            Some((local, domain)) if self.unread(local) => self.bare(local, 1 + domain, "mailto:"),
            _ => self.plain(1),
        }
    }

    /// A bare address that began `before` bytes ago.
    fn bare(&mut self, before: usize, length: usize, scheme: &str) {
        let start = self.position - before;
        self.position += length;
        let shown = &self.text[start..self.position];
        let target = Target::new(&format!("{scheme}{shown}"));
        self.pieces.push(Piece::Bare(shown, target));
    }

    fn open_bracket(&mut self, is_image: bool) {
        if let Some(around) = self.brackets.last_mut() {
            around.has_brackets = true;
        }
        self.position += 1 + usize::from(is_image);
        self.brackets.push(Waiting {
            piece: self.pieces.len(),
            content: self.position,
            delimiters: self.delimiters.len(),
            is_image,
            has_brackets: false,
        });
        self.pieces.push(Piece::Open(Bracket {
            is_image,
            leads: None,
        }));
    }

    fn close_bracket(&mut self, rest: &'a str) {
        let Some(open) = self.brackets.pop() else {
            self.plain(1);
            return;
        };
        let is_dead = !open.is_image && self.brackets.len() < self.dead_brackets;
        self.dead_brackets = self.dead_brackets.min(self.brackets.len());
        let found = if is_dead {
            None
        } else {
            self.leads(&open, &rest[1..])
        };
        let Some((target, title, length)) = found else {
            self.plain(1);
            return;
        };
        pair(&mut self.pieces, &self.delimiters[open.delimiters..]);
        self.delimiters.truncate(open.delimiters);
        if let Piece::Open(bracket) = &mut self.pieces[open.piece] {
            bracket.leads = Some((target, title));
        }
        let length = 1 + length;
        self.pieces.push(Piece::Close(&rest[..length]));
        self.position += length;
        if !open.is_image {
            self.dead_brackets = self.brackets.len();
        }
    }

    /// Where the brackets lead, their title, and the bytes behind them that say so.
    fn leads(&mut self, open: &Waiting, rest: &str) -> Option<(Target, Arc<str>, usize)> {
        if let Some((destination, title, behind)) = inline(rest) {
            let title = visible_controls(&unescaped(title)).into();
            return Some((
                Target::new(&unescaped(destination)),
                title,
                rest.len() - behind.len(),
            ));
        }
        let is_one = |(label, _): &(&str, &str)| label.is_empty() || !behind_white(label).is_empty();
        let full = label(rest).filter(is_one);
        let length = full.map_or(0, |(_, behind)| rest.len() - behind.len());
        let content = &self.text[open.content..self.position];
        let label = match full {
            Some((label, _)) if !label.is_empty() => label,
            _ if !open.has_brackets && content.len() <= LONGEST_LABEL => content,
            _ => return None,
        };
        let Definition { destination, title } = self.links.find(label)?;
        let title = match visible_controls(&title) {
            std::borrow::Cow::Borrowed(_) => title,
            std::borrow::Cow::Owned(shown) => shown.into(),
        };
        Some((Target::new(&destination), title, length))
    }

    fn marks(&mut self, rest: &str, mark: u8) {
        let length = run_length(rest, mark);
        if mark == b'~' && length != 2 {
            self.plain(length);
            return;
        }
        let before = self.text[..self.position].chars().next_back();
        let (opens, closes) = flanking(mark, before, rest[length..].chars().next());
        if !opens && !closes {
            self.plain(length);
            return;
        }
        self.position += length;
        self.delimiters.push(Delimiter {
            piece: self.pieces.len(),
            length,
            opens,
            closes,
        });
        self.pieces.push(Piece::Run(Run {
            mark,
            left: length,
            closes: Vec::new(),
            opens: Vec::new(),
        }));
    }
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
