//! What the text of a block consists of, before marks are pairs.

use std::sync::Arc;

use super::node::{Inline, Target};

/// One stretch of the text.
pub(super) enum Piece<'a> {
    /// Bytes of the source that stand for themselves.
    Plain {
        /// Where they begin.
        start: usize,
        /// Where they end.
        end: usize,
    },
    /// What a reference stands for.
    Char(char),
    /// A node that is complete.
    Leaf(Inline),
    /// A bare address. Inside of a link it is text.
    Bare(&'a str, Target),
    /// Marks of emphasis or strikethrough.
    Run(Run),
    /// `[` or `![`.
    Open(Bracket),
    /// The end of a link or image: `]` and what follows it.
    Close(&'a str),
}

/// A run of the same marks, part of which open or close something.
pub(super) struct Run {
    pub(super) mark: u8,
    /// How many mean nothing.
    pub(super) left: usize,
    /// One or two marks for each node that ends here, the innermost first.
    pub(super) closes: Vec<usize>,
    /// One or two marks for each node that begins here, the innermost first.
    pub(super) opens: Vec<usize>,
}

/// An opening bracket.
pub(super) struct Bracket {
    pub(super) is_image: bool,
    /// Where the link leads, and its title, if it is one.
    pub(super) leads: Option<(Target, Arc<str>)>,
}

/// A run that may open or close something.
pub(super) struct Delimiter {
    /// Its piece.
    pub(super) piece: usize,
    pub(super) length: usize,
    pub(super) opens: bool,
    pub(super) closes: bool,
}

/// Pairs the marks of a stretch of text, as the specification's `process emphasis` does.
pub(super) fn pair(pieces: &mut [Piece<'_>], delimiters: &[Delimiter]) {
    // Delimiters that may still open something, by their places in the list.
    let mut open: Vec<usize> = Vec::new();
    // By kind of the closing run: no run before this place opens anything for it.
    let mut bottoms = [0; 18];
    for (at, closer) in delimiters.iter().enumerate() {
        let Some(Piece::Run(run)) = pieces.get(closer.piece) else {
            continue;
        };
        let (mark, mut left) = (run.mark, run.left);
        let kind = match mark {
            b'*' => 0,
            b'_' => 6,
            _ => 12,
        } + usize::from(closer.opens) * 3
            + closer.length % 3;
        while closer.closes && left > 0 {
            let fits = |opener: &usize| {
                let opener = &delimiters[*opener];
                matches!(&pieces[opener.piece], Piece::Run(run) if run.mark == mark) && pairs(opener, closer)
            };
            let candidates = open.iter().rev().take_while(|opener| **opener >= bottoms[kind]);
            let Some(found) = candidates.copied().find(fits) else {
                bottoms[kind] = at;
                break;
            };
            while open.pop_if(|top| *top > found).is_some() {}
            let Piece::Run(opener) = &mut pieces[delimiters[found].piece] else {
                break;
            };
            let used = if opener.left >= 2 && left >= 2 { 2 } else { 1 };
            opener.left -= used;
            opener.opens.push(used);
            if opener.left == 0 {
                open.pop();
            }
            left -= used;
            if let Piece::Run(closing) = &mut pieces[closer.piece] {
                closing.left = left;
                closing.closes.push(used);
            }
        }
        if closer.opens && left > 0 {
            open.push(at);
        }
    }
}

/// Whether two runs of the same mark may be a pair. If one of them could be both, their lengths decide.
fn pairs(opener: &Delimiter, closer: &Delimiter) -> bool {
    let is_both = opener.closes || closer.opens;
    !is_both
        || !(opener.length + closer.length).is_multiple_of(3)
        || (opener.length.is_multiple_of(3) && closer.length.is_multiple_of(3))
}
