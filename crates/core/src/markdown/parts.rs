//! Long paragraphs in parts: for one more word the browser lays out a whole paragraph anew.

use std::mem;

use super::node::Inline;

/// A paragraph of this many bytes ends with the next sentence.
const LONG: usize = 16 << 10;

/// Without a sentence until here it ends with the next word, and without that after as many bytes again.
const LONGER: usize = 2 * LONG;
const LONGEST: usize = 3 * LONG;

/// Cuts the content of a paragraph into parts, which are paragraphs of their own. A part that has grown at its end is cut
/// where the whole would be cut. The time is linear in the text.
pub(super) fn in_parts(paragraph: Vec<Inline>) -> Vec<Vec<Inline>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut size = 0;
    for inline in paragraph {
        match inline {
            Inline::Text(text) => {
                let mut rest = text.as_str();
                while let Some(at) = cut(rest, size) {
                    part.push(Inline::Text(rest[..at].to_owned()));
                    parts.push(mem::take(&mut part));
                    (rest, size) = (&rest[at..], 0);
                }
                size += rest.len();
                let is_whole = rest.len() == text.len();
                part.push(Inline::Text(if is_whole { text } else { rest.to_owned() }));
            }
            Inline::SoftBreak if size >= LONG => {
                parts.push(mem::take(&mut part));
                size = 0;
            }
            other => {
                size += size_of(&other);
                part.push(other);
            }
        }
    }
    parts.push(part);
    parts
}

/// Where the part ends in a text that stands behind `before` bytes of it, if the text goes on behind that. What has been
/// looked at is not looked at for something else later: a text that grows is never cut in what stood there.
fn cut(text: &str, before: usize) -> Option<usize> {
    let place = |size: usize| {
        let mut places = size.saturating_sub(before)..text.len();
        places.find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
    };
    let [long, longer, longest] = [LONG, LONGER, LONGEST.max(before + 1)].map(place);
    let at = match text[long..longer].find(". ") {
        Some(end) => long + end + 2,
        None => text[longer..longest]
            .find([' ', '\n'])
            .map_or(longest, |end| longer + end + 1),
    };
    (at < text.len()).then_some(at)
}

/// Bytes of text in a node.
pub(super) fn size_of(inline: &Inline) -> usize {
    match inline {
        Inline::Text(text) | Inline::Code(text) => text.len(),
        Inline::Strong(children)
        | Inline::Emphasis(children)
        | Inline::Strike(children)
        | Inline::Link { children, .. } => children.iter().map(size_of).sum(),
        Inline::Image { alt, .. } => alt.len(),
        Inline::LineBreak | Inline::SoftBreak | Inline::TaskMarker(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: impl Into<String>) -> Inline {
        Inline::Text(text.into())
    }

    fn shown(parts: &[Vec<Inline>]) -> String {
        let inlines = parts.iter().flatten().map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.as_str(),
            _ => "\n",
        });
        inlines.collect()
    }

    #[test]
    fn ordinary_paragraphs_stay_whole() {
        for paragraph in [
            vec![],
            vec![text("a b"), Inline::SoftBreak, text("c")],
            vec![text("word ".repeat(LONG / 5))],
            vec![text("x".repeat(LONGEST))],
        ] {
            assert_eq!(in_parts(paragraph.clone()), [paragraph]);
        }
    }

    #[test]
    fn parts_end_with_a_sentence_or_else_a_word() {
        for (piece, end, size) in [
            ("Some e.g. words. ", ". ", LONG),
            ("words ", "words ", LONGER),
            ("é", "é", LONGEST),
        ] {
            let whole = piece.repeat(150_000 / piece.len());
            let parts = in_parts(vec![text(whole.as_str())]);
            assert_eq!(shown(&parts), whole);
            let (_, ended) = parts.split_last().expect("parts");
            assert!(!ended.is_empty());
            for part in ended {
                let part = shown(std::slice::from_ref(part));
                assert!((size..size + 20).contains(&part.len()), "{piece}: {}", part.len());
                assert!(part.ends_with(end), "{piece}");
            }
        }
        let code = vec![
            Inline::Code("x".repeat(3 * LONG)),
            text("a b"),
            Inline::SoftBreak,
            text("c"),
        ];
        let parts = in_parts(code);
        assert_eq!(
            parts.len(),
            2,
            "code is not cut, and what follows stands behind it"
        );
        let lines = (0..3)
            .flat_map(|_| [text("x".repeat(LONG)), Inline::SoftBreak])
            .collect();
        assert_eq!(in_parts(lines).len(), 4);
    }

    proptest! {
        #[test]
        fn growing_parts_are_cut_as_the_whole(
            words in prop::collection::vec((0..4usize, 1..9_000usize), 1..40),
            code in prop::option::of(0..40_000usize),
        ) {
            let begin: Vec<_> = code.map(|len| Inline::Code("c".repeat(len))).into_iter().collect();
            let mut whole = String::new();
            let mut grown = vec![[begin.clone(), vec![text("")]].concat()];
            for (kind, len) in words {
                let piece = match kind {
                    0 => "word ".repeat(len / 5),
                    1 => "é".repeat(len),
                    2 => " \n".to_owned(),
                    _ => ".".to_owned(),
                };
                whole.push_str(&piece);
                let mut last = grown.pop().expect("a part");
                let Some(Inline::Text(end)) = last.last_mut() else { unreachable!() };
                let before = end.len();
                end.push_str(&piece);
                let parts = in_parts(last);
                let Some(Inline::Text(end)) = parts[0].last() else { unreachable!() };
                prop_assert!(end.len() >= before, "cut in what stood there");
                grown.extend(parts);
            }
            prop_assert_eq!(grown, in_parts([begin, vec![text(whole)]].concat()));
        }
    }
}
