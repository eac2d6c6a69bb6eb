//! Streaming Markdown: after every piece of text the blocks equal those of a full parse, and final blocks stay.

use playground_core::markdown::{Block, Inline, StreamingMarkdown, parse};
use proptest::prelude::*;

/// Appends the pieces one by one and checks everything that `append` promises.
fn check(pieces: &[&str]) -> StreamingMarkdown {
    let mut streaming = StreamingMarkdown::new();
    let mut text = String::new();
    for piece in pieces {
        let before: Vec<Block> = streaming.blocks().cloned().collect();
        let finals_before = streaming.finals().len();
        text.push_str(piece);
        let first_changed = streaming.append(piece);
        let now: Vec<Block> = streaming.blocks().cloned().collect();
        assert_eq!(now, parse(&text), "after {text:?}");
        assert_eq!(streaming.text(), text);
        let reopened = streaming.reopened();
        let same = before
            .iter()
            .zip(&now)
            .enumerate()
            .take_while(|(index, (before, now))| before == now || reopened.contains(index))
            .count();
        assert_eq!(first_changed, same, "after {text:?}");
        for &index in reopened {
            assert!(
                before[index] != now[index],
                "block {index} is the same after {text:?}"
            );
            assert!(index < finals_before);
        }
        assert!(streaming.finals().len() >= finals_before);
        assert!(
            first_changed >= finals_before,
            "final blocks moved after {text:?}"
        );
        assert!(text.contains("]:") || reopened.is_empty());
    }
    streaming
}

fn check_every_prefix(text: &str) -> StreamingMarkdown {
    let mut chars = [0; 4];
    let pieces: Vec<String> = text
        .chars()
        .map(|char| char.encode_utf8(&mut chars).to_owned())
        .collect();
    check(&pieces.iter().map(String::as_str).collect::<Vec<_>>())
}

const ANSWER: &str = "\
# Plan\n\nI looked at `src/lib.rs` and found **two** problems:\n\n1. The *first* one\n   goes over lines\n\n2. the second\n\
   - nested\n   - list\n\n```rust\nfn main() {\n\n    println!(\"# not a heading\");\n}\n```\n\n\
| file | lines |\n|:--|--:|\n| a | 1 |\n| b | 2 |\n\n> quoted\n> text\n\nlazy\n\n---\n\n- [ ] open\n- [x] done\n\n\
Setext\n======\n\n    indented code\n\n    goes on\n\n<details>\n\nInside\n\n</details>\n\nSee [the docs][docs] and [here].\n\n\
1) other list\n\nEnd with https://example.com\n\n[docs]: https://example.com/docs \"Docs\"\n[here]: <https://example.com/x y>\n\nLast.\n";

#[test]
fn every_prefix_of_an_answer_equals_a_full_parse() {
    let streaming = check_every_prefix(ANSWER);
    assert!(
        streaming.finals().len() > 10,
        "only {} blocks became final",
        streaming.finals().len()
    );
    check_every_prefix(&ANSWER.replace('\n', "\r\n"));
}

#[test]
fn what_reaches_back_is_not_final_too_early() {
    for text in [
        "1. a\n\n2. b\n\n3. c\n\nd\n\n2. e\n",
        "a\n\nb | c\n- | -\nd | e\n\nf\n\ng",
        "- a\n\n  b\n\n      code\n\nc\n\n   d\n\ne",
        "```\na\n\nb\n\nc\n\nd",
        "<!-- a\n\nb\n\nc -->\n\nd\n\ne",
        "<script>\n\na\n\nb\n\n</script>\n\nc\n\nd",
        "a\n\n\n\n  \n\t\nb\n\nc\n\n\n",
        "> a\n\n> b\n\nc\n\n>d\n\n\ne",
        "10. a\n\n   b\n\n    c\n\nd",
        "a\n\n    b\n\n    c\n\nd\n\n\te",
    ] {
        check_every_prefix(text);
    }
}

#[test]
fn definitions_reach_back_to_whatever_refers_to_them() {
    for text in [
        "[a] [b][c]\n\nx\n\ny\n\nz\n\n[a]: https://a.example 'T'\n[C]: <https://c.example/\\<&amp;>\n\nu\n\nv\n\nw\n",
        "[a]: https://first.example\n\nx\n\ny [a]\n\nz\n\n[a]: https://second.example\n\n[a]\n\nu\n\nv",
        "[a]\n\nx\n\ny\n\n[a]: https://a.example \"no title",
        "[a]\n\nx\n\ny\n\n[a]: https://a.example\n'title\n\nz' [a]\n\nu\n\nv",
        "> [a]: https://q.example\n\nx [a]\n\ny\n\nz [a]\n\n- [b]: https://l.example\n\n[b]\n\nu\n\nv",
        "[a]: <>\n\n[a]: https://late.example\n\n[a]\n\nx\n\ny\n\nz",
        "[ a\n b ]: https://a.example \"x&#10;\\\"y\\\"\"\n\nx\n\ny\n\n[A B]\n\nz\n\n![a  b]\n\nu",
        "[a]: https://a.example/?x&amp;amp;y \"&amp;lt; \\\\\"\n\nx\n\ny [a]\n\nz [a]\n\nu\n\n[a]",
        "[\u{df}]\n\nx\n\ny\n\n[SS]: https://fold.example\n\nz\n\nu",
        "[a\\]b]\n\nx\n\ny\n\n[a\\]b]: https://a.example\n\nz\n\nu [a\\]b]\n\nv\n\nw",
        "[a][b]\n\nx\n\ny\n\n[a]: https://a.example\n[b]: https://b.example\n\nz\n\nu",
        "[a][b] [c]\n\nx\n\ny\n\n[b]: https://b.example\n\nz\n\n[c]: https://c.example\n\nu\n\nv\n\n[a]: https://a.example",
        "> [a]\n\n- [a]\n\n| [a] |\n|---|\n\n# [a]\n\nx\n\ny\n\n> - [a]: https://a.example\n\nz",
        "[a]\n\nx\n\ny\n\n[a]: https://a.example \"unfinished\n\nz\n\nu",
        "[a]\n\nx\n\ny\n\n[a]: https://a.example\n===\n\nz\n\nu",
        "x\n\n[a]: https://a.example\n-\n\n- y\n\nz\n\nu",
        "x\n\n[a]: https://a.example\n---\n\n- y\n\nz\n\nu",
        "arr[0] and [x][]\n\na\n\nb\n\nc[0]\n\n[0]: https://zero.example\n\n[x]: javascript:alert(1)\n\nd\n\ne",
    ] {
        check_every_prefix(text);
    }
}

#[test]
fn a_definition_opens_only_what_refers_to_it() {
    let mut streaming = StreamingMarkdown::new();
    for index in 0..100 {
        streaming.append(&format!("Paragraph {index}, see [label {}].\n\n", index % 10));
    }
    assert_eq!(streaming.finals().len(), 98);
    let count = streaming.append("[label 3]: https://x.example/");
    assert_eq!(count, 100, "no block of the tail has changed");
    let mut reopened = streaming.reopened().to_vec();
    reopened.sort_unstable();
    assert_eq!(reopened, [3, 13, 23, 33, 43, 53, 63, 73, 83, 93]);
    streaming.append("longer");
    assert_eq!(
        streaming.reopened().len(),
        10,
        "it leads elsewhere with every letter"
    );
    streaming.append("\n\nNext.\n\n[label 3]: https://second.example\n\nLast.\n\n");
    assert_eq!(
        streaming.reopened(),
        [] as [usize; 0],
        "the first definition counts"
    );
    assert!(streaming.blocks().eq(&parse(streaming.text())));
}

#[test]
fn a_definition_that_concerns_much_text_is_applied_in_the_end() {
    let mut streaming = StreamingMarkdown::new();
    for index in 0..2_000 {
        streaming.append(&format!("Paragraph {index} says something about [this].\n\n"));
    }
    let mut times = 0;
    for char in "[this]: https://x.example/with/a/rather/long/path/that/is/written/letter/by/letter".chars() {
        streaming.append(char.encode_utf8(&mut [0; 4]));
        times += usize::from(!streaming.reopened().is_empty());
    }
    assert!(times <= 1, "read back {times} times");
    streaming.finish();
    assert_eq!(streaming.reopened().len(), 1_999);
    assert!(streaming.blocks().eq(&parse(streaming.text())));
    assert_eq!(streaming.finish(), 2_000, "nothing changed");
    assert_eq!(streaming.reopened(), [] as [usize; 0]);
}

#[test]
fn parts_of_a_long_paragraph_are_cut_anew_when_a_definition_changes_them() {
    let mut streaming = StreamingMarkdown::new();
    streaming.append("First.\n\n");
    streaming.append(&"[Some words][label of the reference]. ".repeat(1_000));
    streaming.append("\n\nSecond [label of the reference].\n\nThird.\n\nFourth.\n\n");
    streaming.finish();
    let before: Vec<Block> = streaming.blocks().cloned().collect();
    assert_eq!(before, parse(streaming.text()));
    streaming.append("[label of the reference]: https://x.example\n\n");
    let first_changed = streaming.finish();
    assert!(streaming.blocks().eq(&parse(streaming.text())));
    assert!(streaming.blocks().count() < before.len());
    assert!(first_changed <= 2, "{first_changed}");
    streaming.append("[here is one more][label of the reference]\n\na\n\nb\n\n");
    assert!(streaming.blocks().eq(&parse(streaming.text())));
}

#[test]
fn an_append_reparses_only_the_tail() {
    let mut streaming = StreamingMarkdown::new();
    for index in 0..1_000 {
        let first_changed = streaming.append(&format!("Paragraph {index}, with `code`.\n\n"));
        assert!(first_changed + 1 >= index);
        assert!(streaming.tail().len() <= 2);
    }
    assert_eq!(streaming.finals().len() + streaming.tail().len(), 1_000);
    assert_eq!(streaming.append(""), 1_000, "nothing changed");
}

/// Everything that a tree shows, without its form.
fn shown(streaming: &StreamingMarkdown) -> String {
    fn inlines(out: &mut String, nodes: &[Inline]) {
        for node in nodes {
            match node {
                Inline::Text(text) | Inline::Code(text) => out.push_str(text),
                Inline::Strong(children) | Inline::Emphasis(children) => inlines(out, children),
                Inline::SoftBreak => out.push('\n'),
                other => panic!("{other:?}"),
            }
        }
    }
    let mut out = String::new();
    for block in streaming.blocks() {
        match block {
            Block::Paragraph(children) => inlines(&mut out, children),
            Block::Code { text, .. } => out.push_str(text),
            other => panic!("{other:?}"),
        }
    }
    out
}

#[test]
fn nothing_of_a_long_block_is_held_back() {
    let mut paragraph = StreamingMarkdown::new();
    let mut code = StreamingMarkdown::new();
    code.append("```\n");
    let mut exact = 0;
    for number in 0..3_000 {
        let first_changed = paragraph.append(&format!("*{number}* and "));
        assert_eq!(first_changed, 0);
        code.append(&format!("{number};\n"));
        let marks = shown(&paragraph).replace('*', "");
        assert!(
            marks.trim_end().ends_with(&format!("{number} and")),
            "{marks:.20}"
        );
        assert!(shown(&code).ends_with(&format!("{number};\n")));
        exact += u32::from(paragraph.blocks().eq(&parse(paragraph.text())));
    }
    assert!(
        (400..2_000).contains(&exact),
        "{exact} appends were parsed at once"
    );
    assert_eq!(shown(&code), code.text()["```\n".len()..]);
    assert_eq!(paragraph.append(""), 1, "nothing changed");
    // What has become plain text gets its meaning back with the next reading.
    paragraph.append(&"x".repeat(1_000));
    assert!(paragraph.blocks().eq(&parse(paragraph.text())));
}

/// The text at the end of a block, which more text may be added to.
fn text_at(streaming: &StreamingMarkdown, block: usize) -> &str {
    match streaming.blocks().nth(block) {
        Some(Block::Code { text, .. }) => text,
        Some(Block::Paragraph(children)) => match children.last() {
            Some(Inline::Text(text)) => text,
            _ => "",
        },
        _ => "",
    }
}

#[test]
fn what_a_long_block_grows_by_is_told() {
    for (opening, piece) in [
        ("", "some *words* and "),
        ("```\n", "let x = 1;"),
        ("```\n", "a;\n"),
    ] {
        let mut streaming = StreamingMarkdown::new();
        streaming.append(opening);
        let mut told = 0;
        for _ in 0..2_000 {
            let last = streaming.blocks().count().saturating_sub(1);
            let before = text_at(&streaming, last).to_owned();
            let first_changed = streaming.append(piece);
            let Some(plain) = streaming.plain() else { continue };
            assert_eq!(first_changed, last);
            let now = text_at(&streaming, last);
            let kept = &now[..now.len() - plain.added];
            assert!(
                kept.is_empty() || before[..before.len() - plain.taken] == *kept,
                "after {} bytes",
                streaming.text().len()
            );
            told += 1;
        }
        assert!(told > 500, "{told} appends were not parsed");
        streaming.finish();
        assert!(streaming.blocks().eq(&parse(streaming.text())));
        assert_eq!(streaming.plain(), None);
        assert_eq!(streaming.finish(), streaming.blocks().count(), "nothing changed");
    }
}

#[test]
fn a_long_paragraph_goes_on_in_another() {
    let mut streaming = StreamingMarkdown::new();
    streaming.append("First.\n\n");
    let mut most_changed = 0;
    for _ in 0..20_000 {
        let before: Vec<usize> = streaming.blocks().map(size).collect();
        let first_changed = streaming.append("Some words. ");
        let changed = &before[first_changed.min(before.len())..];
        most_changed = most_changed.max(changed.iter().sum());
    }
    assert!(most_changed < 40_000, "{most_changed} bytes were made anew");
    streaming.append("end.\n\nSecond.\n\nThird.\n\nFourth.");
    streaming.finish();
    assert!(streaming.blocks().eq(&parse(streaming.text())));
    let sizes: Vec<usize> = streaming.blocks().map(size).collect();
    assert_eq!(sizes.len(), 1 + 15 + 3);
    assert!(
        sizes[1..15].iter().all(|size| (16_384..16_400).contains(size)),
        "{sizes:?}"
    );
    assert_eq!(
        streaming.finals().len(),
        1 + 15 + 1,
        "the last two blocks may still change"
    );
}

#[test]
fn a_long_paragraph_that_came_at_once_is_not_torn_apart() {
    let words = "Some words. ".repeat(6_000);
    let mut streaming = StreamingMarkdown::new();
    for piece in [
        "First.\n\n",
        &words,
        &words,
        "\n\nSecond.\n\n",
        &words,
        "\n\nThird.",
    ] {
        streaming.append(piece);
        let mut finished = streaming.clone();
        finished.finish();
        let sizes = |blocks: &[Block]| blocks.iter().map(size).collect::<Vec<_>>();
        let shown: Vec<Block> = finished.blocks().cloned().collect();
        assert_eq!(sizes(&shown), sizes(&parse(streaming.text())));
        assert!(shown == parse(streaming.text()), "other texts");
    }
}

fn size(block: &Block) -> usize {
    match block {
        Block::Paragraph(children) => match &children[..] {
            [Inline::Text(text)] => text.len(),
            _ => panic!("{children:?}"),
        },
        _ => panic!("{block:?}"),
    }
}

fn any_markdown() -> impl Strategy<Value = Vec<&'static str>> {
    let piece = prop::sample::select(vec![
        "a",
        "b ",
        "foo bar",
        "\n",
        "\n",
        "\n\n",
        "\n\n",
        "\r\n",
        "  ",
        "    ",
        "\t",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "2) ",
        "10. ",
        "> ",
        "# ",
        "## ",
        "#",
        "---",
        "===",
        "***",
        "```",
        "~~~",
        "`",
        "``",
        "*",
        "**",
        "_",
        "~~",
        "|",
        "| - |",
        "|-|-|\n",
        "a | b\n",
        "[",
        "]",
        "[a]",
        "[a]: ",
        "[a]: https://a.example",
        "[b]: <x> 't'\n",
        "[b]",
        "[b][a]",
        "www.x.example",
        "https://x.example/_",
        "me@x.example",
        "공",
        "。",
        "](",
        "(https://x.example)",
        "![",
        "!",
        ":",
        "<",
        ">",
        "<div>",
        "</div>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<b>",
        "<?",
        "?>",
        "<![CDATA[",
        "]]>",
        "<https://x.example>",
        "&amp;",
        "&#10;",
        "\\",
        "\"",
        "'t'",
        "[ ] ",
        "[x] ",
        "=",
        "-",
        "1",
        "2",
        ".",
        "é",
        "🦀",
    ]);
    prop::collection::vec(piece, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_text_in_any_pieces_equals_a_full_parse(pieces in any_markdown()) {
        check(&pieces);
    }
}
