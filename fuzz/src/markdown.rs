//! Markdown: the nodes are those of the allow-list, and a text in pieces gives what the whole text gives.

use std::borrow::Cow;

use playground_core::markdown::{
    Block, Inline, StreamingMarkdown, Target, parse, safe_link, visible_controls,
};

/// Deeper trees would exhaust the stack of a browser: the reader's own bound and a little for the leaves.
const MOST_DEPTH: usize = 40;

/// Appends that are checked one by one; each is compared with a full reading.
const MOST_PIECES: usize = 24;

/// `data`: three piece lengths in characters, which take turns, and a text.
pub fn check(data: &[u8]) {
    let [a, b, c, text @ ..] = data else { return };
    let text = String::from_utf8_lossy(text);
    let blocks = parse(&text);
    check_blocks(&blocks, MOST_DEPTH);
    stream(&text, [*a, *b, *c].map(usize::from), &blocks);
}

fn stream(text: &str, lengths: [usize; 3], whole: &[Block]) {
    let mut streaming = StreamingMarkdown::new();
    let mut rest = text;
    for (number, length) in lengths.into_iter().cycle().take(MOST_PIECES).enumerate() {
        let end = rest
            .char_indices()
            .nth(length + 1)
            .filter(|_| number + 1 < MOST_PIECES);
        let (piece, more) = rest.split_at(end.map_or(rest.len(), |(end, _)| end));
        rest = more;
        append(&mut streaming, piece);
        if rest.is_empty() {
            break;
        }
    }
    assert_eq!(streaming.text(), text);
    assert!(streaming.blocks().eq(whole), "{text:?}");
}

fn append(streaming: &mut StreamingMarkdown, piece: &str) {
    let before: Vec<Block> = streaming.blocks().cloned().collect();
    let finals = streaming.finals().len();
    let first_changed = streaming.append(piece);
    assert!(streaming.finals().len() >= finals && first_changed >= finals);
    assert!(streaming.blocks().eq(&parse(streaming.text())));
    let reopened = streaming.reopened();
    assert!(reopened.iter().all(|index| *index < finals));
    let same = before
        .iter()
        .zip(streaming.blocks())
        .enumerate()
        .take_while(|(index, (before, now))| before == now || reopened.contains(index));
    assert_eq!(first_changed, same.count(), "after {:?}", streaming.text());
}

fn check_blocks(blocks: &[Block], depth: usize) {
    let depth = depth.checked_sub(1).expect("bounded nesting");
    for block in blocks {
        match block {
            Block::Paragraph(children) => check_inlines(children, depth, false),
            Block::Heading { level, children } => {
                assert!((1..=6).contains(level));
                check_inlines(children, depth, false);
            }
            Block::Code { lang, text } => {
                check_text(lang);
                check_text(text);
            }
            Block::Quote(blocks) => check_blocks(blocks, depth),
            Block::List { items, .. } => {
                assert!(!items.is_empty());
                items.iter().for_each(|item| check_blocks(item, depth));
            }
            Block::Table {
                alignments,
                head,
                rows,
            } => {
                assert_eq!(head.len(), alignments.len());
                for row in rows {
                    assert!(row.len() <= alignments.len());
                }
                head.iter()
                    .chain(rows.iter().flatten())
                    .for_each(|cell| check_inlines(cell, depth, false));
            }
            Block::Rule => {}
        }
    }
}

fn check_inlines(inlines: &[Inline], depth: usize, in_link: bool) {
    let depth = depth.checked_sub(1).expect("bounded nesting");
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => check_text(text),
            Inline::Strong(children) | Inline::Emphasis(children) | Inline::Strike(children) => {
                check_inlines(children, depth, in_link);
            }
            Inline::Link {
                target,
                title,
                children,
            } => {
                assert!(!in_link, "a link in a link");
                check_target(target);
                check_text(title);
                check_inlines(children, depth, true);
            }
            Inline::Image { alt, target, title } => {
                check_text(alt);
                check_target(target);
                check_text(title);
            }
            Inline::LineBreak | Inline::SoftBreak | Inline::TaskMarker(_) => {}
        }
    }
}

fn check_target(target: &Target) {
    let href = match target {
        Target::Safe(url) => url.as_str(),
        Target::Refused(target) => return check_text(target),
    };
    let schemes = ["http://", "https://", "mailto:"];
    assert!(schemes.iter().any(|scheme| href.starts_with(scheme)), "{href:?}");
    assert_eq!(safe_link(href).as_deref(), Some(href), "not a fixed point");
}

fn check_text(text: &str) {
    assert!(
        matches!(visible_controls(text), Cow::Borrowed(_)),
        "hidden controls in {text:?}"
    );
}
